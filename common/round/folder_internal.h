#ifndef PAR_ROUND_FOLDER_INTERNAL_H
#define PAR_ROUND_FOLDER_INTERNAL_H

/* Internal to folder*.c: what the readers of the several files share. */

#include "common/base/csv.h"
#include "common/round/folder.h"
#include "common/round/index.h"
#include "common/round/jsonfile.h"

/* A round folder while it is being read. */
struct folder {
	const char *dir;
	struct round *r;
	struct faults *faults;
	struct jsonfile json;
	bool rules_known;         /* round.json could be read */
	uint32_t full_rank, rank; /* of blocks without their own */
	char **blocks; /* cell `blocks` of each criterion, until units are known */
	struct index by_criterion;
	struct index by_block;
	int err; /* the first that is no fault of the files */
};

/* How faults name a file: the last part of its path. */
const char *folder_name(const char *path);
/* A number in a cell; false and a fault when it is none. */
bool folder_decimal(struct faults *faults, const char *file, unsigned line,
		    const char *what, const char *cell, struct decimal *out);
/* DIR/NAME; malloc, NULL when out of memory. */
char *folder_path(const char *dir, const char *name);

/* round.json into the round; and, when the blocks are known, minimum.blocks. */
void folder_rules(struct folder *f);
void folder_block_minimums(struct folder *f);
/* Parts of it: `minimum` but for its blocks, and `composite` of the root. */
void folder_minimum(struct folder *f, struct jsonplace at);
void folder_composite(struct folder *f, struct jsonplace root);
/* A list of texts, as many as could be read; *list is NULL and *count 0 before. */
void folder_texts(struct folder *f, struct jsonplace at, char ***list, uint32_t *count);
/* criteria.csv, units.csv, strata.csv. -ENOMEM, -EIO. */
int folder_criteria(struct folder *f) __attribute__((warn_unused_result));
int folder_units(struct folder *f) __attribute__((warn_unused_result));
int folder_strata(struct folder *f) __attribute__((warn_unused_result));

/*
 * As folder_read_roster(), but *strata and *rows are what could be read, faults or not,
 * and even when it fails: the caller frees them.
 */
enum { FOLDER_NO_STRATUM = INT32_MAX };
int folder_collect_roster(const char *path, const char *const columns[],
			  uint32_t column_count, bool fixed, struct stratum **strata,
			  uint32_t *stratum_count, struct roster_rows *rows,
			  struct faults *faults) __attribute__((warn_unused_result));

#endif
