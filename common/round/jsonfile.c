/* Reading the file, and values out of it. */

#include "common/round/jsonfile.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BYTES_MAX = 4 << 20, WORDS_TEXT = 512, FAULT_LINE = 1024, DEPTH = 4 };

static const char byte_order_mark[] = "\xef\xbb\xbf";

static int read_text(const char *path, char **text, size_t *len)
{
	FILE *file = fopen(path, "rb");
	char *all;
	int err;

	if (file == NULL)
		return -errno;
	all = malloc(BYTES_MAX + 1);
	if (all == NULL) {
		fclose(file);
		return -ENOMEM;
	}
	errno = 0;
	*len = fread(all, 1, BYTES_MAX + 1, file);
	err = ferror(file) ? -EIO : 0;
	fclose(file);
	if (err == 0 && *len > BYTES_MAX)
		err = -EFBIG;
	if (err != 0) {
		free(all);
		return err;
	}
	*text = all;
	return 0;
}

void jsonfile_open(struct jsonfile *j, const char *path, const char *name,
		   struct faults *faults)
{
	json_error_t error;
	size_t skip = 0;
	int err;

	*j = (struct jsonfile){.name = name, .faults = faults};
	err = read_text(path, &j->text, &j->len);
	if (err != 0) {
		faults_add(faults, name, 0, "cannot be read: %s", strerror(-err));
		return;
	}
	if (j->len >= 3 && memcmp(j->text, byte_order_mark, 3) == 0)
		skip = 3;
	j->root =
	    json_loadb(j->text + skip, j->len - skip, JSON_REJECT_DUPLICATES, &error);
	if (j->root == NULL)
		faults_add(faults, name, error.line > 0 ? (unsigned)error.line : 0,
			   "not JSON as it must be: %s", error.text);
}

void jsonfile_close(struct jsonfile *j)
{
	json_decref(j->root);
	free(j->text);
	j->root = NULL;
	j->text = NULL;
}

unsigned jsonfile_model_line(void *ctx, struct model_path path)
{
	return jsonfile_line(ctx, path);
}

struct jsonplace jsonfile_root(const struct jsonfile *j)
{
	return (struct jsonplace){.value = j->root};
}

static struct jsonplace below(struct jsonplace parent, const char *key, json_t *value)
{
	size_t depth = 0;

	while (depth < DEPTH && parent.path.keys[depth] != NULL)
		depth++;
	if (depth < DEPTH)
		parent.path.keys[depth] = key;
	parent.value = value;
	return parent;
}

struct jsonplace jsonfile_child(struct jsonplace parent, const char *key)
{
	return below(parent, key, json_object_get(parent.value, key));
}

struct jsonplace jsonfile_item(struct jsonplace parent, size_t i,
			       char number[JSON_NUMBER])
{
	snprintf(number, JSON_NUMBER, "%zu", i);
	return below(parent, number, json_array_get(parent.value, i));
}

void jsonfile_fault(struct jsonfile *j, struct jsonplace at, const char *format, ...)
{
	bool listed = j->faults->listed < FAULTS_MAX;
	char text[FAULT_LINE];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	/* Finding a line takes a scan of the file. */
	faults_add(j->faults, j->name, listed ? jsonfile_line(j, at.path) : 0, "%s",
		   text);
}

/* How a fault names the value: its last key, or "the file". */
static const char *name_of(struct jsonplace at)
{
	const char *name = "the file";

	for (size_t i = 0; i < DEPTH && at.path.keys[i] != NULL; i++)
		name = at.path.keys[i];
	return name;
}

bool jsonfile_is_object(struct jsonfile *j, struct jsonplace at)
{
	if (at.value != NULL && !json_is_object(at.value))
		jsonfile_fault(j, at, "%s must be an object: {...}", name_of(at));
	return json_is_object(at.value);
}

bool jsonfile_is_array(struct jsonfile *j, struct jsonplace at)
{
	if (at.value != NULL && !json_is_array(at.value))
		jsonfile_fault(j, at, "%s must be a list: [...]", name_of(at));
	return json_is_array(at.value);
}

/* "a, b, c" for a fault; cut when it does not fit. */
static const char *join(const char *const words[], char out[WORDS_TEXT])
{
	size_t at = 0;

	out[0] = '\0';
	for (size_t i = 0; words[i] != NULL && at < WORDS_TEXT; i++)
		at += (size_t)snprintf(out + at, WORDS_TEXT - at, "%s%s",
				       i == 0 ? "" : ", ", words[i]);
	return out;
}

static bool holds(const char *const words[], const char *word, uint32_t *place)
{
	for (uint32_t i = 0; words[i] != NULL; i++) {
		if (strcmp(words[i], word) != 0)
			continue;
		*place = i;
		return true;
	}
	return false;
}

void jsonfile_keys(struct jsonfile *j, struct jsonplace at, const char *const known[])
{
	char list[WORDS_TEXT];
	const char *key;
	json_t *value;
	uint32_t place;

	json_object_foreach(at.value, key, value)
	{
		if (!holds(known, key, &place))
			jsonfile_fault(j, below(at, key, value),
				       "unknown key \"%s\": known here are %s", key,
				       join(known, list));
	}
}

void jsonfile_text(struct jsonfile *j, struct jsonplace at, char **out)
{
	char *clean;
	int err;

	if (at.value == NULL)
		return;
	if (!json_is_string(at.value)) {
		jsonfile_fault(j, at, "%s must be text, in quotes", name_of(at));
		return;
	}
	err = text_clean(
	    bytes_of(json_string_value(at.value), json_string_length(at.value)),
	    &clean);
	if (err == -ENOMEM) {
		j->full = true;
	} else if (err != 0) {
		jsonfile_fault(j, at, "%s has characters that are not text",
			       name_of(at));
	} else {
		free(*out);
		*out = clean;
	}
}

void jsonfile_text2(struct jsonfile *j, struct jsonplace at, struct text2 *out)
{
	static const char *const known[] = {"vi", "en", NULL};

	if (json_is_string(at.value)) {
		jsonfile_text(j, at, &out->vi);
	} else if (at.value != NULL && !json_is_object(at.value)) {
		jsonfile_fault(j, at, "%s must be {\"vi\": \"...\", \"en\": \"...\"}",
			       name_of(at));
	} else if (at.value != NULL) {
		jsonfile_keys(j, at, known);
		jsonfile_text(j, jsonfile_child(at, "vi"), &out->vi);
		jsonfile_text(j, jsonfile_child(at, "en"), &out->en);
	}
}

void jsonfile_bool(struct jsonfile *j, struct jsonplace at, bool *out)
{
	if (at.value == NULL)
		return;
	if (json_is_boolean(at.value))
		*out = json_is_true(at.value);
	else
		jsonfile_fault(j, at, "%s must be true or false, without quotes",
			       name_of(at));
}

void jsonfile_uint(struct jsonfile *j, struct jsonplace at, uint32_t *out)
{
	json_int_t number = json_integer_value(at.value);

	if (at.value == NULL)
		return;
	if (json_is_integer(at.value) && number >= 0 && number <= UINT32_MAX)
		*out = (uint32_t)number;
	else
		jsonfile_fault(j, at, "%s must be a whole number, without quotes",
			       name_of(at));
}

void jsonfile_decimal(struct jsonfile *j, struct jsonplace at, struct decimal *out)
{
	char *text = NULL;

	if (json_is_number(at.value)) {
		jsonfile_fault(j, at,
			       "%s must stand in quotes, as \"%.6g\": a number without "
			       "them is not exact",
			       name_of(at), json_number_value(at.value));
		return;
	}
	jsonfile_text(j, at, &text);
	if (text != NULL && text_decimal(text, out) != 0)
		jsonfile_fault(
		    j, at,
		    "%s \"%s\" is not a number: digits with at most six after "
		    "the mark",
		    name_of(at), text);
	free(text);
}

void jsonfile_choice(struct jsonfile *j, struct jsonplace at, const char *const words[],
		     uint32_t *out)
{
	char list[WORDS_TEXT];
	char *text = NULL;

	jsonfile_text(j, at, &text);
	if (text != NULL && !holds(words, text, out))
		jsonfile_fault(j, at, "%s \"%s\" is none of: %s", name_of(at), text,
			       join(words, list));
	free(text);
}
