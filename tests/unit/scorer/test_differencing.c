/*
 * METHOD P6 against an attacker who holds the items of link 3 of two or three releases
 * of a round, byte for byte, and knows what a unit, a leaf and a weight is.
 *
 *  1. Whoever 1 to 9 raters were whose sheets went or changed, and whatever they said:
 *     the bytes are the same. So all that he learns of them is the mark "held".
 *  2. The same for every annulment of every round of 12 raters.
 *  3. What is not kept from him: the hash of the result covers what is hidden too.
 *
 * test_two_releases.c solves the equations of both.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/method/attacker.h"
#include "tests/unit/scorer/issued.h"

enum { FEW = 9, RELEASES = 3, WIDTH = 3, UNITS = 4 };

/* ---- random rounds ---- */

static void random_sheet(struct build *b, uint32_t rater, uint32_t unit, uint32_t *seed)
{
	uint32_t levels = b->round.scales[0].levels;
	char answers[WIDTH + 1] = "";

	for (int a = 0; a < WIDTH; a++) {
		uint32_t drawn = attacker_random(seed) % (levels + 1);

		answers[a] = drawn == levels ? 'n' : (char)('1' + drawn);
	}
	build_sheet(b, rater, unit, rater % 2, rater % 4 < 2 ? 0 : 1 + rater / 4,
		    answers);
}

/* Two strata, clusters of two; two blocks, one of them of one unit. */
static struct build *open_round(uint32_t *seed)
{
	struct build *b = build_new(2 + attacker_random(seed) % 4);

	build_columns(b, 1);
	build_stratum(b, "x", 50);
	build_stratum(b, "y", 90 + attacker_random(seed) % 400);
	build_criterion(b, "1", NULL, "40", SOURCE_NONE);
	build_criterion(b, "a", "1", "25", SOURCE_SURVEY);
	build_criterion(b, "b", "1", "15", SOURCE_SURVEY);
	build_criterion(b, "2", NULL, "30", SOURCE_SURVEY);
	build_criterion(b, "3", NULL, "30", SOURCE_APPRAISED);
	build_block(b, "C", 10, 10);
	for (uint32_t u = 0; u < UNITS; u++) {
		char code[] = {(char)('A' + u), '\0'};

		build_unit(b, code, u == UNITS - 1);
	}
	build_finish(b);
	return b;
}

/* Every rater speaks of the last unit, of the others of most. */
static struct build *random_round(uint32_t *seed)
{
	struct build *b = open_round(seed);
	uint32_t raters = 10 + attacker_random(seed) % 30;

	for (uint32_t u = 0; u < UNITS; u++)
		build_points(b, u, "3", "20");
	for (uint32_t r = 0; r < raters; r++)
		for (uint32_t u = 0; u < UNITS; u++)
			if (u == UNITS - 1 || attacker_random(seed) % 4)
				random_sheet(b, r, u, seed);
	return b;
}

/* A later cut: of some raters everything is gone, or a sheet, or an answer changed. */
struct cut {
	struct sample sample;
	struct sample_sheet sheets[UNITS * (ATTACKER_RATERS + 1)];
	uint8_t answers[UNITS * (ATTACKER_RATERS + 1)][WIDTH];
	struct sample_annulment annulment;
	char reason[8];
};

enum change { STAYS, LEAVES, LOSES_A_SHEET, SAYS_OTHERWISE, CHANGES };

static struct cut *change(const struct build *b, const enum change *changes,
			  uint32_t *seed)
{
	struct cut *c = calloc(1, sizeof *c);
	size_t count = 0;
	uint32_t last = UINT32_MAX;

	assert_non_null(c);
	snprintf(c->reason, sizeof c->reason, "%u", attacker_random(seed) % 3);
	c->sample = b->sample;
	c->sample.sheets = c->sheets;
	c->annulment.reason = c->reason;
	for (size_t i = 0; i < b->sample.sheet_count; i++) {
		const struct sample_sheet *s = &b->sheets[i];
		enum change what = changes[s->rater];
		bool first = s->rater != last;

		last = s->rater;
		if (what == LEAVES || (what == LOSES_A_SHEET && first)) {
			c->annulment.sheets++;
			c->annulment.raters += first;
			continue;
		}
		c->sheets[count] = *s;
		memcpy(c->answers[count], s->answers, WIDTH);
		c->sheets[count].answers = c->answers[count];
		if (what == SAYS_OTHERWISE)
			c->answers[count][attacker_random(seed) % WIDTH] =
			    1 + (uint8_t)(attacker_random(seed) % 2);
		count++;
	}
	c->sample.sheet_count = count;
	c->sample.annulments = &c->annulment;
	c->sample.annulment_count = c->annulment.sheets > 0;
	return c;
}

static uint32_t raters_in(const struct build *b)
{
	return b->sheets[b->sample.sheet_count - 1].rater + 1;
}

/* One to nine raters; one of them is gone, so there is something to keep from him. */
static struct cut *change_few(const struct build *b, uint32_t *seed)
{
	enum change changes[ATTACKER_RATERS] = {STAYS};
	uint32_t raters = raters_in(b);
	uint32_t count = 1 + attacker_random(seed) % FEW;

	changes[attacker_random(seed) % raters] = LEAVES;
	for (uint32_t i = 1; i < count; i++) {
		enum change *what = &changes[attacker_random(seed) % raters];

		if (*what == STAYS)
			*what = (enum change)(attacker_random(seed) % CHANGES);
	}
	return change(b, changes, seed);
}

static struct cut *annul_first(const struct build *b, uint32_t count, uint32_t *seed)
{
	enum change changes[ATTACKER_RATERS] = {STAYS};

	for (uint32_t i = 0; i < count; i++)
		changes[i] = LEAVES;
	return change(b, changes, seed);
}

/* ---- 1: whoever they were ---- */

/* Whether the operator sees another index of any unit. */
static bool moves(const struct result *a, const struct result *b)
{
	for (uint32_t u = 0; u < a->unit_count; u++)
		if (strcmp(a->units[u].exact, b->units[u].exact) != 0)
			return true;
	return false;
}

/* Release 2 without few, release 3 without the first `many`, or with 0 few others. */
struct chain {
	struct cut *few, *later;
	struct issued releases[2];
};

static void chain_make(const struct build *b, uint32_t many, uint32_t *seed,
		       struct chain *out)
{
	struct sample cuts[RELEASES] = {b->sample};

	out->few = change_few(b, seed);
	out->later = many > 0 ? annul_first(b, many, seed) : change_few(b, seed);
	cuts[1] = out->few->sample;
	cuts[2] = out->later->sample;
	issued_make(cuts, 2, &out->releases[0]);
	issued_make(cuts, 3, &out->releases[1]);
}

static void chain_free(struct chain *c)
{
	issued_free(&c->releases[0]);
	issued_free(&c->releases[1]);
	free(c->few);
	free(c->later);
}

/* Returns in how many of the worlds the operator's figures move. */
static uint32_t compare_worlds(const struct build *b, uint32_t worlds, uint32_t many,
			       uint32_t *seed)
{
	struct issued first;
	struct chain truth;
	uint32_t moved = 0;

	issued_make(&b->sample, 1, &first);
	chain_make(b, many, seed, &truth);
	for (uint32_t i = 0; i < worlds; i++) {
		struct chain world;

		chain_make(b, many, seed, &world);
		issued_assert_same(&truth.releases[0], &world.releases[0]);
		issued_assert_same(&truth.releases[1], &world.releases[1]);
		moved += moves(&first.result, &world.releases[0].result);
		chain_free(&world);
	}
	chain_free(&truth);
	issued_free(&first);
	return moved;
}

static void whoever_they_were(void **state)
{
	uint32_t seed = 11, moved = 0, rounds = issued_times(40);

	(void)state;
	for (uint32_t i = 0; i < rounds; i++) {
		struct build *b = random_round(&seed);

		uint32_t many = i % 2 ? raters_in(b) / 2 : 0;

		moved += compare_worlds(b, 3, many, &seed);
		build_free(b);
	}
	assert_true(moved > rounds * 2);
}

/* ---- 2: every annulment of every small round ---- */

enum { SMALL = 12, KINDS = 3 };

/* count[i] raters say kinds[i] of the one unit. */
static void fill(struct build *b, const uint32_t count[KINDS])
{
	static const char *const kinds[KINDS] = {"1", "2", "n"};
	uint32_t rater = 0;

	b->sample.sheet_count = 0;
	for (uint32_t i = 0; i < KINDS; i++)
		for (uint32_t k = 0; k < count[i]; k++)
			build_sheet(b, rater++, 0, 0, 0, kinds[i]);
}

/* The sample less the first gone[i] of each kind. */
static struct sample without(const struct build *b, const uint32_t count[KINDS],
			     const uint32_t gone[KINDS],
			     struct sample_sheet sheets[SMALL])
{
	struct sample left = b->sample;
	uint32_t at = 0;

	left.sheets = sheets;
	left.sheet_count = 0;
	for (uint32_t i = 0; i < KINDS; at += count[i++])
		for (uint32_t k = gone[i]; k < count[i]; k++)
			sheets[left.sheet_count++] = b->sheets[at + k];
	return left;
}

static uint32_t annul_in_every_way(const struct build *b, const uint32_t count[KINDS])
{
	struct issued first = {.item = {.len = 0}};
	uint32_t ways = 0;

	for (uint32_t all = 1; all < (count[0] + 1) * (count[1] + 1) * (count[2] + 1);
	     all++) {
		const uint32_t gone[KINDS] = {all % (count[0] + 1),
					      all / (count[0] + 1) % (count[1] + 1),
					      all / (count[0] + 1) / (count[1] + 1)};
		struct sample_sheet sheets[SMALL];
		struct sample cuts[2] = {b->sample, without(b, count, gone, sheets)};
		struct issued second;

		if (gone[0] + gone[1] + gone[2] > FEW)
			continue;
		issued_make(cuts, 2, &second);
		if (ways++ == 0) {
			first = second;
			continue;
		}
		issued_assert_same(&first, &second);
		issued_free(&second);
	}
	issued_free(&first);
	return ways;
}

static void every_annulment_of_every_small_round(void **state)
{
	struct build *b = build_new(2);
	uint32_t ways = 0, skip = 1 + 100 / issued_times(100);

	(void)state;
	build_criterion(b, "1", NULL, "100", SOURCE_SURVEY);
	build_unit(b, "U", 0);
	build_finish(b);
	for (uint32_t one = 0; one <= SMALL; one++) {
		for (uint32_t two = one % skip; one + two <= SMALL; two += skip) {
			const uint32_t count[KINDS] = {one, two, SMALL - one - two};

			fill(b, count);
			ways += annul_in_every_way(b, count);
		}
	}
	assert_true(ways > 5000 / skip);
	build_free(b);
}

/* ---- 3: the hash ---- */

/*
 * Documents an exposure, which METHOD.md tells of. U has nine raters, so nothing of it
 * is public. Who knows what eight of them said, and all that was said of the other
 * units, tries what the ninth may have said until the hash is the published one.
 */
static void the_hash_tells_who_knows_all_the_others(void **state)
{
	struct build *b = build_new(5);
	struct issued truth;
	uint32_t found = 0, guess = 0;

	(void)state;
	build_criterion(b, "1", NULL, "60", SOURCE_SURVEY);
	build_criterion(b, "2", NULL, "40", SOURCE_SURVEY);
	build_unit(b, "U", 0);
	build_unit(b, "V", 0);
	b->round.blocks[0].full_rank = b->round.blocks[0].rank = 10;
	build_finish(b);
	for (uint32_t r = 0; r < 9; r++)
		build_sheet(b, r, 0, 0, 0, r == 0 ? "24" : "35");
	for (uint32_t r = 9; r < 30; r++)
		build_sheet(b, r, 1, 0, 0, r % 2 ? "21" : "43");
	issued_make(&b->sample, 1, &truth);
	assert_int_equal(truth.public.units[0].status, STATUS_INSUFFICIENT);
	for (uint32_t i = 0; i < 25; i++) {
		struct issued world;

		b->answers[0][0] = (uint8_t)(1 + i / 5);
		b->answers[0][1] = (uint8_t)(1 + i % 5);
		issued_make(&b->sample, 1, &world);
		issued_assert_same(&truth, &world);
		if (memcmp(world.result.hash, truth.result.hash, RESULT_HASH) == 0) {
			found++;
			guess = i;
		}
		issued_free(&world);
	}
	assert_int_equal(found, 1);
	assert_int_equal(guess, 8);
	issued_free(&truth);
	build_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(whoever_they_were),
	    cmocka_unit_test(every_annulment_of_every_small_round),
	    cmocka_unit_test(the_hash_tells_who_knows_all_the_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
