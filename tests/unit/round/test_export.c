#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <sodium.h>

#include "common/base/err.h"
#include "common/round/export.h"
#include "dir.h"
#include "world.h"

enum { FILE_MAX = 8192, PATH = 300, HEAD = 13 + 16 + 4 + 4 + 2 };

static const char secret[] = "điều không ai được biết";

/* What lies in the journal: two rounds, the second still open. */
static const struct {
	enum entry_kind kind;
	uint32_t round;
	const char *body;
} journal[] = {
    {ENTRY_OPEN, 1, "opening of the first"},
    {ENTRY_OPEN, 2, secret},
    {ENTRY_BALLOT, 2, secret},
    {ENTRY_BALLOT, 1, "a ballot"},
    {ENTRY_CLOSE, 1, ""},
    {ENTRY_APPRAISALS, 2, secret},
};
enum { ENTRIES = sizeof journal / sizeof *journal };

struct file {
	struct dir dir;
	char path[PATH], temporary[PATH];
	struct export_head head;
	uint8_t data[FILE_MAX]; /* a whole one */
	size_t len;
};

/* Appends the record of entry n and moves the chain. */
static void record_of(size_t n, uint8_t chain[CHAIN_SIZE], struct buf *out)
{
	struct seal seal = {.rater = 7, .time = 1000, .via = "bí-mật"};

	buf_reset(out);
	assert_int_equal(entry_encode(journal[n - 1].kind, journal[n - 1].round, &seal,
				      bytes_str(journal[n - 1].body), out),
			 0);
	entry_chain_next(chain, n, bytes_of(out->data, ENTRY_HEADER));
}

static struct export_writer *begin(struct file *f)
{
	struct export_writer *w;

	assert_int_equal(export_create(f->path, &f->head, &w), 0);
	return w;
}

/* The first `count` entries of the journal, as role internal gets them. */
static void put_entries(const struct file *f, struct export_writer *w, size_t count)
{
	uint8_t chain[CHAIN_SIZE];
	struct buf record;

	buf_init(&record, FILE_MAX);
	entry_chain_start(f->head.journal, 0, chain);
	for (size_t n = 1; n <= count; n++) {
		record_of(n, chain, &record);
		assert_int_equal(export_put(w, chain, buf_bytes(&record)), 0);
	}
	buf_free(&record);
}

static void load(struct file *f)
{
	FILE *file = fopen(f->path, "rb");

	assert_non_null(file);
	f->len = fread(f->data, 1, FILE_MAX, file);
	assert_true(f->len > HEAD && f->len < FILE_MAX);
	fclose(file);
}

static void write_whole(struct file *f)
{
	struct export_writer *w = begin(f);

	put_entries(f, w, ENTRIES);
	assert_int_equal(export_commit(w), 0);
	load(f);
}

static int make(void **state)
{
	struct file *f = calloc(1, sizeof *f);

	assert_non_null(f);
	dir_make(&f->dir);
	dir_path(&f->dir, "export", f->path);
	dir_path(&f->dir, "export.tmp", f->temporary);
	memset(f->head.journal, 9, JOURNAL_ID_SIZE);
	f->head.round = 1;
	strcpy(f->head.code, "kỳ-1");
	*state = f;
	return 0;
}

static int drop(void **state)
{
	struct file *f = *state;

	unlink(f->path);
	dir_drop(&f->dir);
	free(f);
	return 0;
}

/* Reads what is at the path to its end: 0 or the first failure, in words too. */
static int read_through(const struct file *f, char words[512])
{
	struct export_reader *x;
	struct export_item item;
	struct faults faults;
	int err;

	faults_init(&faults);
	err = export_open(f->path, &x, &faults);
	if (err == 0) {
		do
			err = export_next(x, &item, &faults);
		while (err == 1);
		export_close(x);
	}
	assert_true((err == 0) == (faults.count == 0));
	snprintf(words, 512, "%s", faults.count > 0 ? faults.list[0].text : "");
	if (faults.count > 0)
		assert_string_equal(faults.list[0].file, f->path);
	faults_free(&faults);
	return err;
}

static int read_bytes(const struct file *f, const uint8_t *data, size_t len,
		      char words[512])
{
	FILE *file = fopen(f->path, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(data, 1, len, file), len);
	fclose(file);
	return read_through(f, words);
}

static bool holds(const uint8_t *data, size_t len, const char *text)
{
	size_t size = strlen(text);

	for (size_t i = 0; i + size <= len; i++) {
		if (memcmp(data + i, text, size) == 0)
			return true;
	}
	return false;
}

static void what_was_written_is_read(void **state)
{
	struct file *f = *state;
	struct export_reader *x;
	struct export_item item;
	struct faults faults;
	struct stat st;
	uint8_t chain[CHAIN_SIZE];

	write_whole(f);
	assert_int_equal(stat(f->path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(access(f->temporary, F_OK), -1);
	faults_init(&faults);
	assert_int_equal(export_open(f->path, &x, &faults), 0);
	assert_string_equal(export_head(x)->code, "kỳ-1");
	assert_int_equal(export_head(x)->round, 1);
	assert_memory_equal(export_head(x)->journal, f->head.journal, JOURNAL_ID_SIZE);
	entry_chain_start(f->head.journal, 0, chain);
	for (size_t n = 1; n <= ENTRIES; n++) {
		const struct entry *e = &item.entry;

		assert_int_equal(export_next(x, &item, &faults), 1);
		entry_chain_next(chain, n, e->header);
		assert_memory_equal(item.chain, chain, CHAIN_SIZE);
		assert_int_equal(item.n, n);
		assert_int_equal(e->kind, journal[n - 1].kind);
		assert_int_equal(e->round, journal[n - 1].round);
		assert_int_equal(item.withheld, e->round == 2);
		if (item.withheld)
			assert_int_equal(e->body.len, 0);
		else
			assert_true(
			    bytes_equal(e->body, bytes_str(journal[n - 1].body)));
	}
	assert_int_equal(export_next(x, &item, &faults), 0);
	assert_int_equal(export_read_bytes(x), f->len);
	assert_int_equal(export_size_bytes(x), f->len);
	assert_int_equal(faults.count, 0);
	export_close(x);
	faults_free(&faults);
}

static void nothing_of_another_round_is_in_it(void **state)
{
	struct file *f = *state;

	write_whole(f);
	assert_true(holds(f->data, f->len, "a ballot"));
	assert_false(holds(f->data, f->len, secret));
}

static void pooled_rounds_are_in_it(void **state)
{
	struct file *f = *state;
	char words[512];

	f->head.pool[0] = 2;
	f->head.pool_count = 1;
	write_whole(f);
	assert_true(holds(f->data, f->len, secret));
	assert_int_equal(read_through(f, words), 0);
}

/* The first number after "entry " in the words; 0: none. */
static size_t named(const char *words)
{
	const char *at = strstr(words, "entry ");

	return at == NULL ? 0 : strtoul(at + 6, NULL, 10);
}

/* In which entry each byte of the file is; 0 the head, ENTRIES + 1 the end. */
static size_t entry_at(const struct file *f, size_t offset)
{
	size_t at = HEAD + 2 + strlen(f->head.code) + 32, n = 0;

	while (at <= offset) {
		size_t len = be32_get(f->data + at);

		n++;
		if (len == 0)
			break;
		at += 4 + 32 + len;
	}
	return n;
}

static void a_file_cut_short_is_noticed_everywhere(void **state)
{
	struct file *f = *state;
	char words[512];

	write_whole(f);
	for (size_t len = 0; len < f->len; len++) {
		int err = read_bytes(f, f->data, len, words);
		size_t n = entry_at(f, len);

		assert_int_equal(err, len < 13 ? ERR_FORMAT : ERR_CORRUPT);
		assert_int_equal(named(words), n);
		assert_non_null(strstr(words, len < 13 ? "par journal export"
					      : n == 0 ? "beginning"
						       : "ends here"));
	}
}

static void every_changed_byte_is_noticed_and_named(void **state)
{
	static const uint8_t masks[] = {0x01, 0x80, 0xff};
	struct file *f = *state;
	char words[512];

	write_whole(f);
	for (size_t i = 0; i < f->len * 3; i++) {
		size_t at = i / 3, n = entry_at(f, at);
		int err;

		f->data[at] ^= masks[i % 3];
		err = read_bytes(f, f->data, f->len, words);
		f->data[at] ^= masks[i % 3];
		assert_int_equal(err, at < 13 ? ERR_FORMAT : ERR_CORRUPT);
		/* A length may send the reader astray as far as the next entry. */
		assert_in_range(named(words), n, n == 0 ? 0 : n + 1);
	}
	assert_int_equal(read_bytes(f, f->data, f->len, words), 0);
}

static void what_follows_the_end_is_noticed(void **state)
{
	struct file *f = *state;
	char words[512];

	write_whole(f);
	f->data[f->len] = 0;
	assert_int_equal(read_bytes(f, f->data, f->len + 1, words), ERR_CORRUPT);
	assert_non_null(strstr(words, "follows the end"));
}

static void versions_and_other_files_are_told_apart(void **state)
{
	struct file *f = *state;
	char words[512];

	write_whole(f);
	f->data[11] = '2';
	assert_int_equal(read_bytes(f, f->data, f->len, words), ERR_VERSION);
	assert_non_null(strstr(words, "newer version"));
	assert_int_equal(read_bytes(f, (const uint8_t *)"unit,score\n", 11, words),
			 ERR_FORMAT);
	assert_int_equal(unlink(f->path), 0);
	assert_int_equal(read_through(f, words), -ENOENT);
}

/* Puts the head of one file before the entries of another. */
static void splice(const struct file *head, const struct file *rest, struct file *out)
{
	size_t cut_head = HEAD + 4 * head->head.pool_count + 2 + 6 + 32;
	size_t cut_rest = HEAD + 4 * rest->head.pool_count + 2 + 6 + 32;

	memcpy(out->data, head->data, cut_head);
	memcpy(out->data + cut_head, rest->data + cut_rest, rest->len - cut_rest);
	out->len = cut_head + rest->len - cut_rest;
}

static void an_honest_looking_file_must_fit_its_head(void **state)
{
	struct file *f = *state, pooled = *f, third = *f, made = *f;
	char words[512];

	assert_int_equal(strlen(f->head.code), 6);
	write_whole(f);
	pooled.head.pool[0] = 2;
	pooled.head.pool_count = 1;
	write_whole(&pooled);
	splice(&pooled, f, &made);
	assert_int_equal(read_bytes(f, made.data, made.len, words), ERR_CORRUPT);
	assert_non_null(strstr(words, "entry 2: its seal and body are missing"));
	splice(f, &pooled, &made);
	assert_int_equal(read_bytes(f, made.data, made.len, words), ERR_CORRUPT);
	assert_non_null(strstr(words, "entry 2: its seal and body do not belong here"));
	third.head.round = 3;
	write_whole(&third);
	assert_int_equal(read_through(f, words), ERR_CORRUPT);
	assert_non_null(strstr(words, "before the opening"));
}

static void the_writer_refuses_what_cannot_be_right(void **state)
{
	struct file *f = *state;
	struct export_writer *w = begin(f);
	uint8_t chain[CHAIN_SIZE], wrong[CHAIN_SIZE] = {1};
	struct buf record;

	buf_init(&record, FILE_MAX);
	entry_chain_start(f->head.journal, 0, chain);
	record_of(1, chain, &record);
	assert_int_equal(export_put(w, wrong, buf_bytes(&record)), ERR_CORRUPT);
	assert_int_equal(export_put(w, chain, bytes_of(record.data, ENTRY_HEADER)),
			 ERR_REFUSED);
	assert_int_equal(export_put(w, chain, bytes_of(record.data, 10)), ERR_FORMAT);
	assert_int_equal(export_put(w, chain, buf_bytes(&record)), 0);
	export_abort(w);
	buf_free(&record);
	assert_int_equal(access(f->temporary, F_OK), -1);
	assert_int_equal(access(f->path, F_OK), -1);
}

/* What an interrupted run left is no hindrance, and an old export stays until the end.
 */
static void a_new_file_takes_the_place_of_the_old(void **state)
{
	struct file *f = *state;
	struct export_writer *w;
	struct stat st;
	char words[512];

	write_whole(f);
	assert_int_equal(chmod(f->path, 0644), 0);
	dir_put(&f->dir, "export.tmp", "left");
	w = begin(f);
	put_entries(f, w, 2);
	assert_int_equal(read_through(f, words), 0);
	export_abort(w);
	assert_int_equal(read_through(f, words), 0);
	write_whole(f);
	assert_int_equal(stat(f->path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	strcpy(f->path, f->dir.path);
	strcat(f->path, "/none/export");
	assert_int_equal(export_create(f->path, &f->head, &w), -ENOENT);
	dir_path(&f->dir, "export", f->path);
}

/* Of rounds whose openings are withheld the fold keeps the numbers. */
static void a_fold_goes_past_what_is_withheld(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, true);
	assert_int_equal(fold_skip(w.fold, 2, ENTRY_OPEN, 1), ERR_FORMAT);
	assert_int_equal(fold_skip(w.fold, 1, ENTRY_OPEN, 1), 0);
	assert_int_equal(fold_skip(w.fold, 2, ENTRY_BALLOT, 1), 0);
	w.n = 2;
	assert_int_equal(fold_round_count(w.fold), 1);
	assert_null(fold_round_by_number(w.fold, 1));
	assert_null(fold_round_by_code(w.fold, bytes_str(w.model.code)));
	world_put_open(&w, 2);
	assert_int_equal(fold_round_count(w.fold), 2);
	assert_int_equal(
	    fold_round_number(fold_round_by_code(w.fold, bytes_str(w.model.code))), 2);
	assert_int_equal(fold_n(w.fold), 3);
	world_close(&w);
}

/* An opening that did nothing left its number to the next one. */
static void a_skipped_opening_may_have_done_nothing(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, true);
	assert_int_equal(fold_skip(w.fold, 1, ENTRY_OPEN, 1), 0);
	w.n = 1;
	world_put_open(&w, 1);
	assert_int_equal(fold_round_count(w.fold), 1);
	assert_non_null(fold_round_by_number(w.fold, 1));
	world_put_open(&w, 1); /* its number is taken now */
	assert_int_equal(fold_round_count(w.fold), 1);
	world_close(&w);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, make, drop)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(what_was_written_is_read),
	    TEST(nothing_of_another_round_is_in_it),
	    TEST(pooled_rounds_are_in_it),
	    TEST(a_file_cut_short_is_noticed_everywhere),
	    TEST(every_changed_byte_is_noticed_and_named),
	    TEST(what_follows_the_end_is_noticed),
	    TEST(versions_and_other_files_are_told_apart),
	    TEST(an_honest_looking_file_must_fit_its_head),
	    TEST(the_writer_refuses_what_cannot_be_right),
	    TEST(a_new_file_takes_the_place_of_the_old),
	    cmocka_unit_test(a_fold_goes_past_what_is_withheld),
	    cmocka_unit_test(a_skipped_opening_may_have_done_nothing),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
