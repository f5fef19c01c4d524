#include "services/publisher/releases.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/err.h"
#include "common/store/store.h"

enum { TABLE_ITEMS, TABLE_FILES, TABLE_STATE, TABLE_COUNT };
enum { POSITION_SIZE = JOURNAL_ID_SIZE + 8 + CHAIN_SIZE, PATH_SIZE = 4096 };

static const char *const tables[] = {"items", "files", "state"};
static const char position_key[] = "position";

/*
 * items[n-1] is item n and list holds a publication for each release among them; those
 * of an unfinished batch lie behind `count` and `list_count`.
 */
struct releases {
	struct store *store;
	struct position position;
	struct item **items;
	size_t count, cap;
	struct publication *list;
	size_t list_count;
	/* of the batch that is open */
	struct store_txn txn;
	struct position next;
	size_t batch_count;
};

static struct bytes ordinal_key(uint64_t n, uint8_t key[8])
{
	be64_put(key, n);
	return bytes_of(key, 8);
}

/* ---- what is in memory ---- */

static int grow(struct releases *s)
{
	size_t cap = s->cap == 0 ? 64 : s->cap * 2;
	struct item **items;
	struct publication *list;

	if (s->count + s->batch_count < s->cap)
		return 0;
	items = realloc(s->items, cap * sizeof(items[0]));
	if (items == NULL)
		return -ENOMEM;
	s->items = items;
	list = realloc(s->list, cap * sizeof(list[0]));
	if (list == NULL)
		return -ENOMEM;
	s->list = list;
	s->cap = cap;
	return 0;
}

static bool same_release(const struct item *a, const struct item *b)
{
	return a->number == b->number && strcmp(a->round, b->round) == 0;
}

static bool is_retraction(const struct item *i)
{
	return i->what == ITEM_RETRACTION;
}

/* Whether what follows the first items of that number may follow them. */
static int check_follows(const struct releases *s, const struct item *new)
{
	bool made = false;

	if (new->number == 0)
		return 0;
	for (size_t i = 0; i < s->count + s->batch_count; i++) {
		const struct item *old = s->items[i];

		if (!same_release(old, new))
			continue;
		if (is_retraction(old) == is_retraction(new))
			return ERR_FORKED;
		made = made || !is_retraction(old);
	}
	return made == is_retraction(new) ? 0 : ERR_FORMAT;
}

static int remember(struct releases *s, struct bytes payload)
{
	struct item *item = calloc(1, sizeof(*item));
	int err = item == NULL ? -ENOMEM : item_decode(payload, item);

	if (err != 0) {
		free(item);
		return err;
	}
	err = check_follows(s, item);
	if (err == 0)
		err = grow(s);
	if (err != 0) {
		item_free(item);
		free(item);
		return err;
	}
	s->items[s->count + s->batch_count++] = item;
	return 0;
}

static void forget_batch(struct releases *s)
{
	while (s->batch_count > 0) {
		s->batch_count--;
		item_free(s->items[s->count + s->batch_count]);
		free(s->items[s->count + s->batch_count]);
	}
}

static struct publication *publication_of(const struct releases *s,
					  const struct item *item)
{
	for (size_t i = 0; i < s->list_count; i++) {
		if (same_release(s->list[i].release, item))
			return &s->list[i];
	}
	return NULL;
}

static void accept_batch(struct releases *s)
{
	for (; s->batch_count > 0; s->batch_count--) {
		const struct item *item = s->items[s->count++];
		struct publication *p = publication_of(s, item);

		if (item->number == 0)
			continue;
		if (is_retraction(item)) {
			p->retraction_n = s->count;
			p->retraction = item;
		} else {
			s->list[s->list_count++] = (struct publication){
			    .n = s->count,
			    .release = item,
			};
		}
	}
}

/* ---- opening ---- */

static int load_item(void *ctx, struct bytes key, struct bytes value)
{
	struct releases *s = ctx;
	struct bytes item;

	if (key.len != 8 || value.len < CHAIN_SIZE ||
	    be64_get(key.data) != s->next.n + 1)
		return ERR_CORRUPT;
	item = bytes_of(value.data + CHAIN_SIZE, value.len - CHAIN_SIZE);
	s->next.n++;
	release_chain_next(s->next.chain, s->next.n, item);
	if (memcmp(s->next.chain, value.data, CHAIN_SIZE) != 0)
		return ERR_CORRUPT;
	return remember(s, item);
}

static int load_position(struct releases *s, struct store_txn *t)
{
	struct bytes value;
	int err = store_get(t, TABLE_STATE, bytes_str(position_key), &value);

	if (err == ERR_NOT_FOUND)
		return 0;
	if (err != 0)
		return err;
	if (value.len != POSITION_SIZE)
		return ERR_CORRUPT;
	memcpy(s->position.journal, value.data, JOURNAL_ID_SIZE);
	s->position.n = be64_get(value.data + JOURNAL_ID_SIZE);
	memcpy(s->position.chain, value.data + JOURNAL_ID_SIZE + 8, CHAIN_SIZE);
	entry_chain_start(s->position.journal, 0, s->next.chain);
	return 0;
}

static int load(struct releases *s)
{
	struct store_txn t;
	int err;

	store_begin(s->store, false, &t);
	err = load_position(s, &t);
	if (err == 0)
		err = store_scan(&t, TABLE_ITEMS, bytes_of(NULL, 0), load_item, s);
	if (err == 0 && (s->next.n != s->position.n ||
			 memcmp(s->next.chain, s->position.chain, CHAIN_SIZE) != 0))
		err = ERR_CORRUPT;
	if (err == 0)
		err = store_scan(&t, TABLE_FILES, bytes_of(NULL, 0), NULL, NULL);
	store_abort(&t);
	if (err == 0)
		accept_batch(s);
	else
		forget_batch(s);
	return err;
}

int releases_open(const char *dir, uint64_t map_bytes, struct releases **out)
{
	struct releases *s = calloc(1, sizeof(*s));
	char path[PATH_SIZE];
	int err = -ENOMEM;

	if (s == NULL)
		return err;
	err = snprintf(path, sizeof(path), "%s/releases", dir) < PATH_SIZE
		  ? 0
		  : -ENAMETOOLONG;
	if (err == 0)
		err = store_open(path, map_bytes, tables, TABLE_COUNT, NULL, &s->store);
	if (err == 0)
		err = load(s);
	if (err != 0)
		releases_close(s);
	else
		*out = s;
	return err;
}

void releases_close(struct releases *s)
{
	if (s == NULL)
		return;
	for (size_t i = 0; i < s->count; i++) {
		item_free(s->items[i]);
		free(s->items[i]);
	}
	free(s->items);
	free(s->list);
	store_close(s->store);
	free(s);
}

void releases_usage(const struct releases *s, uint64_t *used, uint64_t *limit)
{
	store_usage(s->store, used, limit);
}

/* ---- taking ---- */

void releases_begin(struct releases *s)
{
	assert(s->batch_count == 0);
	s->next = s->position;
	store_begin(s->store, true, &s->txn);
}

/* The bytes that are there hold for good. */
static int compare_stored(struct releases *s, uint64_t n,
			  const uint8_t chain[CHAIN_SIZE], struct bytes payload)
{
	uint8_t key[8];
	struct bytes value;
	int err = store_get(&s->txn, TABLE_ITEMS, ordinal_key(n, key), &value);

	if (err != 0)
		return err == ERR_NOT_FOUND ? ERR_FORMAT : err;
	if (value.len != CHAIN_SIZE + payload.len ||
	    memcmp(value.data, chain, CHAIN_SIZE) != 0 ||
	    memcmp(value.data + CHAIN_SIZE, payload.data, payload.len) != 0)
		return ERR_FORKED;
	return 0;
}

static int put_item(struct releases *s, uint64_t n, const uint8_t chain[CHAIN_SIZE],
		    struct bytes payload)
{
	uint8_t key[8];
	struct buf value;
	int err;

	buf_init(&value, CHAIN_SIZE + payload.len);
	err = buf_put(&value, chain, CHAIN_SIZE);
	if (err == 0)
		err = buf_put(&value, payload.data, payload.len);
	if (err == 0)
		store_append(&s->txn, TABLE_ITEMS, ordinal_key(n, key),
			     buf_bytes(&value));
	buf_free(&value);
	return err;
}

int releases_put(struct releases *s, const uint8_t journal[JOURNAL_ID_SIZE], uint64_t n,
		 const uint8_t chain[CHAIN_SIZE], struct bytes payload)
{
	int err;

	if (!position_is_start(&s->next) &&
	    memcmp(journal, s->next.journal, JOURNAL_ID_SIZE) != 0)
		return ERR_FORKED;
	if (n <= s->next.n)
		return compare_stored(s, n, chain, payload);
	if (n != s->next.n + 1)
		return ERR_FORMAT;
	if (!release_chain_holds(&s->next, journal, n, payload, chain))
		return ERR_FORKED;
	err = remember(s, payload);
	if (err == 0)
		err = put_item(s, n, chain, payload);
	if (err != 0)
		return err;
	memcpy(s->next.journal, journal, JOURNAL_ID_SIZE);
	memcpy(s->next.chain, chain, CHAIN_SIZE);
	s->next.n = n;
	return 0;
}

int releases_commit(struct releases *s)
{
	uint8_t value[POSITION_SIZE];
	int err;

	memcpy(value, s->next.journal, JOURNAL_ID_SIZE);
	be64_put(value + JOURNAL_ID_SIZE, s->next.n);
	memcpy(value + JOURNAL_ID_SIZE + 8, s->next.chain, CHAIN_SIZE);
	if (s->batch_count > 0)
		store_put(&s->txn, TABLE_STATE, bytes_str(position_key),
			  bytes_of(value, sizeof(value)));
	err = store_commit(&s->txn);
	if (err != 0) {
		forget_batch(s);
		return err;
	}
	accept_batch(s);
	s->position = s->next;
	return 0;
}

void releases_abort(struct releases *s)
{
	store_abort(&s->txn);
	forget_batch(s);
}

/* ---- reading ---- */

struct position releases_position(const struct releases *s)
{
	return s->position;
}

int releases_contains(struct releases *s, const struct position *p)
{
	uint8_t chain[CHAIN_SIZE];
	uint8_t key[8];
	struct store_txn t;
	struct bytes value;
	int err;

	if (position_is_start(p))
		return 0;
	if (position_is_start(&s->position))
		return ERR_RETRY;
	if (p->shard != 0 ||
	    memcmp(p->journal, s->position.journal, JOURNAL_ID_SIZE) != 0)
		return ERR_FORKED;
	if (p->n > s->position.n)
		return ERR_RETRY;
	if (p->n == 0) {
		entry_chain_start(p->journal, 0, chain);
		return memcmp(chain, p->chain, CHAIN_SIZE) == 0 ? 0 : ERR_FORKED;
	}
	store_begin(s->store, false, &t);
	err = store_get(&t, TABLE_ITEMS, ordinal_key(p->n, key), &value);
	if (err == 0 &&
	    (value.len < CHAIN_SIZE || memcmp(value.data, p->chain, CHAIN_SIZE) != 0))
		err = ERR_FORKED;
	store_abort(&t);
	return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
}

struct visiting {
	releases_visit_fn *visit;
	void *ctx;
};

static int visit_item(void *ctx, struct bytes key, struct bytes value)
{
	struct visiting *v = ctx;

	if (key.len != 8 || value.len < CHAIN_SIZE)
		return ERR_CORRUPT;
	return v->visit(v->ctx, be64_get(key.data), value.data,
			bytes_of(value.data + CHAIN_SIZE, value.len - CHAIN_SIZE));
}

int releases_read(struct releases *s, uint64_t n, releases_visit_fn *visit, void *ctx)
{
	struct visiting v = {.visit = visit, .ctx = ctx};
	struct store_txn t;
	uint8_t key[8];
	int err;

	store_begin(s->store, false, &t);
	err = store_scan(&t, TABLE_ITEMS, ordinal_key(n, key), visit_item, &v);
	store_abort(&t);
	return err > 0 ? 0 : err;
}

const struct publication *releases_list(const struct releases *s, size_t *count)
{
	*count = s->list_count;
	return s->list;
}

const struct publication *releases_of_item(const struct releases *s, uint64_t n)
{
	assert(n >= 1 && n <= s->count);
	return publication_of(s, s->items[n - 1]);
}

/* ---- files ---- */

int releases_file_get(struct releases *s, struct bytes key, struct buf *out)
{
	struct store_txn t;
	struct bytes value;
	int err;

	store_begin(s->store, false, &t);
	err = store_get(&t, TABLE_FILES, key, &value);
	if (err == 0)
		err = buf_put(out, value.data, value.len);
	store_abort(&t);
	return err;
}

int releases_file_put(struct releases *s, const struct releases_file files[],
		      size_t count)
{
	struct store_txn t;

	store_begin(s->store, true, &t);
	for (size_t i = 0; i < count; i++)
		store_put(&t, TABLE_FILES, files[i].key, files[i].value);
	return store_commit(&t);
}
