#ifndef PAR_COLLECTOR_BATCH_H
#define PAR_COLLECTOR_BATCH_H

/*
 * What one commit takes to the journal: records, the answers that wait for them, and
 * the keys (round, rater, unit) they touch, so that no two ballots are decided on the
 * same sheet without a commit between them. Pure.
 */

#include "common/net/wire.h"
#include "common/round/entry.h"
#include "common/round/index.h"

enum {
	BATCH_ENTRIES_MAX = 1024,
	BATCH_BYTES_TURN = 8 << 20, /* of records, after which a batch is full */
	BATCH_BYTES_MAX = 32 << 20, /* at the very most */
};

struct batch_answer {
	struct wire_peer peer;
	uint8_t id[WIRE_ID_SIZE];
	size_t at, len; /* in `answers_data` */
};

struct batch {
	struct buf records_data;
	size_t ends[BATCH_ENTRIES_MAX]; /* of each record in records_data */
	size_t count;
	struct buf answers_data;
	struct batch_answer answers[BATCH_ENTRIES_MAX];
	size_t answer_count;
	struct index keys;
};

void batch_init(struct batch *b);
void batch_free(struct batch *b);
void batch_reset(struct batch *b);
bool batch_is_full(const struct batch *b);

/* May say true of a key that is not there: then a commit comes early. */
bool batch_has_key(const struct batch *b, uint32_t round, uint32_t rater,
		   uint32_t unit);
int batch_put_key(struct batch *b, uint32_t round, uint32_t rater, uint32_t unit)
    __attribute__((warn_unused_result));

/* Adds one record; the batch must not be full. ERR_LIMIT, -ENOMEM. */
int batch_put_record(struct batch *b, enum entry_kind kind, uint32_t round,
		     const struct seal *seal, struct bytes body)
    __attribute__((warn_unused_result));
/* The same of a ballot, whose SHA-256 is at hand. */
int batch_put_ballot(struct batch *b, uint32_t round, const struct seal *seal,
		     struct bytes body, const uint8_t digest[32])
    __attribute__((warn_unused_result));
/* Adds the answer that the last record's client gets. */
int batch_put_answer(struct batch *b, const struct wire_peer *peer, const uint8_t *id,
		     struct bytes answer) __attribute__((warn_unused_result));

/* Valid until the batch is changed. */
struct bytes batch_record(const struct batch *b, size_t i);
struct bytes batch_answer_bytes(const struct batch *b, size_t i);

#endif
