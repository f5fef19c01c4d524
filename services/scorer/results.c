#include "services/scorer/results.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/err.h"
#include "common/store/store.h"

enum { META, ITEMS, SCORES, TABLES };

static const char *const table_names[TABLES] = {"meta", "items", "scores"};
static const char journal_key[] = "journal";

enum { ORDINAL_SIZE = 8, ENTRY_N = 0, ENTRY_CHAIN = 8, CHAIN = 40, RECORD_HEAD = 72 };

struct results {
	struct store *store;
	struct position head;
};

struct ordinal_key {
	uint8_t bytes[ORDINAL_SIZE];
};

static struct ordinal_key key_of(uint64_t ordinal)
{
	struct ordinal_key key;

	be64_put(key.bytes, ordinal);
	return key;
}

static struct bytes key_view(const struct ordinal_key *key)
{
	return bytes_of(key->bytes, sizeof(key->bytes));
}

/* Each item follows from the one before. */
static int check_item(void *ctx, struct bytes key, struct bytes value)
{
	struct position *at = ctx;
	struct bytes item;

	if (key.len != ORDINAL_SIZE || value.len < RECORD_HEAD ||
	    be64_get(key.data) != at->n + 1)
		return ERR_CORRUPT;
	at->n++;
	item = bytes_of(value.data + RECORD_HEAD, value.len - RECORD_HEAD);
	release_chain_next(at->chain, at->n, item);
	return memcmp(at->chain, value.data + CHAIN, CHAIN_SIZE) == 0 ? 0 : ERR_CORRUPT;
}

/* Reads all there is, so that damage shows at the start. */
static int read_head(struct store_txn *t, struct position *out)
{
	struct position head = {.n = 0};
	struct bytes value;
	int err = store_get(t, META, bytes_str(journal_key), &value);
	bool is_new = err == ERR_NOT_FOUND;

	if (err != 0 && !is_new)
		return err;
	if (!is_new && value.len != JOURNAL_ID_SIZE)
		return ERR_CORRUPT;
	if (!is_new) {
		memcpy(head.journal, value.data, JOURNAL_ID_SIZE);
		entry_chain_start(head.journal, 0, head.chain);
	}
	err = store_scan(t, ITEMS, bytes_of(NULL, 0), check_item, &head);
	if (err == 0)
		err = store_scan(t, SCORES, bytes_of(NULL, 0), NULL, NULL);
	if (err == 0 && is_new != (head.n == 0))
		err = ERR_CORRUPT;
	if (err == 0)
		*out = head;
	return err;
}

int results_open(const char *dir, uint64_t map_bytes, struct results **out)
{
	struct results *r = calloc(1, sizeof(*r));
	struct store_txn t;
	int err;

	if (r == NULL)
		return -ENOMEM;
	err = store_open(dir, map_bytes, table_names, TABLES, NULL, &r->store);
	if (err == 0) {
		store_begin(r->store, false, &t);
		err = read_head(&t, &r->head);
		store_abort(&t);
	}
	if (err != 0) {
		results_close(r);
		return err;
	}
	*out = r;
	return 0;
}

void results_close(struct results *r)
{
	if (r == NULL)
		return;
	store_close(r->store);
	free(r);
}

int results_bind(struct results *r, const uint8_t journal[JOURNAL_ID_SIZE])
{
	if (r->head.n > 0)
		return memcmp(r->head.journal, journal, JOURNAL_ID_SIZE) == 0
			   ? 0
			   : ERR_FORKED;
	memcpy(r->head.journal, journal, JOURNAL_ID_SIZE);
	entry_chain_start(journal, 0, r->head.chain);
	return 0;
}

struct position results_head(const struct results *r)
{
	return r->head;
}

/* The record of an item, while t lasts. */
static int get_record(struct store_txn *t, uint64_t ordinal, struct bytes *out)
{
	struct ordinal_key key = key_of(ordinal);
	struct bytes value;
	int err = store_get(t, ITEMS, key_view(&key), &value);

	if (err != 0)
		return err;
	if (value.len < RECORD_HEAD)
		return ERR_CORRUPT;
	*out = value;
	return 0;
}

static int check_chain(struct results *r, const struct position *p)
{
	struct store_txn t;
	struct bytes record;
	int err;

	store_begin(r->store, false, &t);
	err = get_record(&t, p->n, &record);
	if (err == 0 && memcmp(record.data + CHAIN, p->chain, CHAIN_SIZE) != 0)
		err = ERR_FORKED;
	store_abort(&t);
	return err;
}

int results_contains(struct results *r, const struct position *p)
{
	uint8_t start[CHAIN_SIZE];

	if (position_is_start(p))
		return 0;
	if (memcmp(p->journal, r->head.journal, JOURNAL_ID_SIZE) != 0 ||
	    p->shard != 0 || p->n > r->head.n)
		return ERR_FORKED;
	if (p->n > 0)
		return check_chain(r, p);
	entry_chain_start(p->journal, 0, start);
	return memcmp(p->chain, start, CHAIN_SIZE) == 0 ? 0 : ERR_FORKED;
}

int results_entry(struct results *r, uint64_t ordinal, struct position *entry)
{
	struct position found = {.n = 0};
	struct store_txn t;
	struct bytes record;
	int err;

	store_begin(r->store, false, &t);
	err = get_record(&t, ordinal, &record);
	if (err == 0) {
		memcpy(found.journal, r->head.journal, JOURNAL_ID_SIZE);
		found.n = be64_get(record.data + ENTRY_N);
		memcpy(found.chain, record.data + ENTRY_CHAIN, CHAIN_SIZE);
		*entry = found;
	}
	store_abort(&t);
	return err == ERR_NOT_FOUND && ordinal >= 1 && ordinal <= r->head.n
		   ? ERR_CORRUPT
		   : err;
}

static int make_record(const struct position *entry, const uint8_t chain[CHAIN_SIZE],
		       struct bytes item, struct buf *out)
{
	int err = buf_reserve(out, RECORD_HEAD + item.len);

	if (err != 0)
		return err;
	be64_put(out->data + ENTRY_N, entry->n);
	memcpy(out->data + ENTRY_CHAIN, entry->chain, CHAIN_SIZE);
	memcpy(out->data + CHAIN, chain, CHAIN_SIZE);
	memcpy(out->data + RECORD_HEAD, item.data, item.len);
	out->len = RECORD_HEAD + item.len;
	return 0;
}

static int write_all(struct results *r, const struct position *next,
		     struct bytes record, struct bytes scores)
{
	struct ordinal_key key = key_of(next->n);
	struct store_txn t;

	store_begin(r->store, true, &t);
	if (next->n == 1)
		store_put(&t, META, bytes_str(journal_key),
			  bytes_of(next->journal, JOURNAL_ID_SIZE));
	store_append(&t, ITEMS, key_view(&key), record);
	if (scores.len > 0)
		store_append(&t, SCORES, key_view(&key), scores);
	return store_commit(&t);
}

int results_put(struct results *r, const struct position *entry, struct bytes item,
		struct bytes scores)
{
	struct position next = r->head;
	struct buf record;
	int err;

	assert(memcmp(entry->journal, r->head.journal, JOURNAL_ID_SIZE) == 0);
	next.n++;
	release_chain_next(next.chain, next.n, item);
	buf_init(&record, RECORD_HEAD + item.len);
	err = make_record(entry, next.chain, item, &record);
	if (err == 0)
		err = write_all(r, &next, buf_bytes(&record), scores);
	buf_free(&record);
	if (err == 0)
		r->head = next;
	return err;
}

struct reading_on {
	results_visit_fn *visit;
	void *ctx;
};

static int on_record(void *ctx, struct bytes key, struct bytes value)
{
	const struct reading_on *on = ctx;

	if (key.len != ORDINAL_SIZE || value.len < RECORD_HEAD)
		return ERR_CORRUPT;
	return on->visit(on->ctx, be64_get(key.data), value.data + CHAIN,
			 bytes_of(value.data + RECORD_HEAD, value.len - RECORD_HEAD));
}

int results_read(struct results *r, uint64_t n, results_visit_fn *visit, void *ctx)
{
	struct reading_on on = {.visit = visit, .ctx = ctx};
	struct ordinal_key from = key_of(n);
	struct store_txn t;
	int err;

	store_begin(r->store, false, &t);
	err = store_scan(&t, ITEMS, key_view(&from), on_record, &on);
	store_abort(&t);
	return err;
}

int results_scores(struct results *r, uint64_t ordinal, struct buf *out)
{
	struct ordinal_key key = key_of(ordinal);
	struct store_txn t;
	struct bytes value;
	int err;

	store_begin(r->store, false, &t);
	err = store_get(&t, SCORES, key_view(&key), &value);
	if (err == 0)
		err = buf_put(out, value.data, value.len);
	store_abort(&t);
	return err;
}
