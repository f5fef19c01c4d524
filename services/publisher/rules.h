#ifndef PAR_PUBLISHER_RULES_H
#define PAR_PUBLISHER_RULES_H

/*
 * "How it is made": the rules of METHOD that public figures follow, in plain words,
 * each with an anchor of its name ("#S8") that the figures link to. U6 stands in
 * notes.h. Pure.
 */

#include "services/publisher/html.h"
#include "services/publisher/item.h"

enum rule {
	RULE_S2,
	RULE_S3,
	RULE_S4,
	RULE_S5,
	RULE_S6,
	RULE_S7,
	RULE_S8,
	RULE_S9,
	RULE_U1,
	RULE_U2,
	RULE_U3,
	RULE_P1,
	RULE_P2,
	RULE_P6,
	RULE_O3,
	RULE_COUNT
};

/* The rule of the index: S5 or S6. */
enum rule rule_of_index(const struct item *release);
/* The section, of the rules that the release was made by. */
void rules_section(struct html *h, const struct item *release);
/* A link to a rule: what stands between these two; and one around a text. */
void rule_begin(struct html *h, enum rule rule);
void rule_end(struct html *h);
void rule_link(struct html *h, enum rule rule, const char *text);

#endif
