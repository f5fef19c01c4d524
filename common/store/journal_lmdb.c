/*
 * The journal in an LMDB environment. Table "records": be64 n -> chain[n], record.
 * Table "meta": "id" -> the journal's id, "format" -> be32. Beside the directory lies
 * DIR.head (journal_mark.h).
 */

#include "common/store/journal_engine.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/err.h"
#include "common/store/journal_mark.h"
#include "common/store/store.h"

enum {
	META,
	RECORDS,
	JOURNAL_FORMAT = 1,
	FORMAT_SIZE = 4,
	KEY_SIZE = 8,
	VALUE_MAX = CHAIN_SIZE + ENTRY_HEADER + 2 + ENTRY_SEAL_MAX + ENTRY_BODY_MAX,
};

static const char *const tables[] = {[META] = "meta", [RECORDS] = "records"};
static const char id_key[] = "id";
static const char format_key[] = "format";

struct lmdb_journal {
	struct journal base;
	struct store *store;
	struct buf value; /* of the record being put */
	struct position head;
	const uint8_t *made_id; /* while it is opened; NULL: any */
	int mark;
};

static struct lmdb_journal *of_base(struct journal *j)
{
	return (struct lmdb_journal *)j;
}

static const struct lmdb_journal *of_const_base(const struct journal *j)
{
	return (const struct lmdb_journal *)j;
}

/* The value of record n, split. A position up to the head that is not there is damage.
 */
static int get_record(struct store_txn *t, uint64_t n, const uint8_t **chain,
		      struct bytes *record)
{
	uint8_t key[KEY_SIZE];
	struct bytes value;
	int err;

	be64_put(key, n);
	err = store_get(t, RECORDS, bytes_of(key, KEY_SIZE), &value);
	if (err == ERR_NOT_FOUND || (err == 0 && value.len < CHAIN_SIZE + ENTRY_HEADER))
		return ERR_CORRUPT;
	if (err < 0)
		return err;
	*chain = value.data;
	*record = bytes_of(value.data + CHAIN_SIZE, value.len - CHAIN_SIZE);
	return 0;
}

static int get_chain(const struct lmdb_journal *j, struct store_txn *t, uint64_t n,
		     uint8_t out[CHAIN_SIZE])
{
	const uint8_t *chain;
	struct bytes record;
	int err;

	if (n == 0) {
		entry_chain_start(j->head.journal, 0, out);
		return 0;
	}
	err = get_record(t, n, &chain, &record);
	if (err == 0)
		memcpy(out, chain, CHAIN_SIZE);
	return err;
}

static int make_meta(struct lmdb_journal *j, struct store_txn *t)
{
	uint8_t format[FORMAT_SIZE];

	be32_put(format, JOURNAL_FORMAT);
	if (j->made_id)
		memcpy(j->head.journal, j->made_id, JOURNAL_ID_SIZE);
	else
		randombytes_buf(j->head.journal, JOURNAL_ID_SIZE);
	store_put(t, META, bytes_str(id_key),
		  bytes_of(j->head.journal, JOURNAL_ID_SIZE));
	store_put(t, META, bytes_str(format_key), bytes_of(format, FORMAT_SIZE));
	return t->err;
}

static int get_meta(struct lmdb_journal *j, struct store_txn *t)
{
	struct bytes id, format;
	int err = store_get(t, META, bytes_str(format_key), &format);

	if (err == 0 && format.len != FORMAT_SIZE)
		return ERR_CORRUPT;
	if (err == 0)
		err = store_check_version(be32_get(format.data), JOURNAL_FORMAT);
	if (err == 0)
		err = store_get(t, META, bytes_str(id_key), &id);
	if (err < 0)
		return err;
	if (id.len != JOURNAL_ID_SIZE)
		return ERR_CORRUPT;
	if (j->made_id && memcmp(j->made_id, id.data, JOURNAL_ID_SIZE) != 0)
		return ERR_FORKED;
	memcpy(j->head.journal, id.data, JOURNAL_ID_SIZE);
	return 0;
}

/* chain[n] must follow from chain[n-1] and the record. */
static int check_last(struct lmdb_journal *j, struct store_txn *t)
{
	uint8_t expected[CHAIN_SIZE];
	const uint8_t *chain;
	struct bytes record;
	int err = get_chain(j, t, j->head.n - 1, expected);

	if (err == 0)
		err = get_record(t, j->head.n, &chain, &record);
	if (err < 0)
		return err;
	entry_chain_next(expected, j->head.n, bytes_of(record.data, ENTRY_HEADER));
	if (memcmp(expected, chain, CHAIN_SIZE) != 0)
		return ERR_CORRUPT;
	memcpy(j->head.chain, chain, CHAIN_SIZE);
	return 0;
}

/* Records that a damaged page hides are missed by their number. */
static int check_count(struct lmdb_journal *j, struct store_txn *t)
{
	uint64_t count = 0;
	int err = store_count(t, RECORDS, &count);

	if (err < 0)
		return err;
	return count == j->head.n ? 0 : ERR_CORRUPT;
}

/* The id, made by who writes if there is none and no record either, and the head. */
static int load(struct lmdb_journal *j, struct store_txn *t, bool write)
{
	struct bytes key, value;
	int last = store_last(t, RECORDS, &key, &value);
	int err = last < 0 && last != ERR_NOT_FOUND ? last : get_meta(j, t);

	if (err == ERR_NOT_FOUND)
		err = last == 0 || !write ? ERR_CORRUPT : make_meta(j, t);
	if (err < 0)
		return err;
	if (last == ERR_NOT_FOUND) {
		err = check_count(j, t);
		return err < 0 ? err : get_chain(j, t, 0, j->head.chain);
	}
	if (key.len != KEY_SIZE || be64_get(key.data) == 0)
		return ERR_CORRUPT;
	j->head.n = be64_get(key.data);
	err = check_count(j, t);
	return err < 0 ? err : check_last(j, t);
}

static void lmdb_close(struct journal *base)
{
	struct lmdb_journal *j = of_base(base);

	store_close(j->store);
	if (j->mark >= 0)
		close(j->mark);
	buf_free(&j->value);
	free(j);
}

static int open_store(struct lmdb_journal *j, const char *dir, uint64_t limit_bytes)
{
	struct store_txn t;
	int err = store_open(dir, limit_bytes, tables, 2, NULL, &j->store);

	if (err < 0)
		return err;
	store_begin(j->store, true, &t);
	err = load(j, &t, true);
	if (err == 0)
		return store_commit(&t);
	store_abort(&t);
	return err;
}

static int open_store_reading(struct lmdb_journal *j, const char *dir)
{
	struct store_txn t;
	int err = store_open_reading(dir, tables, 2, &j->store);

	if (err < 0)
		return err;
	store_begin(j->store, false, &t);
	err = load(j, &t, false);
	store_abort(&t);
	return err;
}

static int lmdb_contains(struct journal *base, uint64_t n,
			 const uint8_t chain[CHAIN_SIZE])
{
	struct lmdb_journal *j = of_base(base);
	uint8_t ours[CHAIN_SIZE];
	struct store_txn t;
	int err;

	store_begin(j->store, false, &t);
	err = get_chain(j, &t, n, ours);
	store_abort(&t);
	if (err < 0)
		return err;
	return memcmp(ours, chain, CHAIN_SIZE) == 0 ? 0 : ERR_FORKED;
}

/* What the journal once held must be in it; another journal's mark tells nothing. */
static int check_mark(struct lmdb_journal *j)
{
	struct position mark;
	int err = journal_mark_read(j->mark, &mark);

	if (err == ERR_NOT_FOUND)
		return 0;
	if (err < 0)
		return err;
	if (memcmp(mark.journal, j->head.journal, JOURNAL_ID_SIZE) != 0)
		return 0;
	err = mark.n > j->head.n ? ERR_CORRUPT
				 : lmdb_contains(&j->base, mark.n, mark.chain);
	return err == ERR_FORKED ? ERR_CORRUPT : err;
}

static int open_mark(struct lmdb_journal *j, const char *dir, bool write)
{
	char path[PATH_MAX];
	int len = snprintf(path, sizeof path, "%s.head", dir);
	int err = len < 0 || len >= PATH_MAX ? -ENAMETOOLONG : 0;

	if (err == 0 && write)
		err = journal_mark_open(path, &j->mark);
	else if (err == 0)
		err = journal_mark_open_reading(path, &j->mark);
	if (err == -ENOENT && !write)
		return 0;
	return err < 0 ? err : check_mark(j);
}

static struct lmdb_journal *new_journal(const uint8_t *id)
{
	struct lmdb_journal *j = calloc(1, sizeof(*j));

	if (!j)
		return NULL;
	j->base.engine = &journal_lmdb;
	j->made_id = id;
	j->mark = -1;
	buf_init(&j->value, VALUE_MAX);
	return j;
}

static int lmdb_open_reading(const char *dir, struct journal **out)
{
	struct lmdb_journal *j = new_journal(NULL);
	int err;

	if (!j)
		return -ENOMEM;
	err = open_store_reading(j, dir);
	if (err == 0)
		err = open_mark(j, dir, false);
	if (err < 0) {
		lmdb_close(&j->base);
		return err;
	}
	*out = &j->base;
	return 0;
}

static int lmdb_open(const char *dir, uint64_t limit_bytes, const uint8_t *id,
		     struct journal **out)
{
	struct lmdb_journal *j = new_journal(id);
	int err;

	if (!j)
		return -ENOMEM;
	err = open_store(j, dir, limit_bytes);
	if (err == 0)
		err = open_mark(j, dir, true);
	if (err < 0) {
		lmdb_close(&j->base);
		return err;
	}
	j->made_id = NULL;
	*out = &j->base;
	return 0;
}

static int put_record(struct lmdb_journal *j, struct store_txn *t, struct position *p,
		      struct bytes record)
{
	uint8_t key[KEY_SIZE];
	int err;

	assert(record.len >= ENTRY_HEADER);
	p->n++;
	be64_put(key, p->n);
	entry_chain_next(p->chain, p->n, bytes_of(record.data, ENTRY_HEADER));
	buf_reset(&j->value);
	err = buf_put(&j->value, p->chain, CHAIN_SIZE);
	if (err == 0)
		err = buf_put(&j->value, record.data, record.len);
	if (err < 0)
		return err;
	store_append(t, RECORDS, bytes_of(key, KEY_SIZE), buf_bytes(&j->value));
	return t->err;
}

static int put_records(struct lmdb_journal *j, const struct bytes records[],
		       size_t count, struct position *head)
{
	struct store_txn t;
	int err = 0;

	store_begin(j->store, true, &t);
	for (size_t i = 0; i < count && err == 0; i++)
		err = put_record(j, &t, head, records[i]);
	if (err == 0)
		return store_commit(&t);
	store_abort(&t);
	return err;
}

static void lmdb_append(struct journal *base, const struct bytes records[],
			size_t count, journal_done_fn *done, void *ctx)
{
	struct lmdb_journal *j = of_base(base);
	struct position head = j->head;
	uint64_t first = head.n + 1;
	int err = put_records(j, records, count, &head);

	if (err < 0) {
		done(ctx, err, 0);
		return;
	}
	j->head = head;
	journal_mark_write(j->mark, &head);
	done(ctx, 0, first);
	if (base->on_growth)
		base->on_growth(base->growth_ctx);
}

struct reading {
	journal_visit_fn *visit;
	void *ctx;
	uint64_t next; /* the position that must come now */
	bool stopped;  /* by `visit` */
};

static int on_record(void *ctx, struct bytes key, struct bytes value)
{
	struct reading *r = ctx;
	int err;

	if (key.len != KEY_SIZE || be64_get(key.data) != r->next ||
	    value.len < CHAIN_SIZE + ENTRY_HEADER)
		return ERR_CORRUPT;
	err = r->visit(r->ctx, r->next, value.data,
		       bytes_of(value.data + CHAIN_SIZE, value.len - CHAIN_SIZE));
	r->stopped = err != 0;
	r->next += !r->stopped;
	return err;
}

static int lmdb_read(struct journal *base, uint64_t n, journal_visit_fn *visit,
		     void *ctx, uint64_t *bad)
{
	struct lmdb_journal *j = of_base(base);
	struct reading r = {visit, ctx, n > 0 ? n : 1, false};
	uint64_t last = j->head.n;
	uint8_t key[KEY_SIZE];
	struct store_txn t;
	int err;

	be64_put(key, r.next);
	store_begin(j->store, false, &t);
	err = store_scan(&t, RECORDS, bytes_of(key, KEY_SIZE), on_record, &r);
	store_abort(&t);
	if (err == 0 && !r.stopped && r.next <= last)
		err = ERR_CORRUPT;
	if (err == ERR_CORRUPT && !r.stopped && bad)
		*bad = r.next;
	return err;
}

static struct position lmdb_head(const struct journal *base)
{
	return of_const_base(base)->head;
}

static void lmdb_usage(const struct journal *base, uint64_t *used, uint64_t *limit)
{
	store_usage(of_const_base(base)->store, used, limit);
}

const struct journal_engine journal_lmdb = {
    .scheme = "lmdb:",
    .open = lmdb_open,
    .open_reading = lmdb_open_reading,
    .close = lmdb_close,
    .append = lmdb_append,
    .read = lmdb_read,
    .head = lmdb_head,
    .contains = lmdb_contains,
    .usage = lmdb_usage,
};
