/* Views, the buffer with its maximum, numbers and hexadecimal. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "common/base/bytes.h"
#include "common/base/err.h"

static void views_compare_bytewise(void **state)
{
	(void)state;
	assert_true(bytes_equal(bytes_str("ab"), bytes_of("abc", 2)));
	assert_false(bytes_equal(bytes_str("ab"), bytes_str("abc")));
	assert_false(bytes_equal(bytes_str("b"), bytes_str("a")));
	assert_true(bytes_equal(bytes_of(NULL, 0), bytes_str("")));
}

static void dup_keeps_zero_bytes(void **state)
{
	char *copy = bytes_dup(bytes_of("a\0b", 3));

	(void)state;
	assert_memory_equal(copy, "a\0b", 4);
	free(copy);
}

static void buffer_grows_to_its_maximum_only(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 100);
	for (int i = 0; i < 100; i++)
		assert_int_equal(buf_put(&b, "x", 1), 0);
	assert_int_equal(buf_put(&b, "x", 1), ERR_LIMIT);
	assert_int_equal(buf_reserve(&b, SIZE_MAX), ERR_LIMIT);
	assert_int_equal(b.len, 100);
	assert_int_equal(b.cap, 100);
	buf_reset(&b);
	assert_int_equal(buf_printf(&b, "%099d", 7), 0);
	assert_int_equal(buf_printf(&b, "%d", 77), ERR_LIMIT);
	assert_int_equal(b.len, 99);
	buf_free(&b);
	assert_int_equal(buf_put_str(&b, "again"), 0);
	assert_true(bytes_equal(buf_bytes(&b), bytes_str("again")));
	buf_free(&b);
}

static void empty_buffer_takes_nothing(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 0);
	assert_int_equal(buf_put(&b, NULL, 0), 0);
	assert_int_equal(buf_put(&b, "x", 1), ERR_LIMIT);
	buf_free(&b);
}

static void numbers_are_big_endian(void **state)
{
	uint8_t p[8];

	(void)state;
	be64_put(p, 0x0102030405060708);
	assert_memory_equal(p, "\1\2\3\4\5\6\7\10", 8);
	assert_int_equal(be64_get(p), 0x0102030405060708);
	assert_int_equal(be32_get(p), 0x01020304);
	assert_int_equal(be16_get(p), 0x0102);
	be32_put(p, 0xfffefdfc);
	be16_put(p + 4, 0x8001);
	assert_memory_equal(p, "\xff\xfe\xfd\xfc\x80\x01\7\10", 8);
}

static void hexadecimal_is_exact(void **state)
{
	uint8_t out[3] = {9, 9, 9};
	char text[7];

	(void)state;
	assert_int_equal(hex_decode("00aBfF", out, 3), 0);
	assert_memory_equal(out, "\x00\xab\xff", 3);
	hex_encode(bytes_of(out, 3), text);
	assert_string_equal(text, "00abff");
	assert_int_equal(hex_decode("00aBf", out, 3), ERR_FORMAT);
	assert_int_equal(hex_decode("00aBfF0", out, 3), ERR_FORMAT);
	assert_int_equal(hex_decode("00aBfg", out, 3), ERR_FORMAT);
	assert_memory_equal(out, "\x00\xab\xff", 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(views_compare_bytewise),
	    cmocka_unit_test(dup_keeps_zero_bytes),
	    cmocka_unit_test(buffer_grows_to_its_maximum_only),
	    cmocka_unit_test(empty_buffer_takes_nothing),
	    cmocka_unit_test(numbers_are_big_endian),
	    cmocka_unit_test(hexadecimal_is_exact),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
