/*
 * Questions on link 5, to a scorer that has folded the example, closed. An input is a
 * series of them, each a head of 3 bytes (role, 2 of length) and a message. What has an
 * id is answered once; strangers and other roles learn nothing.
 */

#include <assert.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "common/base/err.h"
#include "common/base/log.h"
#include "par/v1/inspect.pb-c.h"
#include "services/scorer/scorer.h"
#include "tests/fuzz/example.h"
#include "tests/fuzz/scratch.h"
#include "tests/fuzz/target.h"
#include "tests/fuzz/wrapped.h"

enum { HEAD = 3, AT_LENGTH = 1, RESULTS_BYTES = 16 << 20 };

static size_t answers;
static bool entitled; /* the role of the message under way */

static void on_sent(const struct wire_peer *to, struct bytes payload)
{
	Par__V1__InspectReply *r =
	    par__v1__inspect_reply__unpack(NULL, payload.len, payload.data);

	assert(to->route_len == 1 && payload.len <= FEED_MESSAGE_MAX);
	assert(r != NULL && r->version == WIRE_VERSION && r->id.len == WIRE_ID_SIZE);
	assert(entitled || r->outcome == PAR__V1__OUTCOME__OUTCOME_REFUSED);
	assert(entitled || r->what_case == PAR__V1__INSPECT_REPLY__WHAT__NOT_SET);
	par__v1__inspect_reply__free_unpacked(r, NULL);
	answers++;
}

static void apply(struct fold *f, enum entry_kind kind, struct bytes body)
{
	const struct seal seal = {.via = "fuzz", .command = {(uint8_t)kind}};
	struct buf record;
	struct entry e;
	int err;

	buf_init(&record, ENTRY_BODY_MAX);
	err = entry_encode(kind, 1, &seal, body, &record);
	assert(err == 0);
	err = entry_decode(buf_bytes(&record), true, &e);
	assert(err == 0);
	err = fold_apply(f, fold_n(f) + 1, &e);
	assert(err == 0);
	buf_free(&record);
}

static void open_scorer(struct scorer *s)
{
	static char dir[PATH_MAX];
	int err;

	log_setup("scorer", LOG_ERROR);
	wrapped_init(on_sent);
	snprintf(dir, sizeof dir, "%s/results", scratch_dir());
	err = loop_open(&s->loop);
	assert(err == 0);
	err = results_open(dir, RESULTS_BYTES, &s->results);
	assert(err == 0);
	err = worker_open(&s->worker);
	assert(err == 0);
	err = jobs_open(s);
	assert(err == 0);
	s->reading.fold = fold_new(true);
	assert(s->reading.fold != NULL);
	apply(s->reading.fold, ENTRY_OPEN, example_manifest());
	apply(s->reading.fold, ENTRY_CLOSE, bytes_of(NULL, 0));
	s->reading.at.n = s->reading.head.n = fold_n(s->reading.fold);
	s->reading.reached = true;
	err = inspect_open(s, s);
	assert(err == 0);
}

static bool give_next(struct scorer *s, struct bytes *in)
{
	const uint8_t *at = in->data;
	size_t before = answers, len;

	if (in->len < HEAD)
		return false;
	enum role role = 1u << at[0] % 6;
	entitled = role == ROLE_OPERATOR || role == ROLE_AUDITOR;
	len = be16_get(at + AT_LENGTH);
	if (len > in->len - HEAD)
		len = in->len - HEAD;
	wrapped_give(role, 1, bytes_of(at + HEAD, len));
	assert(answers <= before + 1 && !s->failed && s->halted.count == 0);
	*in = bytes_of(at + HEAD + len, in->len - HEAD - len);
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct scorer s;
	struct bytes in = bytes_of(data, size);

	if (s.loop == NULL)
		open_scorer(&s);
	while (give_next(&s, &in))
		continue;
	int err = loop_turn(s.loop, 0);
	assert(err == 0);
	return 0;
}
