#include "journal_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

const struct journal_maker *bench_maker;

void bench_close(struct bench *b)
{
	journal_close(b->journal);
	b->journal = NULL;
}

static void on_done(void *ctx, int err, uint64_t first)
{
	struct bench *b = ctx;

	b->err = err;
	b->first = first;
	b->calls++;
}

void bench_reopen(struct bench *b, uint64_t limit)
{
	bench_close(b);
	assert_int_equal(journal_open(b->uri, limit, &b->journal), 0);
}

int bench_set_up(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));

	place_make(&b->place);
	bench_maker->uri(b->place.dir, b->uri, sizeof(b->uri));
	assert_int_equal(journal_open(b->uri, LIMIT, &b->journal), 0);
	*state = b;
	return 0;
}

int bench_tear_down(void **state)
{
	struct bench *b = *state;

	journal_close(b->journal);
	place_remove(&b->place);
	free(b);
	return 0;
}

void bench_fill(uint64_t n, uint8_t body[], size_t size)
{
	for (size_t i = 0; i + 8 <= size; i += 8)
		be64_put(body + i, n * 0x9e3779b97f4a7c15 + i);
}

/* One record, malloc. */
static struct bytes make_record(uint64_t n, size_t body_size)
{
	struct seal seal = {.rater = (uint32_t)n};
	uint8_t *body = calloc(1, body_size);
	struct buf out;

	bench_fill(n, body, body_size);
	buf_init(&out, SIZE_MAX);
	assert_int_equal(
	    entry_encode(ENTRY_BALLOT, 1, &seal, bytes_of(body, body_size), &out), 0);
	free(body);
	return bytes_of(out.data, out.len);
}

static void free_record(struct bytes record)
{
	struct buf owner = {.data = NULL};

	memcpy(&owner.data, &record.data, sizeof(owner.data));
	buf_free(&owner);
}

int bench_append(struct bench *b, size_t count, size_t body_size)
{
	struct bytes records[BATCH_MAX];
	uint64_t next = journal_head(b->journal, 0).n + 1;

	for (size_t i = 0; i < count; i++)
		records[i] = make_record(next + i, body_size);
	b->calls = 0;
	b->growths = 0;
	journal_append(b->journal, 0, records, count, on_done, b);
	assert_int_equal(b->calls, 1);
	for (size_t i = 0; i < count; i++)
		free_record(records[i]);
	return b->err;
}

int bench_check(void *ctx, uint64_t n, const uint8_t chain[CHAIN_SIZE],
		struct bytes record)
{
	struct check *c = ctx;
	struct entry entry;
	uint8_t body[8];

	assert_int_equal(n, c->next++);
	assert_int_equal(entry_decode(record, true, &entry), 0);
	bench_fill(n, body, sizeof(body));
	assert_memory_equal(entry.body.data, body, sizeof(body));
	if (c->know_chain) {
		entry_chain_next(c->chain, n, entry.header);
		assert_memory_equal(c->chain, chain, CHAIN_SIZE);
	}
	return n == c->stop_at ? c->stop_with : 0;
}

uint64_t bench_check_all(struct journal *j)
{
	struct position head = journal_head(j, 0);
	struct check c = {.next = 1, .know_chain = true};

	entry_chain_start(head.journal, 0, c.chain);
	assert_int_equal(journal_read(j, 0, 0, bench_check, &c, NULL), 0);
	assert_int_equal(c.next, head.n + 1);
	assert_memory_equal(c.chain, head.chain, CHAIN_SIZE);
	return head.n;
}
