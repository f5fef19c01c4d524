#ifndef PAR_TESTS_ORACLE_CUT_H
#define PAR_TESTS_ORACLE_CUT_H

/*
 * A round folder with the oracle's own files (folder.py names them) as samples of its
 * cuts. Ends the process when memory runs out: it is a test.
 */

#include "common/round/sample.h"
#include "common/round/values.h"

struct cut_sheet {
	struct sample_sheet sheet;
	uint32_t revision;
	uint32_t annulled; /* in this cut and later; 0: never */
	char *reason;
};

struct cut_folder {
	struct round round;
	struct roster_rows roster;
	struct folder_sheets read;
	struct cut_sheet *sheets; /* as in `read` */
	struct values values;     /* the entry number is the cut's */
	uint32_t cuts;
	struct cut_folder *pool;
	size_t pool_count;
};

/* ERR_REFUSED with faults. */
int cut_open(const char *dir, struct cut_folder *out, struct faults *faults)
    __attribute__((warn_unused_result));
void cut_close(struct cut_folder *f);

/* The sheets of one cut with the values of another. cut_sample_free() ends it. */
void cut_sample(const struct cut_folder *f, uint32_t sheets_of, uint32_t values_of,
		struct sample *out);
void cut_sample_free(struct sample *s);

#endif
