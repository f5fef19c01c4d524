/* What is cut into parts comes out whole, and nothing else does. */

#include "common/base/err.h"
#include "common/net/parts.h"

#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static struct bytes random_bytes(size_t len)
{
	uint8_t *data = malloc(len + 1);
	assert_non_null(data);
	randombytes_buf(data, len);
	return bytes_of(data, len);
}

static void free_bytes(struct bytes b)
{
	free((void *)(uintptr_t)b.data);
}

static void round_trip(size_t len, uint32_t count)
{
	struct bytes data = random_bytes(len);
	struct whole whole;
	struct joiner joiner;
	struct part part;
	whole_init(&whole, data, PART_INTAKE_MAX);
	joiner_init(&joiner);
	assert_int_equal(whole.count, count);
	for (uint32_t i = 1; i <= count; i++) {
		assert_true(whole_part(&whole, i, &part));
		assert_true(part.data.len <= PART_INTAKE_MAX);
		assert_int_equal(joiner_take(&joiner, &part), i == count);
	}
	assert_false(whole_part(&whole, 0, &part));
	assert_false(whole_part(&whole, count + 1, &part));
	assert_true(bytes_equal(buf_bytes(&joiner.whole), data));
	joiner_free(&joiner);
	free_bytes(data);
}

static void whole_comes_back(void **state)
{
	(void)state;
	round_trip(1, 1);
	round_trip(PART_INTAKE_MAX, 1);
	round_trip(PART_INTAKE_MAX + 1, 2);
	round_trip(5 * PART_INTAKE_MAX, 5);
}

static void wrong_order_is_refused(void **state)
{
	(void)state;
	struct bytes data = random_bytes(3 * PART_INTAKE_MAX);
	struct whole whole;
	struct joiner joiner;
	struct part part;
	whole_init(&whole, data, PART_INTAKE_MAX);
	joiner_init(&joiner);
	assert_true(whole_part(&whole, 2, &part));
	assert_int_equal(joiner_take(&joiner, &part), ERR_FORMAT);
	assert_true(whole_part(&whole, 1, &part));
	assert_int_equal(joiner_take(&joiner, &part), 0);
	assert_int_equal(joiner_take(&joiner, &part), ERR_FORMAT);
	assert_true(whole_part(&whole, 3, &part));
	assert_int_equal(joiner_take(&joiner, &part), ERR_FORMAT);
	joiner_free(&joiner);
	free_bytes(data);
}

static void another_digest_starts_over(void **state)
{
	(void)state;
	struct bytes a = random_bytes(2 * PART_INTAKE_MAX);
	struct bytes b = random_bytes(2 * PART_INTAKE_MAX);
	struct whole first, second;
	struct joiner joiner;
	struct part part;
	whole_init(&first, a, PART_INTAKE_MAX);
	whole_init(&second, b, PART_INTAKE_MAX);
	joiner_init(&joiner);
	assert_true(whole_part(&first, 1, &part));
	assert_int_equal(joiner_take(&joiner, &part), 0);
	assert_true(whole_part(&second, 2, &part));
	assert_int_equal(joiner_take(&joiner, &part), ERR_RETRY);
	joiner_reset(&joiner);
	for (uint32_t i = 1; i <= 2; i++) {
		assert_true(whole_part(&second, i, &part));
		assert_int_equal(joiner_take(&joiner, &part), i == 2);
	}
	assert_true(bytes_equal(buf_bytes(&joiner.whole), b));
	joiner_free(&joiner);
	free_bytes(a);
	free_bytes(b);
}

static void other_bytes_are_found(void **state)
{
	(void)state;
	struct bytes data = random_bytes(100);
	struct whole whole;
	struct joiner joiner;
	struct part part;
	whole_init(&whole, data, PART_INTAKE_MAX);
	joiner_init(&joiner);
	assert_true(whole_part(&whole, 1, &part));
	struct bytes other = random_bytes(part.data.len);
	part.data = other;
	assert_int_equal(joiner_take(&joiner, &part), ERR_CORRUPT);
	joiner_free(&joiner);
	free_bytes(other);
	free_bytes(data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(whole_comes_back),
	    cmocka_unit_test(wrong_order_is_refused),
	    cmocka_unit_test(another_digest_starts_over),
	    cmocka_unit_test(other_bytes_are_found),
	};
	return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
