#include "tests/golden/measures.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

void measures_open(struct measures *m, const char *lo, const char *hi,
		   const char *factor)
{
	*m = (struct measures){.build = build_new(2)};
	build_composite(m->build, lo, hi, factor);
}

void measures_close(struct measures *m)
{
	/* the rows are not those of build */
	m->build->sample.measured_count = 0;
	build_free(m->build);
	free(m->rows);
}

void measures_leaf(struct measures *m, const char *code, const char *parent,
		   const char *points, int64_t lo, int64_t hi, unsigned power)
{
	struct round *r = &m->build->round;
	struct criterion *c;

	assert_true(r->criterion_count < MEASURES_CRITERIA);
	m->power[r->criterion_count] = power;
	build_criterion(m->build, code, parent, points, SOURCE_MEASURED);
	c = &r->criteria[r->criterion_count - 1];
	c->lo.micro = lo;
	c->hi.micro = hi;
}

void measures_finish(struct measures *m)
{
	const struct round *r = &m->build->round;

	build_finish(m->build);
	m->rows = calloc((size_t)r->unit_count * r->criterion_count, sizeof *m->rows);
	assert_non_null(m->rows);
	m->build->sample.measured = m->rows;
}

void measures_give(struct measures *m, uint32_t unit, uint32_t criterion,
		   const char *value)
{
	static char evidence[] = "table";
	struct sample *s = &m->build->sample;

	m->rows[s->measured_count++] = (struct measured){
	    .unit = unit,
	    .criterion = criterion,
	    .value = {digits_scaled(value, m->power[criterion])},
	    .evidence = evidence,
	};
}
