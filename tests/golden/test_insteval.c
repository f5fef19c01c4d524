/*
 * METHOD section 8, insteval: a whole real round from its folder, every figure, rank
 * and status of 1,128 units, their SEs, intervals and rank sets.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/method/result.h"
#include "common/round/folder.h"
#include "tests/golden/table.h"

static const char folder[] = SOURCE_DIR "/tests/golden/insteval";

struct golden {
	struct round round;
	struct roster_rows roster;
	struct folder_sheets read;
	struct sample_sheet *sheets;
	struct sample sample;
	struct result result;
};

static int by_respondent(const void *left, const void *right)
{
	const struct roster_row *a = left;
	const struct roster_row *b = right;

	return strcmp(a->respondent, b->respondent);
}

static void read_folder(struct golden *g)
{
	struct faults faults;

	faults_init(&faults);
	assert_int_equal(folder_read(folder, &g->round, &g->roster, &faults), 0);
	assert_int_equal(folder_read_ballots(SOURCE_DIR
					     "/tests/golden/insteval/ballots.csv",
					     &g->round, &g->read, &faults),
			 0);
	assert_int_equal(faults.count, 0);
	assert_int_equal(g->read.count, 73421);
	faults_free(&faults);
}

static struct result compute(const struct golden *g)
{
	struct faults faults;
	struct result r = {0};

	faults_init(&faults);
	assert_int_equal(result_compute(&g->sample, 1, &r, &faults), 0);
	faults_free(&faults);
	return r;
}

/* Raters are places in the roster: any numbers will do. */
static int set_up(void **state)
{
	struct golden *g = calloc(1, sizeof *g);

	assert_non_null(g);
	read_folder(g);
	qsort(g->roster.list, g->roster.count, sizeof *g->roster.list, by_respondent);
	g->sheets = calloc(g->read.count, sizeof *g->sheets);
	assert_non_null(g->sheets);
	for (size_t i = 0; i < g->read.count; i++) {
		const struct folder_sheet *from = &g->read.list[i];
		char *respondent = strdup(from->respondent);
		const struct roster_row key = {.respondent = respondent};
		const struct roster_row *row =
		    bsearch(&key, g->roster.list, g->roster.count,
			    sizeof *g->roster.list, by_respondent);

		free(respondent);
		assert_non_null(row);
		g->sheets[i] =
		    (struct sample_sheet){.rater = (uint32_t)(row - g->roster.list),
					  .unit = from->unit,
					  .stratum = row->stratum,
					  .answers = from->answers};
	}
	g->sample = (struct sample){.round = &g->round,
				    .strata = g->round.strata,
				    .stratum_count = g->round.stratum_count,
				    .sheets = g->sheets,
				    .sheet_count = g->read.count};
	g->result = compute(g);
	*state = g;
	return 0;
}

static int tear_down(void **state)
{
	struct golden *g = *state;

	result_free(&g->result);
	free(g->sheets);
	folder_sheets_free(&g->read);
	roster_rows_free(&g->roster);
	model_free(&g->round);
	free(g);
	return 0;
}

enum column { BLOCK, UNIT, RATERS, EXACT, PUBLISHED, RANK, STATUS, SE };

static void assert_row(const struct golden *g, const struct unit_result *u,
		       uint32_t place, const struct table_row *expected)
{
	static const char *const statuses[] = {"ranked", "ranked_warning",
					       "insufficient"};
	const struct unit *unit = &g->round.units[place];

	assert_string_equal(unit->code, expected->cells[UNIT]);
	assert_string_equal(g->round.blocks[unit->block].name, expected->cells[BLOCK]);
	assert_int_equal(u->raters, strtoul(expected->cells[RATERS], NULL, 10));
	assert_string_equal(u->exact, expected->cells[EXACT]);
	assert_string_equal(u->score, expected->cells[PUBLISHED]);
	assert_int_equal(u->rank, strtoul(expected->cells[RANK], NULL, 10));
	assert_string_equal(statuses[u->status], expected->cells[STATUS]);
	assert_string_equal(u->se, expected->cells[SE]);
}

static void every_unit(void **state)
{
	const struct golden *g = *state;
	const struct result *r = &g->result;
	struct table expected = table_read("tests/golden/insteval/expected.csv");

	assert_int_equal(expected.count, 1128);
	assert_int_equal(r->unit_count, expected.count);
	for (uint32_t u = 0; u < r->unit_count; u++)
		assert_row(g, &r->units[u], u, &expected.rows[u]);
	assert_int_equal(r->respondents, 2972);
	assert_int_equal(r->thin_count + r->not_represented_count, 0);
	table_free(&expected);
}

/* insteval_intervals.csv comes from another implementation of U2, in 25 digits. */
static void every_interval(void **state)
{
	const struct golden *g = *state;
	const struct result *r = &g->result;
	struct table expected = table_read("tests/golden/insteval_intervals.csv");

	assert_int_equal(expected.count, r->unit_count);
	for (uint32_t u = 0; u < r->unit_count; u++) {
		const struct unit_result *unit = &r->units[u];
		char *const *cells = expected.rows[u].cells;

		assert_string_equal(unit->ci_low, cells[1]);
		assert_string_equal(unit->ci_high, cells[2]);
		assert_string_equal(unit->public_se, cells[3]);
		assert_string_equal(unit->public_ci_low, cells[4]);
		assert_string_equal(unit->public_ci_high, cells[5]);
	}
	table_free(&expected);
}

/*
 * insteval_ranksets.csv comes from tests/oracle, which shares nothing with the engine;
 * no decision of the 14 blocks was within 1e-9 of its edge.
 */
static void every_rank_set(void **state)
{
	const struct golden *g = *state;
	const struct result *r = &g->result;
	struct table expected = table_read("tests/golden/insteval_ranksets.csv");

	assert_int_equal(expected.count, r->unit_count);
	for (uint32_t u = 0; u < r->unit_count; u++) {
		char *const *cells = expected.rows[u].cells;

		assert_string_equal(g->round.units[u].code, cells[0]);
		assert_int_equal(r->units[u].rank_low, strtoul(cells[1], NULL, 10));
		assert_int_equal(r->units[u].rank_high, strtoul(cells[2], NULL, 10));
	}
	table_free(&expected);
}

static void shuffled_sheets_give_the_same_bytes(void **state)
{
	struct golden *g = *state;
	struct result again;
	uint64_t seed = 88172645463325252u;

	for (size_t i = g->sample.sheet_count - 1; i > 0; i--) {
		struct sample_sheet kept = g->sheets[i];
		size_t j;

		seed ^= seed << 13;
		seed ^= seed >> 7;
		seed ^= seed << 17;
		j = (size_t)(seed % (i + 1));
		g->sheets[i] = g->sheets[j];
		g->sheets[j] = kept;
	}
	for (size_t i = 0; i < g->sample.sheet_count; i++)
		g->sheets[i].rater = g->sheets[i].rater * 7 % 2973;
	again = compute(g);
	assert_memory_equal(g->result.hash, again.hash, RESULT_HASH);
	result_free(&again);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_unit),
	    cmocka_unit_test(every_interval),
	    cmocka_unit_test(every_rank_set),
	    cmocka_unit_test(shuffled_sheets_give_the_same_bytes),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
