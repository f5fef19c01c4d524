/*
 * What rides on the head of link 3: what is taken is the same again after it went on to
 * link 4, and can be shown.
 */

#include <assert.h>
#include <string.h>

#include "common/base/err.h"
#include "common/base/text.h"
#include "services/publisher/front.h"
#include "tests/fuzz/target.h"

enum { ROOM = 64 << 20 };

static void check_same(const struct heads *a, const struct heads *b)
{
	assert(a->count == b->count);
	for (size_t i = 0; i < a->count; i++) {
		const struct head *x = &a->list[i], *y = &b->list[i];

		assert(strcmp(x->round, y->round) == 0);
		assert(strcmp(x->title.vi, y->title.vi) == 0);
		assert(strcmp(x->title.en, y->title.en) == 0);
		assert(x->state == y->state && x->trial == y->trial);
		assert(x->respondents == y->respondents);
	}
}

static void check_encoding(const struct heads *h, struct buf *out)
{
	struct heads again;
	int err = heads_encode(h, "http://localhost", out);

	assert(err == 0);
	err = heads_decode(buf_bytes(out), &again);
	assert(err == 0);
	check_same(h, &again);
	heads_free(&again);
	buf_reset(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct heads h;
	struct buf out;
	int err = heads_decode(bytes_of(data, size), &h);

	assert(err == 0 || err == ERR_FORMAT);
	if (err != 0)
		return 0;
	buf_init(&out, ROOM);
	check_encoding(&h, &out);
	err = front_page(&h, NULL, 0, LANGUAGE_EN, &out);
	assert(err == 0);
	assert(text_is_utf8(buf_bytes(&out)));
	buf_free(&out);
	heads_free(&h);
	return 0;
}
