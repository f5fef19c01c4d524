#include "common/base/clock.h"

#include <assert.h>
#include <time.h>

static struct timespec now(clockid_t id)
{
	struct timespec t = {0};
	int failed = clock_gettime(id, &t);

	assert(failed == 0);
	return t;
}

int64_t clock_wall_s(void)
{
	return now(CLOCK_REALTIME).tv_sec;
}

uint64_t clock_mono_ms(void)
{
	return clock_mono_ns() / 1000000;
}

uint64_t clock_mono_ns(void)
{
	struct timespec t = now(CLOCK_MONOTONIC);

	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}
