#ifndef PAR_PUBLISHER_PARTS_H
#define PAR_PUBLISHER_PARTS_H

/* Pieces of HTML that the page of a release and that of a unit share. Pure. */

#include "services/publisher/rules.h"
#include "services/publisher/words.h"

/* Retraction, trial, correction with its note. */
void parts_banners(struct html *h, const struct publication *p);

/* One name and value of a <dl>; with a rule, the name links to it. */
void parts_fact_begin(struct html *h, enum word name);
void parts_fact_of_rule(struct html *h, enum rule rule, enum word name);
void parts_fact_end(struct html *h);
/* Nothing where the text is empty. */
void parts_fact_text(struct html *h, enum word name, const char *text);

/* "–" where there is none, as of the three that follow. */
void parts_figure(struct html *h, const char *figure);
/* A figure that is withheld, or a bound, links to the rule that says why. */
void parts_cell(struct html *h, const struct item_cell *cell);
/* "70,1 – 74,6" */
void parts_interval(struct html *h, const struct item_unit *u);
/* "1–3" */
void parts_rank_range(struct html *h, const struct item_unit *u);
/* The band, and whether it is certain if the release can say so. */
void parts_band(struct html *h, const struct item *r, const struct item_unit *u);
/* "số liệu khảo sát giữ theo lần công bố 1", a link to METHOD P6; or nothing. */
void parts_held(struct html *h, const struct item_unit *u);

#endif
