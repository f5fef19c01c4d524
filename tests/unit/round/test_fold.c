/* Sheets: what counts, whatever the order they came in. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "common/base/err.h"
#include "world.h"

enum { RATERS = 20, REVISIONS = 3, ALL = RATERS * WORLD_UNITS * REVISIONS };

static uint64_t draw(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return *seed >> 33;
}

static struct world_sheet sheet(uint32_t rater, uint32_t unit, uint32_t revision,
				uint8_t answer)
{
	return (struct world_sheet){
	    .rater = rater,
	    .unit = unit,
	    .revision = revision,
	    .answers = {answer, answer, unit == 2 ? ANSWER_NOT_SHOWN : 1},
	};
}

static void shuffle(struct world_sheet *list, size_t count, uint64_t *seed)
{
	for (size_t i = count; i > 1; i--) {
		size_t k = draw(seed) % i;
		struct world_sheet t = list[i - 1];

		list[i - 1] = list[k];
		list[k] = t;
	}
}

static size_t all_sheets(struct world_sheet list[ALL])
{
	size_t count = 0;

	for (uint32_t i = 0; i < ALL; i++) {
		uint32_t rater = i % RATERS, rest = i / RATERS;
		uint32_t unit = rest % WORLD_UNITS, revision = rest / WORLD_UNITS + 1;

		if ((rater + unit) % 4 != 0)
			list[count++] = sheet(rater, unit, revision,
					      (uint8_t)((rater + revision) % 5 + 1));
	}
	for (size_t i = 0; i < count; i++)
		list[i].import_id = 1 + i % 3;
	return count;
}

/* Sends a shuffled copy, annulling in between where the draw says so. */
static char *sample_of(const struct world_sheet *list, size_t count, uint64_t seed)
{
	struct world_sheet order[ALL];
	struct world w;
	size_t annul_at = draw(&seed) % count;
	char *sample;

	memcpy(order, list, count * sizeof *list);
	shuffle(order, count, &seed);
	world_open(&w, false);
	for (size_t i = 0; i < count; i++) {
		if (i == annul_at)
			world_annul_rater(&w, 7);
		world_send(&w, &order[i]);
		if (i % 5 == 0)
			world_send(&w, &order[draw(&seed) % (i + 1)]);
	}
	world_annul_import(&w, 2);
	sample = world_sample(&w);
	world_close(&w);
	return sample;
}

static void order_of_arrival_does_not_matter(void **state)
{
	struct world_sheet list[ALL];
	size_t count = all_sheets(list);
	char *first = sample_of(list, count, 1);

	(void)state;
	assert_true(strlen(first) > 100);
	assert_null(strstr(first, " 7/"));
	for (uint64_t seed = 2; seed < 40; seed++) {
		char *other = sample_of(list, count, seed);

		assert_string_equal(first, other);
		free(other);
	}
	free(first);
}

static void counts_are_those_of_a_plain_count(struct world *w)
{
	struct fold_counts sum = fold_round_counts(world_first(w), -1), both = {0};
	char *sample = world_sample(w);
	uint64_t live = 0, responded = 0;
	bool has_sheet[2 * WORLD_ROWS] = {false};

	for (const char *p = sample; *p != '\0'; p = strchr(p, ' ') + 1) {
		has_sheet[strtoul(p, NULL, 10)] = true;
		live++;
	}
	for (size_t i = 0; i < sizeof has_sheet; i++)
		responded += has_sheet[i];
	for (int32_t i = 0; i < 2; i++) {
		struct fold_counts c = fold_round_counts(world_first(w), i);

		both.sheets_live += c.sheets_live;
		both.sheets_taken += c.sheets_taken;
		both.sheets_annulled += c.sheets_annulled;
		both.responded += c.responded;
	}
	assert_int_equal(sum.sheets_live, live);
	assert_int_equal(sum.responded, responded);
	assert_memory_equal(&sum, &both, sizeof sum);
	free(sample);
}

static void counts_follow_each_entry(void **state)
{
	struct world_sheet list[ALL];
	size_t count = all_sheets(list);
	struct fold_counts before, after;
	uint64_t seed = 5;
	struct world w;

	(void)state;
	world_open(&w, false);
	shuffle(list, count, &seed);
	for (size_t i = 0; i < count; i++) {
		world_send(&w, &list[i]);
		if (i % 40 == 20)
			world_annul_rater(&w, (uint32_t)(draw(&seed) % RATERS));
		if (i == count / 2)
			world_annul_import(&w, 3);
		counts_are_those_of_a_plain_count(&w);
	}
	before = fold_round_counts(world_first(&w), -1);
	world_annul_import(&w, 3); /* again: it is out already */
	after = fold_round_counts(world_first(&w), -1);
	assert_true(before.sheets_annulled > 0);
	assert_memory_equal(&before, &after, sizeof before);
	world_close(&w);
}

static void expect(const struct world *w, const char *sample)
{
	char *is = world_sample(w);

	assert_string_equal(is, sample);
	free(is);
}

static void the_highest_revision_lives(void **state)
{
	struct world_sheet first = sheet(3, 0, 1, 2), second = sheet(3, 0, 2, 4);
	struct world w;

	(void)state;
	world_open(&w, false);
	world_send(&w, &second);
	expect(&w, "3/1/0:0=4,4,1 ");
	world_send(&w, &first);
	expect(&w, "3/1/0:0=4,4,1 ");
	assert_int_equal(fold_round_counts(world_first(&w), -1).sheets_taken, 2);
	assert_int_equal(fold_round_counts(world_first(&w), -1).sheets_live, 1);
	world_close(&w);
}

static void of_one_identity_the_first_stays(void **state)
{
	struct world_sheet first = sheet(3, 0, 1, 2), other = sheet(3, 0, 1, 5);
	struct world w;

	(void)state;
	world_open(&w, false);
	world_send(&w, &first);
	world_send(&w, &other);
	world_send(&w, &first);
	expect(&w, "3/1/0:0=2,2,1 ");
	assert_int_equal(fold_round_counts(world_first(&w), -1).sheets_taken, 1);
	world_close(&w);
}

static struct fold_prior prior(const struct world *w, const struct world_sheet *s)
{
	struct sheet x = {s->unit, s->revision, bytes_of(s->answers, WORLD_ANSWERS)};

	return fold_round_prior(world_first(w), s->rater, &x);
}

static void what_was_before_is_known(bool keep_answers)
{
	struct world_sheet one = sheet(3, 0, 1, 2), three = sheet(3, 0, 3, 4);
	struct world_sheet other = sheet(3, 0, 1, 5), two = sheet(3, 0, 2, 1);
	struct world_sheet far = sheet(UINT32_MAX, 0, 1, 1);
	struct fold_prior p;
	struct world w;

	world_init(&w, keep_answers);
	world_put_open(&w, 1);
	world_send(&w, &one);
	world_send(&w, &three);

	p = prior(&w, &one);
	assert_int_equal(p.first_n, 2);
	assert_true(p.same_answers);
	assert_int_equal(p.highest_revision, 3);
	assert_int_equal(p.live_revision, 3);
	p = prior(&w, &other);
	assert_int_equal(p.first_n, 2);
	assert_false(p.same_answers);
	p = prior(&w, &two);
	assert_int_equal(p.first_n, 0);
	assert_int_equal(p.highest_revision, 3);
	p = prior(&w, &far);
	assert_int_equal(p.first_n, 0);
	assert_int_equal(p.highest_revision, 0);
	world_annul_rater(&w, 3);
	p = prior(&w, &one);
	assert_int_equal(p.live_revision, 0);
	assert_int_equal(p.highest_revision, 3);
	world_close(&w);
}

static void what_was_before_is_known_by_answers(void **state)
{
	(void)state;
	what_was_before_is_known(true);
}

static void what_was_before_is_known_by_hashes(void **state)
{
	(void)state;
	what_was_before_is_known(false);
}

static void an_annulled_rater_counts_nothing_earlier_or_later(void **state)
{
	struct world_sheet before = sheet(3, 0, 1, 2), after = sheet(3, 1, 1, 2);
	struct world_sheet other = sheet(4, 1, 1, 2);
	struct world w;

	(void)state;
	world_open(&w, false);
	world_send(&w, &before);
	assert_int_equal(fold_round_live_of_rater(world_first(&w), 3), 1);
	world_annul_rater(&w, 3);
	world_send(&w, &after);
	world_send(&w, &other);
	expect(&w, "4/0/1:1=2,2,1 ");
	assert_true(fold_round_rater_annulled(world_first(&w), 3));
	assert_false(fold_round_rater_annulled(world_first(&w), 4));
	assert_int_equal(fold_round_live_of_rater(world_first(&w), 3), 0);
	assert_int_equal(fold_round_counts(world_first(&w), -1).sheets_annulled, 2);
	assert_int_equal(fold_round_counts(world_first(&w), -1).responded, 1);
	world_close(&w);
}

static void after_an_annulled_import_the_lower_revision_lives_again(void **state)
{
	struct world_sheet one = sheet(3, 0, 1, 2), two = sheet(3, 0, 2, 4);
	struct world_sheet three = sheet(3, 0, 3, 5);
	struct world w;

	(void)state;
	two.import_id = 88;
	world_open(&w, false);
	world_send(&w, &one);
	world_send(&w, &two);
	assert_true(fold_round_has_import(world_first(&w), 88));
	assert_false(fold_round_has_import(world_first(&w), 89));
	assert_false(fold_round_has_import(world_first(&w), 0));
	assert_int_equal(fold_round_live_of_import(world_first(&w), 88), 1);
	world_annul_import(&w, 88);
	expect(&w, "3/1/0:0=2,2,1 ");
	world_send(&w, &two); /* stays taken, counts nothing */
	expect(&w, "3/1/0:0=2,2,1 ");
	world_send(&w, &three); /* the correction */
	expect(&w, "3/1/0:0=5,5,1 ");
	world_close(&w);
}

static uint64_t annulled(const struct world *w)
{
	return fold_round_counts(world_first(w), -1).sheets_annulled;
}

static void a_sheet_is_annulled_once(void **state)
{
	struct world_sheet one = sheet(3, 0, 1, 2), other = sheet(4, 0, 1, 2);
	struct world_sheet later = sheet(4, 1, 1, 2);
	struct world w;

	(void)state;
	one.import_id = other.import_id = later.import_id = 5;
	world_open(&w, false);
	world_send(&w, &one);
	world_send(&w, &other);
	world_annul_rater(&w, 3);
	assert_int_equal(annulled(&w), 1);
	assert_int_equal(fold_round_live_of_import(world_first(&w), 5), 1);
	world_annul_import(&w, 5);
	assert_int_equal(annulled(&w), 2);
	assert_int_equal(fold_round_counts(world_first(&w), -1).responded, 0);
	world_send(&w, &later); /* of an import that is out */
	assert_int_equal(annulled(&w), 3);
	world_annul_rater(&w, 4);
	assert_int_equal(annulled(&w), 3);
	assert_int_equal(fold_round_counts(world_first(&w), -1).sheets_live, 0);
	world_close(&w);
}

static void what_is_not_in_order_counts_nothing(void **state)
{
	struct world_sheet good = sheet(3, 0, 1, 2), wrong = sheet(3, 1, 1, 9);
	struct seal far_rater = {.rater = 2 * WORLD_ROWS};
	struct seal far_stratum = {.rater = 1, .stratum = 2};
	struct seal fine = {.rater = 1};
	struct world w;
	struct buf body;

	(void)state;
	world_open(&w, false);
	world_send(&w, &wrong);
	buf_init(&body, BALLOT_BYTES_MAX);
	world_ballot(&w.model, &good, &body);
	assert_int_equal(world_apply(&w, ENTRY_BALLOT, 1, &far_rater, buf_bytes(&body)),
			 0);
	assert_int_equal(
	    world_apply(&w, ENTRY_BALLOT, 1, &far_stratum, buf_bytes(&body)), 0);
	assert_int_equal(world_apply(&w, ENTRY_BALLOT, 2, &fine, buf_bytes(&body)), 0);
	assert_int_equal(
	    world_apply(&w, ENTRY_BALLOT, 1, &fine, bytes_of(body.data, body.len - 1)),
	    0);
	assert_int_equal(world_apply(&w, ENTRY_BALLOT, 1, &fine, bytes_str("")), 0);
	expect(&w, "");
	assert_int_equal(world_apply(&w, ENTRY_BALLOT, 1, &fine, buf_bytes(&body)), 0);
	expect(&w, "1/0/0:0=2,2,1 ");
	buf_free(&body);
	world_close(&w);
}

static void a_newer_ballot_halts_and_changes_nothing(void **state)
{
	struct world_sheet good = sheet(3, 0, 1, 2);
	struct seal seal = {.rater = 1};
	struct world w;
	struct buf body;

	(void)state;
	world_open(&w, false);
	buf_init(&body, BALLOT_BYTES_MAX);
	world_ballot(&w.model, &good, &body);
	body.data[1] = 2;
	assert_int_equal(world_apply(&w, ENTRY_BALLOT, 1, &seal, buf_bytes(&body)),
			 ERR_VERSION);
	assert_int_equal(fold_n(w.fold), 1);
	body.data[1] = 1;
	assert_int_equal(world_apply(&w, ENTRY_BALLOT, 1, &seal, buf_bytes(&body)), 0);
	buf_free(&body);
	world_close(&w);
}

static void any_bytes_are_a_body(void **state)
{
	struct world_sheet good = sheet(3, 0, 1, 2);
	struct seal seal = {.rater = 1};
	uint64_t random = 11;
	struct world w;
	struct buf body;

	(void)state;
	world_open(&w, false);
	buf_init(&body, BALLOT_BYTES_MAX);
	world_ballot(&w.model, &good, &body);
	for (int i = 0; i < 20000; i++) {
		enum entry_kind kind = (enum entry_kind)(1 + draw(&random) % 11);
		size_t at = draw(&random) % body.len;
		uint8_t old = body.data[at];
		int err;

		body.data[at] = (uint8_t)draw(&random);
		err = world_apply(&w, kind, 1 + (uint32_t)(i % 2), &seal,
				  bytes_of(body.data, draw(&random) % body.len + 1));
		assert_true(err == 0 || err == ERR_VERSION);
		body.data[at] = old;
	}
	buf_free(&body);
	world_close(&w);
}

static void entries_come_in_order(void **state)
{
	struct world w;
	struct entry e = {.kind = ENTRY_RESTORED};

	(void)state;
	world_open(&w, false);
	assert_int_equal(fold_apply(w.fold, 3, &e), ERR_FORMAT);
	assert_int_equal(fold_apply(w.fold, 1, &e), ERR_FORMAT);
	assert_int_equal(fold_apply(w.fold, 2, &e), 0);
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
	    cmocka_unit_test(order_of_arrival_does_not_matter),
	    cmocka_unit_test(counts_follow_each_entry),
	    cmocka_unit_test(the_highest_revision_lives),
	    cmocka_unit_test(of_one_identity_the_first_stays),
	    cmocka_unit_test(what_was_before_is_known_by_answers),
	    cmocka_unit_test(what_was_before_is_known_by_hashes),
	    cmocka_unit_test(an_annulled_rater_counts_nothing_earlier_or_later),
	    cmocka_unit_test(after_an_annulled_import_the_lower_revision_lives_again),
	    cmocka_unit_test(a_sheet_is_annulled_once),
	    cmocka_unit_test(what_is_not_in_order_counts_nothing),
	    cmocka_unit_test(a_newer_ballot_halts_and_changes_nothing),
	    cmocka_unit_test(any_bytes_are_a_body),
	    cmocka_unit_test(entries_come_in_order),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
