#include "tests/unit/method/composite.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct build *composite_fields(const char *factor)
{
	struct build *b = build_new(5);

	build_criterion(b, "1", NULL, "60", SOURCE_NONE);
	build_criterion(b, "1.1", "1", "20", SOURCE_APPRAISED);
	build_criterion(b, "1.2", "1", "40", SOURCE_APPRAISED);
	build_criterion(b, "2", NULL, "40", SOURCE_APPRAISED);
	build_composite(b, "1", "10", factor);
	return b;
}

void composite_give(struct build *b, uint32_t unit, const char *first,
		    const char *second, const char *third)
{
	if (first != NULL)
		build_points(b, unit, "1.1", first);
	if (second != NULL)
		build_points(b, unit, "1.2", second);
	if (third != NULL)
		build_points(b, unit, "2", third);
}

void composite_assert(const struct build *b, uint32_t unit, const char *expected)
{
	struct scored s;

	build_score(b, unit, &s);
	assert_int_equal(s.score.has_figure, expected != NULL);
	if (expected != NULL)
		build_assert(s.score.index, expected);
	scored_free(&s);
}
