/* METHOD U4: the generator's words and the seed. All known answers: tests/golden. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/method/philox.h"

/* Random123's kat_vectors: digits of pi, so that no two words can be mistaken. */
static void words_in_order(void **state)
{
	static const uint32_t counter[4] = {0x243f6a88, 0x85a308d3, 0x13198a2e,
					    0x03707344};
	static const uint32_t key[2] = {0xa4093822, 0x299f31d0};
	static const uint32_t expected[4] = {0xd16cfe09, 0x94fdcceb, 0x5001e420,
					     0x24126ea1};
	uint32_t out[4];

	(void)state;
	philox4x32(counter, key, out);
	assert_memory_equal(out, expected, sizeof expected);
}

static void output_may_replace_the_counter(void **state)
{
	static const uint32_t key[2] = {1, 2};
	uint32_t counter[4] = {3, 4, 5, 6};
	uint32_t expected[4];

	(void)state;
	philox4x32(counter, key, expected);
	philox4x32(counter, key, counter);
	assert_memory_equal(counter, expected, sizeof expected);
}

/* As sha256sum gives it for "par-seed/1:" and the code in UTF-8. */
static void seed_of_a_round(void **state)
{
	(void)state;
	assert_true(philox_seed("dn-2024") == UINT64_C(0x4a6bd513d889a0d6));
	assert_true(philox_seed("ddci-hà-tĩnh-2021") == UINT64_C(0xe7669c395664df76));
	assert_true(philox_seed("") == UINT64_C(0x502e56d6a42e491b));
}

static void low_half_comes_first(void **state)
{
	uint32_t key[2];

	(void)state;
	philox_key(UINT64_C(0x0123456789abcdef), key);
	assert_int_equal(key[0], 0x89abcdef);
	assert_int_equal(key[1], 0x01234567);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(words_in_order),
	    cmocka_unit_test(output_may_replace_the_counter),
	    cmocka_unit_test(seed_of_a_round),
	    cmocka_unit_test(low_half_comes_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
