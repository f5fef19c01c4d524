/* A position as text, and the file that `par watch --state` keeps one in. */

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/err.h"
#include "services/par/position.h"
#include "tests/fuzz/scratch.h"
#include "tests/fuzz/target.h"

static void check_again(const struct position *p)
{
	char text[POSITION_TEXT];
	struct position again;
	int err = position_parse(position_text(p, text), &again);

	assert(err == 0);
	assert(position_is_start(p) || memcmp(p, &again, sizeof again) == 0);
}

static void check_text(struct bytes in)
{
	struct position p;
	char *text = bytes_dup(in);
	int err;

	assert(text != NULL);
	err = position_parse(text, &p);
	assert(err == 0 || err == ERR_FORMAT);
	if (err == 0)
		check_again(&p);
	free(text);
}

static void check_file(struct bytes in)
{
	struct position p;
	int err = position_load(scratch_file("state", in), &p);

	assert(err == 0 || err == ERR_FORMAT);
	if (err == 0)
		check_again(&p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_text(bytes_of(data, size));
	check_file(bytes_of(data, size));
	return 0;
}
