#ifndef PAR_TEST_SCORER_ASKING_H
#define PAR_TEST_SCORER_ASKING_H

/* What the operator of a world asks, and what must be answered. */

#include "tests/unit/scorer/world.h"

bool asking_is(ProtobufCBinaryData b, const char *text);
/* For the first part of a release of the small round, or of the draft (0). */
Par__V1__ScoresQuery asking_query(uint32_t number);
/* The one part there is, decoded; to be freed by the caller. */
Par__V1__Scores *asking_scores(struct world *w, uint32_t number);
/* It is refused, and the first fault says why. */
void asking_refused(struct world *w, Par__V1__ScoresQuery q, const char *why);

/* The same of a unit. */
Par__V1__UnitQuery asking_unit_query(uint32_t number, const char *unit);
Par__V1__UnitDetail *asking_unit(struct world *w, Par__V1__UnitQuery q);
void asking_unit_refused(struct world *w, Par__V1__UnitQuery q, const char *why);

/* An item of link 3, decoded; to be freed by the caller. */
Par__V1__ReleaseItem *asking_item(const struct world *w, size_t place);

#endif
