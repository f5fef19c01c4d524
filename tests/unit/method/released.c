#include "tests/unit/method/released.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct result released_result(const struct sample *s)
{
	struct faults faults;
	struct result r = {0};

	faults_init(&faults);
	assert_int_equal(result_compute(s, 1, &r, &faults), 0);
	faults_free(&faults);
	return r;
}

struct released released_make(const struct sample *s)
{
	struct released p = {.result = released_result(s)};
	struct public_source source = {.result = &p.result};
	uint32_t *own = calloc(s->round->unit_count + 1u, sizeof *own);

	assert_non_null(own);
	assert_int_equal(public_make(&source, own, &p.public), 0);
	free(own);
	return p;
}

void released_free(struct released *p)
{
	public_free(&p->public);
	result_free(&p->result);
}

void build_same(struct build *b, uint32_t first, uint32_t count, uint32_t unit,
		const char *answers)
{
	for (uint32_t i = 0; i < count; i++)
		build_sheet(b, first + i, unit, 0, 0, answers);
}

bool same_cell(const struct public_cell *a, const struct public_cell *b)
{
	return a->state == b->state && strcmp(a->text, b->text) == 0;
}

void assert_cell(const struct public_cell *c, enum cell_state state, const char *text)
{
	assert_string_equal(c->text, text);
	assert_int_equal(c->state, state);
}
