/*
 * A manifest off the wire or out of the journal: what is taken comes back byte for
 * byte.
 */

#include <assert.h>

#include "common/base/err.h"
#include "common/round/manifest.h"
#include "par/v1/manifest.pb-c.h"
#include "tests/fuzz/example.h"
#include "tests/fuzz/target.h"

static void check_encoding(struct bytes in, const struct round *r)
{
	Par__V1__Manifest *m = par__v1__manifest__unpack(NULL, in.len, in.data);
	struct buf again;
	int err;

	assert(m != NULL);
	buf_init(&again, MANIFEST_BYTES_MAX);
	err = manifest_encode(r, m->roster != NULL, &again);
	assert(err == 0);
	assert(bytes_equal(buf_bytes(&again), in));
	example_check_manifest(r, m->roster != NULL);
	buf_free(&again);
	par__v1__manifest__free_unpacked(m, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes in = bytes_of(data, size);
	struct faults faults;
	struct round r;
	int err;

	faults_init(&faults);
	err = manifest_decode(in, &r, &faults);
	if (err == 0) {
		assert(faults.count == 0);
		check_encoding(in, &r);
		model_free(&r);
	} else {
		assert(err == ERR_FORMAT || err == ERR_VERSION || err == ERR_REFUSED);
		assert(faults.count > 0);
	}
	faults_free(&faults);
	return 0;
}
