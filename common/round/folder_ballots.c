/*
 * ballots.csv: rows into sheets. There may be millions of rows, so texts are turned
 * into numbers once and everything lies in one arena.
 */

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/err.h"
#include "common/round/arena.h"
#include "common/round/folder_internal.h"
#include "common/round/list.h"

enum { CHUNK = 1 << 20, UNSEEN = 0, NO_PLACE = INT32_MAX };
enum { B_RESPONDENT, B_UNIT, B_CRITERION, B_ANSWER, B_REVISION, B_COUNT };

/* Texts and their numbers, in order of first appearance. */
struct names {
	const char **list;
	uint32_t count;
	struct index ix;
};

/* A sheet while rows come in. Rows of a unit that is not known make one, too. */
struct pending {
	uint32_t respondent;
	uint32_t unit;     /* number of its name; above the round's units: unknown */
	uint32_t revision; /* above MODEL_REVISION_MAX: number of a bad text */
	unsigned first_line;
	bool bad;
	uint8_t *answers; /* UNSEEN where no row came */
};

struct reader {
	const struct round *r;
	const char *name;
	struct faults *faults;
	struct arena *arena;
	struct names respondents, units, criteria, revisions;
	struct pending *sheets;
	uint32_t sheet_count;
	struct index by_key;
	uint32_t last; /* rows of a sheet mostly follow each other */
	size_t told;   /* faults when the last row was done with */
	bool lost;     /* a row could not be read, so nobody knows whose it is */
};

static void names_free(struct names *n)
{
	free(n->list);
	index_free(&n->ix);
}

static uint32_t names_find(const struct names *n, const char *text, uint64_t hash)
{
	struct index_cursor at = index_seek(&n->ix, hash);

	while (index_next(&n->ix, &at)) {
		if (strcmp(n->list[at.place], text) == 0)
			return at.place;
	}
	return NO_PLACE;
}

/* The text is kept, not copied. */
static int names_add(struct names *n, const char *text, uint64_t hash)
{
	const char **list = list_room(n->list, n->count, sizeof *list);

	if (list == NULL)
		return -ENOMEM;
	n->list = list;
	list[n->count] = text;
	return index_add(&n->ix, hash, n->count++);
}

/* The number of a text, which is new or not. */
static int number_of(struct reader *b, struct names *n, const char *text, uint32_t *out)
{
	uint64_t hash = hash_bytes(bytes_str(text));
	uint32_t place = names_find(n, text, hash);
	char *copy;

	if (place == NO_PLACE) {
		copy = arena_text(b->arena, bytes_str(text));
		if (copy == NULL || names_add(n, copy, hash) != 0)
			return -ENOMEM;
		place = n->count - 1;
	}
	*out = place;
	return 0;
}

static int read_revision(struct reader *b, const char *text, uint32_t *out)
{
	uint64_t number = 1;
	uint32_t place;
	int err;

	if (text[0] == '\0' ||
	    (text_uint(text, MODEL_REVISION_MAX, &number) == 0 && number >= 1)) {
		*out = (uint32_t)number;
		return 0;
	}
	err = number_of(b, &b->revisions, text, &place);
	if (err == 0)
		*out = MODEL_REVISION_MAX + 1 + place;
	return err;
}

static bool is_of(const struct pending *s, const struct pending *key)
{
	return s->respondent == key->respondent && s->unit == key->unit &&
	       s->revision == key->revision;
}

static int add_sheet(struct reader *b, const struct pending *key, uint64_t hash)
{
	struct pending *list = list_room(b->sheets, b->sheet_count, sizeof *list);
	struct pending s = *key;

	if (list == NULL)
		return -ENOMEM;
	b->sheets = list;
	s.answers = arena_bytes(b->arena, b->r->answer_count);
	if (s.answers == NULL)
		return -ENOMEM;
	memset(s.answers, UNSEEN, b->r->answer_count);
	list[b->sheet_count] = s;
	b->last = b->sheet_count;
	return index_add(&b->by_key, hash, b->sheet_count++);
}

/* The sheet of a row becomes b->last. */
static int find_sheet(struct reader *b, const struct pending *key)
{
	uint64_t hash = hash_number((uint64_t)key->respondent << 32 | key->unit) ^
			hash_number(key->revision);
	struct index_cursor at;

	if (b->last < b->sheet_count && is_of(&b->sheets[b->last], key))
		return 0;
	at = index_seek(&b->by_key, hash);
	while (index_next(&b->by_key, &at)) {
		if (is_of(&b->sheets[at.place], key)) {
			b->last = at.place;
			return 0;
		}
	}
	return add_sheet(b, key, hash);
}

/* False, with a fault for each reason, when the row has no sheet it could be in. */
static bool check_key(struct reader *b, const struct pending *key, unsigned line,
		      const char *const cells[])
{
	bool good = true;

	if (cells[B_RESPONDENT][0] == '\0' ||
	    strlen(cells[B_RESPONDENT]) > MODEL_CODE_MAX) {
		faults_add(b->faults, b->name, line,
			   "respondent is empty or longer than %d bytes",
			   MODEL_CODE_MAX);
		good = false;
	}
	if (key->unit >= b->r->unit_count) {
		faults_add(b->faults, b->name, line,
			   "unit \"%s\" is not in the round %s", cells[B_UNIT],
			   b->r->code);
		good = false;
	}
	if (key->revision > MODEL_REVISION_MAX) {
		faults_add(b->faults, b->name, line,
			   "revision \"%s\" is not a whole number in 1 to %d",
			   cells[B_REVISION], MODEL_REVISION_MAX);
		good = false;
	}
	return good;
}

/* Place of the criterion's answer; false and a fault when there is none. */
static bool find_answer(struct reader *b, uint32_t unit, unsigned line,
			const char *code, uint32_t *out)
{
	uint32_t c = names_find(&b->criteria, code, hash_bytes(bytes_str(code)));
	const char *fault = NULL;

	if (c == NO_PLACE)
		fault = "is not in the round";
	else if (b->r->criteria[c].answer < 0)
		fault = b->r->criteria[c].leaf
			    ? "is not surveyed"
			    : "has parts, and only those are surveyed";
	else if (unit < b->r->unit_count && !model_applies(b->r, unit, c))
		fault = "does not apply to this unit: leave the row out";
	if (fault != NULL) {
		faults_add(b->faults, b->name, line, "criterion \"%s\" %s", code,
			   fault);
		return false;
	}
	*out = (uint32_t)b->r->criteria[c].answer;
	return true;
}

static bool read_answer(const char *text, uint8_t levels, uint8_t *out)
{
	static const struct {
		const char *word;
		enum answer answer;
	} words[] = {
	    {"", ANSWER_BLANK},
	    {"no_contact", ANSWER_NO_CONTACT},
	    {"dont_know", ANSWER_DONT_KNOW},
	    {"refused", ANSWER_REFUSED},
	    {"not_shown", ANSWER_NOT_SHOWN},
	};
	uint64_t score;

	if (text_uint(text, levels, &score) == 0 && score >= 1) {
		*out = (uint8_t)score;
		return true;
	}
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		if (strcmp(words[i].word, text) != 0)
			continue;
		*out = (uint8_t)words[i].answer;
		return true;
	}
	return false;
}

/* Puts a row's answer into its sheet; false and a fault when it cannot be. */
static bool put_answer(struct reader *b, const struct pending *s, unsigned line,
		       const char *const cells[])
{
	uint32_t place;
	uint8_t answer;

	if (!find_answer(b, s->unit, line, cells[B_CRITERION], &place))
		return false;
	if (!read_answer(cells[B_ANSWER], b->r->answer_levels[place], &answer)) {
		faults_add(b->faults, b->name, line,
			   "answer \"%s\" to criterion %s is none of: 1 to %u, empty, "
			   "no_contact, dont_know, refused, not_shown",
			   cells[B_ANSWER], cells[B_CRITERION],
			   b->r->answer_levels[place]);
		return false;
	}
	if (s->answers[place] != UNSEEN) {
		faults_add(
		    b->faults, b->name, line,
		    "criterion %s stands twice in this sheet, which began in line "
		    "%u",
		    cells[B_CRITERION], s->first_line);
		return false;
	}
	s->answers[place] = answer;
	return true;
}

static int on_row(void *ctx, unsigned line, const char *const cells[])
{
	struct reader *b = ctx;
	struct pending key = {.first_line = line};
	bool good;
	int err;

	b->lost = b->lost || b->faults->count != b->told;
	err = number_of(b, &b->respondents, cells[B_RESPONDENT], &key.respondent);

	if (err == 0)
		err = number_of(b, &b->units, cells[B_UNIT], &key.unit);
	if (err == 0)
		err = read_revision(b, cells[B_REVISION], &key.revision);
	if (err == 0)
		err = find_sheet(b, &key);
	if (err != 0)
		return err;
	good = check_key(b, &key, line, cells);
	good = put_answer(b, &b->sheets[b->last], line, cells) && good;
	if (!good)
		b->sheets[b->last].bad = true;
	b->told = b->faults->count;
	return 0;
}

/*
 * A row that cannot be read may belong to any sheet. To take the others and miss it
 * would leave a sheet that conflicts with itself once the row is put right.
 */
static void refuse_all(struct reader *b)
{
	for (uint32_t i = 0; i < b->sheet_count; i++)
		b->sheets[i].bad = true;
	if (b->sheet_count > 0)
		faults_add(
		    b->faults, b->name, 0,
		    "no sheet of this file was taken: a row could not be read, and "
		    "it may belong to any of them; correct the rows told here and "
		    "send the whole file again");
}

/* The round's own units and criteria have their places as numbers. */
static int put_round(struct reader *b)
{
	int err = 0;

	for (uint32_t i = 0; err == 0 && i < b->r->unit_count; i++) {
		const char *code = b->r->units[i].code;

		err = names_add(&b->units, code, hash_bytes(bytes_str(code)));
	}
	for (uint32_t i = 0; err == 0 && i < b->r->criterion_count; i++) {
		const char *code = b->r->criteria[i].code;

		err = names_add(&b->criteria, code, hash_bytes(bytes_str(code)));
	}
	return err;
}

static void finish_answers(const struct reader *b, uint8_t *answers)
{
	for (uint32_t i = 0; i < b->r->answer_count; i++) {
		if (answers[i] == UNSEEN)
			answers[i] = ANSWER_NOT_SHOWN;
	}
}

/* Good sheets by revision, those of one revision as they came: a counting sort. */
static int sort_sheets(const struct reader *b, struct folder_sheets *out)
{
	size_t offsets[MODEL_REVISION_MAX + 2] = {0};
	struct folder_sheet *list;

	for (uint32_t i = 0; i < b->sheet_count; i++) {
		if (b->sheets[i].bad)
			out->refused++;
		else
			offsets[b->sheets[i].revision + 1]++;
	}
	for (size_t i = 1; i < MODEL_REVISION_MAX + 2; i++)
		offsets[i] += offsets[i - 1];
	out->count = offsets[MODEL_REVISION_MAX + 1];
	list = arena_get(b->arena, (out->count + 1) * sizeof *list);
	if (list == NULL)
		return -ENOMEM;
	for (uint32_t i = 0; i < b->sheet_count; i++) {
		const struct pending *s = &b->sheets[i];

		if (s->bad)
			continue;
		finish_answers(b, s->answers);
		list[offsets[s->revision]++] = (struct folder_sheet){
		    .respondent = b->respondents.list[s->respondent],
		    .unit = s->unit,
		    .revision = s->revision,
		    .answers = s->answers,
		    .first_line = s->first_line,
		};
	}
	out->list = list;
	return 0;
}

static int read_file(struct reader *b, const char *path, struct folder_sheets *out)
{
	static const struct csv_column columns[B_COUNT] = {
	    [B_RESPONDENT] = {"respondent", true}, [B_UNIT] = {"unit", true},
	    [B_CRITERION] = {"criterion", true},   [B_ANSWER] = {"answer", true},
	    [B_REVISION] = {"revision", false},
	};
	struct csv_source source = {
	    .path = path, .name = b->name, .columns = columns, .column_count = B_COUNT};
	int err = put_round(b);

	b->told = b->faults->count;
	if (err == 0)
		err = csv_read(&source, on_row, b, b->faults);
	if (err != 0)
		return err;
	if (b->lost || b->faults->count != b->told)
		refuse_all(b);
	return sort_sheets(b, out);
}

int folder_read_ballots(const char *path, const struct round *r,
			struct folder_sheets *out, struct faults *faults)
{
	struct folder_sheets read = {0};
	struct reader b = {.r = r, .name = folder_name(path), .faults = faults};
	int err;

	b.arena = malloc(sizeof *b.arena);
	if (b.arena == NULL)
		return -ENOMEM;
	arena_init(b.arena, CHUNK);
	err = read_file(&b, path, &read);
	names_free(&b.respondents);
	names_free(&b.units);
	names_free(&b.criteria);
	names_free(&b.revisions);
	free(b.sheets);
	index_free(&b.by_key);
	read.memory = b.arena;
	if (err != 0) {
		folder_sheets_free(&read);
		return err;
	}
	*out = read;
	return 0;
}

void folder_sheets_free(struct folder_sheets *s)
{
	if (s->memory != NULL)
		arena_free(s->memory);
	free(s->memory);
	*s = (struct folder_sheets){0};
}
