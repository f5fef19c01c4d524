#ifndef PAR_TESTS_CRASH_DISK_H
#define PAR_TESTS_CRASH_DISK_H

/*
 * A model of a disk and of what a power cut leaves of it, fed with a log (log.h).
 *
 * Content: a write lies in memory until its file is synced; until then each sector of
 * 512 bytes may have reached the disk or not, in any order, and so may the new size. A
 * write that was synced by itself (O_DSYNC) takes the sectors it touches along and no
 * others. A file that is mapped for writing holds anything after a cut.
 *
 * Names: a creation, a removal and a rename lie in memory until their directory is
 * synced. Until then each may have happened or not; in half of the states they happened
 * in order (as where a journal of the file system keeps them), in the others any of
 * them. A rename happens as a whole. Syncing a file does not bring its name.
 *
 * Anything the model does not know ends the program: a rename between directories, a
 * write to a file that has no name.
 */

#include "tests/crash/dice.h"
#include "tests/crash/log.h"

struct disk;

/* Ends the program with words: the test itself is broken. */
_Noreturn void disk_fail(const char *what, const char *path);

/* Holds what lies below `dir`, all of it synced. */
struct disk *disk_load(const char *dir);
void disk_free(struct disk *d); /* NULL is fine */

/*
 * Every operation goes through both, in order. Between them the power may fail during
 * it: it has begun, and what it is to make durable need not be so yet.
 */
void disk_begin(struct disk *d, const struct log_op *op);
void disk_end(struct disk *d, const struct log_op *op);

/* Sectors and names of which it is open whether they are on the disk. */
size_t disk_pending(const struct disk *d);
/* Makes one state that a power cut may leave, in `dir`, which is empty. */
void disk_cut(const struct disk *d, struct dice *dice, const char *dir);
/*
 * Whether these bytes may be on the disk: also in a file that has no name any more, of
 * which nobody knows when its blocks are used again.
 */
bool disk_may_hold(const struct disk *d, struct bytes what);
/* Whether `dir` holds what the log tells of, to the byte; mapped files aside. */
bool disk_is(const struct disk *d, const char *dir);

#endif
