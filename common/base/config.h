#ifndef PAR_BASE_CONFIG_H
#define PAR_BASE_CONFIG_H

/*
 * Settings by one table: flag --name, environment PAR_NAME, file (name = value),
 * default; the first that is there wins. All faults are told at once.
 */

#include <stdio.h>

#include "common/base/faults.h"

enum config_type {
	CONFIG_TEXT, /* const char *, of argv, the environment or the file: lives on */
	CONFIG_UINT, /* uint64_t */
	CONFIG_BOOL, /* bool; as a flag without a value */
	/* bool; on the command line only: something to do instead of what the program
	 * is for. With it no text is required: one that is not set is "". */
	CONFIG_DEED,
};

struct config_item {
	const char *name; /* "journal-bytes": --journal-bytes, PAR_JOURNAL_BYTES */
	enum config_type type;
	size_t offset;         /* in the struct that is filled */
	const char *otherwise; /* default as text; NULL: required, of a bool false */
	uint64_t min, max;     /* of a number */
	const char *help;
};

struct config {
	const struct config_item *items;
	size_t count;
	const char *program;
	const char *about;    /* one or two lines */
	const char *examples; /* ready to print */
	const char *arguments; /* what follows the flags, "ROUND FILE"; NULL: nothing */
};

/*
 * Fills `into`. A flag --config FILE is always understood. Flags and words may come in
 * any order; after "--" all are words. The words are moved to argv[1..] and *rest gets
 * their count. `--help` and `--version` print and give ERR_GONE: exit 0. ERR_CONFIG with
 * faults: exit 2.
 */
int config_read(const struct config *config, int argc, char *argv[], void *into,
		int *rest, struct faults *faults) __attribute__((warn_unused_result));
void config_help(const struct config *config, FILE *out);
/* "par-collector 1.0.0"; of "par round open" the first word. */
void config_version(const char *program, FILE *out);
/* What a service ends with: 0 done or --help, 2 bad configuration, 1 otherwise. */
int config_exit_code(int err);

#endif
