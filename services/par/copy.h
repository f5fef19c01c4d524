#ifndef PAR_PAR_COPY_H
#define PAR_PAR_COPY_H

/*
 * A copy of a collector's data as `par backup` and `par roster backup` make it, and as
 * the collector itself keeps it: DIR/journal, and of each round DIR/roster/N with its
 * key file DIR/roster/N.key. Held by a lock while somebody works on it.
 */

#include "common/store/journal.h"

#include <limits.h>

/* Declared for a copy: more than any journal; the collector has its own. */
#define COPY_JOURNAL_BYTES ((uint64_t)1 << 40)

struct copy {
	const char *dir;
	int lock;
};

/* To write to; made if it is not there. Errors are told: ERR_LOCKED, -errno. */
int copy_open(const char *dir, struct copy *out) __attribute__((warn_unused_result));
/* To read, maybe on a read-only volume; it is there. ERR_CONFIG too. */
int copy_open_reading(const char *dir, struct copy *out)
    __attribute__((warn_unused_result));
void copy_close(struct copy *c);

bool copy_has_journal(const struct copy *c);
/* id: of one that is made; NULL: it must be there. Errors are told. */
int copy_journal(const struct copy *c, const uint8_t *id, struct journal **out)
    __attribute__((warn_unused_result));
/* One that is there, to read. Errors are told. */
int copy_journal_reading(const struct copy *c, struct journal **out)
    __attribute__((warn_unused_result));

/* DIR, "/", and the rest. -ENAMETOOLONG. */
int copy_path(char out[PATH_MAX], const char *format, ...)
    __attribute__((warn_unused_result, format(printf, 2, 3)));

/*
 * Records on their way into a journal, in transactions of a size that commits well.
 * Put copies; what is put is there after copy_flush() only.
 */
struct copy_batch {
	struct journal *to;
	struct buf bytes;
	size_t *ends; /* of the records in `bytes` */
	struct bytes *records;
	size_t count;
	int err;
};
/* -ENOMEM. */
int copy_batch_init(struct copy_batch *b, struct journal *to)
    __attribute__((warn_unused_result));
void copy_batch_free(struct copy_batch *b); /* all 0 is fine */
int copy_put(struct copy_batch *b, struct bytes record)
    __attribute__((warn_unused_result));
int copy_flush(struct copy_batch *b) __attribute__((warn_unused_result));

#endif
