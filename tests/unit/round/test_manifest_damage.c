/* Manifests that are damaged, cut, newer or not in our encoding. */

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

static void no_prefix_crashes(void **state)
{
	struct round r, back;
	struct faults f;
	struct buf b;

	(void)state;
	faults_init(&f);
	world_composite(&r);
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
	world_composite(&r);
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

static void composite_without_what_it_needs(Par__V1__Manifest *m)
{
	m->mode = PAR__V1__MODE__MODE_COMPOSITE;
}

static void composite_in_mode_points(Par__V1__Manifest *m)
{
	m->composite = calloc(1, sizeof *m->composite);
	assert_non_null(m->composite);
	par__v1__composite__init(m->composite);
}

static void flags_that_say_nothing(Par__V1__Manifest *m)
{
	m->flags = calloc(1, sizeof *m->flags);
	assert_non_null(m->flags);
	par__v1__flags__init(m->flags);
	m->flags->identical_scores = 10;
	m->flags->identical_raters = 3;
	m->flags->straight_scores = 10;
	m->flags->ballots_hour = 60;
}

static void many_reasons(Par__V1__Manifest *m)
{
	m->n_annulment_reasons = MODEL_REASONS_MAX + 1;
	m->annulment_reasons =
	    calloc(m->n_annulment_reasons, sizeof *m->annulment_reasons);
	assert_non_null(m->annulment_reasons);
}

static void what_is_damaged_is_refused(void **state)
{
	static void (*const changes[])(Par__V1__Manifest *) = {
	    no_version,
	    parent_later,
	    scale_outside,
	    block_outside,
	    block_none,
	    exclude_outside,
	    rows_differ,
	    label_missing,
	    zero_in_text,
	    design_unknown,
	    fewer_values,
	    composite_without_what_it_needs,
	    composite_in_mode_points,
	    flags_that_say_nothing,
	    many_reasons,
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
	    cmocka_unit_test(no_prefix_crashes),
	    cmocka_unit_test(no_changed_byte_crashes),
	    cmocka_unit_test(what_is_damaged_is_refused),
	    cmocka_unit_test(a_newer_version_and_a_bad_model_are_told_apart),
	    cmocka_unit_test(an_unknown_field_is_refused),
	    cmocka_unit_test(another_encoding_of_the_same_is_refused),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
