#ifndef PAR_NET_TIMERS_H
#define PAR_NET_TIMERS_H

/* The timers of a loop, soonest first. Only for loop.c. */

#include "common/net/loop.h"

struct timers {
	struct loop_timer *set;   /* soonest first */
	struct loop_timer *fired; /* due in this turn, not called yet */
};

void timers_set(struct timers *ts, struct loop_timer *t, uint64_t at_ms);
void timers_stop(struct timers *ts, struct loop_timer *t);
/* Milliseconds until the next; -1: there is none. */
long timers_wait(const struct timers *ts, uint64_t now_ms);
/* Calls what is due; what is set meanwhile waits for the next turn. */
void timers_fire(struct timers *ts, uint64_t now_ms);

#endif
