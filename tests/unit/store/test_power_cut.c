/*
 * Power cuts: appends are taken down as writes and syncs, and from each moment the
 * states that a disk may be found in are made: what was synced is there, of the rest
 * any part, page by page. In each of them the journal opens, is whole, and has every
 * record that somebody was told of before.
 */

#include <fcntl.h>
#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "common/base/err.h"
#include "common/store/journal.h"
#include "disk_log.h"
#include "trace.h"
#include "place.h"

enum {
	LIMIT = 8 << 20,
	PAGE = 4096,
	BATCHES = 40,
	BATCH_MAX = 5,
	STATES = 8,
	BODY = 900
};

static const char file[] = "journal/data.mdb";

struct bench {
	struct place place;
	char uri[PATH_MAX + 32];
	int told; /* end of a pipe */
};

static void on_done(void *ctx, int err, uint64_t first)
{
	const struct bench *b = ctx;

	if (err < 0 || write(b->told, &first, sizeof(first)) != sizeof(first))
		_exit(2);
}

static void append(struct bench *b, struct journal *j, size_t count)
{
	static const uint8_t body[BODY];
	struct bytes records[BATCH_MAX];
	struct seal seal = {.rater = 1};
	struct buf record;

	buf_init(&record, SIZE_MAX);
	if (entry_encode(ENTRY_BALLOT, 1, &seal, bytes_of(body, BODY), &record) < 0)
		_exit(2);
	for (size_t i = 0; i < count; i++)
		records[i] = buf_bytes(&record);
	journal_append(j, 0, records, count, on_done, b);
	buf_free(&record);
}

static int append_all(void *ctx)
{
	struct bench *b = ctx;
	struct journal *j;

	if (journal_open(b->uri, LIMIT, &j) < 0)
		return -1;
	for (size_t i = 0; i < BATCHES; i++)
		append(b, j, i % BATCH_MAX + 1);
	journal_close(j);
	return 0;
}

static void read_image(const struct bench *b, struct buf *image)
{
	FILE *in = fopen(place_path(&b->place, file), "re");
	size_t got = 1;

	assert_non_null(in);
	buf_reset(image);
	while (got > 0) {
		assert_int_equal(buf_reserve(image, PAGE), 0);
		got = fread(image->data + image->len, 1, PAGE, in);
		image->len += got;
	}
	fclose(in);
}

static void write_image(const struct bench *b, const struct buf *image)
{
	FILE *out = fopen(place_path(&b->place, file), "we");

	assert_non_null(out);
	assert_int_equal(fwrite(image->data, 1, image->len, out), image->len);
	assert_int_equal(fclose(out), 0);
}

static void apply(struct buf *image, uint64_t offset, const uint8_t *data, size_t len)
{
	size_t end = offset + len;

	if (end > image->len) {
		assert_int_equal(buf_reserve(image, end - image->len), 0);
		memset(image->data + image->len, 0, end - image->len);
		image->len = end;
	}
	memcpy(image->data + offset, data, len);
}

/* How much of what was not yet synced is found: none, all, or any pages of it. */
enum luck { NONE, ALL, SOME };

/* The same states in every run. */
static bool coin(void)
{
	static uint64_t state = 1;

	state = state * 6364136223846793005 + 1442695040888963407;
	return state >> 63;
}

static void apply_op(struct buf *image, const struct disk_op *op, enum luck luck)
{
	size_t len = op->data.len, part;

	for (size_t at = 0; at < len; at += part) {
		part = len - at < PAGE ? len - at : PAGE;
		if (luck == ALL || (luck == SOME && coin()))
			apply(image, op->offset + at, op->data.data + at, part);
	}
}

/* The disk when the power fails during the op `cut`; *told: the last first position. */
static void make_state(const struct disk_log *log, size_t cut, enum luck luck,
		       struct buf *image, uint64_t *told)
{
	size_t synced = 0;

	*told = 0;
	for (size_t i = 0; i < cut; i++) {
		if (log->ops[i].kind == DISK_SYNC)
			synced = i;
		if (log->ops[i].kind == DISK_TOLD)
			*told = log->ops[i].told;
	}
	for (size_t i = 0; i <= cut && i < log->count; i++) {
		bool safe = i < synced || (i < cut && log->ops[i].durable);

		if (log->ops[i].kind == DISK_WRITE)
			apply_op(image, &log->ops[i], safe ? ALL : luck);
	}
}

static int on_record(void *ctx, uint64_t n, const uint8_t chain[CHAIN_SIZE],
		     struct bytes record)
{
	uint8_t *expected = ctx;
	struct entry entry;

	assert_int_equal(entry_decode(record, true, &entry), 0);
	entry_chain_next(expected, n, entry.header);
	assert_memory_equal(expected, chain, CHAIN_SIZE);
	return 0;
}

static void check_state(const struct bench *b, uint64_t told)
{
	uint8_t chain[CHAIN_SIZE];
	struct position head;
	struct journal *j;

	assert_int_equal(journal_open(b->uri, LIMIT, &j), 0);
	head = journal_head(j, 0);
	assert_true(head.n >= told);
	entry_chain_start(head.journal, 0, chain);
	assert_int_equal(journal_read(j, 0, 1, on_record, chain, NULL), 0);
	assert_memory_equal(chain, head.chain, CHAIN_SIZE);
	journal_close(j);
}

/* All that was taken down gives the very file: the log is whole. */
static void check_log(const struct bench *b, const struct disk_log *log,
		      const struct buf *start)
{
	struct buf image, real;
	uint64_t told;

	buf_init(&image, SIZE_MAX);
	buf_init(&real, SIZE_MAX);
	assert_int_equal(buf_put(&image, start->data, start->len), 0);
	make_state(log, log->count, ALL, &image, &told);
	read_image(b, &real);
	assert_true(told > BATCHES);
	assert_true(bytes_equal(buf_bytes(&image), buf_bytes(&real)));
	buf_free(&image);
	buf_free(&real);
}

static void what_was_told_survives_a_power_cut(void **state)
{
	struct bench *b = *state;
	struct disk_log log;
	struct buf start, image;
	uint64_t told;

	buf_init(&start, SIZE_MAX);
	buf_init(&image, SIZE_MAX);
	read_image(b, &start);
	disk_log_run(append_all, b, "data.mdb", &log);
	check_log(b, &log, &start);
	for (size_t i = 0; i <= log.count * STATES; i++) {
		enum luck luck = i % STATES < SOME ? (enum luck)(i % STATES) : SOME;

		buf_reset(&image);
		assert_int_equal(buf_put(&image, start.data, start.len), 0);
		make_state(&log, i / STATES, luck, &image, &told);
		write_image(b, &image);
		check_state(b, told);
	}
	disk_log_free(&log);
	buf_free(&start);
	buf_free(&image);
}

static int set_up(void **state)
{
	static struct bench b;
	struct journal *j;
	int ends[2];

	place_make(&b.place);
	snprintf(b.uri, sizeof(b.uri), "lmdb:%s/journal", b.place.dir);
	assert_int_equal(journal_open(b.uri, LIMIT, &j), 0);
	journal_close(j);
	assert_int_equal(pipe(ends), 0);
	b.told = ends[1];
	*state = &b;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *b = *state;

	close(b->told);
	place_remove(&b->place);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(what_was_told_survives_a_power_cut, set_up,
					    tear_down),
	};

	if (trace_under_valgrind()) {
		puts("it follows a child call by call, which valgrind makes its own");
		return 77;
	}
	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
