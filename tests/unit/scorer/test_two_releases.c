/*
 * METHOD P1, P2 and P6 against an attacker who has all that two releases tell of a unit
 * and linear algebra: the equations of both solved as one system, with every score that
 * one of them shows. What he finds must be of two leaves or more and of ten raters or
 * more; and between two scores of a leaf there lie no raters, or ten.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/method/attacker.h"
#include "tests/unit/scorer/issued.h"

enum { FEW = 9, LEAVES = 24, VIEWS = 2 };

/* Of one release: what is shown, and who gave which score behind it. */
struct view {
	const struct public_unit *unit;
	uint8_t scores[LEAVES][ATTACKER_RATERS];
	uint32_t unknown[LEAVES];
};

struct joint {
	const struct round *round;
	struct view views[VIEWS];
	struct equations equations;
	/* by unknown: a view and a leaf of it */
	const struct view *of[UNKNOWNS_MAX];
	uint32_t leaf[UNKNOWNS_MAX];
	uint32_t unknowns;
	uint32_t met; /* rows with a score of few in them, over all rounds */
	uint32_t moved;
};

static void note_scores(const struct sample *s, struct view *v)
{
	memset(v->scores, 0, sizeof v->scores);
	for (size_t i = 0; i < s->sheet_count; i++)
		for (uint32_t a = 0; a < s->round->answer_count; a++)
			if (s->sheets[i].answers[a] <= 5)
				v->scores[s->round->surveyed[a]][s->sheets[i].rater] =
				    s->sheets[i].answers[a];
}

static uint32_t count_differing(const uint8_t *a, const uint8_t *b)
{
	uint32_t count = 0;

	for (uint32_t r = 0; r < ATTACKER_RATERS; r++)
		count += a[r] != b[r];
	return count;
}

static const uint8_t nobody[ATTACKER_RATERS];

/* The same scores are the same unknown; what either shows is known. */
static uint32_t find_unknown(struct joint *j, const struct view *v,
			     const struct view *other, uint32_t c)
{
	bool same = other < v && count_differing(v->scores[c], other->scores[c]) == 0;

	if (count_differing(v->scores[c], other->scores[c]) == 0 &&
	    attacker_is_exact(other->unit->cells[c].state))
		return ATTACKER_KNOWN;
	if (same && other->unknown[c] != ATTACKER_KNOWN &&
	    attacker_lacks(j->round, other->unit, c))
		return other->unknown[c];
	j->of[j->unknowns] = v;
	j->leaf[j->unknowns] = c;
	return j->unknowns++;
}

static void number_unknowns(struct joint *j)
{
	j->unknowns = 0;
	for (uint32_t i = 0; i < VIEWS; i++) {
		struct view *v = &j->views[i];

		for (uint32_t c = 0; c < j->round->criterion_count; c++)
			v->unknown[c] = attacker_lacks(j->round, v->unit, c)
					    ? find_unknown(j, v, &j->views[1 - i], c)
					    : ATTACKER_KNOWN;
	}
}

/* Of each leaf: 1 to 9 raters never lie between two shown scores. */
static void assert_far(struct joint *j)
{
	for (uint32_t c = 0; c < j->round->criterion_count; c++) {
		uint32_t count =
		    count_differing(j->views[0].scores[c], j->views[1].scores[c]);

		assert_true(count == 0 || count > FEW);
		j->moved += count > FEW;
	}
}

static void assert_found(struct joint *j, mpq_t *row)
{
	bool heard[ATTACKER_RATERS] = {false};
	uint32_t leaves = 0, silent = 0, distinct = 0;
	bool few = false;

	for (uint32_t i = 0; i < j->unknowns; i++) {
		const uint8_t *scores = j->of[i]->scores[j->leaf[i]];
		bool hidden = j->of[i]->unit->cells[j->leaf[i]].state == CELL_HIDDEN;

		if (mpq_sgn(row[i]) == 0)
			continue;
		leaves++;
		few = few || count_differing(scores, nobody) <= FEW;
		silent += hidden; /* a bound is as good as known: it is no company */
		for (uint32_t r = 0; r < ATTACKER_RATERS; r++)
			heard[r] = heard[r] || (hidden && scores[r] != 0);
	}
	for (uint32_t r = 0; r < ATTACKER_RATERS; r++)
		distinct += heard[r];
	assert_true(leaves != 1);
	assert_true(!few || (silent > 1 && distinct > FEW));
	j->met += few;
}

/* Returns whether both releases show the unit. */
static bool solve(struct joint *j)
{
	for (uint32_t i = 0; i < VIEWS; i++)
		if (j->views[i].unit->status == STATUS_INSUFFICIENT)
			return false;
	assert_far(j);
	number_unknowns(j);
	equations_reset(&j->equations, j->unknowns);
	for (uint32_t i = 0; i < VIEWS; i++) {
		struct attacker_view view = {j->round, j->views[i].unit,
					     j->views[i].unknown};

		attacker_know(&view, &j->equations);
	}
	equations_solve(&j->equations);
	for (uint32_t i = 0; i < j->equations.count; i++)
		assert_found(j, j->equations.rows[i]);
	return true;
}

/* The first raters are gone in the second cut, and the council has other points. */
static bool attack_two(struct build *b, struct joint *j, uint32_t *seed)
{
	uint32_t gone = attacker_random(seed) % 4 ? 10 + attacker_random(seed) % 36
						  : attacker_random(seed) % 10;
	struct appraisal now[64];
	struct sample cuts[VIEWS] = {b->sample, b->sample};
	struct issued made[VIEWS];
	bool shown;

	memcpy(now, b->appraisals, sizeof now);
	while (cuts[1].sheet_count > 1 && cuts[1].sheets[0].rater < gone) {
		cuts[1].sheets++;
		cuts[1].sheet_count--;
	}
	if (b->sample.appraisal_count > 0 && attacker_random(seed) % 2)
		cuts[attacker_random(seed) % 2].appraisal_count--;
	cuts[1].appraisals = now;
	for (uint32_t i = 0; i < VIEWS; i++) {
		bool held;

		issued_make(cuts, i + 1, &made[i]);
		j->views[i].unit = &made[i].public.units[0];
		held = j->views[i].unit->held_from != 0;
		note_scores(&cuts[held ? 0 : i], &j->views[i]);
	}
	j->round = &b->round;
	shown = solve(j);
	issued_free(&made[0]);
	issued_free(&made[1]);
	return shown;
}

static void two_releases_are_one_system(void **state)
{
	struct joint *j = calloc(1, sizeof *j);
	uint32_t seed = 77, shown = 0, rounds = issued_times(3000);

	(void)state;
	assert_non_null(j);
	equations_init(&j->equations);
	for (uint32_t i = 0; i < rounds; i++) {
		struct build *b = attacker_tree(&seed);

		attacker_sheets(b, &seed);
		shown += attack_two(b, j, &seed);
		build_free(b);
	}
	equations_clear(&j->equations);
	/* the attack was worth its name */
	assert_true(shown > rounds / 6);
	assert_true(j->met > rounds / 50);
	assert_true(j->moved > rounds / 20);
	free(j);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(two_releases_are_one_system),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
