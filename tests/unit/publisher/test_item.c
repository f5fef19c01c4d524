/* What is taken for an item, and what is refused: the last look before the public. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/base/err.h"
#include "tests/unit/publisher/example.h"

static int decode(const struct example *e, struct item *out)
{
	struct buf payload;
	int err;

	example_release(e, &payload);
	err = item_decode(buf_bytes(&payload), out);
	buf_free(&payload);
	return err;
}

static void what_is_told_is_taken(void **state)
{
	const struct example e = {.round = "mau", .number = 2, .held_from = 1};
	struct item item;
	const struct item_unit *u;

	(void)state;
	assert_int_equal(decode(&e, &item), 0);
	assert_int_equal(item.what, ITEM_RELEASE);
	assert_true(item_is_detailed(&item));
	assert_int_equal(item.criterion_count, 5);
	assert_int_equal(item.leaf_count, 4);
	assert_int_equal(item.criteria[0].field, -1);
	assert_int_equal(item.criteria[3].field, 0);
	assert_int_equal(item.criteria[3].source, SOURCE_APPRAISED);
	assert_int_equal(item.criteria[4].field, -1);
	assert_true(item.criteria[4].leaf);
	assert_string_equal(item.merged.list[0], "Hội B / nhỏ + Hội B / <vừa>");
	assert_int_equal(item.annulment_count, 2);
	assert_int_equal(item.annulments[0].sheets, 1012);
	assert_string_equal(item.bonus_max, "2.5");
	assert_int_equal(item.rules_digest[0], 0xcd);
	assert_int_equal(item.method_digest[0], 0xef);
	assert_int_equal(item.seed, 0x00f1e2d3c4b5a697);
	u = &item.blocks[0].units[0];
	assert_null(u->cells);
	assert_int_equal(u->index.state, CELL_NONE);
	u = &item.blocks[0].units[1];
	assert_int_equal(u->rank_low, 1);
	assert_int_equal(u->rank_high, 3);
	assert_int_equal(u->cells[4].state, CELL_HIDDEN);
	assert_string_equal(u->cells[4].text, "");
	u = &item.blocks[0].units[2];
	assert_int_equal(u->held_from, 1);
	assert_int_equal(u->cells[1].state, CELL_LOW);
	assert_string_equal(u->cells[1].text, "<= 5.00");
	u = &item.blocks[1].units[1];
	assert_int_equal(u->index.state, CELL_HIGH);
	assert_string_equal(u->survey_part.text, ">= 95.00");
	item_free(&item);
}

static void an_old_release_has_no_details(void **state)
{
	const struct example e = {.round = "mau", .number = 2, .old = true};
	struct item item;

	(void)state;
	assert_int_equal(decode(&e, &item), 0);
	assert_false(item_is_detailed(&item));
	assert_int_equal(item.mode, MODE_POINTS);
	assert_int_equal(item.blocks[0].units[1].index.state, CELL_SHOWN);
	assert_string_equal(item.blocks[0].units[1].survey_part.text, "");
	assert_null(item.blocks[0].units[1].cells);
	item_free(&item);
}

static void failures_and_retractions_are_items(void **state)
{
	struct item item;
	struct buf payload;

	(void)state;
	example_failure("mau", 7, &payload);
	assert_int_equal(item_decode(buf_bytes(&payload), &item), 0);
	assert_int_equal(item.what, ITEM_FAILURE);
	assert_int_equal(item.number, 7);
	assert_int_equal(item.kind, RELEASE_CORRECTION);
	item_free(&item);
	buf_free(&payload);
	example_retraction("mau", 7, "sai", &payload);
	assert_int_equal(item_decode(buf_bytes(&payload), &item), 0);
	assert_int_equal(item.what, ITEM_RETRACTION);
	assert_string_equal(item.reason, "sai");
	item_free(&item);
	buf_free(&payload);
}

static int decode_lost(const char *round, uint32_t number, struct item *out)
{
	struct buf payload;
	int err;

	example_lost(round, number, &payload);
	err = item_decode(buf_bytes(&payload), out);
	buf_free(&payload);
	return err;
}

static void what_was_lost_may_be_of_no_round(void **state)
{
	struct item item;

	(void)state;
	assert_int_equal(decode_lost("mau", 7, &item), 0);
	assert_true(item.lost);
	assert_int_equal(item.what, ITEM_FAILURE);
	assert_int_equal(item.number, 7);
	item_free(&item);
	assert_int_equal(decode_lost("", 0, &item), 0);
	assert_string_equal(item.round, "");
	item_free(&item);
	assert_int_equal(decode_lost("", 7, &item), ERR_FORMAT);
	assert_int_equal(decode_lost("mau", 0, &item), ERR_FORMAT);
}

/* ---- what contradicts itself ---- */

/* Borrowed by a message; NULL is no text. */
static ProtobufCBinaryData text(const char *from)
{
	static char room[8][128];
	static unsigned next;
	char *copy = room[next++ % 8];

	strncpy(copy, from, 127);
	return (ProtobufCBinaryData){strlen(copy), (uint8_t *)copy};
}

static Par__V1__PublicUnit *unit(Par__V1__ReleaseItem *i, size_t block, size_t place)
{
	return i->release->blocks[block]->units[place];
}

#define SPOIL(name, what)                                                              \
	static void name(Par__V1__ReleaseItem *i)                                      \
	{                                                                              \
		what;                                                                  \
	}

SPOIL(one_cell_too_few, unit(i, 0, 1)->n_cells--)
SPOIL(no_cells, unit(i, 0, 1)->n_cells = 0)
SPOIL(unknown_state, unit(i, 0, 1)->cells[0]->state = (Par__V1__CellState)9)
SPOIL(no_state, unit(i, 0, 1)->cells[0]->state = 0)
SPOIL(hidden_with_score, unit(i, 0, 1)->cells[4]->score = text("70.00"))
SPOIL(none_with_score, unit(i, 0, 1)->cells[2]->score = text("70.00"))
SPOIL(shown_without_score, unit(i, 0, 1)->cells[0]->score.len = 0)
SPOIL(shown_as_bound, unit(i, 0, 1)->cells[0]->score = text(">= 95.00"))
SPOIL(low_as_high, unit(i, 0, 2)->cells[1]->score = text(">= 95.00"))
SPOIL(high_without_sign, unit(i, 1, 1)->cells[0]->score = text("95.00"))
SPOIL(high_without_figure, unit(i, 1, 1)->cells[0]->score = text(">= "))
SPOIL(figure_of_words, unit(i, 0, 1)->cells[0]->score = text("7<b>"))
SPOIL(figure_too_long, unit(i, 1, 1)->score = text(
			   ">= 000000000000000000000000000000000000000000000095.00"))
SPOIL(bound_with_se, unit(i, 1, 1)->se = text("1.0"))
SPOIL(bound_with_interval, unit(i, 1, 1)->ci_low = text("90.0"))
SPOIL(bound_with_certain_band, unit(i, 1, 1)->band_certain = true)
SPOIL(index_hidden, unit(i, 0, 1)->state = PAR__V1__CELL_STATE__CELL_STATE_HIDDEN)
SPOIL(no_rank, unit(i, 0, 3)->rank = 0)
SPOIL(rank_outside_its_set, unit(i, 0, 1)->rank = 4)
SPOIL(set_without_best, unit(i, 0, 1)->rank_low = 0)
SPOIL(no_part, unit(i, 0, 1)->survey_part = NULL)
SPOIL(held_from_itself, unit(i, 0, 1)->held_from = 2)
SPOIL(few_raters, unit(i, 0, 1)->raters = 9)
SPOIL(low_floor, i->release->cell_show = 9)
SPOIL(respondents_not_in_tens, i->release->respondents_tens = 1791)
SPOIL(insufficient_with_score, unit(i, 0, 0)->score = text("70.00"))
SPOIL(insufficient_with_se, unit(i, 0, 0)->se = text("1.0"))
SPOIL(insufficient_with_cells, unit(i, 0, 0)->cells = unit(i, 0, 1)->cells;
      unit(i, 0, 0)->n_cells = 5)
SPOIL(insufficient_with_part, unit(i, 0, 0)->survey_part = unit(i, 0, 1)->survey_part)
SPOIL(insufficient_with_rank, unit(i, 0, 0)->rank_low = 1)
SPOIL(with_a_change, unit(i, 0, 1)->leave_out_change = text("0.10"))
SPOIL(with_an_association, unit(i, 0, 1)->leave_out_association = text("A"))
SPOIL(with_annulled_sheets, unit(i, 0, 1)->unannulled_score = text("72.90"))
SPOIL(no_mode, i->release->mode = 0)
SPOIL(short_digest, i->release->rules_digest.len = 31)
SPOIL(no_digest, i->release->method_digest.len = 0)
SPOIL(field_after_its_leaf, i->release->criteria[1]->field = 3)
SPOIL(field_nowhere, i->release->criteria[1]->field = UINT32_MAX)
SPOIL(leaf_below_a_leaf, i->release->criteria[3]->field = 2)
SPOIL(leaf_without_source, i->release->criteria[1]->source = 0)
SPOIL(field_with_source,
      i->release->criteria[0]->source = PAR__V1__SOURCE__SOURCE_SURVEY)
SPOIL(no_points, i->release->criteria[0]->points.len = 0)
SPOIL(nameless_criterion, i->release->criteria[0]->code.len = 0)
SPOIL(many_decimals, i->release->decimals = 7)
SPOIL(bad_group, i->release->merged[0] = text("\xff"))
SPOIL(bad_reason, i->release->annulments[0]->reason = text("\xff"))
SPOIL(bad_cap, i->release->bonus_max = text("hai"))
SPOIL(no_round, i->round.len = 0)
SPOIL(no_number, i->number = 0)
SPOIL(no_time, i->time = 0)
SPOIL(bad_note, i->release->note = text("\xc3"))
SPOIL(nothing, i->what_case = PAR__V1__RELEASE_ITEM__WHAT__NOT_SET)
SPOIL(unknown_kind, i->release->kind = (Par__V1__ReleaseKind)9)
/* Without criteria nothing may be told of them. */
SPOIL(cells_without_criteria, i->release->n_criteria = 0)

static void what_contradicts_itself_is_refused(void **state)
{
	static example_spoil_fn *const bad[] = {
	    one_cell_too_few,
	    no_cells,
	    unknown_state,
	    no_state,
	    hidden_with_score,
	    none_with_score,
	    shown_without_score,
	    shown_as_bound,
	    low_as_high,
	    high_without_sign,
	    high_without_figure,
	    figure_of_words,
	    figure_too_long,
	    bound_with_se,
	    bound_with_interval,
	    bound_with_certain_band,
	    index_hidden,
	    no_rank,
	    rank_outside_its_set,
	    set_without_best,
	    no_part,
	    held_from_itself,
	    few_raters,
	    low_floor,
	    respondents_not_in_tens,
	    insufficient_with_score,
	    insufficient_with_se,
	    insufficient_with_cells,
	    insufficient_with_part,
	    insufficient_with_rank,
	    with_a_change,
	    with_an_association,
	    with_annulled_sheets,
	    no_mode,
	    short_digest,
	    no_digest,
	    field_after_its_leaf,
	    field_nowhere,
	    leaf_below_a_leaf,
	    leaf_without_source,
	    field_with_source,
	    no_points,
	    nameless_criterion,
	    many_decimals,
	    bad_group,
	    bad_reason,
	    bad_cap,
	    no_round,
	    no_number,
	    no_time,
	    bad_note,
	    nothing,
	    unknown_kind,
	    cells_without_criteria,
	};
	struct example e = {.round = "mau", .number = 2};
	struct item item;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		e.spoil = bad[i];
		if (decode(&e, &item) != ERR_FORMAT)
			fail_msg("number %zu was taken", i);
	}
}

static void unknown_failure(Par__V1__ReleaseItem *i)
{
	static Par__V1__PublicFailure failure = PAR__V1__PUBLIC_FAILURE__INIT;

	i->what_case = PAR__V1__RELEASE_ITEM__WHAT_FAILURE;
	i->failure = &failure;
}

static void a_failure_has_a_kind(void **state)
{
	const struct example e = {
	    .round = "mau", .number = 2, .spoil = unknown_failure};
	struct item item;

	(void)state;
	assert_int_equal(decode(&e, &item), ERR_FORMAT);
}

static void a_newer_version_is_told_apart(void **state)
{
	const struct example e = {.round = "mau", .number = 2};
	struct item item;
	struct buf payload;

	(void)state;
	example_release(&e, &payload);
	assert_int_equal(payload.data[0], 0x08); /* field 1, version */
	payload.data[1] = 2;
	assert_int_equal(item_decode(buf_bytes(&payload), &item), ERR_VERSION);
	buf_free(&payload);
}

static void cut_and_broken_bytes_do_no_harm(void **state)
{
	const struct example e = {.round = "mau", .number = 2};
	struct item item;
	struct buf payload;

	(void)state;
	example_release(&e, &payload);
	for (size_t len = 0; len < payload.len; len++) {
		/* a copy, so that reading beyond its end is seen */
		uint8_t *cut = malloc(len + 1);

		memcpy(cut, payload.data, len);
		if (item_decode(bytes_of(cut, len), &item) == 0)
			item_free(&item);
		free(cut);
	}
	for (size_t i = 0; i < payload.len; i++) {
		for (unsigned bit = 0; bit < 8; bit++) {
			payload.data[i] ^= (uint8_t)(1u << bit);
			if (item_decode(buf_bytes(&payload), &item) == 0)
				item_free(&item);
			payload.data[i] ^= (uint8_t)(1u << bit);
		}
	}
	buf_free(&payload);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_told_is_taken),
	    cmocka_unit_test(an_old_release_has_no_details),
	    cmocka_unit_test(failures_and_retractions_are_items),
	    cmocka_unit_test(what_was_lost_may_be_of_no_round),
	    cmocka_unit_test(what_contradicts_itself_is_refused),
	    cmocka_unit_test(a_failure_has_a_kind),
	    cmocka_unit_test(a_newer_version_is_told_apart),
	    cmocka_unit_test(cut_and_broken_bytes_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
