#include "tests/unit/scorer/scored.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/report/scores.h"

enum { BYTES_MAX = 1 << 20 };

/* What is said by turns of a unit; "": nothing. */
const char *scored_choice(uint32_t rater, uint32_t unit)
{
	static const char *const of_a[UNITS] = {"54", "", "54", "12"};
	static const char *const of_b[UNITS] = {"12", "24", "55", "12"};

	return rater < 20 ? of_a[unit] : of_b[unit];
}

/* Leaf 1.2 takes its turns at another pace, so that the leaves are not one. */
static void add_sheet(struct build *b, uint32_t rater, uint32_t unit)
{
	static const char last[] = "nnd-";
	const char *choice = scored_choice(rater, unit);
	char answers[4];

	if (choice[0] == '\0')
		return;
	answers[0] = choice[rater % 2];
	answers[1] = choice[rater / 2 % 2];
	answers[2] = unit == S && rater < 4 ? last[rater] : choice[rater % 2];
	answers[3] = '\0';
	build_sheet(b, rater, unit, rater >= 20, 0, answers);
}

struct build *scored_make(void)
{
	struct build *b = build_new(5);

	made_text(&b->round.code, "mau-2024");
	made_name(&b->round.title, "Tỉnh Mẫu", "Model province");
	b->round.flags = (struct flag_rules){3, 3, 3, 60};
	build_columns(b, 1);
	build_stratum(b, "a", 40);
	build_stratum(b, "b", 20);
	b->round.strata[0].rows = 35;
	build_band(b, "60", false);
	made_name(&b->round.bands[0].name, "Tốt", "Good");
	build_criterion(b, "1", NULL, "60", SOURCE_NONE);
	build_criterion(b, "1.1", "1", "30", SOURCE_SURVEY);
	build_criterion(b, "1.2", "1", "30", SOURCE_SURVEY);
	build_criterion(b, "2", NULL, "40", SOURCE_SURVEY);
	build_unit(b, "P", 0);
	build_unit(b, "Q", 0);
	build_unit(b, "R", 0);
	build_unit(b, "S", 0);
	made_name(&b->round.units[R].name, "Sở R", "Department R");
	build_finish(b);
	b->sample.invited = 77;
	for (uint32_t rater = 0; rater < RATERS; rater++) {
		for (uint32_t u = 0; u < UNITS; u++)
			add_sheet(b, rater, u);
	}
	return b;
}

Par__V1__Scores *scored_table(const struct analysis *a, uint32_t number,
			      const struct position *cut)
{
	Par__V1__Scores *scores;
	struct buf out;

	buf_init(&out, BYTES_MAX);
	assert_int_equal(scores_encode(a, number, cut, &out), 0);
	scores = par__v1__scores__unpack(NULL, out.len, out.data);
	assert_non_null(scores);
	buf_free(&out);
	return scores;
}

void scored_open(struct scored_round *f, struct build *b, struct analysis *a)
{
	*f = (struct scored_round){.build = b, .analysis = a, .cut = {.n = 41}};
	memset(f->cut.journal, 1, sizeof(f->cut.journal));
	memset(f->cut.chain, 0x5c, sizeof(f->cut.chain));
	made_compute(a);
	f->scores = scored_table(a, 0, &f->cut);
}

void scored_close(struct scored_round *f)
{
	par__v1__scores__free_unpacked(f->scores, NULL);
	analysis_free(f->analysis);
	build_free(f->build);
}

int scored_setup(void **state)
{
	struct scored_round *f = calloc(1, sizeof(*f));
	struct build *b = scored_make();

	assert_non_null(f);
	scored_open(f, b, made_draft(b));
	*state = f;
	return 0;
}

int scored_teardown(void **state)
{
	scored_close(*state);
	free(*state);
	return 0;
}
