#include "services/par/lost.h"

#include "common/base/err.h"
#include "common/base/text.h"
#include "services/par/link4.h"
#include "services/par/show.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* More than any association will ever release; a line may be wrong. */
enum { ORDINAL_MAX = 100000 };

/* Releases of a round: in the copy, and among the lost so far. */
struct made {
	const char *round;
	uint32_t count;
};

struct line {
	uint64_t n;
	char *round;
	uint32_t number;
	bool retraction;
	Par__V1__ReleaseKind kind;
	size_t at;         /* in the file, from 1 */
	struct made *made; /* of its round */
};

struct lines {
	const char *path;
	struct line *list;
	size_t count;
	struct made *made; /* a round each */
	size_t round_count;
	size_t whole; /* no line before this one leaves a number out */
};

static void lines_free(struct lines *l)
{
	for (size_t i = 0; i < l->count; i++)
		free(l->list[i].round);
	free(l->list);
	free(l->made);
}

/* ---- reading ---- */

static Par__V1__ReleaseKind kind_of(const char *text)
{
	for (int kind = PAR__V1__RELEASE_KIND__RELEASE_KIND_OFFICIAL;
	     text && kind <= PAR__V1__RELEASE_KIND__RELEASE_KIND_TRIAL; kind++) {
		if (strcmp(link4_kind((Par__V1__ReleaseKind)kind), text) == 0)
			return (Par__V1__ReleaseKind)kind;
	}
	return PAR__V1__RELEASE_KIND__RELEASE_KIND_UNSPECIFIED;
}

/* As the fold takes one. */
static bool is_code(const char *text)
{
	struct bytes b = bytes_str(text);
	return b.len > 0 && b.len <= MODEL_CODE_MAX && text_is_nfc(b) &&
	       !strpbrk(text, "\t\n");
}

static int line_in(const json_t *object, struct line *out)
{
	const char *round = json_string_value(json_object_get(object, "round"));
	const char *type = json_string_value(json_object_get(object, "type"));
	json_int_t n = json_integer_value(json_object_get(object, "n"));
	json_int_t number = json_integer_value(json_object_get(object, "release"));
	if (!round || !is_code(round) || !type || n < 1 || n > ORDINAL_MAX ||
	    number < 1 || number > ORDINAL_MAX)
		return ERR_FORMAT;
	if (strcmp(type, "release") != 0 && strcmp(type, "retraction") != 0)
		return ERR_FORMAT;
	out->round = strdup(round);
	out->n = (uint64_t)n;
	out->number = (uint32_t)number;
	out->retraction = strcmp(type, "retraction") == 0;
	out->kind = kind_of(json_string_value(json_object_get(object, "kind")));
	return out->round ? 0 : -ENOMEM;
}

static int add_line(struct lines *l, const char *text, size_t at)
{
	struct line line = {.at = at};
	struct line *list;
	json_t *object = json_loads(text, 0, NULL);
	int err = object ? line_in(object, &line) : ERR_FORMAT;
	json_decref(object);
	if (err == ERR_FORMAT)
		show_say("%s:%zu: this is no line of `par watch`", l->path, at);
	if (err != 0)
		return err == ERR_FORMAT ? ERR_CONFIG : err;
	list = realloc(l->list, (l->count + 1) * sizeof *list);
	if (!list) {
		free(line.round);
		return -ENOMEM;
	}
	l->list = list;
	l->list[l->count++] = line;
	return 0;
}

static bool is_blank(const char *text)
{
	return text[strspn(text, " \t\r\n")] == '\0';
}

static int read_lines(FILE *file, struct lines *l)
{
	char *text = NULL;
	size_t size = 0, at = 0;
	int err = 0;
	while (err == 0 && getline(&text, &size, file) >= 0) {
		at++;
		if (!is_blank(text))
			err = add_line(l, text, at);
	}
	free(text);
	if (err == 0 && ferror(file)) {
		show_say("%s: cannot be read", l->path);
		err = ERR_CONFIG;
	}
	return err;
}

static int by_place(const void *a, const void *b)
{
	const struct line *x = a, *y = b;
	if (x->n != y->n)
		return x->n < y->n ? -1 : 1;
	return x->at < y->at ? -1 : x->at > y->at;
}

static bool same_release(const struct line *a, const struct line *b)
{
	return a->number == b->number && strcmp(a->round, b->round) == 0;
}

/* Of lines with the same n the last holds; they must be of the same release. */
static int merge_lines(struct lines *l)
{
	size_t kept = 0;
	if (l->count > 0)
		qsort(l->list, l->count, sizeof *l->list, by_place);
	for (size_t i = 0; i < l->count; i++) {
		struct line *last = kept > 0 ? &l->list[kept - 1] : NULL;
		if (!last || last->n != l->list[i].n) {
			struct line line = l->list[i];
			l->list[i].round = NULL;
			l->list[kept++] = line;
			continue;
		}
		if (!same_release(last, &l->list[i])) {
			show_say("%s: lines %zu and %zu have the same n and are of "
				 "different releases: they come from different systems",
				 l->path, last->at, l->list[i].at);
			return ERR_CONFIG;
		}
		free(last->round);
		*last = l->list[i];
		l->list[i].round = NULL;
	}
	l->count = kept;
	return 0;
}

static int load(const char *path, struct lines *l)
{
	FILE *file = fopen(path, "re");
	if (!file) {
		show_say("%s: %s; it must hold all lines that `par watch` printed, or "
			 "say --published none",
			 path, strerror(errno));
		return ERR_CONFIG;
	}
	int err = read_lines(file, l);
	fclose(file);
	return err;
}

/* ---- what the copy holds ---- */

static int check_known(const struct lines *l, const struct fold *f)
{
	for (size_t i = 0; i < l->count; i++) {
		const struct line *line = &l->list[i];
		const struct fold_release *r = fold_release(f, line->n);
		if (!r || r->lost)
			continue;
		const char *code =
		    fold_round_model(fold_round_by_number(f, r->round))->code;
		if (line->number == r->number && line->retraction == r->retraction &&
		    strcmp(line->round, code) == 0)
			continue;
		show_say("%s:%zu: n %" PRIu64 " is another release in the copy: the "
			 "lines are not of the journal that the copy was made from",
			 l->path, line->at, line->n);
		return ERR_CONFIG;
	}
	return 0;
}

/* ---- what it does not hold ---- */

static struct made *made_of(struct lines *l, const char *code, const struct fold *f)
{
	for (size_t i = 0; i < l->round_count; i++) {
		if (strcmp(l->made[i].round, code) == 0)
			return &l->made[i];
	}
	const struct fold_round *r = fold_round_by_code(f, bytes_str(code));
	struct made *m = &l->made[l->round_count++];
	*m = (struct made){.round = code, .count = r ? fold_round_releases(r) : 0};
	return m;
}

static int count_made(struct lines *l, const struct fold *f)
{
	l->made = calloc(l->count + 1, sizeof *l->made);
	if (!l->made)
		return -ENOMEM;
	for (size_t i = 0; i < l->count; i++)
		l->list[i].made = made_of(l, l->list[i].round, f);
	return 0;
}

/*
 * No line tells of this ordinal: a release that could not be computed. Of the rounds
 * whose next line leaves a number out, it is of the one whose line comes first: so all
 * numbers get a place if they can.
 */
static const struct line *first_missing(struct lines *l)
{
	for (; l->whole < l->count; l->whole++) {
		const struct line *line = &l->list[l->whole];
		if (line->number > line->made->count + 1)
			return line;
	}
	return NULL;
}

static int put(struct lost *l, const char *round, uint32_t number, bool retraction,
	       Par__V1__ReleaseKind kind)
{
	struct lost_item *item = &l->list[l->count];
	*item = (struct lost_item){
	    .number = number, .retraction = retraction, .kind = kind};
	item->round = strdup(round);
	if (!item->round)
		return -ENOMEM;
	l->count++;
	return 0;
}

static int put_made(struct lost *l, const struct line *line, Par__V1__ReleaseKind kind)
{
	int err = put(l, line->round, line->made->count + 1, false, kind);
	if (err == 0)
		line->made->count++;
	return err;
}

static int put_untold(struct lines *l, struct lost *out)
{
	const struct line *line = first_missing(l);
	Par__V1__ReleaseKind kind = PAR__V1__RELEASE_KIND__RELEASE_KIND_UNSPECIFIED;
	return line ? put_made(out, line, kind) : put(out, "", 0, false, kind);
}

/* A retraction of what is not there is what a lost release became once before. */
static int put_told(const struct lines *l, const struct line *line, struct lost *out)
{
	uint32_t before = line->made->count;
	if (line->retraction && line->number <= before)
		return put(out, line->round, line->number, true, line->kind);
	if (line->number == before + 1)
		return put_made(out, line, line->kind);
	show_say("%s:%zu: release %" PRIu32 " of %s cannot come here: the copy and the "
		 "lines before it hold %" PRIu32
		 " releases of that round. Lines are missing, or are of another "
		 "journal",
		 l->path, line->at, line->number, line->round, before);
	return ERR_CONFIG;
}

static int find(struct lines *l, const struct fold *f, struct lost *out)
{
	uint64_t n = fold_release_count(f);
	size_t next = 0;
	while (next < l->count && l->list[next].n <= n)
		next++;
	if (next == l->count)
		return 0;
	out->list = calloc(l->list[l->count - 1].n - n, sizeof *out->list);
	int err = out->list ? count_made(l, f) : -ENOMEM;
	l->whole = next;
	for (n++; next < l->count && err == 0; n++) {
		if (l->list[next].n == n)
			err = put_told(l, &l->list[next++], out);
		else
			err = put_untold(l, out);
	}
	return err;
}

int lost_find(const char *path, const struct fold *f, struct lost *out)
{
	struct lines l = {.path = path};
	struct lost found = {0};
	int err = load(path, &l);
	if (err == 0)
		err = merge_lines(&l);
	if (err == 0)
		err = check_known(&l, f);
	if (err == 0)
		err = find(&l, f, &found);
	lines_free(&l);
	if (err != 0)
		lost_free(&found);
	else
		*out = found;
	return err;
}

void lost_free(struct lost *l)
{
	for (size_t i = 0; i < l->count; i++)
		free(l->list[i].round);
	free(l->list);
	*l = (struct lost){0};
}
