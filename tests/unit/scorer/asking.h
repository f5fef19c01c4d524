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

#endif
