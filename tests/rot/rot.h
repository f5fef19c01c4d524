#ifndef PAR_TESTS_ROT_ROT_H
#define PAR_TESTS_ROT_ROT_H

/*
 * Bit rot: one bit of a store's files is flipped, and the real code opens the store and
 * reads all of it, in a process of its own, since a damaged page may end that. What it
 * read is compared with what it reads of the undamaged files. There is one thing that
 * must never be: other content.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ROT_DIGEST = 32, ROT_FILES_MAX = 2 };

/* What was read, of so many items. */
struct rot_content {
	uint64_t items;
	uint8_t digest[ROT_DIGEST];
};

struct rot {
	const char *name;
	/* Paths; the first one is an LMDB data file. */
	const char *files[ROT_FILES_MAX];
	size_t file_count;
	/* Opens, reads, closes. 0; what the store says otherwise. */
	int (*read)(void *ctx, struct rot_content *out);
	void *ctx;
	/*
	 * Where an older state changes no score and is put right: what is missing comes
	 * again, from another store or from a person. Content of the first i items, i
	 * from 0; NULL: an older state is loss.
	 */
	const struct rot_content *older;
	size_t older_count;
};

/* Has directories of tests made in memory, where there is such a place: nothing here
 * depends on a disk. Before them. */
void rot_in_memory(void);

/*
 * Flips single bits, one after another: so many anywhere, and as often in the headers
 * of pages that lead to the records; then each bit of both root pages. Prints what came
 * of them. PAR_LONG: a hundred times as many; PAR_ROT_SHARE=N: an Nth of all. Fails the
 * test at the first other content, and says which bit it was.
 */
void rot_run(const struct rot *r, size_t flips);

#endif
