#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/err.h"
#include "services/collector/assembly.h"

enum { WHOLE = 100000 };

struct sample {
	uint8_t id[WIRE_ID_SIZE];
	uint8_t data[WHOLE];
	struct whole whole;
};

static struct sample *sample_make(void)
{
	struct sample *w = malloc(sizeof *w);

	assert_non_null(w);
	randombytes_buf(w->id, sizeof w->id);
	randombytes_buf(w->data, sizeof w->data);
	whole_init(&w->whole, bytes_of(w->data, sizeof w->data), PART_INTAKE_MAX);
	return w;
}

static struct piece piece_of(const struct sample *w, const char *user, uint32_t index)
{
	struct piece piece = {.user_id = user, .id = w->id};

	assert_true(whole_part(&w->whole, index, &piece.part));
	return piece;
}

static int add(struct assemblies *p, const struct piece *piece, uint64_t now_ms,
	       struct bytes *whole)
{
	struct faults faults;
	int err;

	faults_init(&faults);
	err = assembly_add(p, piece, now_ms, whole, &faults);
	/* A refusal comes with words. */
	assert_int_equal(faults.count > 0, err < 0);
	faults_free(&faults);
	return err;
}

static int add_index(struct assemblies *p, const struct sample *w, const char *user,
		     uint32_t index, struct bytes *whole)
{
	struct piece piece = piece_of(w, user, index);

	return add(p, &piece, 1, whole);
}

static void test_whole(void **state)
{
	struct sample *w = sample_make();
	struct assemblies p;
	struct bytes out;

	(void)state;
	assembly_init(&p);
	assert_int_equal(w->whole.count, 3);
	assert_int_equal(add_index(&p, w, "a", 1, &out), 0);
	assert_int_equal(add_index(&p, w, "a", 2, &out), 0);
	/* Sent again: passed over. */
	assert_int_equal(add_index(&p, w, "a", 2, &out), 0);
	assert_int_equal(add_index(&p, w, "a", 1, &out), 0);
	assert_int_equal(add_index(&p, w, "a", 3, &out), 1);
	assert_true(bytes_equal(out, bytes_of(w->data, WHOLE)));
	/* Still whole until it is dropped. */
	assert_int_equal(add_index(&p, w, "a", 3, &out), 1);
	assembly_drop(&p, "a", w->id);
	assert_int_equal(add_index(&p, w, "a", 3, &out), 0);
	assembly_free(&p);
	free(w);
}

static void test_gap_and_another_user(void **state)
{
	struct sample *w = sample_make();
	struct assemblies p;
	struct bytes out;

	(void)state;
	assembly_init(&p);
	/* As after a restart: the first pieces are not here. */
	assert_int_equal(add_index(&p, w, "a", 2, &out), 0);
	assert_int_equal(add_index(&p, w, "a", 3, &out), 0);
	assert_int_equal(add_index(&p, w, "a", 1, &out), 0);
	/* The same id of another user is another command. */
	assert_int_equal(add_index(&p, w, "b", 2, &out), 0);
	assert_int_equal(add_index(&p, w, "a", 2, &out), 0);
	assert_int_equal(add_index(&p, w, "b", 3, &out), 0);
	assert_int_equal(add_index(&p, w, "a", 3, &out), 1);
	assembly_free(&p);
	free(w);
}

static void test_wrong_pieces(void **state)
{
	struct sample *w = sample_make();
	struct assemblies p;
	struct piece piece;
	struct bytes out;

	(void)state;
	assembly_init(&p);
	piece = piece_of(w, "a", 1);
	piece.part.index = 0;
	assert_int_equal(add(&p, &piece, 1, &out), ERR_REFUSED);
	piece.part.index = w->whole.count + 1;
	assert_int_equal(add(&p, &piece, 1, &out), ERR_REFUSED);
	piece = piece_of(w, "a", 1);
	piece.part.digest.len = 31;
	assert_int_equal(add(&p, &piece, 1, &out), ERR_REFUSED);
	piece = piece_of(w, "a", 1);
	piece.part.data.len = PART_INTAKE_MAX + 1;
	assert_int_equal(add(&p, &piece, 1, &out), ERR_REFUSED);
	piece.part.data.len = 0;
	assert_int_equal(add(&p, &piece, 1, &out), ERR_REFUSED);
	/* What does not add up to its digest is refused and forgotten. */
	w->data[WHOLE - 1] ^= 1;
	assert_int_equal(add_index(&p, w, "a", 1, &out), 0);
	assert_int_equal(add_index(&p, w, "a", 2, &out), 0);
	assert_int_equal(add_index(&p, w, "a", 3, &out), ERR_REFUSED);
	assert_int_equal(add_index(&p, w, "a", 3, &out), 0);
	assembly_free(&p);
	free(w);
}

static void test_too_large(void **state)
{
	struct sample *w = sample_make();
	struct assemblies p;
	struct piece piece = piece_of(w, "a", 1);
	struct bytes out;
	uint32_t fit = PARTS_WHOLE_MAX / PART_INTAKE_MAX;

	(void)state;
	assembly_init(&p);
	piece.part.count = fit + 2;
	for (piece.part.index = 1; piece.part.index <= fit; piece.part.index++)
		assert_int_equal(add(&p, &piece, 1, &out), 0);
	assert_int_equal(add(&p, &piece, 1, &out), ERR_REFUSED);
	assembly_free(&p);
	free(w);
}

static void test_too_many(void **state)
{
	struct sample *w = sample_make();
	struct assemblies p;
	struct piece piece = piece_of(w, "a", 1);
	struct bytes out;

	(void)state;
	assembly_init(&p);
	for (int i = 0; i < ASSEMBLY_OPEN_MAX; i++) {
		w->id[0] = (uint8_t)i;
		assert_int_equal(add(&p, &piece, 1, &out), 0);
	}
	w->id[0] = ASSEMBLY_OPEN_MAX;
	assert_int_equal(add(&p, &piece, 1 + ASSEMBLY_IDLE_MS, &out), ERR_RETRY);
	/* One that stood still for too long makes room. */
	assert_int_equal(add(&p, &piece, 2 + ASSEMBLY_IDLE_MS, &out), 0);
	assembly_free(&p);
	free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_whole),
	    cmocka_unit_test(test_gap_and_another_user),
	    cmocka_unit_test(test_wrong_pieces),
	    cmocka_unit_test(test_too_large),
	    cmocka_unit_test(test_too_many),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
