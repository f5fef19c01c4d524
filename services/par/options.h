#ifndef PAR_PAR_OPTIONS_H
#define PAR_PAR_OPTIONS_H

/*
 * What can be said on the command line: one struct for all commands, one table of
 * flags, and what a command is. A command takes only the flags it names.
 */

#include "common/base/config.h"

/* Texts are "" when not given. */
struct options {
	const char *keys;      /* directory: SERVICE.pub and ROLE.key */
	const char *key;       /* this key file instead of ROLE.key */
	const char *collector; /* endpoint of link 1 */
	const char *journal;   /* of link 2 */
	const char *scorer;    /* of link 5 */
	const char *publisher; /* of link 4 */
	uint64_t wait;         /* seconds */
	const char *round;
	const char *reason;
	const char *respondent;
	const char *import;
	const char *kind;
	const char *decision;
	const char *note;
	uint64_t release; /* 0: not given */
	bool draft;
	const char *format;
	const char *lang; /* of a sentence */
	const char *from;
	const char *state;
	bool dry_run;
	bool replace;
	const char *code_file;
	const char *role;
	const char *dir;
	const char *data;
	const char *published;
};

enum option_flag {
	FLAG_KEYS = 1 << 0, /* --keys and --key */
	FLAG_COLLECTOR = 1 << 1,
	FLAG_SCORER = 1 << 2,
	FLAG_PUBLISHER = 1 << 3,
	FLAG_WAIT = 1 << 4,      /* --wait, 10 s */
	FLAG_WAIT_LONG = 1 << 5, /* --wait, 600 s */
	FLAG_ROUND = 1 << 6,
	FLAG_REASON = 1 << 7,
	FLAG_WHOM = 1 << 8,    /* --respondent, --import */
	FLAG_RELEASE = 1 << 9, /* --kind, --decision, --note */
	FLAG_SCORES = 1 << 10, /* --release, --draft, --format */
	FLAG_WATCH = 1 << 11,  /* --from, --state */
	FLAG_DRY_RUN = 1 << 12,
	FLAG_CODE_FILE = 1 << 13,
	FLAG_NEW_KEY = 1 << 14, /* --role, --dir, --keys */
	FLAG_JOURNAL = 1 << 15,
	FLAG_RECOMPUTE = 1 << 16, /* --release, --format */
	FLAG_EXPLAIN = 1 << 17,   /* --release, --draft, --format */
	FLAG_LANG = 1 << 18,
	FLAG_REPLACE = 1 << 19,
	FLAG_RESTORE = 1 << 20, /* --data, --published */
	FLAG_DOCTOR = 1 << 21,  /* --data, or what reaches the services */
};

/* 0, or a code that exit_status() of main understands; all has been told. */
typedef int command_fn(const struct options *o, char *const words[]);

struct command {
	const char *name;      /* "par round open" */
	const char *arguments; /* "DIR"; NULL: none */
	int word_count;
	unsigned flags;
	const char *about;
	const char *examples;
	command_fn *run;
};

/*
 * argv[0] is the last word of the command's name. The words are left in argv[1..].
 * ERR_GONE: help was printed. ERR_CONFIG with faults.
 */
int options_read(const struct command *c, int argc, char *argv[], struct options *out,
		 struct faults *faults) __attribute__((warn_unused_result));

#endif
