#include "services/collector/batch.h"

#include <assert.h>
#include <string.h>

enum { ANSWERS_BYTES_MAX = BATCH_ENTRIES_MAX * 64 * 1024 };

void batch_init(struct batch *b)
{
	buf_init(&b->records_data, BATCH_BYTES_MAX);
	buf_init(&b->answers_data, ANSWERS_BYTES_MAX);
	index_init(&b->keys);
	b->count = 0;
	b->answer_count = 0;
}

void batch_free(struct batch *b)
{
	buf_free(&b->records_data);
	buf_free(&b->answers_data);
	index_free(&b->keys);
}

void batch_reset(struct batch *b)
{
	buf_reset(&b->records_data);
	buf_reset(&b->answers_data);
	index_clear(&b->keys);
	b->count = 0;
	b->answer_count = 0;
}

bool batch_is_full(const struct batch *b)
{
	return b->count == BATCH_ENTRIES_MAX || b->records_data.len >= BATCH_BYTES_TURN;
}

static uint64_t key_hash(uint32_t round, uint32_t rater, uint32_t unit)
{
	return hash_number(hash_number(round) ^ ((uint64_t)rater << 32 | unit));
}

bool batch_has_key(const struct batch *b, uint32_t round, uint32_t rater, uint32_t unit)
{
	struct index_cursor at = index_seek(&b->keys, key_hash(round, rater, unit));

	return index_next(&b->keys, &at);
}

int batch_put_key(struct batch *b, uint32_t round, uint32_t rater, uint32_t unit)
{
	return index_add(&b->keys, key_hash(round, rater, unit), 0);
}

int batch_put_record(struct batch *b, enum entry_kind kind, uint32_t round,
		     const struct seal *seal, struct bytes body)
{
	int err;

	assert(b->count < BATCH_ENTRIES_MAX);
	err = entry_encode(kind, round, seal, body, &b->records_data);
	if (!err)
		b->ends[b->count++] = b->records_data.len;
	return err;
}

int batch_put_ballot(struct batch *b, uint32_t round, const struct seal *seal,
		     struct bytes body, const uint8_t digest[32])
{
	int err;

	assert(b->count < BATCH_ENTRIES_MAX);
	err = entry_encode_hashed(ENTRY_BALLOT, round, seal, body, digest,
				  &b->records_data);
	if (!err)
		b->ends[b->count++] = b->records_data.len;
	return err;
}

int batch_put_answer(struct batch *b, const struct wire_peer *peer, const uint8_t *id,
		     struct bytes answer)
{
	struct batch_answer *a = &b->answers[b->answer_count];
	int err = buf_put(&b->answers_data, answer.data, answer.len);

	assert(b->answer_count < b->count);
	if (err)
		return err;
	a->peer = *peer;
	memcpy(a->id, id, sizeof a->id);
	a->at = b->answers_data.len - answer.len;
	a->len = answer.len;
	b->answer_count++;
	return 0;
}

struct bytes batch_record(const struct batch *b, size_t i)
{
	size_t start = i ? b->ends[i - 1] : 0;

	return bytes_of(b->records_data.data + start, b->ends[i] - start);
}

struct bytes batch_answer_bytes(const struct batch *b, size_t i)
{
	return bytes_of(b->answers_data.data + b->answers[i].at, b->answers[i].len);
}
