/*
 * Records lie in chunks that never move, and so do their answers beside them; the
 * revisions of one rater and unit are a list, and so are the sheets of one import.
 * Counts follow each sheet.
 */

#include "common/round/sheets.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/round/list.h"

enum {
	IMPORTS_FIRST = 16,
	NO_IMPORT = 0,
	HOUR_S = 3600,
	REVISION_BITS = (1 << 15) - 1,
};

static_assert(sizeof(struct sheet_record) == 32, "two records fit a cache line");
static_assert(MODEL_UNITS_MAX < 1 << 16 && MODEL_REVISION_MAX < 1 << 15,
	      "unit and revision fit their bits");

int sheets_init(struct sheets *t, bool keep_answers, uint32_t answer_count)
{
	/* A hash must be shorter than what it stands for. */
	*t = (struct sheets){.keep_answers =
				 keep_answers || answer_count <= ANSWERS_HASH};
	t->width = t->keep_answers ? answer_count : ANSWERS_HASH;
	index_init(&t->by_key);
	index_init(&t->by_import);
	index_init(&t->by_reason);
	t->imports = calloc(IMPORTS_FIRST, sizeof *t->imports);
	if (t->imports == NULL)
		return -ENOMEM;
	t->import_cap = IMPORTS_FIRST;
	t->import_count = 1;
	return 0;
}

void sheets_free(struct sheets *t)
{
	for (size_t i = 0; i < t->chunk_count; i++) {
		free(t->chunks[i].records);
		free(t->chunks[i].answers);
	}
	free(t->chunks);
	index_free(&t->by_key);
	free(t->raters);
	free(t->imports);
	index_free(&t->by_import);
	free(t->annulments);
	for (uint32_t i = 0; i < t->reason_count; i++)
		free(t->reasons[i]);
	free(t->reasons);
	index_free(&t->by_reason);
	free(t->counts);
}

static int grow(void **list, uint32_t *count, uint32_t wanted, size_t size)
{
	uint8_t *grown;

	if (wanted <= *count)
		return 0;
	grown = realloc(*list, wanted * size);
	if (grown == NULL)
		return -ENOMEM;
	memset(grown + *count * size, 0, (wanted - *count) * size);
	*list = grown;
	*count = wanted;
	return 0;
}

int sheets_grow(struct sheets *t, uint32_t raters, uint32_t strata)
{
	void *list = t->raters;
	int err = grow(&list, &t->rater_count, raters, sizeof *t->raters);

	t->raters = list;
	if (err != 0)
		return err;
	list = t->counts;
	err = grow(&list, &t->stratum_count, strata, sizeof *t->counts);
	t->counts = list;
	return err;
}

bool sheets_same_answers(const struct sheets *t, uint32_t sheet, const struct sheet *s)
{
	struct bytes known = bytes_of(sheets_answers(t, sheet), t->width);
	uint8_t hash[ANSWERS_HASH];

	if (t->keep_answers)
		return bytes_equal(known, s->answers);
	sheet_hash(s, hash);
	return bytes_equal(known, bytes_of(hash, sizeof hash));
}

static uint64_t key_hash(uint32_t rater, uint32_t unit)
{
	return hash_number((uint64_t)rater << 32 | unit);
}

uint32_t sheets_find(const struct sheets *t, uint32_t rater, uint32_t unit)
{
	struct index_cursor at = index_seek(&t->by_key, key_hash(rater, unit));

	while (index_next(&t->by_key, &at)) {
		const struct sheet_record *s = sheets_at(t, at.place + 1);

		if (s->rater == rater && s->unit == unit)
			return at.place + 1;
	}
	return 0;
}

struct sheet_cut sheets_now(const struct sheets *t)
{
	return (struct sheet_cut){.sheets = t->count, .annulments = t->annulment_count};
}

static uint32_t sheets_until(const struct sheets *t, uint64_t n)
{
	uint32_t low = 0, high = t->count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (sheets_at(t, middle + 1)->first_n <= n)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct sheet_cut sheets_cut(const struct sheets *t, uint64_t n)
{
	struct sheet_cut cut = {.sheets = sheets_until(t, n)};

	while (cut.annulments < t->annulment_count &&
	       t->annulments[cut.annulments].n <= n)
		cut.annulments++;
	return cut;
}

uint32_t sheets_live(const struct sheets *t, uint32_t first, struct sheet_cut cut)
{
	uint32_t live = 0, revision = 0;

	for (uint32_t at = first; at != 0;) {
		const struct sheet_record *s = sheets_at(t, at);

		if (at <= cut.sheets && s->revision > revision &&
		    sheets_annulment(t, s, cut) == 0) {
			live = at;
			revision = s->revision;
		}
		at = s->next;
	}
	return live;
}

const struct import *sheets_import(const struct sheets *t, uint64_t id)
{
	struct index_cursor at = index_seek(&t->by_import, hash_number(id));

	while (id != 0 && index_next(&t->by_import, &at)) {
		if (t->imports[at.place].id == id)
			return &t->imports[at.place];
	}
	return NULL;
}

static int take_import(struct sheets *t, uint64_t id, uint32_t *place)
{
	const struct import *known = sheets_import(t, id);
	int err;

	if (id == 0 || known != NULL) {
		*place = id == 0 ? NO_IMPORT : (uint32_t)(known - t->imports);
		return 0;
	}
	if (t->import_count == t->import_cap) {
		void *list = t->imports;

		err =
		    grow(&list, &t->import_cap, 2 * t->import_cap, sizeof *t->imports);
		t->imports = list;
		if (err != 0)
			return err;
	}
	err = index_add(&t->by_import, hash_number(id), t->import_count);
	if (err != 0)
		return err;
	t->imports[t->import_count] = (struct import){.id = id};
	*place = t->import_count++;
	return 0;
}

/* Room for one more record. */
static int reserve(struct sheets *t)
{
	struct sheet_chunk chunk, *list;

	if (t->count < t->chunk_count << SHEETS_CHUNK_BITS)
		return 0;
	list = list_room(t->chunks, t->chunk_count, sizeof *list);
	if (list == NULL)
		return -ENOMEM;
	t->chunks = list;
	chunk.records = malloc(SHEETS_CHUNK * sizeof *chunk.records);
	chunk.answers = malloc(SHEETS_CHUNK * t->width + 1);
	if (chunk.records == NULL || chunk.answers == NULL) {
		free(chunk.records);
		free(chunk.answers);
		return -ENOMEM;
	}
	t->chunks[t->chunk_count++] = chunk;
	return 0;
}

static bool is_taken(const struct sheets *t, uint32_t sheet, uint32_t revision)
{
	while (sheet != 0 && sheets_at(t, sheet)->revision != revision)
		sheet = sheets_at(t, sheet)->next;
	return sheet != 0;
}

/* Of the newest sheet. */
static void put_answers(struct sheets *t, const struct sheet *s)
{
	uint8_t *out = sheets_answers(t, t->count);

	if (!t->keep_answers)
		sheet_hash(s, out);
	else if (t->width > 0)
		memcpy(out, s->answers.data, t->width);
}

/* Puts a record in its lists; `first` is 0 for the first of its rater and unit. */
static int put_record(struct sheets *t, struct sheet_record *record, uint32_t first)
{
	struct import *import = &t->imports[record->import];

	if (first == 0) {
		int err = index_add(&t->by_key, key_hash(record->rater, record->unit),
				    t->count);

		if (err != 0)
			return err;
		record->first = true;
	} else {
		record->next = sheets_at(t, first)->next;
		sheets_at(t, first)->next = t->count + 1;
	}
	record->before = import->newest;
	import->newest = t->count + 1;
	*sheets_at(t, ++t->count) = *record;
	return 0;
}

static void count_taken(struct sheets *t, const struct sheet_record *s,
			const struct seal *seal)
{
	struct rater *rater = &t->raters[s->rater];
	struct fold_counts *c;

	if (rater->taken++ == 0) {
		rater->stratum = seal->stratum;
		rater->cluster = seal->cluster;
		t->heard++;
	}
	c = &t->counts[rater->stratum];
	c->sheets_taken++;
	if (sheets_annulment(t, s, sheets_now(t)) == 0)
		return;
	rater->out++;
	c->sheets_annulled++;
}

/* A unit of this rater has a sheet that counts. */
static void count_live(struct sheets *t, struct rater *rater)
{
	struct fold_counts *c = &t->counts[rater->stratum];

	c->sheets_live++;
	if (rater->live++ == 0)
		c->responded++;
}

static uint32_t hour_of(int64_t time)
{
	int64_t hour = time / HOUR_S;

	if (hour < 0)
		return 0;
	return hour > UINT32_MAX ? UINT32_MAX : (uint32_t)hour;
}

int sheets_add(struct sheets *t, uint64_t n, const struct seal *seal,
	       const struct sheet *s)
{
	uint32_t first = sheets_find(t, seal->rater, s->unit);
	struct sheet_record record = {.first_n = n,
				      .rater = seal->rater,
				      .hour = hour_of(seal->time),
				      .unit = s->unit & UINT16_MAX,
				      .revision = s->revision & REVISION_BITS};
	bool was_live;
	int err;

	if (is_taken(t, first, s->revision))
		return 0;
	was_live = sheets_live(t, first, sheets_now(t)) != 0;
	err = take_import(t, seal->import_id, &record.import);
	if (err == 0)
		err = reserve(t);
	if (err == 0)
		err = put_record(t, &record, first);
	if (err != 0)
		return err;
	put_answers(t, s);
	count_taken(t, &record, seal);
	if (!was_live && sheets_annulment(t, &record, sheets_now(t)) == 0)
		count_live(t, &t->raters[seal->rater]);
	return 0;
}
