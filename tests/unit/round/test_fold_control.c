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

static void shut(struct world *w)
{
	Par__V1__CloseEntry m = PAR__V1__CLOSE_ENTRY__INIT;

	assert_int_equal(world_control(w, ENTRY_CLOSE, &m), 0);
}

static void make_void(struct world *w)
{
	Par__V1__VoidEntry m = PAR__V1__VOID_ENTRY__INIT;

	assert_int_equal(world_control(w, ENTRY_VOID, &m), 0);
}

static void retract(struct world *w, uint32_t number)
{
	Par__V1__RetractEntry m = PAR__V1__RETRACT_ENTRY__INIT;

	m.number = number;
	m.reason = proto_view(bytes_str("sai"));
	assert_int_equal(world_control(w, ENTRY_RETRACT, &m), 0);
}

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
	make_void(&w);
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
	shut(&w);
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
	make_void(&w);
	assert_int_equal(fold_round_state(world_first(&w)), ROUND_VOID);
	world_send(&w, &one);
	shut(&w);
	world_release(&w, 1, false);
	assert_int_equal(fold_round_state(world_first(&w)), ROUND_VOID);
	assert_int_equal(fold_round_counts(world_first(&w), -1).sheets_taken, 0);
	assert_int_equal(fold_release_count(w.fold), 0);
	assert_int_equal(fold_round_changed(world_first(&w)), w.n);
	world_close(&w);
}

static void a_release_needs_a_closed_round_and_its_number(void **state)
{
	struct fold_round *r;
	struct world w;

	(void)state;
	world_open(&w, false);
	r = world_first(&w);
	world_release(&w, 1, false);
	assert_int_equal(fold_round_releases(r), 0);
	shut(&w);
	world_release(&w, 2, false);
	world_release(&w, 1, true);
	assert_int_equal(fold_round_releases(r), 0);
	world_release(&w, 1, false);
	assert_int_equal(fold_round_releases(r), 1);
	assert_int_equal(fold_release_of(r, 1)->n, w.n);
	assert_string_equal(fold_release_of(r, 1)->decision, "QĐ 12");
	assert_int_equal(fold_release_of(r, 1)->time, 1000);
	assert_null(fold_release_of(r, 2));
	make_void(&w);
	assert_int_equal(fold_round_state(r), ROUND_CLOSED);
	world_close(&w);
}

static void a_trial_round_releases_while_open_and_only_trials(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, true);
	world_release(&w, 1, false);
	assert_int_equal(fold_round_releases(world_first(&w)), 0);
	world_release(&w, 1, true);
	assert_int_equal(fold_round_releases(world_first(&w)), 1);
	assert_int_equal(fold_release(w.fold, 1)->kind, RELEASE_TRIAL);
	world_close(&w);
}

static void retractions_are_numbered_with_releases(void **state)
{
	struct fold_round *r;
	struct world w;

	(void)state;
	world_open(&w, false);
	r = world_first(&w);
	shut(&w);
	world_release(&w, 1, false);
	assert_true(fold_round_unchanged(r, RELEASE_OFFICIAL));
	assert_false(fold_round_unchanged(r, RELEASE_CORRECTION));
	retract(&w, 2);
	assert_false(fold_round_unchanged(r, RELEASE_OFFICIAL));
	retract(&w, 1);
	retract(&w, 1);
	assert_int_equal(fold_release_count(w.fold), 2);
	assert_true(fold_release(w.fold, 2)->retraction);
	assert_int_equal(fold_release(w.fold, 2)->number, 1);
	assert_string_equal(fold_release(w.fold, 2)->note, "sai");
	assert_true(fold_round_retracted(r, 1));
	world_release(&w, 2, false);
	assert_int_equal(fold_release_of(r, 2)->ordinal, 3);
	assert_false(fold_round_retracted(r, 2));
	assert_null(fold_release(w.fold, 4));
	assert_null(fold_release(w.fold, 0));
	world_close(&w);
}

static void annulments_since_a_release_are_known(void **state)
{
	struct fold_round *r;
	struct world w;

	(void)state;
	world_open(&w, false);
	r = world_first(&w);
	world_send(&w, &one);
	shut(&w);
	assert_false(fold_round_annulled_since_release(r));
	world_release(&w, 1, false);
	world_annul_rater(&w, 9); /* has no sheet: moves nothing */
	assert_false(fold_round_annulled_since_release(r));
	world_annul_rater(&w, 3);
	assert_true(fold_round_annulled_since_release(r));
	retract(&w, 1); /* what was public stays known */
	assert_true(fold_round_annulled_since_release(r));
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
	shut(&w);                    /* 3 */
	world_release(&w, 1, false); /* 4 */
	retract(&w, 1);              /* 5 */
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
	shut(&w);
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

/* A roster entry of two old strata and a new one. */
static void enlarge(struct world *w, uint64_t rows_x, uint64_t rows_z, const char *x)
{
	Par__V1__RosterEntry m = PAR__V1__ROSTER_ENTRY__INIT;
	Par__V1__RosterSeal seal = PAR__V1__ROSTER_SEAL__INIT;
	Par__V1__Stratum s[3], *list[3];
	ProtobufCBinaryData labels[3] = {proto_view(bytes_str(x)),
					 proto_view(bytes_str("y")),
					 proto_view(bytes_str("z"))};
	uint64_t rows[3] = {rows_x, 4, rows_z};

	for (int i = 0; i < 3; i++) {
		par__v1__stratum__init(&s[i]);
		s[i].n_labels = 1;
		s[i].labels = &labels[i];
		s[i].rows = rows[i];
		s[i].members = 20;
		list[i] = &s[i];
	}
	seal.rows = rows_x + 4 + rows_z;
	m.roster = &seal;
	m.strata = list;
	m.n_strata = 3;
	assert_int_equal(world_control(w, ENTRY_ROSTER, &m), 0);
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
	enlarge(&w, 5, 3, "x"); /* fewer than before */
	enlarge(&w, 6, 3, "q"); /* another label */
	assert_int_equal(fold_round_roster_rows(r), WORLD_ROWS);
	enlarge(&w, 7, 3, "x");
	assert_int_equal(fold_round_roster_rows(r), 14);
	assert_int_equal(command(&w, w.commands).rows, 4);
	assert_string_equal(fold_round_strata(r, &count)[2].labels[0], "z");
	assert_int_equal(count, 3);
	assert_int_equal(fold_round_counts(r, 2).responded, 0);
	world_send(&w, &far);
	assert_int_equal(fold_round_counts(r, -1).sheets_taken, 1);
	shut(&w);
	enlarge(&w, 9, 9, "x");
	assert_int_equal(fold_round_roster_rows(r), 14);
	world_close(&w);
}

static void appraise(struct world *w, uint32_t unit, Par__V1__AppraisalTarget target,
		     uint32_t criterion, int64_t points, const char *evidence)
{
	Par__V1__AppraisalsEntry m = PAR__V1__APPRAISALS_ENTRY__INIT;
	Par__V1__Appraisal row = PAR__V1__APPRAISAL__INIT, *rows = &row;

	row.unit = unit + 1;
	row.target = target;
	row.criterion = criterion;
	row.points = points * DECIMAL_ONE;
	row.evidence = proto_view(bytes_str(evidence));
	row.by = proto_view(bytes_str("HĐ"));
	m.rows = &rows;
	m.n_rows = 1;
	assert_int_equal(world_control(w, ENTRY_APPRAISALS, &m), 0);
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
	appraise(&w, 1, bonus, 0, 2, "b");
	appraise(&w, 1, criterion, 6, 10, "first");
	appraise(&w, 1, bonus, 0, 1, "a");
	appraise(&w, 1, criterion, 6, 12, "second");
	appraise(&w, 1, bonus, 0, 3, "b");
	appraise(&w, 0, criterion, 6, 1, "");
	assert_int_equal(command(&w, w.commands).rows, 1);
	appraise(&w, 0, criterion, 6, 31, "over the maximum");
	assert_int_equal(command(&w, w.commands).rows, 0);
	appraise(&w, 0, criterion, 2, 1, "surveyed");
	appraise(&w, 0, criterion, 5, 1, "a parent");
	appraise(&w, 0, penalty, 0, 1, "this round has none");
	shut(&w);
	appraise(&w, 2, criterion, 6, 5, "after closing");

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

static void measure(struct world *w, uint32_t unit, uint32_t criterion, int64_t value)
{
	Par__V1__MeasuredEntry m = PAR__V1__MEASURED_ENTRY__INIT;
	Par__V1__Measured row = PAR__V1__MEASURED__INIT, *rows = &row;

	row.unit = unit + 1;
	row.criterion = criterion + 1;
	row.value = value * DECIMAL_ONE;
	m.rows = &rows;
	m.n_rows = 1;
	assert_int_equal(world_control(w, ENTRY_MEASURED, &m), 0);
}

static void of_measured_values_the_last_holds(void **state)
{
	struct sample s;
	struct world w;

	(void)state;
	world_open(&w, false);
	measure(&w, 1, 6, 7);
	measure(&w, 0, 6, -3);
	measure(&w, 1, 6, 900);
	measure(&w, 2, 6, 1); /* excluded */
	measure(&w, 1, 5, 1); /* appraised */
	measure(&w, 9, 6, 1);
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
	    cmocka_unit_test(a_release_needs_a_closed_round_and_its_number),
	    cmocka_unit_test(a_trial_round_releases_while_open_and_only_trials),
	    cmocka_unit_test(retractions_are_numbered_with_releases),
	    cmocka_unit_test(annulments_since_a_release_are_known),
	    cmocka_unit_test(commands_are_remembered_with_their_answers),
	    cmocka_unit_test(no_id_is_no_command),
	    cmocka_unit_test(a_roster_entry_enlarges_the_round),
	    cmocka_unit_test(of_appraisals_the_last_holds),
	    cmocka_unit_test(of_measured_values_the_last_holds),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
