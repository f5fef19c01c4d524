#ifndef PAR_PAR_INSPECTED_H
#define PAR_PAR_INSPECTED_H

/*
 * A result as link 5 gives it, put together from its parts: the whole, or one unit with
 * every step. What `par scores`, `par explain` and `par compare` begin with.
 */

#include "services/par/inspect.h"

struct inspected_which {
	const char *round;
	uint32_t number; /* of a release; 0: not said */
	bool draft;      /* neither: the newest release, else the draft */
};

/* One unit, and the result that it is of. */
struct inspected {
	Par__V1__Scores *scores;
	Par__V1__UnitDetail *unit;
};

/*
 * From --release and --draft; the key is the operator's, or an auditor's where there is
 * no operator.key. ERR_CONFIG, told; -errno.
 */
int inspected_open(const struct options *o, const char *round,
		   struct inspected_which *which, struct ask *a)
    __attribute__((warn_unused_result));

/* Waits while it is computed. Free with par__v1__scores__free_unpacked. As ask_message.
 */
int inspected_scores(struct ask *a, const struct inspected_which *which,
		     Par__V1__Scores **out) __attribute__((warn_unused_result));
/*
 * Both of one and the same result. ERR_CORRUPT, told: a release does not compute to
 * what it was; ERR_RETRY: a draft that never stands still. Else as inspected_scores().
 */
int inspected_unit(struct ask *a, const struct inspected_which *which, const char *unit,
		   struct inspected *out) __attribute__((warn_unused_result));
void inspected_free(struct inspected *i);

/* The cut, on stderr. */
void inspected_say_cut(const Par__V1__Scores *s);

#endif
