/* The code of an enterprise as somebody typed it. */

#include <assert.h>
#include <string.h>

#include "common/base/err.h"
#include "common/round/code.h"
#include "tests/fuzz/target.h"

/* Every code has its text, and one wrong character is found. */
static void check_made(const uint8_t code[CODE_BYTES], size_t place)
{
	char text[CODE_TEXT];
	uint8_t again[CODE_BYTES];
	struct bytes typed = bytes_str(code_text(code, text));
	int err = code_parse(typed, again);

	assert(err == 0 && memcmp(code, again, CODE_BYTES) == 0);
	assert(code_looks_made(typed));
	place %= typed.len;
	if (text[place] == '-')
		return;
	text[place] = text[place] == '7' ? '8' : '7';
	err = code_parse(typed, again);
	assert(err == ERR_FORMAT);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes in = bytes_of(data, size);
	uint8_t code[CODE_BYTES];
	int err = code_parse(in, code);

	assert(err == 0 || err == ERR_FORMAT);
	assert(err != 0 || code_looks_made(in));
	if (err == 0)
		check_made(code, 0);
	if (size > CODE_BYTES)
		check_made(data, data[CODE_BYTES]);
	return 0;
}
