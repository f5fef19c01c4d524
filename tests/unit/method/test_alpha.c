/* METHOD U5: Cronbach's alpha of a field. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <math.h>

#include "common/method/figure.h"
#include "common/method/reliability.h"
#include "tests/unit/method/build.h"

struct related {
	struct result result;
	struct reliability out;
};

static struct related compute(const struct build *b)
{
	struct related r = {.result = build_result(b)};

	assert_int_equal(reliability_compute(&r.result, &r.out), 0);
	return r;
}

static void related_free(struct related *r, struct build *b)
{
	reliability_free(&r->out);
	result_free(&r->result);
	build_free(b);
}

static void assert_near(double value, double expected)
{
	if (fabs(value - expected) > 1e-9 * fmax(1, fabs(expected)))
		print_error("%.17g instead of %.17g\n", value, expected);
	assert_true(fabs(value - expected) <= 1e-9 * fmax(1, fabs(expected)));
}

/* A field of two leaves "1" and a lone one "2"; two units, V without the second leaf.
 */
static struct build *two_leaves(void)
{
	struct build *b = build_new(5);

	build_criterion(b, "1", NULL, "60", SOURCE_NONE);
	build_criterion(b, "1.1", "1", "50", SOURCE_SURVEY);
	build_criterion(b, "1.2", "1", "10", SOURCE_SURVEY);
	build_criterion(b, "2", NULL, "40", SOURCE_SURVEY);
	build_unit(b, "U", 0);
	build_unit(b, "V", 0);
	build_exclude(b, 1, "1.2");
	build_finish(b);
	return b;
}

/* alpha of the first field; NULL: none. */
static void assert_alpha(struct build *b, uint64_t sheets, const char *expected)
{
	struct related r = compute(b);
	const struct reliability_field *f = &r.out.fields[0];
	char *text = mpq_get_str(NULL, 10, f->alpha);

	assert_int_equal(f->sheets, sheets);
	assert_int_equal(f->any, expected != NULL);
	if (expected)
		assert_string_equal(text, expected);
	assert_false(r.out.fields[3].any); /* one leaf */
	free(text);
	related_free(&r, b);
}

static void give(struct build *b, const char *const sheets[], uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		build_sheet(b, i, 0, 0, 0, sheets[i]);
}

static void alpha_by_hand(void **state)
{
	const char *agree[] = {"111", "33-", "55n"};
	const char *partly[] = {"11-", "35-", "53-"};
	const char *against[] = {"15-", "31-", "53-"};
	struct build *b = two_leaves();

	(void)state;
	give(b, agree, 3);
	assert_alpha(b, 3, "1");
	/* variances 5000/3 each, of the sums 0, 150, 150: 5000 */
	b = two_leaves();
	give(b, partly, 3);
	assert_alpha(b, 3, "2/3");
	/* sums 100, 50, 150: 5000/3 */
	b = two_leaves();
	give(b, against, 3);
	assert_alpha(b, 3, "-2");
}

static void no_alpha(void **state)
{
	const char *opposite[] = {"15-", "51-", "33-"};
	const char *equal[] = {"33-", "33-"};
	const char *one[] = {"15-"};
	struct build *b = two_leaves();

	(void)state;
	give(b, opposite, 3);
	assert_alpha(b, 3, NULL);
	b = two_leaves();
	give(b, equal, 2);
	assert_alpha(b, 2, NULL);
	b = two_leaves();
	give(b, one, 1);
	assert_alpha(b, 1, NULL);
	assert_alpha(two_leaves(), 0, NULL);
}

/* Sheets without a score somewhere, and about units without a leaf, are left out. */
static void which_sheets_take_part(void **state)
{
	const char *sheets[] = {"11-", "35-", "53-", "5n-", "b5-", "nd5", "--5"};
	struct build *b = two_leaves();

	(void)state;
	give(b, sheets, 7);
	build_sheet(b, 7, 1, 0, 0, "5-5");
	build_sheet(b, 8, 1, 0, 0, "55-");
	assert_alpha(b, 3, "2/3");
}

/* A second scale, of `levels` with the values 100 (y - 1) / (levels - 1). */
static void add_scale(struct build *b, uint32_t levels)
{
	struct round *r = &b->round;

	r->scales = realloc(r->scales, (r->scale_count + 1) * sizeof *r->scales);
	assert_non_null(r->scales);
	r->scales[r->scale_count++] =
	    (struct scale){.name = strdup("other"), .levels = levels};
}

static uint32_t draw(uint64_t *seed, uint32_t below)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return (uint32_t)(*seed >> 33) % below;
}

enum { LEAVES = 5 };

static double slow_alpha(const struct build *b, const uint32_t levels[LEAVES])
{
	double n = 0, sum[LEAVES + 1] = {0}, squares[LEAVES + 1] = {0}, leaves = 0;

	for (size_t i = 0; i < b->sample.sheet_count; i++) {
		double v[LEAVES + 1] = {0};
		bool all = true;

		for (int a = 0; a < LEAVES; a++) {
			uint32_t y = b->answers[i][a];

			all = all && y < ANSWER_BLANK;
			v[a] =
			    100.0 * (a == 1 ? levels[a] - y : y - 1) / (levels[a] - 1);
			v[LEAVES] += v[a];
		}
		for (int a = 0; a <= LEAVES && all; a++) {
			sum[a] += v[a];
			squares[a] += v[a] * v[a];
		}
		n += all;
	}
	for (int a = 0; a < LEAVES; a++)
		leaves += squares[a] - sum[a] * sum[a] / n;
	return LEAVES / (LEAVES - 1.0) *
	       (1 - leaves / (squares[LEAVES] - sum[LEAVES] * sum[LEAVES] / n));
}

/* Three scales, one leaf that counts down. */
static void alpha_against_the_formula(void **state)
{
	const uint32_t levels[LEAVES] = {5, 4, 8, 5, 4};
	const int32_t scales[LEAVES] = {0, 1, 2, 0, 1};
	uint64_t seed = 4;

	(void)state;
	for (int trial = 0; trial < 30; trial++) {
		struct build *b = build_new(5);
		struct related r;

		add_scale(b, 4);
		add_scale(b, 8);
		build_criterion(b, "1", NULL, "100", SOURCE_NONE);
		for (int a = 0; a < LEAVES; a++) {
			const char code[2] = {(char)('a' + a), 0};

			build_criterion(b, code, "1", "20", SOURCE_SURVEY);
			b->round.criteria[a + 1].scale = scales[a];
			b->round.criteria[a + 1].down = a == 1;
		}
		build_unit(b, "U", 0);
		build_finish(b);
		for (uint32_t i = 0; i < 40; i++) {
			char answers[LEAVES + 1] = {0};

			for (int a = 0; a < LEAVES; a++)
				answers[a] = (char)('1' + draw(&seed, levels[a]));
			if (draw(&seed, 3) == 0)
				answers[draw(&seed, LEAVES)] = 'd';
			build_sheet(b, i, 0, 0, 0, answers);
		}
		r = compute(b);
		assert_true(r.out.fields[0].any);
		assert_near(figure_double(r.out.fields[0].alpha),
			    slow_alpha(b, levels));
		related_free(&r, b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(alpha_by_hand),
	    cmocka_unit_test(no_alpha),
	    cmocka_unit_test(which_sheets_take_part),
	    cmocka_unit_test(alpha_against_the_formula),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
