/* A ballot of a client, and each of its sheets against the example. */

#include <assert.h>

#include "common/base/err.h"
#include "common/round/ballot.h"
#include "tests/fuzz/example.h"
#include "tests/fuzz/target.h"

static void check_sheets(const struct ballot *b, struct faults *faults)
{
	static const uint8_t rules[32];
	const struct round *r = example_round();
	uint8_t hash[ANSWERS_HASH];

	(void)ballot_is_for(b, r, rules, faults);
	for (uint32_t i = 0; i < b->sheet_count; i++) {
		size_t before = faults->count;
		bool good = sheet_check(&b->sheets[i], r, faults);

		assert(good == (faults->count == before));
		assert(good == sheet_check(&b->sheets[i], r, NULL));
		sheet_hash(&b->sheets[i], hash);
	}
}

static void check_encoding(const struct ballot *b, struct bytes in)
{
	struct buf again;
	int err;

	buf_init(&again, BALLOT_BYTES_MAX);
	err = ballot_encode(b, &again);
	assert(err == 0);
	assert(bytes_equal(buf_bytes(&again), in));
	buf_free(&again);
}

static void check_other_memory(struct bytes in, int expected)
{
	struct arena arena;
	struct ballot b;
	int err;

	arena_init(&arena, 256);
	err = ballot_decode_in(&arena, in, &b, NULL);
	assert(err == expected);
	arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes in = bytes_of(data, size);
	struct faults faults;
	struct ballot b;
	int err;

	faults_init(&faults);
	err = ballot_decode(in, &b, &faults);
	if (err == 0) {
		assert(faults.count == 0);
		check_encoding(&b, in);
		check_sheets(&b, &faults);
		ballot_free(&b);
	} else {
		assert(err == ERR_FORMAT || err == ERR_VERSION);
		assert(faults.count > 0);
	}
	check_other_memory(in, err);
	faults_free(&faults);
	return 0;
}
