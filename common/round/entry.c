/* Layout of entries and the chain over their headers. Knows nothing of bodies. */

#include "common/round/entry.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "common/base/err.h"
#include "common/base/sha256.h"

enum {
	FORMAT = 1,
	HOUR_S = 3600,
	SEAL_SIZE_BYTES = 2,
	/* Offsets in the header. */
	AT_KIND = 1,
	AT_FLAGS = 2,
	AT_ROUND = 4,
	AT_BODY_LENGTH = 8,
	AT_BODY_DIGEST = 12,
	AT_SEAL_DIGEST = 44,
	/* Offsets in the seal. */
	AT_RATER = 1,
	AT_STRATUM = 5,
	AT_CLUSTER = 9,
	AT_IMPORT = 13,
	AT_TIME = 21,
	AT_COMMAND = 29,
	AT_RANDOM = 45,
	AT_VIA_LENGTH = 77,
	AT_VIA = 78,
};

static_assert((int)AT_VIA == (int)ENTRY_SEAL_MIN, "the fixed part of a seal");

bool position_is_start(const struct position *p)
{
	static const uint8_t zero[JOURNAL_ID_SIZE];

	return memcmp(p->journal, zero, sizeof zero) == 0;
}

static int64_t cut_to_hour(int64_t time)
{
	int64_t rest = time % HOUR_S;

	return time - (rest < 0 ? rest + HOUR_S : rest);
}

/* What a kind must not carry is left 0 here, so that no caller can let it slip in. */
static size_t seal_encode(const struct seal *s, bool ballot, uint8_t *out)
{
	size_t via = strnlen(s->via, ENTRY_VIA_MAX);

	memset(out, 0, ENTRY_SEAL_MIN);
	out[0] = FORMAT;
	if (ballot) {
		be32_put(out + AT_RATER, s->rater);
		be32_put(out + AT_STRATUM, s->stratum);
		be32_put(out + AT_CLUSTER, s->cluster);
		be64_put(out + AT_IMPORT, s->import_id);
		be64_put(out + AT_TIME, (uint64_t)cut_to_hour(s->time));
	} else {
		be64_put(out + AT_TIME, (uint64_t)s->time);
		memcpy(out + AT_COMMAND, s->command, COMMAND_ID_SIZE);
	}
	memcpy(out + AT_RANDOM, s->random, sizeof s->random);
	out[AT_VIA_LENGTH] = (uint8_t)via;
	memcpy(out + AT_VIA, s->via, via);
	return ENTRY_SEAL_MIN + via;
}

static void header_encode(enum entry_kind kind, uint32_t round, struct bytes seal,
			  size_t body_len, const uint8_t body_digest[SHA256_SIZE],
			  uint8_t out[ENTRY_HEADER])
{
	memset(out, 0, ENTRY_HEADER);
	out[0] = FORMAT;
	out[AT_KIND] = (uint8_t)kind;
	be32_put(out + AT_ROUND, round);
	be32_put(out + AT_BODY_LENGTH, (uint32_t)body_len);
	memcpy(out + AT_BODY_DIGEST, body_digest, SHA256_SIZE);
	sha256(seal, out + AT_SEAL_DIGEST);
}

int entry_encode(enum entry_kind kind, uint32_t round, const struct seal *seal,
		 struct bytes body, struct buf *out)
{
	uint8_t digest[SHA256_SIZE];

	if (body.len > ENTRY_BODY_MAX)
		return ERR_LIMIT;
	sha256(body, digest);
	return entry_encode_hashed(kind, round, seal, body, digest, out);
}

int entry_encode_hashed(enum entry_kind kind, uint32_t round, const struct seal *seal,
			struct bytes body, const uint8_t digest[32], struct buf *out)
{
	uint8_t packed[ENTRY_SEAL_MAX];
	size_t seal_len;
	uint8_t *p;
	int err;

	if (body.len > ENTRY_BODY_MAX)
		return ERR_LIMIT;
	seal_len = seal_encode(seal, kind == ENTRY_BALLOT, packed);
	err = buf_reserve(out, ENTRY_HEADER + SEAL_SIZE_BYTES + seal_len + body.len);
	if (err != 0)
		return err;

	p = out->data + out->len;
	header_encode(kind, round, bytes_of(packed, seal_len), body.len, digest, p);
	p += ENTRY_HEADER;
	be16_put(p, (uint16_t)seal_len);
	p += SEAL_SIZE_BYTES;
	memcpy(p, packed, seal_len);
	p += seal_len;
	if (body.len > 0)
		memcpy(p, body.data, body.len);
	out->len += ENTRY_HEADER + SEAL_SIZE_BYTES + seal_len + body.len;
	return 0;
}

static bool kind_is_known(uint8_t kind)
{
	return kind >= ENTRY_OPEN && kind <= ENTRY_RESTORED;
}

static int seal_decode(struct bytes in, struct seal *out)
{
	size_t via;

	if (in.len < ENTRY_SEAL_MIN)
		return ERR_FORMAT;
	if (in.data[0] != FORMAT)
		return ERR_VERSION;
	via = in.data[AT_VIA_LENGTH];
	if (via > ENTRY_VIA_MAX || in.len != ENTRY_SEAL_MIN + via)
		return ERR_FORMAT;
	if (memchr(in.data + AT_VIA, 0, via) != NULL)
		return ERR_FORMAT;

	out->rater = be32_get(in.data + AT_RATER);
	out->stratum = be32_get(in.data + AT_STRATUM);
	out->cluster = be32_get(in.data + AT_CLUSTER);
	out->import_id = be64_get(in.data + AT_IMPORT);
	out->time = (int64_t)be64_get(in.data + AT_TIME);
	memcpy(out->command, in.data + AT_COMMAND, COMMAND_ID_SIZE);
	memcpy(out->random, in.data + AT_RANDOM, sizeof out->random);
	memcpy(out->via, in.data + AT_VIA, via);
	out->via[via] = '\0';
	return 0;
}

static bool digest_holds(const uint8_t *expected, struct bytes data)
{
	uint8_t digest[SHA256_SIZE];

	sha256(data, digest);
	return memcmp(digest, expected, sizeof digest) == 0;
}

static int header_check(struct bytes record)
{
	const uint8_t *h = record.data;

	if (record.len < ENTRY_HEADER)
		return ERR_FORMAT;
	if (h[0] != FORMAT || !kind_is_known(h[AT_KIND]))
		return ERR_VERSION;
	if (be16_get(h + AT_FLAGS) != 0)
		return ERR_VERSION;
	return 0;
}

int entry_decode_header(struct bytes record, enum entry_kind *kind, uint32_t *round)
{
	int err = header_check(record);

	if (err != 0)
		return err;
	*kind = (enum entry_kind)record.data[AT_KIND];
	*round = be32_get(record.data + AT_ROUND);
	return 0;
}

int entry_decode(struct bytes record, bool verify, struct entry *out)
{
	const uint8_t *h = record.data;
	struct bytes seal, body;
	struct entry e;
	size_t rest;
	int err;

	err = header_check(record);
	if (err == 0 && record.len < ENTRY_HEADER + SEAL_SIZE_BYTES)
		err = ERR_FORMAT;
	if (err != 0)
		return err;
	rest = record.len - ENTRY_HEADER - SEAL_SIZE_BYTES;
	seal.data = h + ENTRY_HEADER + SEAL_SIZE_BYTES;
	seal.len = be16_get(h + ENTRY_HEADER);
	if (seal.len > rest || be32_get(h + AT_BODY_LENGTH) != rest - seal.len)
		return ERR_FORMAT;
	body = bytes_of(seal.data + seal.len, rest - seal.len);
	if (body.len > ENTRY_BODY_MAX)
		return ERR_FORMAT;
	if (verify && (!digest_holds(h + AT_BODY_DIGEST, body) ||
		       !digest_holds(h + AT_SEAL_DIGEST, seal)))
		return ERR_CORRUPT;
	err = seal_decode(seal, &e.seal);
	if (err != 0)
		return err;

	e.kind = (enum entry_kind)h[AT_KIND];
	e.round = be32_get(h + AT_ROUND);
	e.header = bytes_of(h, ENTRY_HEADER);
	e.body = body;
	*out = e;
	return 0;
}

void entry_body_digest(struct bytes header, uint8_t digest[32])
{
	memcpy(digest, header.data + AT_BODY_DIGEST, 32);
}

void entry_chain_start(const uint8_t journal[JOURNAL_ID_SIZE], uint32_t shard,
		       uint8_t chain[CHAIN_SIZE])
{
	uint8_t text[1 + JOURNAL_ID_SIZE + 4] = {FORMAT};

	memcpy(text + 1, journal, JOURNAL_ID_SIZE);
	be32_put(text + 1 + JOURNAL_ID_SIZE, shard);
	crypto_generichash(chain, CHAIN_SIZE, text, sizeof text, NULL, 0);
}

/* BLAKE2b-256(name, chain, n, what), in place. */
static void chain_on(const char *name, uint8_t chain[CHAIN_SIZE], uint64_t n,
		     struct bytes what)
{
	uint8_t number[8];
	crypto_generichash_state state;

	be64_put(number, n);
	crypto_generichash_init(&state, NULL, 0, CHAIN_SIZE);
	crypto_generichash_update(&state, (const uint8_t *)name, strlen(name));
	crypto_generichash_update(&state, chain, CHAIN_SIZE);
	crypto_generichash_update(&state, number, sizeof number);
	crypto_generichash_update(&state, what.data, what.len);
	crypto_generichash_final(&state, chain, CHAIN_SIZE);
}

void entry_chain_next(uint8_t chain[CHAIN_SIZE], uint64_t n, struct bytes header)
{
	chain_on("par-journal/1", chain, n, header);
}

int position_step(struct position *at, uint64_t n, const uint8_t chain[CHAIN_SIZE],
		  struct bytes header)
{
	struct position next = *at;

	next.n++;
	entry_chain_next(next.chain, next.n, header);
	if (n != next.n || memcmp(chain, next.chain, CHAIN_SIZE) != 0)
		return ERR_CORRUPT;
	*at = next;
	return 0;
}

void release_chain_next(uint8_t chain[CHAIN_SIZE], uint64_t n, struct bytes item)
{
	uint8_t digest[SHA256_SIZE];

	sha256(item, digest);
	chain_on("par-releases/1", chain, n, bytes_of(digest, sizeof digest));
}

bool release_chain_holds(const struct position *before,
			 const uint8_t journal[JOURNAL_ID_SIZE], uint64_t n,
			 struct bytes item, const uint8_t chain[CHAIN_SIZE])
{
	uint8_t expected[CHAIN_SIZE];

	if (position_is_start(before))
		entry_chain_start(journal, 0, expected);
	else
		memcpy(expected, before->chain, sizeof expected);
	release_chain_next(expected, n, item);
	return memcmp(expected, chain, sizeof expected) == 0;
}
