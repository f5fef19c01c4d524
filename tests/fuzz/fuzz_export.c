/*
 * An auditor's copy of a round. An input is first read as a file, and as what follows
 * a good head. Then it is a series of entries after the opening of the example, each a
 * head of 4 bytes (kind, round, 2 of length) and a body: they are written, round 2
 * withheld, and what was written must come back and can be folded.
 */

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "common/base/err.h"
#include "common/round/export.h"
#include "common/round/fold.h"
#include "tests/fuzz/example.h"
#include "tests/fuzz/scratch.h"
#include "tests/fuzz/target.h"

enum { HEAD = 4, ENTRY_ROOM = 1 << 20, FILE_HEAD_MAX = 256 };

static const struct export_head example = {.journal = {1}, .round = 1, .code = "KY-1"};

/* What was written, to be read again. */
struct written {
	struct export_writer *file;
	uint8_t chain[CHAIN_SIZE];
	uint64_t n;
};

static struct written begin(const char *path)
{
	struct written w = {.n = 0};
	int err = export_create(path, &example, &w.file);

	assert(err == 0);
	entry_chain_start(example.journal, 0, w.chain);
	return w;
}

/* False: the writer does not take such an entry. */
static bool put(struct written *w, enum entry_kind kind, uint32_t round,
		struct bytes body)
{
	static const struct seal seal = {.via = "fuzz"};
	uint8_t chain[CHAIN_SIZE];
	struct buf record;
	int err;

	memcpy(chain, w->chain, CHAIN_SIZE);
	buf_init(&record, ENTRY_ROOM);
	err = entry_encode(kind, round, &seal, body, &record);
	assert(err == 0);
	entry_chain_next(chain, w->n + 1, bytes_of(record.data, ENTRY_HEADER));
	if (!export_has_entry(&example, kind, round))
		record.len = ENTRY_HEADER;
	err = export_put(w->file, chain, buf_bytes(&record));
	buf_free(&record);
	assert(err == 0 || err == ERR_VERSION);
	if (err != 0)
		return false;
	memcpy(w->chain, chain, CHAIN_SIZE);
	w->n++;
	return true;
}

static void fold(struct fold *f, const struct export_item *item)
{
	const struct entry *e = &item->entry;
	int err = item->withheld ? fold_skip(f, item->n, e->kind, e->round)
				 : fold_apply(f, item->n, e);

	assert(err == 0 || err == ERR_VERSION || err == ERR_FORMAT);
}

/* The code that the end gave; *n is how many entries came. */
static int read_through(const char *path, uint64_t *n)
{
	struct export_reader *x;
	struct export_item item;
	struct faults faults;
	struct fold *f = fold_new(true);
	int err;

	assert(f != NULL);
	*n = 0;
	faults_init(&faults);
	err = export_open(path, &x, &faults);
	if (err == 0) {
		err = export_next(x, &item, &faults);
		while (err == 1) {
			assert(item.n == ++*n);
			if (fold_n(f) + 1 == item.n)
				fold(f, &item);
			err = export_next(x, &item, &faults);
		}
		export_close(x);
	}
	assert((err == 0) == (faults.count == 0));
	assert(err == 0 || err == ERR_FORMAT || err == ERR_VERSION ||
	       err == ERR_CORRUPT);
	faults_free(&faults);
	fold_free(f);
	return err;
}

static void check_bytes(const char *path, struct bytes in)
{
	uint64_t n;

	scratch_file("export", in);
	(void)read_through(path, &n);
}

/* The input in the place of the entries. */
static void check_items(const char *path, struct bytes in)
{
	static uint8_t head[FILE_HEAD_MAX];
	static size_t head_len;
	struct buf file;
	int err = 0;

	if (head_len == 0) {
		/* An export of no entries is its head and 44 bytes of an end. */
		struct written w = begin(path);
		FILE *f;

		err = export_commit(w.file);
		assert(err == 0);
		f = fopen(path, "rb");
		assert(f != NULL);
		head_len = fread(head, 1, sizeof head, f) - 44;
		fclose(f);
	}
	buf_init(&file, head_len + in.len);
	err = buf_put(&file, head, head_len);
	if (err == 0)
		err = buf_put(&file, in.data, in.len);
	assert(err == 0);
	check_bytes(path, buf_bytes(&file));
	buf_free(&file);
}

static void check_written(const char *path, struct bytes in)
{
	struct written w = begin(path);
	bool took = put(&w, ENTRY_OPEN, 1, example_manifest());
	uint64_t n;
	int err;

	assert(took);
	while (in.len >= HEAD) {
		size_t len = be16_get(in.data + 2);

		if (len > in.len - HEAD)
			len = in.len - HEAD;
		put(&w, in.data[0], in.data[1], bytes_of(in.data + HEAD, len));
		in = bytes_of(in.data + HEAD + len, in.len - HEAD - len);
	}
	err = export_commit(w.file);
	assert(err == 0);
	err = read_through(path, &n);
	assert(err == 0 && n == w.n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char path[4096];
	struct bytes in = bytes_of(data, size);

	(void)example_round(); /* prepares libsodium */
	if (path[0] == '\0')
		snprintf(path, sizeof path, "%s/export", scratch_dir());
	check_bytes(path, in);
	check_items(path, in);
	check_written(path, in);
	return 0;
}
