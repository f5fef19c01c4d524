#include "tests/fuzz/answer.h"

#include <assert.h>
#include <string.h>

#include "common/net/part_wire.h"
#include "common/round/proto.h"
#include "par/v1/feed.pb-c.h"
#include "par/v1/inspect.pb-c.h"
#include "par/v1/intake.pb-c.h"
#include "par/v1/release.pb-c.h"
#include "tests/fuzz/example.h"

enum { SEALED_HEAD = 2, SAME_ITEMS_MAX = 4, RECORD_MAX = 1 << 20 };
enum {
	WRAP_NONE,
	WRAP_MANIFEST,
	WRAP_SCORES,
	WRAP_UNIT,
	WRAP_ITEM,
	WRAP_ENTRY,
	WRAP_ROSTER,
	WRAP_SEALED,
	WRAPS
};

static void pack(const ProtobufCMessage *m, struct buf *out)
{
	int err = buf_reserve(out, protobuf_c_message_get_packed_size(m));

	assert(err == 0);
	out->len = protobuf_c_message_pack(m, out->data);
}

static void wrap_inspect(struct bytes whole, bool unit, const uint8_t *id,
			 struct buf *out)
{
	Par__V1__InspectReply r = PAR__V1__INSPECT_REPLY__INIT;
	struct whole w;
	struct part part;

	whole_init(&w, whole, PART_INSPECT_MAX);
	(void)!whole_part(&w, 1, &part);
	Par__V1__Part message = part_wire_message(&part);
	r.version = WIRE_VERSION;
	r.id = proto_view(bytes_of(id, WIRE_ID_SIZE));
	r.outcome = PAR__V1__OUTCOME__OUTCOME_DONE;
	r.what_case = unit ? PAR__V1__INSPECT_REPLY__WHAT_UNIT
			   : PAR__V1__INSPECT_REPLY__WHAT_SCORES;
	if (unit)
		r.unit = &message;
	else
		r.scores = &message;
	pack(&r.base, out);
}

static void wrap_intake(struct bytes whole, bool roster, const uint8_t *id,
			struct buf *out)
{
	Par__V1__IntakeReply r = PAR__V1__INTAKE_REPLY__INIT;
	struct whole w;
	struct part part;

	whole_init(&w, whole, PART_INTAKE_MAX);
	(void)!whole_part(&w, 1, &part);
	Par__V1__Part message = part_wire_message(&part);
	r.version = WIRE_VERSION;
	r.id = proto_view(bytes_of(id, WIRE_ID_SIZE));
	r.outcome = PAR__V1__OUTCOME__OUTCOME_DONE;
	r.what_case = roster ? PAR__V1__INTAKE_REPLY__WHAT_ROSTER
			     : PAR__V1__INTAKE_REPLY__WHAT_MANIFEST;
	if (roster)
		r.roster = &message;
	else
		r.manifest = &message;
	pack(&r.base, out);
}

/* The items after those that the reader has, with the chain they must have. */
static void wrap_items(struct bytes payload, size_t count, bool entry,
		       const uint8_t *id, const struct position *from, struct buf *out)
{
	Par__V1__FeedReply r = PAR__V1__FEED_REPLY__INIT;
	Par__V1__FeedItem items[SAME_ITEMS_MAX], *list[SAME_ITEMS_MAX];
	Par__V1__Position head = PAR__V1__POSITION__INIT;
	Par__V1__Heads heads = PAR__V1__HEADS__INIT;
	struct position at = *from;
	uint8_t info[64], chains[SAME_ITEMS_MAX][CHAIN_SIZE];

	if (position_is_start(&at)) {
		at = (struct position){.journal = {1}};
		entry_chain_start(at.journal, 0, at.chain);
	}
	for (size_t i = 0; i < count; i++) {
		at.n++;
		if (!entry)
			release_chain_next(at.chain, at.n, payload);
		else if (payload.len >= ENTRY_HEADER)
			entry_chain_next(at.chain, at.n,
					 bytes_of(payload.data, ENTRY_HEADER));
		memcpy(chains[i], at.chain, CHAIN_SIZE);
		list[i] = &items[i];
		par__v1__feed_item__init(list[i]);
		items[i].n = at.n;
		items[i].chain = proto_view(bytes_of(chains[i], CHAIN_SIZE));
		items[i].payload = proto_view(payload);
	}
	heads.site = proto_view(bytes_str("http://localhost"));
	r.info = (ProtobufCBinaryData){par__v1__heads__pack(&heads, info), info};
	head.journal = proto_view(bytes_of(at.journal, JOURNAL_ID_SIZE));
	head.n = at.n + 1;
	head.chain = proto_view(bytes_of(at.chain, CHAIN_SIZE));
	r.version = WIRE_VERSION;
	r.id = proto_view(bytes_of(id, WIRE_ID_SIZE));
	r.outcome = PAR__V1__OUTCOME__OUTCOME_DONE;
	r.n_items = count;
	r.items = list;
	r.head = &head;
	pack(&r.base, out);
}

/* The body of an entry whose digests hold, 1 to 4 times, after its kind and round. */
static void wrap_sealed(struct bytes in, const uint8_t *id, const struct position *from,
			struct buf *out)
{
	static const struct seal seal = {.via = "fuzz"};
	struct buf record;
	int err;

	if (in.len < SEALED_HEAD)
		return;
	buf_init(&record, RECORD_MAX);
	err = entry_encode(in.data[0] & 0x0F, in.data[1], &seal,
			   bytes_of(in.data + SEALED_HEAD, in.len - SEALED_HEAD),
			   &record);
	assert(err == 0);
	wrap_items(buf_bytes(&record), 1 + (in.data[0] >> 6), true, id, from, out);
	buf_free(&record);
}

void answer_wrap(unsigned how, struct bytes body, const uint8_t id[WIRE_ID_SIZE],
		 const struct position *from, struct buf *out)
{
	uint8_t ignored[WIRE_ID_SIZE];
	int err;

	how %= WRAPS;
	if (how == WRAP_MANIFEST)
		wrap_intake(body.len > 0 ? body : example_manifest(), false, id, out);
	else if (how == WRAP_ROSTER)
		wrap_intake(body, true, id, out);
	else if (how == WRAP_SEALED)
		wrap_sealed(body, id, from, out);
	else if (how == WRAP_SCORES || how == WRAP_UNIT)
		wrap_inspect(body, how == WRAP_UNIT, id, out);
	else if (how == WRAP_ITEM || how == WRAP_ENTRY)
		wrap_items(body, 1, how == WRAP_ENTRY, id, from, out);
	else if (wire_id(body, ignored) == 0) {
		err = buf_put(out, body.data, body.len);
		assert(err == 0);
	}
}
