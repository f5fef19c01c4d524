/* METHOD S6: rounds that a composite is pooled with. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "world.h"

static void make_composite(struct world *w, const char *code, const char *pool)
{
	struct composite *c = &w->model.composite;

	free(w->model.code);
	w->model.code = strdup(code);
	w->model.mode = MODE_COMPOSITE;
	c->lo.micro = 0;
	c->hi.micro = 10 * DECIMAL_ONE;
	c->factor.micro = DECIMAL_ONE;
	c->minmax = true;
	if (c->pool == NULL)
		c->pool = calloc(1, sizeof *c->pool);
	c->pool_count = 1;
	free(c->pool[0]);
	c->pool[0] = strdup(pool);
}

static void a_pooled_round_is_closed_when_it_is_named(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, false);
	make_composite(&w, "vòng-2", "vòng-1");
	world_put_open(&w, 2);
	assert_int_equal(fold_round_count(w.fold), 1);
	world_close_round(&w);
	make_composite(&w, "vòng-2", "vòng-9");
	world_put_open(&w, 2);
	assert_int_equal(fold_round_count(w.fold), 1);
	make_composite(&w, "vòng-2", "vòng-1");
	world_put_open(&w, 2);
	assert_int_equal(fold_round_count(w.fold), 2);
	world_void(&w);
	make_composite(&w, "vòng-3", "vòng-1");
	world_put_open(&w, 3);
	assert_int_equal(fold_round_count(w.fold), 2);
	world_close(&w);
}

static void expect_pool(const struct world *w, uint64_t sheets_n, uint64_t values_n,
			size_t sheets, size_t appraisals)
{
	struct sample s;

	assert_int_equal(
	    fold_sample_at(fold_round_by_number(w->fold, 2), sheets_n, values_n, &s),
	    0);
	assert_int_equal(s.sheet_count, 0);
	assert_int_equal(s.pool_count, 1);
	assert_ptr_equal(s.pool[0].round, fold_round_model(world_first(w)));
	assert_int_equal(s.pool[0].sheet_count, sheets);
	assert_int_equal(s.pool[0].appraisal_count, appraisals);
	assert_int_equal(s.pool[0].pool_count, 0);
	sample_free(&s);
}

static void a_pool_is_of_the_same_cut(void **state)
{
	struct world_sheet one = {.rater = 3, .revision = 1, .answers = {2, 2, 1}};
	const Par__V1__AppraisalTarget criterion =
	    PAR__V1__APPRAISAL_TARGET__APPRAISAL_TARGET_CRITERION;
	struct sample s;
	struct world w;

	(void)state;
	world_open(&w, false);
	world_send(&w, &one);
	world_close_round(&w);
	make_composite(&w, "vòng-2", "vòng-1");
	world_put_open(&w, 2);                      /* 4 */
	world_appraise(&w, 0, criterion, 6, 5, ""); /* 5 */
	world_annul_rater(&w, 3);                   /* 6 */
	assert_int_equal(fold_round_changed(fold_round_by_number(w.fold, 2)), 6);
	expect_pool(&w, 4, 4, 1, 0);
	expect_pool(&w, 4, 5, 1, 1);
	expect_pool(&w, 6, 4, 0, 0);
	assert_int_equal(fold_sample_unannulled(fold_round_by_number(w.fold, 2), 6, &s),
			 0);
	assert_int_equal(s.pool[0].sheet_count, 0); /* those of round 2 alone */
	sample_free(&s);
	world_void(&w); /* 7 */
	expect_pool(&w, 6, 7, 0, 1);
	assert_int_equal(fold_sample(fold_round_by_number(w.fold, 2), &s), 0);
	assert_int_equal(s.pool_count, 0);
	sample_free(&s);
	world_close(&w);
}

static int setup(void **state)
{
	(void)state;
	return sodium_init() < 0 ? -1 : 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_pooled_round_is_closed_when_it_is_named),
	    cmocka_unit_test(a_pool_is_of_the_same_cut),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
