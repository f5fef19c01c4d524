#ifndef PAR_ROUND_ENTRY_H
#define PAR_ROUND_ENTRY_H

/*
 * The entry of the journal (DESIGN section 4): header, seal, body, and the chain over
 * headers. Everything is fixed layout, big-endian, except the bodies, which are
 * protobuf (proto/par/v1/entry.proto). The same bytes lie in the journal and travel on
 * link 2.
 *
 *   header  1 format (1)   1 kind   2 flags (0)   4 round number   4 body length
 *           32 SHA-256 of body   32 SHA-256 of seal                          = 76
 *   seal    1 format (1)   4 rater   4 stratum   4 cluster   8 import id   8 time
 *           16 command id   32 random   1 length of via   via (at most 64)  >= 78
 *           a ballot's time is cut to the hour; a control entry has rater, stratum,
 *           cluster and import 0; a ballot's command id is 0
 *   record  header, 2 length of seal, seal, body; withheld: the header alone
 */

#include "common/base/bytes.h"

enum {
	ENTRY_HEADER = 76,
	ENTRY_VIA_MAX = 64,
	ENTRY_SEAL_MIN = 78,
	ENTRY_SEAL_MAX = ENTRY_SEAL_MIN + ENTRY_VIA_MAX,
	ENTRY_BODY_MAX = 16 << 20,
	CHAIN_SIZE = 32,
	JOURNAL_ID_SIZE = 16,
	COMMAND_ID_SIZE = 16,
};

enum entry_kind {
	ENTRY_OPEN = 1,
	ENTRY_ROSTER = 2,
	ENTRY_BALLOT = 3,
	ENTRY_APPRAISALS = 4,
	ENTRY_MEASURED = 5,
	ENTRY_ANNUL = 6,
	ENTRY_CLOSE = 7,
	ENTRY_VOID = 8,
	ENTRY_RELEASE = 9,
	ENTRY_RETRACT = 10,
	ENTRY_RESTORED = 11,
};

/* The private part. Who the rater is stands only in the collector's roster. */
struct seal {
	uint32_t rater;
	uint32_t stratum; /* place in the round's strata */
	uint32_t cluster; /* 0: a cluster of its own */
	uint64_t import_id;
	int64_t time; /* Unix seconds; of a ballot a whole hour */
	uint8_t command[COMMAND_ID_SIZE];
	uint8_t random[32];
	char via[ENTRY_VIA_MAX + 1]; /* User-Id of the client */
};

/* One entry, decoded; the views live as long as the record. */
struct entry {
	enum entry_kind kind;
	uint32_t round; /* number: ordinal of its opening, from 1 */
	struct seal seal;
	struct bytes header;
	struct bytes body;
};

struct position {
	uint8_t journal[JOURNAL_ID_SIZE]; /* all 0: the start */
	uint32_t shard;
	uint64_t n;
	uint8_t chain[CHAIN_SIZE];
};

bool position_is_start(const struct position *p);
/*
 * Moves *at on to n and chain of the next entry, whose header this is. ERR_CORRUPT, and
 * *at untouched: it is not the one that follows.
 */
int position_step(struct position *at, uint64_t n, const uint8_t chain[CHAIN_SIZE],
		  struct bytes header) __attribute__((warn_unused_result));

/* Appends a record. ERR_LIMIT, -ENOMEM. */
int entry_encode(enum entry_kind kind, uint32_t round, const struct seal *seal,
		 struct bytes body, struct buf *out)
    __attribute__((warn_unused_result));
/* The same where the SHA-256 of the body is at hand. */
int entry_encode_hashed(enum entry_kind kind, uint32_t round, const struct seal *seal,
			struct bytes body, const uint8_t digest[32], struct buf *out)
    __attribute__((warn_unused_result));
/*
 * ERR_FORMAT; ERR_VERSION for an unknown format or kind; ERR_CORRUPT, when `verify`,
 * if a digest does not hold. *out untouched on failure.
 */
int entry_decode(struct bytes record, bool verify, struct entry *out)
    __attribute__((warn_unused_result));
/*
 * What is left of an entry whose seal and body are withheld: reads the header that any
 * record begins with. ERR_FORMAT; ERR_VERSION. *kind and *round untouched on failure.
 */
int entry_decode_header(struct bytes record, enum entry_kind *kind, uint32_t *round)
    __attribute__((warn_unused_result));
/* SHA-256 of the body, out of the header. */
void entry_body_digest(struct bytes header, uint8_t digest[32]);

/* chain[0] = BLAKE2b-256(format, journal id, shard). */
void entry_chain_start(const uint8_t journal[JOURNAL_ID_SIZE], uint32_t shard,
		       uint8_t chain[CHAIN_SIZE]);
/* chain[n] = BLAKE2b-256("par-journal/1", chain[n-1], n, header[n]); in place. */
void entry_chain_next(uint8_t chain[CHAIN_SIZE], uint64_t n, struct bytes header);
/*
 * Links 3 and 4, over encoded ReleaseItems: chain[0] = entry_chain_start(journal, 0),
 * chain[n] = BLAKE2b-256("par-releases/1", chain[n-1], n, SHA-256 of item n); in place.
 */
void release_chain_next(uint8_t chain[CHAIN_SIZE], uint64_t n, struct bytes item);
/* Whether `chain` is that of item n, the one after `before` (which may be the start). */
bool release_chain_holds(const struct position *before,
			 const uint8_t journal[JOURNAL_ID_SIZE], uint64_t n,
			 struct bytes item, const uint8_t chain[CHAIN_SIZE])
    __attribute__((warn_unused_result));

#endif
