#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "common/base/err.h"
#include "common/round/code.h"

enum { CODES = 300 };

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

static bool parses(const char *text)
{
	uint8_t bytes[CODE_BYTES];
	int err = code_parse(bytes_str(text), bytes);

	assert_true(!err || err == ERR_FORMAT);
	assert_int_equal(code_is_mistyped(bytes_str(text)),
			 err && code_looks_made(bytes_str(text)));
	return !err;
}

static void make(char text[CODE_TEXT])
{
	uint8_t bytes[CODE_BYTES];

	randombytes_buf(bytes, sizeof bytes);
	code_text(bytes, text);
}

static void test_there_and_back(void **state)
{
	(void)state;
	for (int i = 0; i < CODES; i++) {
		uint8_t bytes[CODE_BYTES], back[CODE_BYTES];
		char text[CODE_TEXT];

		randombytes_buf(bytes, sizeof bytes);
		assert_int_equal(strlen(code_text(bytes, text)), CODE_TEXT - 1);
		assert_true(code_looks_made(bytes_str(text)));
		assert_int_equal(code_parse(bytes_str(text), back), 0);
		assert_memory_equal(bytes, back, sizeof bytes);
	}
}

/* What the text of a code is stays as it is: codes are on paper. */
static void test_known(void **state)
{
	uint8_t bytes[CODE_BYTES] = {0};
	char text[CODE_TEXT];

	(void)state;
	assert_string_equal(code_text(bytes, text),
			    "0000-0000-0000-0000-0000-0000-0000");
	for (uint8_t i = 0; i < CODE_BYTES; i++)
		bytes[i] = (uint8_t)(i * 17);
	assert_string_equal(code_text(bytes, text),
			    "008J-4CT4-ANK7-F24S-NAXW-SQFE-ZW9N");
}

/* Every wrong character at every place. */
static void test_every_substitution(void **state)
{
	(void)state;
	for (int i = 0; i < CODES; i++) {
		char text[CODE_TEXT];

		make(text);
		for (size_t at = 0; text[at]; at++) {
			char right = text[at];

			for (const char *p = alphabet; *p && right != '-'; p++) {
				text[at] = *p;
				assert_int_equal(parses(text), *p == right);
			}
			text[at] = right;
		}
	}
}

/* Every swap of two characters: neighbours and all others. */
static void test_every_swap(void **state)
{
	(void)state;
	for (int i = 0; i < CODES; i++) {
		char text[CODE_TEXT];

		make(text);
		for (size_t a = 0; text[a]; a++) {
			for (size_t b = a + 1; text[b]; b++) {
				char x = text[a], y = text[b];

				if (x == y || x == '-' || y == '-')
					continue;
				text[a] = y;
				text[b] = x;
				assert_false(parses(text));
				text[a] = x;
				text[b] = y;
			}
		}
	}
}

/* Any two wrong characters, of one code. */
static void test_every_pair_of_substitutions(void **state)
{
	char text[CODE_TEXT];

	(void)state;
	make(text);
	for (size_t a = 0; text[a]; a++) {
		for (size_t b = a + 1; text[b]; b++) {
			char x = text[a], y = text[b];

			if (x == '-' || y == '-')
				continue;
			for (int k = 0; k < 32 * 32; k++) {
				text[a] = alphabet[k / 32];
				text[b] = alphabet[k % 32];
				assert_int_equal(parses(text),
						 text[a] == x && text[b] == y);
			}
			text[a] = x;
			text[b] = y;
		}
	}
}

/* Another way of typing it: each of `from` as its place of `as`. */
static void retype(const char *text, const char *from, const char *as, char *out)
{
	for (; *text; text++) {
		const char *at = strchr(from, *text);

		*out++ = at ? as[at - from] : *text;
		if (*text == '-')
			*out++ = ' ';
	}
	*out = '\0';
}

static void test_as_people_type(void **state)
{
	static const char *const as[] = {"oIb ", "OlB-", "oLb-", "0iB "};
	uint8_t bytes[CODE_BYTES], back[CODE_BYTES];
	char text[CODE_TEXT], typed[2 * CODE_TEXT];

	(void)state;
	for (int i = 0; i < CODES; i++) {
		randombytes_buf(bytes, sizeof bytes);
		code_text(bytes, text);
		retype(text, "01B-", as[i % 4], typed);
		assert_true(code_looks_made(bytes_str(typed)));
		assert_int_equal(code_parse(bytes_str(typed), back), 0);
		assert_memory_equal(back, bytes, sizeof bytes);
	}
}

static void test_other_texts(void **state)
{
	char text[CODE_TEXT];

	(void)state;
	make(text);
	assert_false(parses(""));
	assert_false(parses("ZN6EV9YYYQSVF6MB"));
	assert_false(code_looks_made(bytes_str("ZN6EV9YYYQSVF6MB")));
	text[CODE_TEXT - 2] = '\0'; /* one too few */
	assert_false(parses(text) || code_looks_made(bytes_str(text)));
	make(text);
	text[4] = 'U'; /* looks like one, is no digit */
	assert_false(parses(text));
	make(text);
	text[0] = 'U';
	assert_true(code_looks_made(bytes_str(text)) && !parses(text));
	text[0] = '.';
	assert_false(parses(text) || code_looks_made(bytes_str(text)));
	text[0] = '\0';
	assert_false(code_looks_made(bytes_of(text, CODE_TEXT - 1)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_there_and_back),
	    cmocka_unit_test(test_known),
	    cmocka_unit_test(test_every_substitution),
	    cmocka_unit_test(test_every_swap),
	    cmocka_unit_test(test_every_pair_of_substitutions),
	    cmocka_unit_test(test_as_people_type),
	    cmocka_unit_test(test_other_texts),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
