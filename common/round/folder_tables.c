/* criteria.csv, units.csv and strata.csv. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/round/folder_internal.h"
#include "common/round/list.h"

/*
 * A cell that cannot be read is told once; what stands in for it then passes the check
 * of the model where it can, so that one mistake is not told twice.
 */

/* One more than may be, so that the check of the model says so. */
enum { CRITERIA_READ = MODEL_CRITERIA_MAX + 1, UNITS_READ = MODEL_UNITS_MAX + 1 };

static const char criteria_file[] = "criteria.csv";
static const char units_file[] = "units.csv";

static int dup_text2(const char *vi, const char *en, struct text2 *out)
{
	out->vi = strdup(vi);
	out->en = strdup(en);
	return out->vi == NULL || out->en == NULL ? -ENOMEM : 0;
}

static int32_t find_criterion(const struct folder *f, struct bytes code)
{
	struct index_cursor at = index_seek(&f->by_criterion, hash_bytes(code));

	while (index_next(&f->by_criterion, &at)) {
		if (bytes_equal(bytes_str(f->r->criteria[at.place].code), code))
			return (int32_t)at.place;
	}
	return -1;
}

static int32_t find_block(const struct folder *f, struct bytes name)
{
	struct index_cursor at = index_seek(&f->by_block, hash_bytes(name));

	while (index_next(&f->by_block, &at)) {
		if (bytes_equal(bytes_str(f->r->blocks[at.place].name), name))
			return (int32_t)at.place;
	}
	return -1;
}

/* Where a list of words stands, and what to say of a word that is wrong. */
struct word_list {
	const char *file;
	unsigned line;
	const char *column;
	const char *cure;
};

/* Takes the next word off a list that is separated by spaces. */
static bool next_word(const char **list, struct bytes *word)
{
	size_t len;

	*list += strspn(*list, " ");
	len = strcspn(*list, " ");
	*word = bytes_of(*list, len);
	*list += len;
	return len > 0;
}

static int compare_places(const void *left, const void *right)
{
	uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;

	return (a > b) - (a < b);
}

typedef int32_t find_fn(const struct folder *f, struct bytes code);

/* A list of words as places, ascending. A word nobody knows is a fault. */
static int read_places(struct folder *f, const char *list, find_fn *find,
		       struct word_list what, uint32_t **out, uint32_t *out_count)
{
	uint32_t *places = NULL, count = 0;
	struct bytes word;

	while (next_word(&list, &word)) {
		int32_t place = find(f, word);
		uint32_t *room;

		if (place < 0) {
			faults_add(f->faults, what.file, what.line, "%s \"%.*s\" %s",
				   what.column, (int)word.len, (const char *)word.data,
				   what.cure);
			continue;
		}
		room = list_room(places, count, sizeof *places);
		if (room == NULL) {
			free(places);
			return -ENOMEM;
		}
		places = room;
		places[count++] = (uint32_t)place;
	}
	if (count > 0)
		qsort(places, count, sizeof *places, compare_places);
	*out = places;
	*out_count = count;
	return 0;
}

enum {
	C_CODE,
	C_PARENT,
	C_POINTS,
	C_SOURCE,
	C_SCALE,
	C_NAME_VI,
	C_NAME_EN,
	C_BLOCKS,
	C_LO,
	C_HI,
	C_DIRECTION,
	C_COUNT
};

static int32_t read_parent(struct folder *f, unsigned line, const char *code)
{
	int32_t place;

	if (code[0] == '\0')
		return -1;
	place = find_criterion(f, bytes_str(code));
	if (place < 0)
		faults_add(f->faults, criteria_file, line,
			   "parent \"%s\" is not among the rows above: a parent's row "
			   "stands before those of its parts",
			   code);
	return place;
}

static enum source read_source(struct folder *f, unsigned line, const char *word)
{
	if (strcmp(word, "survey") == 0)
		return SOURCE_SURVEY;
	if (strcmp(word, "appraised") == 0)
		return SOURCE_APPRAISED;
	if (strcmp(word, "measured") == 0)
		return SOURCE_MEASURED;
	if (word[0] == '\0')
		return SOURCE_NONE;
	faults_add(f->faults, criteria_file, line,
		   "source \"%s\" is none of: survey, appraised, measured", word);
	return SOURCE_APPRAISED;
}

static int32_t read_scale(struct folder *f, unsigned line, const char *name)
{
	if (name[0] == '\0')
		return -1;
	for (uint32_t i = 0; i < f->r->scale_count; i++) {
		if (strcmp(f->r->scales[i].name, name) == 0)
			return (int32_t)i;
	}
	if (!f->rules_known)
		return 0;
	faults_add(f->faults, criteria_file, line,
		   "scale \"%s\" is not among the scales of round.json", name);
	return f->r->scale_count > 0 ? 0 : -1;
}

static bool read_direction(struct folder *f, unsigned line, const char *word)
{
	if (word[0] != '\0' && strcmp(word, "up") != 0 && strcmp(word, "down") != 0)
		faults_add(f->faults, criteria_file, line,
			   "direction \"%s\" is neither up nor down", word);
	return strcmp(word, "down") == 0;
}

static void read_bound(struct folder *f, unsigned line, const char *what,
		       const char *cell, struct decimal *out)
{
	if (cell[0] != '\0' &&
	    !folder_decimal(f->faults, criteria_file, line, what, cell, out))
		*out = (struct decimal){0};
}

/* Room for one more criterion and its cell of blocks. */
static int reserve_criterion(struct folder *f)
{
	struct criterion *list;
	char **blocks;

	list = list_room(f->r->criteria, f->r->criterion_count, sizeof *list);
	if (list == NULL)
		return -ENOMEM;
	f->r->criteria = list;
	blocks = list_room(f->blocks, f->r->criterion_count, sizeof *blocks);
	if (blocks == NULL)
		return -ENOMEM;
	f->blocks = blocks;
	return 0;
}

static int on_criterion(void *ctx, unsigned line, const char *const cells[])
{
	struct folder *f = ctx;
	struct criterion c = {.line = line};
	uint32_t place = f->r->criterion_count;

	if (place >= CRITERIA_READ)
		return 0;
	if (reserve_criterion(f) != 0)
		return -ENOMEM;
	c.parent = read_parent(f, line, cells[C_PARENT]);
	c.points_told = !folder_decimal(f->faults, criteria_file, line, "points",
					cells[C_POINTS], &c.points);
	c.source = read_source(f, line, cells[C_SOURCE]);
	c.scale = read_scale(f, line, cells[C_SCALE]);
	c.down = read_direction(f, line, cells[C_DIRECTION]);
	read_bound(f, line, "lo", cells[C_LO], &c.lo);
	read_bound(f, line, "hi", cells[C_HI], &c.hi);
	c.code = strdup(cells[C_CODE]);
	f->blocks[place] = strdup(cells[C_BLOCKS]);
	if (dup_text2(cells[C_NAME_VI], cells[C_NAME_EN], &c.name) != 0)
		f->err = -ENOMEM;
	f->r->criteria[place] = c;
	f->r->criterion_count++;
	if (c.code == NULL || f->blocks[place] == NULL || f->err != 0)
		return -ENOMEM;
	return index_add(&f->by_criterion, hash_bytes(bytes_str(c.code)), place);
}

static int read_table(struct folder *f, const char *name,
		      const struct csv_column *columns, size_t count,
		      csv_row_fn *on_row)
{
	struct csv_source source = {
	    .name = name, .columns = columns, .column_count = count};
	char *path = folder_path(f->dir, name);
	int err;

	if (path == NULL)
		return -ENOMEM;
	source.path = path;
	err = csv_read(&source, on_row, f, f->faults);
	free(path);
	return err;
}

int folder_criteria(struct folder *f)
{
	static const struct csv_column columns[C_COUNT] = {
	    [C_CODE] = {"code", true},
	    [C_PARENT] = {"parent", true},
	    [C_POINTS] = {"points", true},
	    [C_SOURCE] = {"source", true},
	    [C_SCALE] = {"scale", true},
	    [C_NAME_VI] = {"name_vi", true},
	    [C_NAME_EN] = {"name_en", true},
	    [C_BLOCKS] = {"blocks", false},
	    [C_LO] = {"lo", false},
	    [C_HI] = {"hi", false},
	    [C_DIRECTION] = {"direction", false},
	};

	return read_table(f, criteria_file, columns, C_COUNT, on_criterion);
}

enum { U_CODE, U_BLOCK, U_NAME_VI, U_NAME_EN, U_EXCLUDES, U_COUNT };

static int add_block(struct folder *f, const char *name)
{
	struct round *r = f->r;
	struct block *list = list_room(r->blocks, r->block_count, sizeof *list);
	int err;

	if (list == NULL)
		return -ENOMEM;
	r->blocks = list;
	list[r->block_count] = (struct block){.name = strdup(name)};
	if (list[r->block_count].name == NULL)
		return -ENOMEM;
	err = index_add(&f->by_block, hash_bytes(bytes_str(name)), r->block_count);
	r->block_count++;
	return err;
}

static int read_block(struct folder *f, unsigned line, const char *name, uint32_t *out)
{
	int32_t place = find_block(f, bytes_str(name));

	if (name[0] == '\0') {
		faults_add(f->faults, units_file, line, "block is empty: fill it in");
		return 0;
	}
	if (place >= 0) {
		*out = (uint32_t)place;
		return 0;
	}
	*out = f->r->block_count;
	return add_block(f, name);
}

static int on_unit(void *ctx, unsigned line, const char *const cells[])
{
	struct folder *f = ctx;
	struct round *r = f->r;
	struct unit u = {.line = line}, *list;
	struct word_list what = {units_file, line, "excludes",
				 "is no code of criteria.csv"};
	int err, text_err;

	if (r->unit_count >= UNITS_READ)
		return 0;
	list = list_room(r->units, r->unit_count, sizeof *list);
	if (list == NULL)
		return -ENOMEM;
	r->units = list;
	err = read_block(f, line, cells[U_BLOCK], &u.block);
	if (err == 0)
		err = read_places(f, cells[U_EXCLUDES], find_criterion, what,
				  &u.excludes, &u.exclude_count);
	u.code = strdup(cells[U_CODE]);
	text_err = dup_text2(cells[U_NAME_VI], cells[U_NAME_EN], &u.name);
	list[r->unit_count++] = u;
	if (u.code == NULL || text_err != 0)
		return -ENOMEM;
	return err;
}

/* Now that blocks are known: the cells `blocks` of criteria.csv. */
static int resolve_blocks(struct folder *f)
{
	for (uint32_t i = 0; i < f->r->criterion_count; i++) {
		struct criterion *c = &f->r->criteria[i];
		struct word_list what = {criteria_file, c->line, "blocks",
					 "is no block of units.csv"};
		int err = read_places(f, f->blocks[i], find_block, what, &c->blocks,
				      &c->block_count);

		if (err != 0)
			return err;
		for (uint32_t k = 1; k < c->block_count; k++) {
			if (c->blocks[k] == c->blocks[k - 1])
				faults_add(
				    f->faults, criteria_file, c->line,
				    "criterion %s: a name stands twice in blocks",
				    c->code);
		}
	}
	return 0;
}

int folder_units(struct folder *f)
{
	static const struct csv_column columns[U_COUNT] = {
	    [U_CODE] = {"code", true},          [U_BLOCK] = {"block", true},
	    [U_NAME_VI] = {"name_vi", true},    [U_NAME_EN] = {"name_en", true},
	    [U_EXCLUDES] = {"excludes", false},
	};
	int err = read_table(f, units_file, columns, U_COUNT, on_unit);

	return err != 0 ? err : resolve_blocks(f);
}

/* Cells are the labels, then the members. */
static int on_stratum(void *ctx, unsigned line, const char *const cells[])
{
	struct folder *f = ctx;
	struct round *r = f->r;
	uint32_t columns = r->strata_column_count;
	struct stratum *list, s = {.line = line};

	if (r->stratum_count > MODEL_STRATA_MAX)
		return 0;
	if (text_uint(cells[columns], MODEL_MEMBERS_MAX, &s.members) != 0) {
		faults_add(f->faults, "strata.csv", line,
			   "members \"%s\" is not a whole number up to %d",
			   cells[columns], MODEL_MEMBERS_MAX);
		s.members = MODEL_MEMBERS_MAX;
	}
	list = list_room(r->strata, r->stratum_count, sizeof *list);
	if (list == NULL)
		return -ENOMEM;
	r->strata = list;
	s.labels = calloc(columns + (size_t)1, sizeof *s.labels);
	if (s.labels == NULL)
		return -ENOMEM;
	list[r->stratum_count++] = s;
	for (uint32_t i = 0; i < columns; i++) {
		s.labels[i] = strdup(cells[i]);
		if (s.labels[i] == NULL)
			return -ENOMEM;
	}
	return 0;
}

int folder_strata(struct folder *f)
{
	struct csv_column columns[MODEL_STRATA_COLUMNS_MAX + 1];
	uint32_t count = f->r->strata_column_count;

	for (uint32_t i = 0; i < count; i++)
		columns[i] = (struct csv_column){f->r->strata_columns[i], true};
	columns[count] = (struct csv_column){"members", true};
	return read_table(f, "strata.csv", columns, count + (size_t)1, on_stratum);
}
