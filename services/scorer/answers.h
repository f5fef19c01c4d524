#ifndef PAR_SCORER_ANSWERS_H
#define PAR_SCORER_ANSWERS_H

/*
 * What is asked about results, and what is answered: out of the results store, out of
 * an analysis at hand, or that it is not there yet. Of rounds that are closed or trial.
 * It knows no socket and no message but the ones that it encodes as a whole.
 */

#include <stdbool.h>
#include <stdint.h>

#include "common/base/faults.h"
#include "common/net/wire.h"
#include "par/v1/common.pb-c.h"

struct scorer;

enum which { WHICH_NONE, WHICH_NUMBER, WHICH_DRAFT, WHICH_NEWEST };

/* About a result: the whole, or one unit of it. Borrows the message. */
struct question {
	struct bytes round;
	bool of_unit;
	struct bytes unit;
	enum which which;
	uint32_t number; /* of WHICH_NUMBER */
	uint32_t part;   /* from 1 */
};

struct answer_given {
	Par__V1__Outcome outcome;
	struct faults faults; /* why not, or not yet */
	struct buf text;      /* when done: the encoded Scores or UnitDetail, whole */
};

enum { ANSWERS_ASKED = 64 };

/* The newest questions, and how often the collector's head had been told before. */
struct answers {
	struct {
		uint8_t id[WIRE_ID_SIZE];
		uint64_t heads;
	} asked[ANSWERS_ASKED];
	uint32_t next;
};

void answer_init(struct answer_given *a);
void answer_free(struct answer_given *a);
void answer_refuse(struct answer_given *a, const char *words);
/* The answer to the request of this id, which it keeps until it is answered. */
void answer_question(struct scorer *s, const struct question *q,
		     const uint8_t id[WIRE_ID_SIZE], struct answer_given *out);

#endif
