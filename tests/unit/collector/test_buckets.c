#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "services/collector/buckets.h"

static bool take(struct buckets *b, const char *user, uint64_t now_ms)
{
	bool taken;

	assert_int_equal(buckets_take(b, user, now_ms, &taken), 0);
	return taken;
}

/* How many can be taken at this time. */
static unsigned drain(struct buckets *b, const char *user, uint64_t now_ms)
{
	unsigned count = 0;

	assert_true(buckets_left(b, user, now_ms) < 1000000);
	while (take(b, user, now_ms))
		assert_true(count++ < 1000000);
	assert_int_equal(buckets_left(b, user, now_ms), 0);
	return count;
}

static void test_burst_and_rate(void **state)
{
	struct buckets b;

	(void)state;
	buckets_init(&b, 100, 1);
	assert_int_equal(buckets_left(&b, "a", 5), 100);
	assert_int_equal(drain(&b, "a", 5), 100);
	assert_int_equal(drain(&b, "a", 1004), 0);
	assert_int_equal(drain(&b, "a", 1005), 1);
	assert_int_equal(drain(&b, "a", 1005), 0);
	/* Nothing is lost between the seconds, nothing is won by asking often. */
	for (uint64_t now = 1006; now < 4000; now += 7)
		assert_int_equal(buckets_left(&b, "a", now), (now - 1005) / 1000);
	assert_int_equal(drain(&b, "a", 4005), 3);
	for (uint64_t now = 4006; now < 7000; now += 7)
		(void)take(&b, "a", now);
	assert_int_equal(drain(&b, "a", 7005), 1);
	/* Never more than at first. */
	assert_int_equal(drain(&b, "a", UINT64_C(1) << 60), 100);
	buckets_free(&b);
}

static void test_each_its_own(void **state)
{
	struct buckets b;

	(void)state;
	buckets_init(&b, 3, 2);
	assert_int_equal(drain(&b, "a", 0), 3);
	assert_int_equal(drain(&b, "b", 0), 3);
	assert_int_equal(buckets_left(&b, "c", 0), 3);
	assert_int_equal(drain(&b, "a", 500), 1);
	assert_int_equal(drain(&b, "b", 1000), 2);
	buckets_free(&b);
}

static void test_large(void **state)
{
	enum { RATE = 100000 };
	struct buckets b;
	unsigned taken;

	(void)state;
	buckets_init(&b, RATE, RATE);
	taken = drain(&b, "a", 0);
	for (uint64_t now = 1; now <= 100; now++)
		taken += drain(&b, "a", now);
	assert_int_equal(taken, RATE + RATE / 10);
	buckets_free(&b);
	buckets_init(&b, UINT64_C(1) << 40, UINT64_C(1) << 40);
	assert_true(take(&b, "a", 1));
	assert_int_equal(buckets_left(&b, "a", UINT64_MAX), UINT64_C(1) << 40);
	buckets_free(&b);
}

/* Who has a full bucket makes room; who is out of tokens is never let off by that. */
static void test_room(void **state)
{
	enum { USERS = 5000, BAD = 40 };
	struct buckets b;
	char user[32];

	(void)state;
	buckets_init(&b, 2, 1);
	for (int i = 0; i < USERS; i++) {
		uint64_t now = (uint64_t)i * 10;

		(void)snprintf(user, sizeof user, "user%d", i);
		assert_true(take(&b, user, now));
		(void)snprintf(user, sizeof user, "bad%d", i % BAD);
		if (i < BAD)
			assert_int_equal(drain(&b, user, now), 2);
		else
			assert_true(drain(&b, user, now) <= 1);
	}
	/* 40 bad ones, and those of the last second. */
	assert_true(b.count < 400 && b.room < 1024);
	buckets_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_burst_and_rate),
	    cmocka_unit_test(test_each_its_own),
	    cmocka_unit_test(test_large),
	    cmocka_unit_test(test_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
