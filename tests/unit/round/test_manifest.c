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
#include "par/v1/manifest.pb-c.h"
#include "world.h"

static void encode(const struct round *r, bool with_roster, struct buf *out)
{
	buf_init(out, MANIFEST_BYTES_MAX);
	assert_int_equal(manifest_encode(r, with_roster, out), 0);
}

static void a_round_comes_back_as_it_was(void **state)
{
	struct round r, back;
	struct faults f;
	struct buf first, second;

	(void)state;
	faults_init(&f);
	world_model(&r);
	encode(&r, true, &first);
	assert_int_equal(manifest_decode(buf_bytes(&first), &back, &f), 0);
	assert_int_equal(f.count, 0);
	encode(&back, true, &second);
	assert_true(bytes_equal(buf_bytes(&first), buf_bytes(&second)));

	assert_string_equal(back.code, r.code);
	assert_string_equal(back.title.vi, "Kỳ đánh giá");
	assert_int_equal(back.roster_rows, WORLD_ROWS);
	assert_memory_equal(back.roster_digest, r.roster_digest, 32);
	assert_int_equal(back.scales[1].values[1].micro, 40 * DECIMAL_ONE);
	assert_null(back.scales[0].values);
	assert_string_equal(back.scales[1].labels[2].en, "Level");
	assert_int_equal(back.criteria[3].block_count, 1);
	assert_int_equal(back.criteria[3].blocks[0], 0);
	assert_null(back.criteria[1].blocks);
	assert_int_equal(back.criteria[6].parent, 4);
	assert_true(back.criteria[6].down);
	assert_int_equal(back.units[2].excludes[0], 6);
	assert_int_equal(back.blocks[1].full_rank, 12);
	assert_true(back.bands[1].above);
	assert_int_equal(back.answer_count, WORLD_ANSWERS);
	model_free(&r);
	model_free(&back);
	buf_free(&first);
	buf_free(&second);
	faults_free(&f);
}

static void the_rules_do_not_hang_on_the_roster(void **state)
{
	struct round r;
	uint8_t before[32], after[32], expected[32];
	struct buf b;

	(void)state;
	world_model(&r);
	assert_int_equal(manifest_rules_digest(&r, before), 0);
	encode(&r, false, &b);
	crypto_hash_sha256(expected, b.data, b.len);
	assert_memory_equal(before, expected, 32);
	memset(r.roster_digest, 99, 32);
	assert_int_equal(manifest_rules_digest(&r, after), 0);
	assert_memory_equal(before, after, 32);
	r.dense_ties = true;
	assert_int_equal(manifest_rules_digest(&r, after), 0);
	assert_memory_not_equal(before, after, 32);
	model_free(&r);
	buf_free(&b);
}

static void no_prefix_crashes(void **state)
{
	struct round r, back;
	struct faults f;
	struct buf b;

	(void)state;
	faults_init(&f);
	world_model(&r);
	encode(&r, true, &b);
	for (size_t len = 0; len < b.len; len++) {
		uint8_t *copy = malloc(len + 1);

		memcpy(copy, b.data, len);
		if (manifest_decode(bytes_of(copy, len), &back, &f) == 0)
			model_free(&back);
		free(copy);
	}
	model_free(&r);
	buf_free(&b);
	faults_free(&f);
}

static void no_changed_byte_crashes(void **state)
{
	struct round r, back;
	struct buf b;

	(void)state;
	world_model(&r);
	encode(&r, true, &b);
	for (size_t i = 0; i < b.len * 8; i++) {
		struct faults f;

		faults_init(&f);
		b.data[i / 8] ^= (uint8_t)(1 << i % 8);
		if (manifest_decode(buf_bytes(&b), &back, &f) == 0)
			model_free(&back);
		b.data[i / 8] ^= (uint8_t)(1 << i % 8);
		faults_free(&f);
	}
	model_free(&r);
	buf_free(&b);
}

/* Decodes what `change` makes of the manifest of the good round. */
static int decode_changed(void (*change)(Par__V1__Manifest *m), struct faults *f)
{
	struct round r, back;
	struct buf b, changed;
	Par__V1__Manifest *m;
	int err;

	world_model(&r);
	encode(&r, true, &b);
	m = par__v1__manifest__unpack(NULL, b.len, b.data);
	assert_non_null(m);
	change(m);
	buf_init(&changed, MANIFEST_BYTES_MAX);
	assert_int_equal(buf_reserve(&changed, par__v1__manifest__get_packed_size(m)),
			 0);
	changed.len = par__v1__manifest__pack(m, changed.data);
	err = manifest_decode(buf_bytes(&changed), &back, f);
	if (err == 0)
		model_free(&back);
	par__v1__manifest__free_unpacked(m, NULL);
	buf_free(&changed);
	buf_free(&b);
	model_free(&r);
	return err;
}

static void newer(Par__V1__Manifest *m)
{
	m->version = 2;
}

static void no_version(Par__V1__Manifest *m)
{
	m->version = 0;
}

static void parent_later(Par__V1__Manifest *m)
{
	m->criteria[1]->parent = 3;
}

static void scale_outside(Par__V1__Manifest *m)
{
	m->criteria[1]->scale = 3;
}

static void block_outside(Par__V1__Manifest *m)
{
	m->units[0]->block = 3;
}

static void block_none(Par__V1__Manifest *m)
{
	m->units[0]->block = 0;
}

static void exclude_outside(Par__V1__Manifest *m)
{
	m->units[2]->excludes[0] = 8;
}

static void rows_differ(Par__V1__Manifest *m)
{
	m->roster->rows++;
}

static void label_missing(Par__V1__Manifest *m)
{
	free(m->strata[0]->labels[0].data);
	m->strata[0]->n_labels = 0;
}

static void design_unknown(Par__V1__Manifest *m)
{
	m->design = (Par__V1__Design)9;
}

static void zero_in_text(Par__V1__Manifest *m)
{
	m->units[0]->code.data[1] = 0;
}

static void fewer_values(Par__V1__Manifest *m)
{
	m->scales[1]->n_values = 2;
}

static void what_is_damaged_is_refused(void **state)
{
	static void (*const changes[])(Par__V1__Manifest *) = {
	    no_version,   parent_later,    scale_outside, block_outside,
	    block_none,   exclude_outside, rows_differ,   label_missing,
	    zero_in_text, design_unknown,  fewer_values,
	};

	(void)state;
	for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
		struct faults f;

		faults_init(&f);
		assert_int_equal(decode_changed(changes[i], &f), ERR_FORMAT);
		assert_int_equal(f.count, 1);
		faults_free(&f);
	}
}

static void points_wrong(Par__V1__Manifest *m)
{
	m->criteria[1]->points++;
}

static void a_newer_version_and_a_bad_model_are_told_apart(void **state)
{
	struct faults f;

	(void)state;
	faults_init(&f);
	assert_int_equal(decode_changed(newer, &f), ERR_VERSION);
	assert_true(world_says(&f, "newer version"));
	assert_int_equal(decode_changed(points_wrong, &f), ERR_REFUSED);
	assert_true(world_says(&f, "its parts add up to"));
	faults_free(&f);
}

static void an_unknown_field_is_refused(void **state)
{
	struct round r, back;
	struct faults f;
	struct buf b;

	(void)state;
	faults_init(&f);
	world_model(&r);
	encode(&r, true, &b);
	assert_int_equal(buf_put(&b, "\xf8\x07\x01", 3), 0); /* field 127 */
	assert_int_equal(manifest_decode(buf_bytes(&b), &back, &f), ERR_FORMAT);
	assert_true(world_says(&f, "does not know"));
	model_free(&r);
	buf_free(&b);
	faults_free(&f);
}

static void another_encoding_of_the_same_is_refused(void **state)
{
	struct round r, back;
	struct faults f;
	struct buf b;

	(void)state;
	faults_init(&f);
	world_model(&r);
	encode(&r, true, &b);
	assert_int_equal(buf_put(&b, "\x08\x01", 2), 0); /* the version once more */
	assert_int_equal(manifest_decode(buf_bytes(&b), &back, &f), ERR_FORMAT);
	assert_true(world_says(&f, "not in the one encoding"));
	model_free(&r);
	buf_free(&b);
	faults_free(&f);
}

static int setup(void **state)
{
	(void)state;
	return sodium_init() < 0 ? -1 : 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_round_comes_back_as_it_was),
	    cmocka_unit_test(the_rules_do_not_hang_on_the_roster),
	    cmocka_unit_test(no_prefix_crashes),
	    cmocka_unit_test(no_changed_byte_crashes),
	    cmocka_unit_test(what_is_damaged_is_refused),
	    cmocka_unit_test(a_newer_version_and_a_bad_model_are_told_apart),
	    cmocka_unit_test(an_unknown_field_is_refused),
	    cmocka_unit_test(another_encoding_of_the_same_is_refused),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
