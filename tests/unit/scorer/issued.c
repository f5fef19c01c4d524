#include "tests/unit/scorer/issued.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "services/scorer/publish.h"
#include "tests/unit/method/released.h"

void issued_make(const struct sample *cuts, uint32_t number, struct issued *out)
{
	static char nothing[] = "";
	struct fold_release release = {.number = number,
				       .kind = number > 1 ? RELEASE_CORRECTION
							  : RELEASE_OFFICIAL,
				       .decision = nothing,
				       .note = nothing};
	struct analysis a = {.sample = cuts[number - 1]};
	struct faults faults;

	faults_init(&faults);
	out->result = released_result(&cuts[number - 1]);
	assert_int_equal(
	    holding_publish(&out->result, cuts, number, 1, &out->public, &faults), 0);
	faults_free(&faults);
	a.result = out->result;
	a.public = out->public;
	memset(a.result.hash, 0, sizeof a.result.hash);
	buf_init(&out->item, PUBLISH_BYTES_MAX);
	assert_int_equal(publish_release(&a, &release, &out->item), 0);
}

void issued_free(struct issued *m)
{
	buf_free(&m->item);
	public_free(&m->public);
	result_free(&m->result);
}

void issued_assert_same(const struct issued *a, const struct issued *b)
{
	assert_int_equal(a->item.len, b->item.len);
	assert_memory_equal(a->item.data, b->item.data, a->item.len);
}

uint32_t issued_times(uint32_t count)
{
	const char *more = getenv("PAR_LONG");

	if (getenv("PAR_VALGRIND") != NULL)
		return count / 50 + 1;
	return more != NULL && *more != '\0' ? count * 20 : count;
}
