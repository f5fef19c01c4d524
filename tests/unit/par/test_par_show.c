/* Columns line up by characters, not bytes. */

#include "services/par/show.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void columns_line_up(void **state)
{
	(void)state;
	static const char *const cells[] = {
	    "name", "n", "end", "Sở Nội vụ", "7", "x", "abc", "123", "y",
	};
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	show_table(out, cells, 3, 3, 1 << 1);
	fclose(out);
	assert_string_equal(text, "name         n  end\n"
				  "Sở Nội vụ    7  x\n"
				  "abc        123  y\n");
	free(text);
}

static void hash_needs_32_bytes(void **state)
{
	(void)state;
	uint8_t data[32] = {0x01, 0xef};
	char hex[SHOW_HASH];
	assert_string_equal(show_hash((ProtobufCBinaryData){31, data}, hex), "");
	assert_int_equal(strlen(show_hash((ProtobufCBinaryData){32, data}, hex)), 64);
	assert_int_equal(strncmp(hex, "01ef00", 6), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(columns_line_up),
	    cmocka_unit_test(hash_needs_32_bytes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
