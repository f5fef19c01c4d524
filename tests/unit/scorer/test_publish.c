/* What may be public of a result made by hand: METHOD P1, P3, P5. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "par/v1/inspect.pb-c.h"
#include "par/v1/release.pb-c.h"
#include "services/scorer/publish.h"
#include "services/scorer/scores.h"

enum { UNITS = 6, CRITERIA = 2 };
enum { RANKED, WARNED_FEW, FEW, APPRAISED, INSUFFICIENT, ZERO_SE };

static char *words(const char *text)
{
	return (char *)(uintptr_t)text;
}

static struct text2 both(const char *vi, const char *en)
{
	return (struct text2){words(vi), words(en)};
}

/* Unit 0 is in the second block, all others in the first. Unit 3 is not surveyed. */
struct made {
	struct round round;
	struct block blocks[2];
	struct unit units[UNITS];
	struct band bands[1];
	uint32_t surveyed[1];
	uint8_t applies[UNITS * CRITERIA];
	struct unit_result results[UNITS];
	char *thin[1];
	struct result result;
	struct fold_release release;
};

static void set(struct unit_result *u, enum status status, uint32_t rank,
		uint32_t raters)
{
	u->has_figure = true;
	u->status = status;
	u->rank = rank;
	u->band = rank > 0 ? 0 : -1;
	u->raters = raters;
	u->criteria_counted = 1;
	u->criteria_applicable = 2;
	strcpy(u->score, "81.25");
	strcpy(u->se, "1.23456789012");
	strcpy(u->ci_low, "78.83");
	strcpy(u->ci_high, "83.67");
	strcpy(u->public_se, "1.2");
	strcpy(u->public_ci_low, "78.8");
	strcpy(u->public_ci_high, "83.7");
}

static void make_round(struct made *m)
{
	static const char *const codes[UNITS] = {"U0", "U1", "U2", "U3", "U4", "U5"};

	model_init(&m->round);
	m->round.code = words("mau-2024");
	m->round.title = both("Tỉnh Mẫu", "Model province");
	m->round.cell_show = 15;
	m->blocks[0] = (struct block){words("Sở"), 50, 10};
	m->blocks[1] = (struct block){words("Huyện"), 40, 20};
	m->round.blocks = m->blocks;
	m->round.block_count = 2;
	m->bands[0].name = both("Tốt", "Good");
	m->round.bands = m->bands;
	m->round.band_count = 1;
	for (int i = 0; i < UNITS; i++) {
		m->units[i].code = words(codes[i]);
		m->units[i].name = both("Sở Mẫu", "");
		m->units[i].block = i == RANKED;
		m->applies[i * CRITERIA] = 1;
		m->applies[i * CRITERIA + 1] = i != APPRAISED;
	}
	m->round.units = m->units;
	m->round.unit_count = UNITS;
	m->round.criterion_count = CRITERIA;
	m->surveyed[0] = 1;
	m->round.surveyed = m->surveyed;
	m->round.answer_count = 1;
	m->round.applies = m->applies;
}

static void make(struct made *m)
{
	memset(m, 0, sizeof(*m));
	make_round(m);
	set(&m->results[RANKED], STATUS_RANKED, 1, 41);
	set(&m->results[WARNED_FEW], STATUS_RANKED_WARNING, 2, 14);
	set(&m->results[FEW], STATUS_INSUFFICIENT, 0, 9);
	set(&m->results[APPRAISED], STATUS_RANKED, 1, 0);
	set(&m->results[INSUFFICIENT], STATUS_INSUFFICIENT, 0, 20);
	set(&m->results[ZERO_SE], STATUS_RANKED_WARNING, 3, 15);
	m->thin[0] = words("nhỏ");
	m->result = (struct result){
	    .round = &m->round,
	    .units = m->results,
	    .unit_count = UNITS,
	    .respondents = 57,
	    .thin = m->thin,
	    .thin_count = 1,
	};
	memset(m->result.hash, 0xab, RESULT_HASH);
	m->release = (struct fold_release){
	    .ordinal = 3,
	    .number = 2,
	    .kind = RELEASE_OFFICIAL,
	    .time = 1735664400,
	    .decision = words("12/QĐ"),
	    .note = words(""),
	};
}

static bool is(ProtobufCBinaryData b, const char *text)
{
	return bytes_equal(bytes_of(b.data, b.len), bytes_str(text));
}

static Par__V1__ReleaseItem *publish(struct made *m)
{
	Par__V1__ReleaseItem *item;
	struct buf out;

	buf_init(&out, PUBLISH_BYTES_MAX);
	assert_int_equal(publish_release(&m->result, &m->release, 4000, &out), 0);
	item = par__v1__release_item__unpack(NULL, out.len, out.data);
	assert_non_null(item);
	buf_free(&out);
	return item;
}

static const Par__V1__PublicUnit *unit_of(const Par__V1__ReleaseItem *item,
					  const char *code)
{
	for (size_t b = 0; b < item->release->n_blocks; b++) {
		const Par__V1__PublicBlock *block = item->release->blocks[b];

		for (size_t u = 0; u < block->n_units; u++) {
			if (is(block->units[u]->code, code))
				return block->units[u];
		}
	}
	fail_msg("no unit %s", code);
	return NULL;
}

static void assert_no_figure(const Par__V1__PublicUnit *u)
{
	assert_int_equal(u->status, PAR__V1__UNIT_STATUS__UNIT_STATUS_INSUFFICIENT);
	assert_int_equal(u->score.len, 0);
	assert_int_equal(u->rank, 0);
	assert_null(u->band);
	assert_int_equal(u->se.len, 0);
	assert_int_equal(u->ci_low.len, 0);
	assert_int_equal(u->ci_high.len, 0);
}

static void release_says_what_it_is(void **state)
{
	struct made m;
	Par__V1__ReleaseItem *item;
	const Par__V1__PublicRelease *r;

	(void)state;
	make(&m);
	item = publish(&m);
	assert_int_equal(item->version, 1);
	assert_true(is(item->round, "mau-2024"));
	assert_int_equal(item->number, 2);
	assert_int_equal(item->time, 1735664400);
	assert_int_equal(item->what_case, PAR__V1__RELEASE_ITEM__WHAT_RELEASE);
	r = item->release;
	assert_int_equal(r->kind, PAR__V1__RELEASE_KIND__RELEASE_KIND_OFFICIAL);
	assert_true(is(r->decision, "12/QĐ"));
	assert_true(is(r->title->vi, "Tỉnh Mẫu"));
	assert_int_equal(r->design, PAR__V1__DESIGN__DESIGN_OPEN);
	assert_int_equal(r->respondents_tens, 50);
	assert_int_equal(r->invited, 4000);
	assert_int_equal(r->n_thin, 1);
	assert_true(is(r->thin[0], "nhỏ"));
	assert_int_equal(r->n_not_represented, 0);
	assert_int_equal(r->result_hash.len, RESULT_HASH);
	assert_int_equal(r->decimals, 2);
	par__v1__release_item__free_unpacked(item, NULL);
}

static void blocks_and_units_keep_their_order(void **state)
{
	struct made m;
	Par__V1__ReleaseItem *item;
	const Par__V1__PublicRelease *r;

	(void)state;
	make(&m);
	item = publish(&m);
	r = item->release;
	assert_int_equal(r->n_blocks, 2);
	assert_true(is(r->blocks[0]->name, "Sở"));
	assert_int_equal(r->blocks[0]->n_units, 5);
	assert_int_equal(r->blocks[1]->n_units, 1);
	assert_int_equal(r->blocks[1]->full_rank, 40);
	assert_int_equal(r->blocks[1]->rank, 20);
	assert_true(is(r->blocks[0]->units[0]->code, "U1"));
	assert_true(is(r->blocks[0]->units[4]->code, "U5"));
	assert_true(is(r->blocks[1]->units[0]->code, "U0"));
	par__v1__release_item__free_unpacked(item, NULL);
}

static void ranked_unit_has_public_digits_only(void **state)
{
	struct made m;
	Par__V1__ReleaseItem *item;
	const Par__V1__PublicUnit *u;

	(void)state;
	make(&m);
	item = publish(&m);
	u = unit_of(item, "U0");
	assert_int_equal(u->status, PAR__V1__UNIT_STATUS__UNIT_STATUS_RANKED);
	assert_true(is(u->score, "81.25"));
	assert_int_equal(u->rank, 1);
	assert_true(is(u->band->vi, "Tốt"));
	assert_true(is(u->se, "1.2"));
	assert_true(is(u->ci_low, "78.8"));
	assert_true(is(u->ci_high, "83.7"));
	assert_int_equal(u->raters, 41);
	assert_int_equal(u->criteria_counted, 1);
	assert_int_equal(u->criteria_applicable, 2);
	u = unit_of(item, "U5");
	assert_int_equal(u->raters, 15);
	assert_true(is(u->score, "81.25"));
	par__v1__release_item__free_unpacked(item, NULL);
}

/* P1, with a floor above the minimum to be ranked: 14 raters are no cell either. */
static void no_cell_from_few_raters(void **state)
{
	struct made m;
	Par__V1__ReleaseItem *item;

	(void)state;
	make(&m);
	item = publish(&m);
	assert_no_figure(unit_of(item, "U1"));
	assert_int_equal(unit_of(item, "U1")->raters, 0);
	assert_int_equal(unit_of(item, "U1")->criteria_counted, 0);
	assert_no_figure(unit_of(item, "U2"));
	assert_int_equal(unit_of(item, "U2")->raters, 0);
	assert_no_figure(unit_of(item, "U4"));
	assert_int_equal(unit_of(item, "U4")->raters, 20);
	par__v1__release_item__free_unpacked(item, NULL);
}

static void appraised_unit_needs_no_raters(void **state)
{
	struct made m;
	Par__V1__ReleaseItem *item;
	const Par__V1__PublicUnit *u;

	(void)state;
	make(&m);
	item = publish(&m);
	u = unit_of(item, "U3");
	assert_int_equal(u->status, PAR__V1__UNIT_STATUS__UNIT_STATUS_RANKED);
	assert_true(is(u->score, "81.25"));
	assert_int_equal(u->raters, 0);
	par__v1__release_item__free_unpacked(item, NULL);
}

static void exact_figures_never_leave(void **state)
{
	static const char *const secret[] = {"1.23456789012", "78.83", "83.67"};
	struct made m;
	struct buf out;

	(void)state;
	make(&m);
	buf_init(&out, PUBLISH_BYTES_MAX);
	assert_int_equal(publish_release(&m.result, &m.release, 4000, &out), 0);
	for (size_t i = 0; i < sizeof(secret) / sizeof(secret[0]); i++)
		assert_null(memmem(out.data, out.len, secret[i], strlen(secret[i])));
	buf_free(&out);
}

static void retraction_gives_its_reason(void **state)
{
	struct made m;
	struct buf out;
	Par__V1__ReleaseItem *item;

	(void)state;
	make(&m);
	m.release.retraction = true;
	m.release.note = words("sai danh sách");
	buf_init(&out, PUBLISH_BYTES_MAX);
	assert_int_equal(publish_retraction(&m.round, &m.release, &out), 0);
	item = par__v1__release_item__unpack(NULL, out.len, out.data);
	assert_non_null(item);
	assert_int_equal(item->what_case, PAR__V1__RELEASE_ITEM__WHAT_RETRACTION);
	assert_int_equal(item->number, 2);
	assert_true(is(item->retraction->reason, "sai danh sách"));
	par__v1__release_item__free_unpacked(item, NULL);
	buf_free(&out);
}

static void operator_sees_every_digit(void **state)
{
	struct made m;
	struct buf out;
	struct position cut = {.n = 7};
	Par__V1__Scores *scores;

	(void)state;
	make(&m);
	memset(cut.journal, 1, sizeof(cut.journal));
	buf_init(&out, PUBLISH_BYTES_MAX);
	assert_int_equal(scores_encode(&m.result, 0, &cut, &out), 0);
	scores = par__v1__scores__unpack(NULL, out.len, out.data);
	assert_non_null(scores);
	assert_int_equal(scores->number, 0);
	assert_int_equal(scores->n_cut, 1);
	assert_int_equal(scores->cut[0]->n, 7);
	assert_int_equal(scores->n_units, UNITS);
	assert_true(is(scores->units[0]->block, "Huyện"));
	assert_true(is(scores->units[FEW]->score, "81.25"));
	assert_true(is(scores->units[FEW]->se, "1.23456789012"));
	assert_true(is(scores->units[FEW]->ci_high, "83.67"));
	assert_int_equal(scores->units[FEW]->raters, 9);
	assert_int_equal(scores->units[FEW]->rank, 0);
	assert_null(scores->units[FEW]->band);
	assert_true(is(scores->units[RANKED]->band->en, "Good"));
	par__v1__scores__free_unpacked(scores, NULL);
	buf_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(release_says_what_it_is),
	    cmocka_unit_test(blocks_and_units_keep_their_order),
	    cmocka_unit_test(ranked_unit_has_public_digits_only),
	    cmocka_unit_test(no_cell_from_few_raters),
	    cmocka_unit_test(appraised_unit_needs_no_raters),
	    cmocka_unit_test(exact_figures_never_leave),
	    cmocka_unit_test(retraction_gives_its_reason),
	    cmocka_unit_test(operator_sees_every_digit),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
