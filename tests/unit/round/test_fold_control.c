/* Control entries: what they change, and what they must not. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "common/base/err.h"
#include "common/round/proto.h"
#include "par/v1/entry.pb-c.h"
#include "world.h"

static const struct world_sheet one = {
    .rater = 3, .unit = 0, .revision = 1, .answers = {2, 2, 1}};

static void an_opening_makes_a_round(void **state)
{
	struct fold_round *r;
	uint8_t rules[32];
	uint32_t count;
	struct world w;

	(void)state;
	world_open(&w, false);
	r = fold_round_by_code(w.fold, bytes_str("vòng-1"));
	assert_non_null(r);
	assert_ptr_equal(r, world_first(&w));
	assert_int_equal(fold_round_number(r), 1);
	assert_int_equal(fold_round_state(r), ROUND_OPEN);
	assert_int_equal(fold_round_roster_rows(r), WORLD_ROWS);
	assert_int_equal(manifest_rules_digest(&w.model, rules), 0);
	assert_memory_equal(fold_round_rules(r), rules, 32);
	assert_int_equal(fold_round_strata(r, &count)[1].members, 4);
	assert_int_equal(count, 2);
	assert_null(fold_round_by_number(w.fold, 0));
	assert_null(fold_round_by_number(w.fold, 2));
	world_close(&w);
}

static void open_again(struct world *w, const char *code, uint32_t number)
{
	struct seal seal = {.time = 1};
	struct buf body;

	free(w->model.code);
	w->model.code = strdup(code);
	buf_init(&body, MANIFEST_BYTES_MAX);
	assert_int_equal(manifest_encode(&w->model, true, &body), 0);
	assert_int_equal(world_apply(w, ENTRY_OPEN, number, &seal, buf_bytes(&body)),
			 0);
	buf_free(&body);
}

static void a_code_and_a_number_are_used_once(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, false);
	open_again(&w, "vòng-1", 2);
	assert_int_equal(fold_round_count(w.fold), 1);
	open_again(&w, "other", 1);
	open_again(&w, "other", 3);
	assert_int_equal(fold_round_count(w.fold), 1);
	world_void(&w);
	open_again(&w, "vòng-1", 2);
	assert_int_equal(fold_round_count(w.fold), 1);
	open_again(&w, "other", 2);
	assert_int_equal(fold_round_count(w.fold), 2);
	assert_int_equal(fold_round_changed(fold_round_by_number(w.fold, 2)), w.n);
	world_close(&w);
}

static void an_opening_of_a_newer_version_halts(void **state)
{
	struct seal seal = {.time = 1};
	struct world w;
	struct buf body;

	(void)state;
	world_open(&w, false);
	buf_init(&body, MANIFEST_BYTES_MAX);
	assert_int_equal(manifest_encode(&w.model, true, &body), 0);
	body.data[1] = 2;
	assert_int_equal(world_apply(&w, ENTRY_OPEN, 2, &seal, buf_bytes(&body)),
			 ERR_VERSION);
	assert_int_equal(fold_n(w.fold), 1);
	buf_free(&body);
	world_close(&w);
}

static void after_closing_no_sheet_counts_but_annulments_do(void **state)
{
	struct world_sheet late = one;
	struct world w;
	char *sample;

	(void)state;
	late.unit = 1;
	world_open(&w, false);
	world_send(&w, &one);
	world_close_round(&w);
	assert_int_equal(fold_round_state(world_first(&w)), ROUND_CLOSED);
	world_send(&w, &late);
	sample = world_sample(&w);
	assert_string_equal(sample, "3/1/0:0=2,2,1 ");
	free(sample);
	world_annul_rater(&w, 3);
	sample = world_sample(&w);
	assert_string_equal(sample, "");
	free(sample);
	world_close(&w);
}

static void a_void_round_takes_nothing(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, false);
	world_void(&w);
	assert_int_equal(fold_round_state(world_first(&w)), ROUND_VOID);
	world_send(&w, &one);
	world_close_round(&w);
	world_release(&w, 1, false);
	assert_int_equal(fold_round_state(world_first(&w)), ROUND_VOID);
	assert_int_equal(fold_round_counts(world_first(&w), -1).sheets_taken, 0);
	assert_int_equal(fold_release_count(w.fold), 0);
	assert_int_equal(fold_round_changed(world_first(&w)), w.n);
	world_close(&w);
}

static uint64_t annul_for(struct world *w, uint32_t rater, const char *reason)
{
	Par__V1__AnnulEntry m = PAR__V1__ANNUL_ENTRY__INIT;
	uint64_t before = fold_round_counts(world_first(w), -1).sheets_live;

	rater++;
	m.raters = &rater;
	m.n_raters = 1;
	m.reason = proto_view(bytes_str(reason));
	assert_int_equal(world_control(w, ENTRY_ANNUL, &m), 0);
	return before - fold_round_counts(world_first(w), -1).sheets_live;
}

static void an_annulment_has_a_declared_reason(void **state)
{
	struct fold_round *r;
	struct world w;

	(void)state;
	world_init(&w, true);
	w.model.annulment_reasons = calloc(2, sizeof *w.model.annulment_reasons);
	w.model.annulment_reasons[0] = strdup("trùng lặp");
	w.model.annulment_reasons[1] = strdup("xung đột lợi ích");
	w.model.annulment_reason_count = 2;
	world_put_open(&w, 1);
	r = world_first(&w);
	world_send(&w, &one);
	assert_false(fold_round_takes_reason(r, bytes_str("nhầm")));
	assert_true(fold_round_takes_reason(r, bytes_str("trùng lặp")));
	assert_int_equal(annul_for(&w, 3, "nhầm"), 0);
	assert_int_equal(annul_for(&w, 3, ""), 0);
	assert_int_equal(annul_for(&w, 3, "xung đột lợi ích"), 1);
	world_close(&w);
	world_open(&w, false);
	assert_true(fold_round_takes_reason(world_first(&w), bytes_str("nhầm")));
	world_send(&w, &one);
	assert_int_equal(annul_for(&w, 3, "\xff not UTF-8"), 0);
	assert_int_equal(annul_for(&w, 3, "nhầm"), 1);
	world_close(&w);
}

static struct fold_command command(const struct world *w, uint32_t number)
{
	uint8_t id[COMMAND_ID_SIZE] = {0};
	struct fold_command c = {0};

	be32_put(id, number);
	if (!fold_command(w->fold, id, &c))
		c.n = 0;
	return c;
}

static void commands_are_remembered_with_their_answers(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, false); /* 1 */
	world_send(&w, &one);
	world_annul_rater(&w, 3);    /* 2 */
	world_close_round(&w);       /* 3 */
	world_release(&w, 1, false); /* 4 */
	world_retract(&w, 1);        /* 5 */
	assert_int_equal(command(&w, 1).n, 1);
	assert_int_equal(command(&w, 2).n, 3);
	assert_int_equal(command(&w, 2).rows, 1);
	assert_int_equal(command(&w, 3).n, 4);
	assert_int_equal(command(&w, 4).number, 1);
	assert_int_equal(command(&w, 4).ordinal, 1);
	assert_int_equal(command(&w, 5).number, 1);
	assert_int_equal(command(&w, 5).ordinal, 2);
	assert_int_equal(command(&w, 6).n, 0);
	w.commands = 2; /* the same id again: the first answer stays */
	world_close_round(&w);
	assert_int_equal(command(&w, 3).n, 4);
	world_close(&w);
}

static void no_id_is_no_command(void **state)
{
	struct seal seal = {.time = 1};
	struct world w;

	(void)state;
	world_open(&w, false);
	assert_int_equal(world_apply(&w, ENTRY_CLOSE, 1, &seal, bytes_str("")), 0);
	assert_int_equal(fold_round_state(world_first(&w)), ROUND_CLOSED);
	assert_int_equal(command(&w, 0).n, 0);
	world_close(&w);
}

static void a_roster_entry_enlarges_the_round(void **state)
{
	struct world_sheet far = {.rater = 2 * WORLD_ROWS + 1,
				  .unit = 0,
				  .revision = 1,
				  .answers = {1, 1, 1}};
	struct fold_round *r;
	uint32_t count;
	struct world w;

	(void)state;
	world_open(&w, false);
	r = world_first(&w);
	world_send(&w, &far);
	assert_int_equal(fold_round_counts(r, -1).sheets_taken, 0);
	world_enlarge(&w, 5, 3, "x"); /* fewer than before */
	world_enlarge(&w, 6, 3, "q"); /* another label */
	assert_int_equal(fold_round_roster_rows(r), WORLD_ROWS);
	world_enlarge(&w, 7, 3, "x");
	assert_int_equal(fold_round_roster_rows(r), 14);
	assert_int_equal(command(&w, w.commands).rows, 4);
	assert_string_equal(fold_round_strata(r, &count)[2].labels[0], "z");
	assert_int_equal(count, 3);
	assert_int_equal(fold_round_counts(r, 2).responded, 0);
	world_send(&w, &far);
	assert_int_equal(fold_round_counts(r, -1).sheets_taken, 1);
	world_close_round(&w);
	world_enlarge(&w, 9, 9, "x");
	assert_int_equal(fold_round_roster_rows(r), 14);
	world_close(&w);
}

static void of_appraisals_the_last_holds(void **state)
{
	const Par__V1__AppraisalTarget criterion =
	    PAR__V1__APPRAISAL_TARGET__APPRAISAL_TARGET_CRITERION;
	const Par__V1__AppraisalTarget bonus =
	    PAR__V1__APPRAISAL_TARGET__APPRAISAL_TARGET_BONUS;
	const Par__V1__AppraisalTarget penalty =
	    PAR__V1__APPRAISAL_TARGET__APPRAISAL_TARGET_PENALTY;
	struct sample s;
	struct world w;

	(void)state;
	world_open(&w, false);
	world_appraise(&w, 1, bonus, 0, 2, "b");
	world_appraise(&w, 1, criterion, 6, 10, "first");
	world_appraise(&w, 1, bonus, 0, 1, "a");
	world_appraise(&w, 1, criterion, 6, 12, "second");
	world_appraise(&w, 1, bonus, 0, 3, "b");
	world_appraise(&w, 0, criterion, 6, 1, "");
	assert_int_equal(command(&w, w.commands).rows, 1);
	world_appraise(&w, 0, criterion, 6, 31, "over the maximum");
	assert_int_equal(command(&w, w.commands).rows, 0);
	world_appraise(&w, 0, criterion, 2, 1, "surveyed");
	world_appraise(&w, 0, criterion, 5, 1, "a parent");
	world_appraise(&w, 0, penalty, 0, 1, "this round has none");
	world_close_round(&w);
	world_appraise(&w, 2, criterion, 6, 5, "after closing");

	assert_int_equal(fold_sample(world_first(&w), &s), 0);
	assert_int_equal(s.appraisal_count, 5);
	assert_int_equal(s.appraisals[0].unit, 0);
	assert_int_equal(s.appraisals[1].target, TARGET_CRITERION);
	assert_int_equal(s.appraisals[1].points.micro, 12 * DECIMAL_ONE);
	assert_string_equal(s.appraisals[1].evidence, "second");
	assert_string_equal(s.appraisals[2].evidence, "a");
	assert_string_equal(s.appraisals[3].evidence, "b");
	assert_int_equal(s.appraisals[3].points.micro, 3 * DECIMAL_ONE);
	assert_int_equal(s.appraisals[4].unit, 2);
	sample_free(&s);
	world_close(&w);
}

static void of_measured_values_the_last_holds(void **state)
{
	struct sample s;
	struct world w;

	(void)state;
	world_open(&w, false);
	world_measure(&w, 1, 6, 7);
	world_measure(&w, 0, 6, -3);
	world_measure(&w, 1, 6, 900);
	world_measure(&w, 2, 6, 1); /* excluded */
	world_measure(&w, 1, 5, 1); /* appraised */
	world_measure(&w, 9, 6, 1);
	assert_int_equal(fold_sample(world_first(&w), &s), 0);
	assert_int_equal(s.measured_count, 2);
	assert_int_equal(s.measured[0].value.micro, -3 * DECIMAL_ONE);
	assert_int_equal(s.measured[1].value.micro, 900 * (int64_t)DECIMAL_ONE);
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
	    cmocka_unit_test(an_opening_makes_a_round),
	    cmocka_unit_test(a_code_and_a_number_are_used_once),
	    cmocka_unit_test(an_opening_of_a_newer_version_halts),
	    cmocka_unit_test(after_closing_no_sheet_counts_but_annulments_do),
	    cmocka_unit_test(a_void_round_takes_nothing),
	    cmocka_unit_test(an_annulment_has_a_declared_reason),
	    cmocka_unit_test(commands_are_remembered_with_their_answers),
	    cmocka_unit_test(no_id_is_no_command),
	    cmocka_unit_test(a_roster_entry_enlarges_the_round),
	    cmocka_unit_test(of_appraisals_the_last_holds),
	    cmocka_unit_test(of_measured_values_the_last_holds),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
