/*
 * The rows of a roster as they lie on the disk, once unsealed: what is taken is written
 * again, and read to the same bytes.
 */

#include <assert.h>
#include <sodium.h>

#include "common/base/err.h"
#include "services/collector/roster.h"
#include "tests/fuzz/target.h"

enum { ROOM = 64 << 20 };

static const uint8_t key[ROSTER_KEY] = {1};

static void write_rows(const struct roster *r, struct buf *out)
{
	int err = roster_encode(r, 0, roster_count(r), out);

	assert(err == 0);
}

static void check_again(const struct roster *r)
{
	struct roster *again = roster_new(key);
	struct buf one, two;
	int err;

	assert(again != NULL);
	buf_init(&one, ROOM);
	buf_init(&two, ROOM);
	write_rows(r, &one);
	err = roster_decode(again, buf_bytes(&one));
	assert(err == 0 && roster_count(again) == roster_count(r));
	write_rows(again, &two);
	assert(bytes_equal(buf_bytes(&one), buf_bytes(&two)));
	for (uint32_t i = 0; i < roster_count(r); i++)
		assert(
		    bytes_equal(roster_respondent(r, i), roster_respondent(again, i)));
	buf_free(&one);
	buf_free(&two);
	roster_free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct roster *r = roster_new(key);
	int err = sodium_init();

	assert(err >= 0 && r != NULL);
	err = roster_decode(r, bytes_of(data, size));
	assert(err == 0 || err == ERR_FORMAT || err == ERR_CORRUPT);
	if (err == 0)
		check_again(r);
	roster_free(r);
	return 0;
}
