/*
 * Lines of `par watch` as `par restore` takes them, over a copy that holds two releases
 * and a retraction. What they say was lost, the fold over the restored journal takes
 * as it is.
 */

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/err.h"
#include "common/round/proto.h"
#include "services/par/lost.h"
#include "tests/fuzz/example.h"
#include "tests/fuzz/scratch.h"
#include "tests/fuzz/target.h"

static void apply(struct fold *f, enum entry_kind kind, uint32_t round,
		  struct bytes body)
{
	static const struct seal seal = {.via = "fuzz"};
	struct buf record;
	struct entry e;
	int err;

	buf_init(&record, ENTRY_HEADER + 2 + ENTRY_SEAL_MAX + ENTRY_BODY_MAX);
	err = entry_encode(kind, round, &seal, body, &record);
	assert(err == 0);
	err = entry_decode(buf_bytes(&record), true, &e);
	assert(err == 0);
	err = fold_apply(f, fold_n(f) + 1, &e);
	assert(err == 0);
	buf_free(&record);
}

static void apply_message(struct fold *f, enum entry_kind kind, uint32_t round,
			  const ProtobufCMessage *m)
{
	struct buf body;
	int err;

	buf_init(&body, ENTRY_BODY_MAX);
	err = buf_reserve(&body, protobuf_c_message_get_packed_size(m));
	assert(err == 0);
	body.len = protobuf_c_message_pack(m, body.data);
	apply(f, kind, round, buf_bytes(&body));
	buf_free(&body);
}

static void apply_release(struct fold *f, uint32_t number, Par__V1__ReleaseKind kind)
{
	Par__V1__ReleaseEntry m = PAR__V1__RELEASE_ENTRY__INIT;

	m.number = number;
	m.kind = kind;
	apply_message(f, ENTRY_RELEASE, 1, &m.base);
}

/* n 1: KY-1, 1. n 2: its retraction. n 3: KY-1, 2. */
static struct fold *fold_of_copy(void)
{
	Par__V1__CloseEntry end = PAR__V1__CLOSE_ENTRY__INIT;
	Par__V1__RetractEntry retract = PAR__V1__RETRACT_ENTRY__INIT;
	struct fold *f = fold_new(false);

	assert(f != NULL);
	retract.number = 1;
	apply(f, ENTRY_OPEN, 1, example_manifest());
	apply_message(f, ENTRY_CLOSE, 1, &end.base);
	apply_release(f, 1, PAR__V1__RELEASE_KIND__RELEASE_KIND_OFFICIAL);
	apply_message(f, ENTRY_RETRACT, 1, &retract.base);
	apply_release(f, 2, PAR__V1__RELEASE_KIND__RELEASE_KIND_CORRECTION);
	assert(fold_release_count(f) == 3);
	return f;
}

/* As encode_restored() of restore.c. */
static void apply_restored(struct fold *f, const struct lost *l)
{
	static uint8_t journal[JOURNAL_ID_SIZE], chain[CHAIN_SIZE];
	Par__V1__RestoredEntry m = PAR__V1__RESTORED_ENTRY__INIT;
	Par__V1__Position from = PAR__V1__POSITION__INIT;
	Par__V1__LostItem *items = calloc(l->count + 1, sizeof *items);
	Par__V1__LostItem **list = calloc(l->count + 1, sizeof *list);

	assert(items != NULL && list != NULL);
	for (size_t i = 0; i < l->count; i++) {
		list[i] = &items[i];
		par__v1__lost_item__init(list[i]);
		items[i].round = proto_view(bytes_str(l->list[i].round));
		items[i].number = l->list[i].number;
		items[i].retraction = l->list[i].retraction;
		items[i].kind = l->list[i].kind;
	}
	from.journal = proto_view(bytes_of(journal, sizeof journal));
	from.chain = proto_view(bytes_of(chain, sizeof chain));
	m.from = &from;
	m.n_lost = l->count;
	m.lost = list;
	apply_message(f, ENTRY_RESTORED, 0, &m.base);
	free(items);
	free(list);
}

static void check_taken(const struct fold *f, uint64_t before, const struct lost *l)
{
	assert(fold_release_count(f) == before + l->count);
	for (size_t i = 0; i < l->count; i++) {
		const struct fold_release *r = fold_release(f, before + i + 1);

		assert(r->lost && r->number == l->list[i].number);
		assert(r->retraction == l->list[i].retraction);
		assert(strcmp(r->lost_round, l->list[i].round) == 0);
	}
}

/* An escape sequence in a line could do anything to the terminal. */
static int find(const char *path, const struct fold *f, struct lost *out)
{
	char *shown = NULL;
	size_t len;
	FILE *words = stderr;
	int err;

	stderr = open_memstream(&shown, &len);
	assert(stderr != NULL);
	err = lost_find(path, f, out);
	fclose(stderr);
	stderr = words;
	for (size_t i = 0; i < len; i++)
		assert((uint8_t)shown[i] >= ' ' || shown[i] == '\n' ||
		       shown[i] == '\t');
	assert(memchr(shown, 0x7f, len) == NULL);
	assert((err == 0) == (len == 0));
	free(shown);
	return err;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fold *f = fold_of_copy();
	uint64_t before = fold_release_count(f);
	struct lost l;
	int err = find(scratch_file("lines", bytes_of(data, size)), f, &l);

	assert(err == 0 || err == ERR_CONFIG);
	if (err == 0) {
		apply_restored(f, &l);
		check_taken(f, before, &l);
		lost_free(&l);
	}
	fold_free(f);
	return 0;
}
