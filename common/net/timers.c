#include "common/net/timers.h"

#include <limits.h>
#include <stddef.h>

static void unlink_from(struct loop_timer **list, struct loop_timer *t)
{
	while (*list && *list != t)
		list = &(*list)->next;
	if (*list)
		*list = t->next;
}

void timers_stop(struct timers *ts, struct loop_timer *t)
{
	if (!t->at_ms)
		return;
	unlink_from(&ts->set, t);
	unlink_from(&ts->fired, t);
	t->at_ms = 0;
	t->next = NULL;
}

void timers_set(struct timers *ts, struct loop_timer *t, uint64_t at_ms)
{
	struct loop_timer **place = &ts->set;

	timers_stop(ts, t);
	while (*place && (*place)->at_ms <= at_ms)
		place = &(*place)->next;
	t->at_ms = at_ms ? at_ms : 1;
	t->next = *place;
	*place = t;
}

long timers_wait(const struct timers *ts, uint64_t now_ms)
{
	if (!ts->set)
		return -1;
	if (ts->set->at_ms <= now_ms)
		return 0;
	uint64_t wait = ts->set->at_ms - now_ms;
	return wait > INT_MAX ? INT_MAX : (long)wait;
}

void timers_fire(struct timers *ts, uint64_t now_ms)
{
	struct loop_timer **end = &ts->set;

	while (*end && (*end)->at_ms <= now_ms)
		end = &(*end)->next;
	if (end == &ts->set)
		return;
	ts->fired = ts->set;
	ts->set = *end;
	*end = NULL;
	while (ts->fired) {
		struct loop_timer *t = ts->fired;
		ts->fired = t->next;
		t->next = NULL;
		t->at_ms = 0;
		t->fn(t->ctx);
	}
}
