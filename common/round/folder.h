#ifndef PAR_ROUND_FOLDER_H
#define PAR_ROUND_FOLDER_H

/*
 * The round folder of DESIGN section 7: what a secretariat edits in a spreadsheet.
 * Reading collects every fault of every file before it gives up.
 */

#include "common/round/model.h"

struct roster_row {
	char *respondent;
	char *code;    /* "" */
	char *cluster; /* "" */
	uint32_t stratum;
	unsigned line;
};

struct roster_rows {
	struct roster_row *list;
	size_t count;
};

void roster_rows_free(struct roster_rows *rows);

/*
 * round.json, criteria.csv, units.csv, strata.csv (if there) and roster.csv of `dir`.
 * ERR_REFUSED when faults were found, -ENOMEM; outputs untouched then.
 */
int folder_read(const char *dir, struct round *r, struct roster_rows *rows,
		struct faults *faults) __attribute__((warn_unused_result));

/*
 * A roster file alone, for an open round. Labels of new strata are added at the end of
 * *strata (count *stratum_count), which the caller owns and may be NULL and 0 at first.
 * When `fixed`, an unknown stratum is a fault.
 */
int folder_read_roster(const char *path, const char *const columns[],
		       uint32_t column_count, bool fixed, struct stratum **strata,
		       uint32_t *stratum_count, struct roster_rows *rows,
		       struct faults *faults) __attribute__((warn_unused_result));

/* A sheet of ballots.csv: the rows of one respondent, unit and revision. */
struct folder_sheet {
	const char *respondent;
	uint32_t unit;
	uint32_t revision;
	const uint8_t *answers; /* round.answer_count bytes */
	unsigned first_line;
};

struct folder_sheets {
	struct folder_sheet *list; /* by revision; within one as in the file */
	size_t count;
	size_t refused; /* sheets left out because of faults */
	void *memory;   /* what the list points into */
};

void folder_sheets_free(struct folder_sheets *s);

/*
 * ballots.csv for a known round. A faulty row refuses its sheet, and every reason is
 * among the faults; the other sheets are in *out. A row that cannot be read as text
 * refuses them all, for it may belong to any. Also 0 with faults; -ENOMEM.
 */
int folder_read_ballots(const char *path, const struct round *r,
			struct folder_sheets *out, struct faults *faults)
    __attribute__((warn_unused_result));

/* Rows of appraisals.csv and measured.csv. */
enum appraisal_target { TARGET_CRITERION, TARGET_BONUS, TARGET_PENALTY };

struct appraisal {
	uint32_t unit;
	enum appraisal_target target;
	uint32_t criterion; /* for TARGET_CRITERION */
	struct decimal points;
	char *evidence;
	char *by;
};

struct measured {
	uint32_t unit;
	uint32_t criterion;
	struct decimal value;
	char *evidence;
};

/* Lists are malloc; free with appraisals_free, measured_free. ERR_REFUSED, -ENOMEM. */
int folder_read_appraisals(const char *path, const struct round *r,
			   struct appraisal **list, size_t *count,
			   struct faults *faults) __attribute__((warn_unused_result));
int folder_read_measured(const char *path, const struct round *r,
			 struct measured **list, size_t *count, struct faults *faults)
    __attribute__((warn_unused_result));
void appraisals_free(struct appraisal *list, size_t count);
void measured_free(struct measured *list, size_t count);

/*
 * What may be wrong with one row, the same for a file and for a message; NULL if
 * nothing, else static words.
 */
const char *appraisal_fault(const struct round *r, const struct appraisal *a);
const char *measured_fault(const struct round *r, const struct measured *m);

#endif
