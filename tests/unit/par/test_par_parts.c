/* What is cut into parts comes out whole, and nothing else does. */

#include "common/base/err.h"
#include "services/par/parts.h"

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
	struct parts parts;
	Par__V1__Part part;
	parts_whole(data, &whole);
	parts_init(&parts);
	assert_int_equal(whole.count, count);
	for (uint32_t i = 1; i <= count; i++) {
		parts_cut(&whole, i, &part);
		assert_true(part.data.len <= PARTS_DATA_MAX);
		assert_int_equal(parts_take(&parts, &part), i == count);
	}
	assert_true(bytes_equal(buf_bytes(&parts.whole), data));
	parts_free(&parts);
	free_bytes(data);
}

static void whole_comes_back(void **state)
{
	(void)state;
	round_trip(1, 1);
	round_trip(PARTS_DATA_MAX, 1);
	round_trip(PARTS_DATA_MAX + 1, 2);
	round_trip(5 * PARTS_DATA_MAX, 5);
}

static void wrong_order_is_refused(void **state)
{
	(void)state;
	struct bytes data = random_bytes(3 * PARTS_DATA_MAX);
	struct whole whole;
	struct parts parts;
	Par__V1__Part part;
	parts_whole(data, &whole);
	parts_init(&parts);
	parts_cut(&whole, 2, &part);
	assert_int_equal(parts_take(&parts, &part), ERR_FORMAT);
	parts_cut(&whole, 1, &part);
	assert_int_equal(parts_take(&parts, &part), 0);
	assert_int_equal(parts_take(&parts, &part), ERR_FORMAT);
	parts_cut(&whole, 3, &part);
	assert_int_equal(parts_take(&parts, &part), ERR_FORMAT);
	parts_free(&parts);
	free_bytes(data);
}

static void another_digest_starts_over(void **state)
{
	(void)state;
	struct bytes a = random_bytes(2 * PARTS_DATA_MAX);
	struct bytes b = random_bytes(2 * PARTS_DATA_MAX);
	struct whole first, second;
	struct parts parts;
	Par__V1__Part part;
	parts_whole(a, &first);
	parts_whole(b, &second);
	parts_init(&parts);
	parts_cut(&first, 1, &part);
	assert_int_equal(parts_take(&parts, &part), 0);
	parts_cut(&second, 2, &part);
	assert_int_equal(parts_take(&parts, &part), ERR_RETRY);
	parts_reset(&parts);
	for (uint32_t i = 1; i <= 2; i++) {
		parts_cut(&second, i, &part);
		assert_int_equal(parts_take(&parts, &part), i == 2);
	}
	assert_true(bytes_equal(buf_bytes(&parts.whole), b));
	parts_free(&parts);
	free_bytes(a);
	free_bytes(b);
}

static void flipped_byte_is_found(void **state)
{
	(void)state;
	struct bytes data = random_bytes(100);
	struct whole whole;
	struct parts parts;
	Par__V1__Part part;
	parts_whole(data, &whole);
	parts_init(&parts);
	parts_cut(&whole, 1, &part);
	part.data.data[50] ^= 1;
	assert_int_equal(parts_take(&parts, &part), ERR_CORRUPT);
	parts_free(&parts);
	free_bytes(data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(whole_comes_back),
	    cmocka_unit_test(wrong_order_is_refused),
	    cmocka_unit_test(another_digest_starts_over),
	    cmocka_unit_test(flipped_byte_is_found),
	};
	return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
