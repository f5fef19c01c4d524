#ifndef PAR_ROUND_JSONFILE_H
#define PAR_ROUND_JSONFILE_H

/*
 * A JSON file that a person wrote: typed values out of it, every fault with the line of
 * its key, and how to put it right. Over jansson, which keeps no lines, so those are
 * found in the text again.
 */

#include <jansson.h>

#include "common/round/model.h"

struct jsonfile {
	const char *name; /* how faults name it */
	char *text;
	size_t len;
	json_t *root; /* NULL: could not be read */
	struct faults *faults;
	bool full; /* out of memory */
};

/* A value and where it stands. */
struct jsonplace {
	json_t *value; /* NULL: not there */
	struct model_path path;
};

/* Reads it; what is wrong with its form goes to faults. `name` and `faults` are kept.
 */
void jsonfile_open(struct jsonfile *j, const char *path, const char *name,
		   struct faults *faults);
void jsonfile_close(struct jsonfile *j);
/* The line of the value at a path, or of what encloses it; 0: no text. */
unsigned jsonfile_line(const struct jsonfile *j, struct model_path path);
/* The same, fit for model_check_lines(); ctx is the jsonfile. */
unsigned jsonfile_model_line(void *ctx, struct model_path path);

struct jsonplace jsonfile_root(const struct jsonfile *j);
struct jsonplace jsonfile_child(struct jsonplace parent, const char *key);
/* `number` has room for the index as text and lives as long as the place. */
enum { JSON_NUMBER = 12 };
struct jsonplace jsonfile_item(struct jsonplace parent, size_t i,
			       char number[JSON_NUMBER]);
void jsonfile_fault(struct jsonfile *j, struct jsonplace at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* False, with a fault, unless it is there and an object, an array. */
bool jsonfile_is_object(struct jsonfile *j, struct jsonplace at);
bool jsonfile_is_array(struct jsonfile *j, struct jsonplace at);
/* Faults for keys that are not in `known` (NULL-terminated). */
void jsonfile_keys(struct jsonfile *j, struct jsonplace at, const char *const known[]);

/*
 * Each leaves *out as it is when the value is not there or, with a fault, not fit.
 * Text is trimmed and put into NFC; *out is malloc, and freed before.
 */
void jsonfile_text(struct jsonfile *j, struct jsonplace at, char **out);
/* {vi, en or both}, or one text, which is then Vietnamese. */
void jsonfile_text2(struct jsonfile *j, struct jsonplace at, struct text2 *out);
void jsonfile_bool(struct jsonfile *j, struct jsonplace at, bool *out);
void jsonfile_uint(struct jsonfile *j, struct jsonplace at, uint32_t *out);
void jsonfile_decimal(struct jsonfile *j, struct jsonplace at, struct decimal *out);
/* One of some words (NULL-terminated); its place. */
void jsonfile_choice(struct jsonfile *j, struct jsonplace at, const char *const words[],
		     uint32_t *out);

#endif
