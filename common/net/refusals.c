#include "common/net/refusals.h"

#include <stdio.h>

static void tell(struct refusals *r)
{
	r->fn(r->ctx, r->last, r->untold);
	r->untold = 0;
	loop_timer_set(r->loop, &r->quiet, r->quiet_ms);
}

static void on_quiet(void *ctx)
{
	struct refusals *r = ctx;

	if (r->untold)
		tell(r);
}

void refusals_init(struct refusals *r, struct loop *l, uint64_t quiet_ms)
{
	*r = (struct refusals){.loop = l, .quiet_ms = quiet_ms};
	loop_timer_init(&r->quiet, on_quiet, r);
}

void refusals_stop(struct refusals *r)
{
	loop_timer_stop(r->loop, &r->quiet);
}

void refusals_add(struct refusals *r, const char *user_id)
{
	if (!r->fn)
		return;
	r->untold++;
	snprintf(r->last, sizeof(r->last), "%s", user_id);
	if (!r->quiet.at_ms)
		tell(r);
}
