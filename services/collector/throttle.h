#ifndef PAR_COLLECTOR_THROTTLE_H
#define PAR_COLLECTOR_THROTTLE_H

/*
 * Which client has to wait, told apart by User-Id: one that sends more ballots a second
 * than the setting lets, and one that has tried too many wrong codes. While it has no
 * try left every ballot under a code waits, right or wrong, so that guessing learns
 * nothing from the answer. An operator names respondents, whom it may list: those are
 * no tries. And one that asks without end: a short question has a long answer, which is
 * kept for as long as the client does not read it. Shell.
 */

#include "services/collector/answer.h"

enum {
	TRIES_AT_ONCE = 100,
	TRIES_BACK = 1, /* a second */
	QUESTIONS_AT_ONCE = 1000,
	QUESTIONS_BACK = 100, /* a second */
};

void throttle_init(struct throttle *t, uint64_t ballots_per_second);
void throttle_free(struct throttle *t);

/* True: this ballot was answered "try again later", or the collector has failed. */
bool throttle_holds(struct collector *c, const struct request *q);
/* The same of a question for a manifest or the status. */
bool throttle_holds_question(struct collector *c, const struct request *q);
/* Its code was wrong. */
void throttle_wrong_code(struct collector *c, const struct request *q);

#endif
