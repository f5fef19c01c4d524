#ifndef PAR_NET_REFUSALS_H
#define PAR_NET_REFUSALS_H

/*
 * Who was refused at a gate, told at once and then no more than once in so long,
 * however many come: a peer that is refused tries again by itself. Only for gate.c.
 */

#include "common/net/keys.h"

struct refusals {
	struct loop *loop;
	gate_refusal_fn *fn; /* NULL: nobody is told */
	void *ctx;
	uint64_t quiet_ms;
	struct loop_timer quiet; /* set: somebody was told a while ago */
	uint64_t untold;
	char last[USER_ID_MAX + 1];
};

void refusals_init(struct refusals *r, struct loop *l, uint64_t quiet_ms);
void refusals_stop(struct refusals *r);
void refusals_add(struct refusals *r, const char *user_id);

#endif
