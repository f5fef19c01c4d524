/* METHOD O5: invited, responded, sheets, and what was answered of what was shown. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/method/response.h"
#include "tests/unit/method/build.h"

/* Three leaves; the second unit is without the last, the third has no sheet. */
static struct build *three_leaves(void)
{
	struct build *b = build_new(5);

	build_criterion(b, "1", NULL, "40", SOURCE_SURVEY);
	build_criterion(b, "2", NULL, "30", SOURCE_SURVEY);
	build_criterion(b, "3", NULL, "30", SOURCE_SURVEY);
	build_unit(b, "U", 0);
	build_unit(b, "V", 0);
	build_unit(b, "W", 0);
	build_exclude(b, 1, "3");
	build_columns(b, 1);
	build_stratum(b, "A", 100);
	build_stratum(b, "B", 100);
	build_finish(b);
	return b;
}

static void assert_rate(bool any, mpq_t rate, const char *expected)
{
	char *text;

	assert_int_equal(any, expected != NULL);
	if (!expected)
		return;
	text = mpq_get_str(NULL, 10, rate);
	assert_string_equal(text, expected);
	free(text);
}

static void assert_rates(const struct response_unit *u, const char *contact,
			 const char *dont_know)
{
	mpq_t rate;

	mpq_init(rate);
	assert_rate(response_contact_rate(u, rate), rate, contact);
	assert_rate(response_dont_know_rate(u, rate), rate, dont_know);
	mpq_clear(rate);
}

static void counts_of_units(void **state)
{
	struct build *b = three_leaves();
	struct response out;
	struct result r;

	(void)state;
	build_sheet(b, 1, 0, 0, 0, "5n-");
	build_sheet(b, 2, 0, 0, 0, "bd1");
	build_sheet(b, 3, 0, 1, 0, "nrd");
	/* the third answer is about what does not apply to V */
	build_sheet(b, 3, 1, 1, 0, "4nd");
	r = build_result(b);
	assert_int_equal(response_count(&r, &out), 0);
	assert_int_equal(out.unit_count, 3);
	assert_int_equal(out.units[0].sheets, 3);
	assert_int_equal(out.units[0].shown, 8);
	assert_int_equal(out.units[0].no_contact, 2);
	assert_int_equal(out.units[0].dont_know, 2);
	assert_rates(&out.units[0], "3/4", "1/4");
	assert_int_equal(out.units[1].sheets, 1);
	assert_int_equal(out.units[1].shown, 2);
	assert_rates(&out.units[1], "1/2", "0");
	assert_int_equal(out.units[2].sheets, 0);
	assert_int_equal(out.units[2].shown, 0);
	assert_rates(&out.units[2], NULL, NULL);
	response_free(&out);
	result_free(&r);
	build_free(b);
}

static void counts_of_the_round(void **state)
{
	struct sample_annulment annulments[] = {
	    {.sheets = 3, .raters = 2},
	    {.sheets = 4, .raters = 1},
	};
	struct build *b = three_leaves();
	struct response out;
	struct result r;

	(void)state;
	b->sample.invited = 200;
	b->sample.annulments = annulments;
	b->sample.annulment_count = 2;
	build_sheet(b, 1, 0, 0, 0, "555");
	build_sheet(b, 1, 1, 0, 0, "55-");
	build_sheet(b, 2, 0, 1, 0, "---");
	r = build_result(b);
	assert_int_equal(response_count(&r, &out), 0);
	assert_int_equal(out.invited, 200);
	assert_int_equal(out.responded, 2);
	assert_int_equal(out.sheets, 3);
	assert_int_equal(out.annulled, 7);
	response_free(&out);
	result_free(&r);
	build_free(b);
}

static void nothing_came(void **state)
{
	struct build *b = three_leaves();
	struct response out;
	struct result r = build_result(b);

	(void)state;
	assert_int_equal(response_count(&r, &out), 0);
	assert_int_equal(out.responded, 0);
	assert_int_equal(out.sheets, 0);
	assert_int_equal(out.annulled, 0);
	assert_rates(&out.units[0], NULL, NULL);
	response_free(&out);
	result_free(&r);
	build_free(b);
}

/* All no contact: a contact rate of 0; all don't know: a rate of 1. */
static void rates_at_the_ends(void **state)
{
	struct build *b = three_leaves();
	struct response out;
	struct result r;

	(void)state;
	build_sheet(b, 1, 0, 0, 0, "nnn");
	build_sheet(b, 1, 1, 0, 0, "dd-");
	r = build_result(b);
	assert_int_equal(response_count(&r, &out), 0);
	assert_rates(&out.units[0], "0", "0");
	assert_rates(&out.units[1], "1", "1");
	response_free(&out);
	result_free(&r);
	build_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(counts_of_units),
	    cmocka_unit_test(counts_of_the_round),
	    cmocka_unit_test(nothing_came),
	    cmocka_unit_test(rates_at_the_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
