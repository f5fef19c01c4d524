/* What is said in public of a release as a whole, and of what is none. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "common/method/code.h"
#include "common/round/manifest.h"
#include "services/scorer/publish.h"
#include "tests/unit/scorer/published.h"

static void release_says_what_it_is(void **state)
{
	const struct published *m = *state;
	const Par__V1__PublicRelease *r = m->release;
	const struct result *result = &m->analysis->result;
	uint8_t rules[32];

	assert_int_equal(m->item->version, 1);
	assert_true(made_is(m->item->round, "mau-2024"));
	assert_int_equal(m->item->number, 2);
	assert_int_equal(m->item->time, 1735664400);
	assert_int_equal(r->kind, PAR__V1__RELEASE_KIND__RELEASE_KIND_OFFICIAL);
	assert_true(made_is(r->decision, "12/QĐ"));
	assert_true(made_is(r->note, "ghi chú"));
	assert_true(made_is(r->title->vi, "Tỉnh Mẫu"));
	assert_true(made_is(r->title->en, "Model province"));
	assert_false(r->trial);
	assert_int_equal(r->design, PAR__V1__DESIGN__DESIGN_OPEN);
	assert_int_equal(r->mode, PAR__V1__MODE__MODE_POINTS);
	assert_false(r->minmax);
	assert_true(r->unweighted);
	assert_int_equal(r->respondents_tens, 40);
	assert_int_equal(r->invited, 4000);
	assert_int_equal(r->decimals, 2);
	assert_int_equal(r->cell_show, 15);
	assert_true(made_is(r->bonus_max, "2"));
	assert_true(made_is(r->penalty_max, "0.5"));
	assert_int_equal(r->result_hash.len, RESULT_HASH);
	assert_memory_equal(r->result_hash.data, result->hash, RESULT_HASH);
	assert_int_equal(manifest_rules_digest(result->round, rules), 0);
	assert_int_equal(r->rules_digest.len, 32);
	assert_memory_equal(r->rules_digest.data, rules, 32);
	assert_int_equal(r->method_digest.len, sizeof(code_digest));
	assert_memory_equal(r->method_digest.data, code_digest, sizeof(code_digest));
	assert_int_equal(r->n_thin + r->n_merged + r->n_not_represented, 0);
	assert_int_equal(r->n_annulments, 0);
}

/* U4: of "par-seed/1:mau-2024", and nothing else. */
static void the_seed_is_of_the_code(void **state)
{
	static const char text[] = "par-seed/1:mau-2024";
	const struct published *m = *state;
	uint8_t digest[crypto_hash_sha256_BYTES];

	crypto_hash_sha256(digest, (const uint8_t *)text, strlen(text));
	assert_true(m->release->seed == be64_get(digest));
}

static void blocks_and_units_keep_their_order(void **state)
{
	const struct published *m = *state;
	const Par__V1__PublicRelease *r = m->release;

	assert_int_equal(r->n_blocks, 2);
	assert_true(made_is(r->blocks[0]->name, "Sở"));
	assert_int_equal(r->blocks[0]->n_units, 5);
	assert_int_equal(r->blocks[0]->full_rank, 50);
	assert_int_equal(r->blocks[0]->rank, 10);
	assert_int_equal(r->blocks[1]->n_units, 1);
	assert_int_equal(r->blocks[1]->full_rank, 40);
	assert_int_equal(r->blocks[1]->rank, 20);
	assert_true(made_is(r->blocks[0]->units[0]->code, "U1"));
	assert_true(made_is(r->blocks[0]->units[4]->code, "U5"));
	assert_true(made_is(r->blocks[1]->units[0]->code, "U0"));
	assert_true(made_is(r->blocks[1]->units[0]->name->vi, "Huyện Mẫu"));
	assert_true(made_is(r->blocks[1]->units[0]->name->en, "Model district"));
}

/* Fields and leaves; what lies between is not told. */
static void the_tree_is_fields_and_leaves(void **state)
{
	static const struct {
		const char *code, *points;
		uint32_t field;
		Par__V1__Source source;
		bool leaf;
	} all[CRITERIA] = {
	    [FIELD_1] = {"1", "60", 0, PAR__V1__SOURCE__SOURCE_UNSPECIFIED, false},
	    [LEAF_111] = {"1.1.1", "25", 1, PAR__V1__SOURCE__SOURCE_SURVEY, true},
	    [LEAF_112] = {"1.1.2", "15", 1, PAR__V1__SOURCE__SOURCE_SURVEY, true},
	    [LEAF_12] = {"1.2", "20", 1, PAR__V1__SOURCE__SOURCE_APPRAISED, true},
	    [FIELD_2] = {"2", "40", 0, PAR__V1__SOURCE__SOURCE_SURVEY, true},
	};
	const struct published *m = *state;

	assert_int_equal(m->release->n_criteria, CRITERIA);
	for (int c = 0; c < CRITERIA; c++) {
		const Par__V1__PublicCriterion *is = m->release->criteria[c];

		assert_true(made_is(is->code, all[c].code));
		assert_true(made_is(is->points, all[c].points));
		assert_int_equal(is->field, all[c].field);
		assert_int_equal(is->source, all[c].source);
		assert_int_equal(is->leaf, all[c].leaf);
	}
	assert_true(made_is(m->release->criteria[FIELD_2]->name->vi, "Thủ tục"));
	assert_true(made_is(m->release->criteria[FIELD_2]->name->en, "Procedures"));
}

static void groups_are_named(void **state)
{
	struct build *b = published_strata(3);
	struct published m;

	(void)state;
	published_open(b, made_release(b), &m);
	assert_false(m.release->unweighted);
	assert_int_equal(m.release->n_merged, 0);
	assert_int_equal(m.release->n_thin, 2);
	assert_true(made_is(m.release->thin[0], "b"));
	assert_true(made_is(m.release->thin[1], "d"));
	assert_int_equal(m.release->n_not_represented, 1);
	assert_true(made_is(m.release->not_represented[0], "c"));
	published_close(&m);
}

static void declared_reasons_are_told_apart(void **state)
{
	static const struct sample_annulment all[] = {
	    {NULL, 30, 20}, {NULL, 40, 15}, {NULL, 12, 4}, {NULL, 90, 18}};
	static const char *const reasons[] = {"một", "hai", "ba", "bốn"};
	struct build *b = published_round();
	struct analysis *a = made_release(b);
	struct published m;

	(void)state;
	b->round.annulment_reasons = calloc(4, sizeof(char *));
	assert_non_null(b->round.annulment_reasons);
	a->sample.annulments = calloc(4, sizeof(*a->sample.annulments));
	assert_non_null(a->sample.annulments);
	for (uint32_t i = 0; i < 4; i++) {
		made_text(&b->round.annulment_reasons[i], reasons[i]);
		a->sample.annulments[i] = all[i];
		made_text(&a->sample.annulments[i].reason, reasons[i]);
	}
	b->round.annulment_reason_count = 4;
	a->sample.annulment_count = 4;
	published_open(b, a, &m);
	assert_int_equal(m.release->n_annulments, 4);
	assert_true(made_is(m.release->annulments[0]->reason, "một"));
	assert_int_equal(m.release->annulments[0]->sheets, 30);
	/* 4 raters are too few; "hai" is hidden with them, having the fewest others. */
	assert_int_equal(m.release->annulments[1]->sheets, 0);
	assert_true(made_is(m.release->annulments[2]->reason, "ba"));
	assert_int_equal(m.release->annulments[2]->sheets, 0);
	assert_int_equal(m.release->annulments[3]->sheets, 90);
	published_close(&m);
}

/* ---- what is no release ---- */

static void corrections_and_trials_say_so(void **state)
{
	const struct published *m = *state;
	struct fold_release correction = published_release(4, RELEASE_CORRECTION);
	struct fold_release trial = published_release(1, RELEASE_TRIAL);
	Par__V1__ReleaseItem *item;
	struct buf out;

	buf_init(&out, PUBLISH_BYTES_MAX);
	assert_int_equal(publish_release(m->analysis, &correction, &out), 0);
	item = published_decode(&out);
	assert_int_equal(item->number, 4);
	assert_int_equal(item->release->kind,
			 PAR__V1__RELEASE_KIND__RELEASE_KIND_CORRECTION);
	par__v1__release_item__free_unpacked(item, NULL);
	m->build->round.trial = true;
	buf_init(&out, PUBLISH_BYTES_MAX);
	assert_int_equal(publish_release(m->analysis, &trial, &out), 0);
	item = published_decode(&out);
	assert_true(item->release->trial);
	assert_int_equal(item->release->kind,
			 PAR__V1__RELEASE_KIND__RELEASE_KIND_TRIAL);
	par__v1__release_item__free_unpacked(item, NULL);
	m->build->round.trial = false;
}

static void a_failure_has_no_figure(void **state)
{
	const struct published *m = *state;
	struct fold_release release = published_release(2, RELEASE_CORRECTION);
	Par__V1__ReleaseItem *item;
	struct buf out;

	buf_init(&out, PUBLISH_BYTES_MAX);
	assert_int_equal(publish_failure(&m->build->round, &release, &out), 0);
	assert_true(out.len < 64);
	item = published_decode(&out);
	assert_int_equal(item->version, 1);
	assert_true(made_is(item->round, "mau-2024"));
	assert_int_equal(item->number, 2);
	assert_int_equal(item->time, 1735664400);
	assert_int_equal(item->what_case, PAR__V1__RELEASE_ITEM__WHAT_FAILURE);
	assert_int_equal(item->failure->kind,
			 PAR__V1__RELEASE_KIND__RELEASE_KIND_CORRECTION);
	par__v1__release_item__free_unpacked(item, NULL);
}

/* The journal was restored without it: there is nothing of it but its number. */
static void what_was_lost_is_withdrawn(void **state)
{
	struct fold_release lost = published_release(2, RELEASE_OFFICIAL);
	char round[] = "khác", none[] = "";
	Par__V1__ReleaseItem *item;
	struct buf out;

	(void)state;
	lost.lost = true;
	lost.lost_round = round;
	buf_init(&out, PUBLISH_BYTES_MAX);
	assert_int_equal(publish_lost(&lost, &out), 0);
	item = published_decode(&out);
	assert_true(made_is(item->round, "khác"));
	assert_int_equal(item->number, 2);
	assert_int_equal(item->what_case, PAR__V1__RELEASE_ITEM__WHAT_FAILURE);
	assert_true(item->failure->lost);
	par__v1__release_item__free_unpacked(item, NULL);
	lost.retraction = true;
	buf_init(&out, PUBLISH_BYTES_MAX);
	assert_int_equal(publish_lost(&lost, &out), 0);
	item = published_decode(&out);
	assert_int_equal(item->what_case, PAR__V1__RELEASE_ITEM__WHAT_RETRACTION);
	assert_true(item->retraction->lost);
	par__v1__release_item__free_unpacked(item, NULL);
	lost = (struct fold_release){.time = 1, .lost = true, .lost_round = none};
	buf_init(&out, PUBLISH_BYTES_MAX);
	assert_int_equal(publish_lost(&lost, &out), 0);
	item = published_decode(&out);
	assert_int_equal(item->number, 0);
	assert_int_equal(item->failure->kind,
			 PAR__V1__RELEASE_KIND__RELEASE_KIND_UNSPECIFIED);
	par__v1__release_item__free_unpacked(item, NULL);
}

static void retraction_gives_its_reason(void **state)
{
	const struct published *m = *state;
	struct fold_release release = published_release(2, RELEASE_OFFICIAL);
	Par__V1__ReleaseItem *item;
	struct buf out;

	release.retraction = true;
	release.note = (char *)(uintptr_t) "sai danh sách";
	buf_init(&out, PUBLISH_BYTES_MAX);
	assert_int_equal(publish_retraction(&m->build->round, &release, &out), 0);
	item = published_decode(&out);
	assert_int_equal(item->what_case, PAR__V1__RELEASE_ITEM__WHAT_RETRACTION);
	assert_int_equal(item->number, 2);
	assert_true(made_is(item->retraction->reason, "sai danh sách"));
	par__v1__release_item__free_unpacked(item, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(release_says_what_it_is),
	    cmocka_unit_test(the_seed_is_of_the_code),
	    cmocka_unit_test(blocks_and_units_keep_their_order),
	    cmocka_unit_test(the_tree_is_fields_and_leaves),
	    cmocka_unit_test(groups_are_named),
	    cmocka_unit_test(declared_reasons_are_told_apart),
	    cmocka_unit_test(corrections_and_trials_say_so),
	    cmocka_unit_test(a_failure_has_no_figure),
	    cmocka_unit_test(what_was_lost_is_withdrawn),
	    cmocka_unit_test(retraction_gives_its_reason),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, published_setup, published_teardown);
}
