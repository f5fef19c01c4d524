/* Samples of old cuts: those of a fold that had stopped there. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "common/round/proto.h"
#include "world.h"

enum { STEPS = 150, CLOSING = 110, SEEDS = 25, IMPORTS = 4, REASONS = 3 };

static const char *const reasons[REASONS] = {"trùng lặp", "xung đột lợi ích", ""};

/* ---- samples as text ---- */

struct texts {
	char *sheets; /* with the frame; without what was annulled */
	char *values;
};

static void texts_free(struct texts *t)
{
	free(t->sheets);
	free(t->values);
}

static char *text_of(struct buf *b)
{
	char *text = bytes_dup(buf_bytes(b));

	assert_non_null(text);
	buf_free(b);
	return text;
}

static char *sheets_text(const struct sample *s)
{
	struct buf b;

	buf_init(&b, 1 << 20);
	for (size_t i = 0; i < s->sheet_count; i++) {
		const struct sample_sheet *x = &s->sheets[i];

		assert_int_equal(buf_printf(&b, "%u/%u/%u:%u=%u,%u,%u h%u n%u i%d\n",
					    x->rater, x->stratum, x->cluster, x->unit,
					    x->answers[0], x->answers[1], x->answers[2],
					    x->hour, (unsigned)x->ballot, x->imported),
				 0);
	}
	for (uint32_t i = 0; i < s->stratum_count; i++)
		assert_int_equal(buf_printf(&b, "%s %u of %u\n", s->strata[i].labels[0],
					    (unsigned)s->strata[i].rows,
					    (unsigned)s->strata[i].members),
				 0);
	assert_int_equal(buf_printf(&b, "invited %u\n", (unsigned)s->invited), 0);
	return text_of(&b);
}

static char *values_text(const struct sample *s)
{
	struct buf b;

	buf_init(&b, 1 << 20);
	for (size_t i = 0; i < s->appraisal_count; i++) {
		const struct appraisal *a = &s->appraisals[i];

		assert_int_equal(buf_printf(&b, "%u %d %u %lld %s %s\n", a->unit,
					    (int)a->target, a->criterion,
					    (long long)a->points.micro, a->evidence,
					    a->by),
				 0);
	}
	for (size_t i = 0; i < s->measured_count; i++) {
		const struct measured *m = &s->measured[i];

		assert_int_equal(buf_printf(&b, "%u %u %lld %s\n", m->unit,
					    m->criterion, (long long)m->value.micro,
					    m->evidence),
				 0);
	}
	return text_of(&b);
}

static struct texts texts_of(const struct sample *s)
{
	return (struct texts){.sheets = sheets_text(s), .values = values_text(s)};
}

/* ---- a random history ---- */

struct annulled {
	uint32_t rater;  /* or UINT32_MAX */
	uint64_t import; /* or 0 */
	const char *reason;
};

/* The same for the same seed, whatever world it goes to. */
struct history {
	struct world w;
	uint64_t seed;
	bool annuls; /* else an entry that does nothing stands in its place */
	uint32_t rows;
	uint64_t import_of[STEPS + 2]; /* by entry */
	struct annulled annulled[2 * STEPS];
	size_t annulled_count;
};

static uint32_t draw(struct history *h, uint32_t below)
{
	h->seed = h->seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(h->seed >> 33) % below;
}

static void history_init(struct history *h, uint64_t seed, bool annuls)
{
	*h = (struct history){.seed = seed, .annuls = annuls};
	world_open(&h->w, false);
}

static void send(struct history *h)
{
	struct world_sheet s = {.rater = draw(h, 24),
				.unit = draw(h, WORLD_UNITS),
				.revision = 1 + draw(h, 3),
				.import_id = draw(h, IMPORTS),
				.hour = draw(h, 50)};

	s.answers[0] = (uint8_t)(1 + draw(h, 5));
	s.answers[1] = (uint8_t)(1 + draw(h, 5));
	s.answers[2] = s.unit == 2 ? ANSWER_NOT_SHOWN : 1;
	world_send(&h->w, &s);
	h->import_of[h->w.n] = s.import_id;
}

static void note(struct history *h, uint32_t rater, uint64_t import, const char *reason)
{
	h->annulled[h->annulled_count++] = (struct annulled){rater, import, reason};
}

static void annul(struct history *h, bool of_rater, bool of_import)
{
	Par__V1__AnnulEntry m = PAR__V1__ANNUL_ENTRY__INIT;
	uint32_t rater = draw(h, 20), number = rater + 1;
	uint64_t import = 1 + draw(h, IMPORTS - 1);
	const char *reason = reasons[draw(h, REASONS)];
	struct seal nobody = {.time = 0};

	if (!h->annuls) {
		assert_int_equal(
		    world_apply(&h->w, ENTRY_RESTORED, 1, &nobody, bytes_str("")), 0);
		return;
	}
	m.reason = proto_view(bytes_str(reason));
	if (of_rater) {
		m.raters = &number;
		m.n_raters = 1;
		note(h, rater, 0, reason);
	}
	if (of_import) {
		m.import_id = import;
		if (fold_round_has_import(world_first(&h->w), import))
			note(h, UINT32_MAX, import, reason);
	}
	assert_int_equal(world_control(&h->w, ENTRY_ANNUL, &m), 0);
}

static void appraise(struct history *h)
{
	uint32_t unit = draw(h, WORLD_UNITS), points = draw(h, 4);
	bool bonus = draw(h, 2);

	world_appraise(&h->w, unit,
		       bonus ? PAR__V1__APPRAISAL_TARGET__APPRAISAL_TARGET_BONUS
			     : PAR__V1__APPRAISAL_TARGET__APPRAISAL_TARGET_CRITERION,
		       bonus ? 0 : 6, points, draw(h, 2) ? "a" : "b");
}

static void enlarge(struct history *h)
{
	h->rows += draw(h, 2);
	world_enlarge(&h->w, 6 + h->rows, h->rows, "x");
}

static void step(struct history *h)
{
	uint32_t what = draw(h, 20);

	if (h->w.n == CLOSING)
		world_close_round(&h->w);
	else if (what < 13)
		send(h);
	else if (what < 16)
		annul(h, what != 14, what != 13);
	else if (what < 18)
		appraise(h);
	else if (what == 18)
		world_measure(&h->w, draw(h, WORLD_UNITS), 6, draw(h, 50));
	else
		enlarge(h);
}

static struct sample sample_at(struct history *h, uint64_t sheets_n, uint64_t values_n)
{
	struct sample s;

	assert_int_equal(fold_sample_at(world_first(&h->w), sheets_n, values_n, &s), 0);
	return s;
}

static struct sample sample_now(struct history *h)
{
	struct sample s;

	assert_int_equal(fold_sample(world_first(&h->w), &s), 0);
	return s;
}

static void expect_texts(const struct sample *s, const char *sheets, const char *values)
{
	struct texts is = texts_of(s);

	assert_string_equal(is.sheets, sheets);
	assert_string_equal(is.values, values);
	texts_free(&is);
}

static void an_old_cut_is_a_fold_that_stopped_there(void **state)
{
	struct texts at[STEPS + 2];

	(void)state;
	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		struct history whole, part;

		history_init(&whole, seed, true);
		history_init(&part, seed, true);
		for (uint64_t n = 1; n <= STEPS; n++) {
			struct sample s = sample_now(&part);

			assert_int_equal(part.w.n, n);
			at[n] = texts_of(&s);
			sample_free(&s);
			step(&part);
			step(&whole);
		}
		for (uint64_t n = 1; n <= STEPS; n++) {
			uint64_t values_n = 1 + draw(&part, STEPS);
			struct sample s = sample_at(&whole, n, values_n);

			expect_texts(&s, at[n].sheets, at[values_n].values);
			sample_free(&s);
		}
		for (uint64_t n = 1; n <= STEPS; n++)
			texts_free(&at[n]);
		world_close(&part.w);
		world_close(&whole.w);
	}
}

/* ---- what was annulled ---- */

static bool has_sheet(const struct sample *s, const struct sample_sheet *x)
{
	for (size_t i = 0; i < s->sheet_count; i++) {
		if (s->sheets[i].rater == x->rater && s->sheets[i].unit == x->unit &&
		    s->sheets[i].ballot == x->ballot)
			return true;
	}
	return false;
}

static const char *reason_of(const struct history *h, const struct sample_sheet *x)
{
	for (size_t i = 0; i < h->annulled_count; i++) {
		const struct annulled *a = &h->annulled[i];

		if (a->rater == x->rater ||
		    (a->import != 0 && a->import == h->import_of[x->ballot]))
			return a->reason;
	}
	fail();
	return NULL;
}

/* What stands in `without` and not in `with`, counted the slow way for one reason. */
static struct sample_annulment lost(const struct history *h, const struct sample *with,
				    const struct sample *without, const char *reason)
{
	struct sample_annulment sum = {.sheets = 0};
	uint32_t last = UINT32_MAX; /* sheets come by rater */

	for (size_t i = 0; i < without->sheet_count; i++) {
		const struct sample_sheet *x = &without->sheets[i];

		if (has_sheet(with, x) || strcmp(reason_of(h, x), reason) != 0)
			continue;
		sum.sheets++;
		sum.raters += x->rater != last;
		last = x->rater;
	}
	return sum;
}

static void expect_annulments(const struct history *h, const struct sample *with,
			      const struct sample *without)
{
	size_t found = 0;

	for (int i = 0; i < REASONS; i++) {
		struct sample_annulment expected = lost(h, with, without, reasons[i]);
		const struct sample_annulment *is = NULL;

		for (size_t k = 0; k < with->annulment_count; k++) {
			if (strcmp(with->annulments[k].reason, reasons[i]) == 0)
				is = &with->annulments[k];
		}
		assert_int_equal(is != NULL, expected.sheets > 0);
		if (is == NULL)
			continue;
		found++;
		assert_int_equal(is->sheets, expected.sheets);
		assert_int_equal(is->raters, expected.raters);
	}
	assert_int_equal(with->annulment_count, found);
	assert_int_equal(without->annulment_count, 0);
}

static void without_annulments_all_live(void **state)
{
	size_t seen = 0;

	(void)state;
	for (uint64_t seed = 100; seed < 100 + SEEDS; seed++) {
		struct history with, without;

		history_init(&with, seed, true);
		history_init(&without, seed, false);
		for (uint64_t n = 1; n <= STEPS; n++) {
			struct sample s = sample_now(&with),
				      other = sample_now(&without);
			struct texts texts = texts_of(&other);
			struct sample un;

			assert_int_equal(
			    fold_sample_unannulled(world_first(&with.w), n, &un), 0);
			expect_texts(&un, texts.sheets, texts.values);
			assert_int_equal(un.annulment_count, 0);
			expect_annulments(&with, &s, &other);
			seen += s.annulment_count;
			texts_free(&texts);
			sample_free(&un);
			sample_free(&s);
			sample_free(&other);
			step(&with);
			step(&without);
		}
		world_close(&with.w);
		world_close(&without.w);
	}
	assert_true(seen > 1000);
}

static void the_first_annulment_names_the_reason(void **state)
{
	struct world_sheet one = {.rater = 3, .revision = 1, .answers = {2, 2, 1}};
	struct world_sheet two = {.rater = 3, .revision = 2, .answers = {4, 4, 1}};
	struct history h;
	struct sample s;

	(void)state;
	history_init(&h, 1, true);
	two.import_id = 2;
	world_send(&h.w, &one); /* 2 */
	world_send(&h.w, &two);
	world_annul_import(&h.w, 2); /* 4: revision 1 lives again, 2 is the loss */
	world_annul_rater(&h.w, 3);  /* 5 */
	s = sample_at(&h, 4, 4);
	assert_int_equal(s.sheet_count, 1);
	assert_int_equal(s.sheets[0].ballot, 2);
	assert_int_equal(s.sheets[0].hour, 2);
	assert_false(s.sheets[0].imported);
	assert_int_equal(s.annulment_count, 1);
	assert_int_equal(s.annulments[0].sheets, 1);
	sample_free(&s);
	s = sample_at(&h, 5, 5);
	assert_int_equal(s.sheet_count, 0);
	assert_int_equal(s.annulments[0].sheets, 1);
	assert_int_equal(s.annulments[0].raters, 1);
	sample_free(&s);
	s = sample_at(&h, 3, 5);
	assert_int_equal(s.sheets[0].ballot, 3);
	assert_true(s.sheets[0].imported);
	assert_int_equal(s.annulment_count, 0);
	sample_free(&s);
	world_close(&h.w);
}

static int setup(void **state)
{
	(void)state;
	return sodium_init() < 0 ? -1 : 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_old_cut_is_a_fold_that_stopped_there),
	    cmocka_unit_test(without_annulments_all_live),
	    cmocka_unit_test(the_first_annulment_names_the_reason),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
