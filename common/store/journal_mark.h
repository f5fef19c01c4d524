#ifndef PAR_STORE_JOURNAL_MARK_H
#define PAR_STORE_JOURNAL_MARK_H

/*
 * How far a journal has come, in a small file beside it. A damaged page of a store can
 * show an older state that is whole in itself; only what lies elsewhere can tell.
 *
 *   16 journal id   8 n   32 chain[n]   8 checksum
 *
 * It is written after the commit and never synced: after a power cut it may be behind,
 * and is never ahead of what is on disk. So a journal that ends before it has lost
 * what was acknowledged. A mark that is damaged, or cut short by a power cut or a full
 * disk, tells nothing: the journal beside it may be whole.
 */

#include "common/round/entry.h"

/* Opens or makes the file. -errno. */
int journal_mark_open(const char *path, int *fd) __attribute__((warn_unused_result));
/* To read it. -ENOENT: there is none; -errno. */
int journal_mark_open_reading(const char *path, int *fd)
    __attribute__((warn_unused_result));
/* ERR_NOT_FOUND: it tells nothing; -errno. */
int journal_mark_read(int fd, struct position *out) __attribute__((warn_unused_result));
/* What cannot be written stays behind, which is no harm. */
void journal_mark_write(int fd, const struct position *head);

#endif
