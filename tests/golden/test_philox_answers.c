/* METHOD section 8, philox: Random123's known answers of the 4x32 generator. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/method/philox.h"
#include "tests/golden/table.h"

enum column { GENERATOR, ROUNDS, COUNTER_THEN_KEY, OUTPUT };
enum { VECTORS = 3 };

/* Exactly `count` words in hexadecimal, separated by spaces. */
static void read_words(const char *text, uint32_t *words, int count)
{
	for (int i = 0; i < count; i++) {
		char *end;

		words[i] = (uint32_t)strtoul(text, &end, 16);
		assert_int_equal(end - text, i ? 9 : 8);
		text = end;
	}
	assert_int_equal(*text, '\0');
}

static void known_answers(void **state)
{
	struct table vectors = table_read("tests/golden/philox/kat_vectors.csv");
	size_t compared = 0;

	(void)state;
	for (size_t i = 0; i < vectors.count; i++) {
		char *const *cells = vectors.rows[i].cells;
		uint32_t input[6], expected[4], out[4];

		if (strcmp(cells[GENERATOR], "philox4x32") != 0 ||
		    strcmp(cells[ROUNDS], "10") != 0)
			continue;
		read_words(cells[COUNTER_THEN_KEY], input, 6);
		read_words(cells[OUTPUT], expected, 4);
		philox4x32(input, input + 4, out);
		assert_memory_equal(out, expected, sizeof expected);
		compared++;
	}
	assert_int_equal(compared, VECTORS);
	table_free(&vectors);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(known_answers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
