#ifndef PAR_ROUND_EXPORT_H
#define PAR_ROUND_EXPORT_H

/*
 * An auditor's copy of a round (DESIGN section 7): one file with the headers of all
 * entries of the journal, so that the chain can be followed from its start, and the
 * seals and bodies of this round and of those pooled with it (METHOD S6), directly or
 * through one another; and what the journal was restored without, which numbers
 * releases. Nothing of any other round but its headers. From it alone the same result
 * can be computed. It holds what enterprises said: only its owner may read
 * it.
 *
 * "par-export/1", numbers big-endian:
 *
 *   head   13 "par-export/1" and a line end   16 id of the journal   4 shard
 *          4 number of the round   2 how many are pooled with it   4 of each its
 *          number, ascending   2 length of the round's code   the code, UTF-8
 *          32 SHA-256 of the head up to here
 *   item   for each entry n = 1, 2, ...:
 *          4 length   32 chain[n]   so many bytes: a record, or its header alone
 *          (entry.h)
 *   end    4 zero   8 number of entries   32 chain of the last one
 *
 * A journal, a cut and a round have one such file: every byte of it is checked.
 */

#include "common/base/faults.h"
#include "common/round/entry.h"
#include "common/round/model.h"

enum { EXPORT_POOL_MAX = 1000 };

struct export_head {
	uint8_t journal[JOURNAL_ID_SIZE];
	uint32_t shard;
	uint32_t round; /* number */
	char code[MODEL_CODE_MAX + 1];
	uint32_t pool[EXPORT_POOL_MAX]; /* numbers, ascending */
	uint32_t pool_count;
};

/* Whether seals and bodies of this round belong in the file. */
bool export_has_round(const struct export_head *h, uint32_t number);
/* Whether seal and body of an entry do. */
bool export_has_entry(const struct export_head *h, enum entry_kind kind,
		      uint32_t round);

/* ---- writing ---- */

struct export_writer;

/*
 * Begins the file under a temporary name beside it, mode 0600. The head is copied.
 * -errno, -ENAMETOOLONG.
 */
int export_create(const char *path, const struct export_head *head,
		  struct export_writer **out) __attribute__((warn_unused_result));
/*
 * The next entry: a record, or a header where it was withheld. Of rounds that do not
 * belong here the header is kept. ERR_REFUSED: withheld though it belongs here;
 * ERR_CORRUPT: `chain` is not what follows; ERR_FORMAT, ERR_VERSION; -errno.
 */
int export_put(struct export_writer *w, const uint8_t chain[CHAIN_SIZE],
	       struct bytes record) __attribute__((warn_unused_result));
/* Ends the file, makes it durable and gives it its name. Frees w, whatever comes. */
int export_commit(struct export_writer *w) __attribute__((warn_unused_result));
/* Removes what was written and frees w. NULL is fine. */
void export_abort(struct export_writer *w);

/* ---- reading ---- */

struct export_reader;

struct export_item {
	uint64_t n;
	const uint8_t *chain; /* after it, CHAIN_SIZE bytes */
	bool withheld;        /* of the entry there are kind, round and header */
	struct entry entry;
};

/*
 * Reads the head. Faults name the file and the cure. -errno; ERR_FORMAT: no export;
 * ERR_VERSION: of a newer version; ERR_CORRUPT.
 */
int export_open(const char *path, struct export_reader **out, struct faults *faults)
    __attribute__((warn_unused_result));
void export_close(struct export_reader *x); /* NULL is fine */
const struct export_head *export_head(const struct export_reader *x);
/* Of the file: how much is read, and how much there is. */
uint64_t export_read_bytes(const struct export_reader *x);
uint64_t export_size_bytes(const struct export_reader *x);

/*
 * 1: the next item, which lives until the next call; its chain and digests hold, and it
 * belongs here. 0: the end, after which nothing follows and nothing is missing.
 * ERR_CORRUPT, ERR_VERSION, -errno with a fault that names the entry.
 */
int export_next(struct export_reader *x, struct export_item *out, struct faults *faults)
    __attribute__((warn_unused_result));

#endif
