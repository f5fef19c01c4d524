/*
 * Records lie in chunks that never move; revisions of one rater and unit are a list.
 * Counts follow each sheet and each annulled rater; an annulled import, which is rare
 * and reaches many raters, counts anew.
 */

#include "common/round/sheets.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	CHUNK_BITS = 12,
	CHUNK = 1 << CHUNK_BITS,
	CHUNKS_FIRST = 16,
	IMPORTS_FIRST = 16,
	ANSWERS_CHUNK = 256 * 1024,
	NO_IMPORT = 0,
};

static_assert(sizeof(struct sheet_record) <= 64, "a record fits a cache line");

int sheets_init(struct sheets *t, bool keep_answers)
{
	*t = (struct sheets){.keep_answers = keep_answers};
	index_init(&t->by_key);
	index_init(&t->by_import);
	arena_init(&t->answers, ANSWERS_CHUNK);
	t->imports = calloc(IMPORTS_FIRST, sizeof *t->imports);
	if (t->imports == NULL)
		return -ENOMEM;
	t->import_cap = IMPORTS_FIRST;
	t->import_count = 1;
	return 0;
}

void sheets_free(struct sheets *t)
{
	for (uint32_t i = 0; i < t->count; i += CHUNK)
		free(t->chunks[i >> CHUNK_BITS]);
	free(t->chunks);
	index_free(&t->by_key);
	free(t->raters);
	free(t->imports);
	index_free(&t->by_import);
	free(t->counts);
	arena_free(&t->answers);
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

struct sheet_record *sheets_at(const struct sheets *t, uint32_t place)
{
	return &t->chunks[place >> CHUNK_BITS][place & (CHUNK - 1)];
}

static uint64_t key_hash(uint32_t rater, uint32_t unit)
{
	return hash_number((uint64_t)rater << 32 | unit);
}

struct sheet_record *sheets_find(const struct sheets *t, uint32_t rater, uint32_t unit)
{
	struct index_cursor at = index_seek(&t->by_key, key_hash(rater, unit));

	while (index_next(&t->by_key, &at)) {
		struct sheet_record *s = sheets_at(t, at.place);

		if (s->rater == rater && s->unit == unit)
			return s;
	}
	return NULL;
}

static bool counts(const struct sheets *t, const struct sheet_record *s)
{
	return !t->raters[s->rater].annulled && !t->imports[s->import].annulled;
}

const struct sheet_record *sheets_live(const struct sheets *t,
				       const struct sheet_record *first)
{
	const struct sheet_record *live = NULL, *s = first;

	for (;;) {
		if (counts(t, s) && (live == NULL || s->revision > live->revision))
			live = s;
		if (s->next == 0)
			return live;
		s = sheets_at(t, s->next - 1);
	}
}

static uint32_t find_import(const struct sheets *t, uint64_t id)
{
	struct index_cursor at = index_seek(&t->by_import, hash_number(id));

	while (index_next(&t->by_import, &at)) {
		if (t->imports[at.place].id == id)
			return at.place;
	}
	return NO_IMPORT;
}

static int take_import(struct sheets *t, uint64_t id, uint32_t *place)
{
	uint32_t at = id == 0 ? NO_IMPORT : find_import(t, id);
	int err;

	if (id == 0 || at != NO_IMPORT) {
		*place = at;
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
	size_t chunk = t->count >> CHUNK_BITS;

	if ((t->count & (CHUNK - 1)) != 0)
		return 0;
	if (chunk == t->chunk_cap) {
		size_t cap = chunk == 0 ? CHUNKS_FIRST : 2 * chunk;
		struct sheet_record **list = realloc(t->chunks, cap * sizeof *list);

		if (list == NULL)
			return -ENOMEM;
		t->chunks = list;
		t->chunk_cap = cap;
	}
	t->chunks[chunk] = malloc(CHUNK * sizeof **t->chunks);
	return t->chunks[chunk] == NULL ? -ENOMEM : 0;
}

static int fill(struct sheets *t, const struct sheet *s, struct sheet_record *record)
{
	uint8_t *copy;

	sheet_hash(s, record->hash);
	if (!t->keep_answers)
		return 0;
	copy = arena_bytes(&t->answers, s->answers.len);
	if (copy == NULL)
		return -ENOMEM;
	if (s->answers.len > 0)
		memcpy(copy, s->answers.data, s->answers.len);
	record->answers = copy;
	return 0;
}

/* Puts a record in its list; `first` is NULL for the first of its rater and unit. */
static int link_record(struct sheets *t, struct sheet_record *record,
		       struct sheet_record *first)
{
	uint32_t place = t->count;

	if (first == NULL) {
		int err =
		    index_add(&t->by_key, key_hash(record->rater, record->unit), place);

		if (err != 0)
			return err;
		record->first = true;
	} else {
		record->next = first->next;
		first->next = place + 1;
	}
	*sheets_at(t, place) = *record;
	t->count++;
	return 0;
}

static bool is_taken(const struct sheets *t, const struct sheet_record *s,
		     uint32_t revision)
{
	while (s->revision != revision) {
		if (s->next == 0)
			return false;
		s = sheets_at(t, s->next - 1);
	}
	return true;
}

static void meet_rater(struct rater *rater, const struct seal *seal)
{
	if (rater->known)
		return;
	rater->known = true;
	rater->stratum = seal->stratum;
	rater->cluster = seal->cluster;
}

static void count_taken(struct sheets *t, const struct sheet_record *s)
{
	struct rater *rater = &t->raters[s->rater];
	struct fold_counts *c = &t->counts[rater->stratum];

	rater->taken++;
	c->sheets_taken++;
	if (counts(t, s))
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

int sheets_add(struct sheets *t, uint64_t n, const struct seal *seal,
	       const struct sheet *s)
{
	struct sheet_record *first = sheets_find(t, seal->rater, s->unit);
	struct sheet_record record = {.first_n = n,
				      .rater = seal->rater,
				      .unit = s->unit,
				      .revision = (uint16_t)s->revision};
	bool was_live;
	int err;

	if (first != NULL && is_taken(t, first, s->revision))
		return 0;
	was_live = first != NULL && sheets_live(t, first) != NULL;
	err = take_import(t, seal->import_id, &record.import);
	if (err == 0)
		err = reserve(t);
	if (err == 0)
		err = fill(t, s, &record);
	if (err == 0)
		err = link_record(t, &record, first);
	if (err != 0)
		return err;

	meet_rater(&t->raters[seal->rater], seal);
	count_taken(t, &record);
	if (!was_live && counts(t, &record))
		count_live(t, &t->raters[seal->rater]);
	return 0;
}

bool sheets_has_import(const struct sheets *t, uint64_t id)
{
	return id != 0 && find_import(t, id) != NO_IMPORT;
}

uint64_t sheets_live_of_import(const struct sheets *t, uint64_t id)
{
	uint32_t import = find_import(t, id);
	uint64_t sum = 0;

	if (id == 0 || import == NO_IMPORT)
		return 0;
	for (uint32_t i = 0; i < t->count; i++) {
		const struct sheet_record *s = sheets_at(t, i);

		if (s->import == import &&
		    sheets_live(t, sheets_find(t, s->rater, s->unit)) == s)
			sum++;
	}
	return sum;
}

uint64_t sheets_live_of_rater(const struct sheets *t, uint32_t rater)
{
	return rater < t->rater_count ? t->raters[rater].live : 0;
}

void sheets_annul_rater(struct sheets *t, uint32_t number)
{
	struct rater *rater;
	struct fold_counts *c;

	if (number >= t->rater_count || t->raters[number].annulled)
		return;
	rater = &t->raters[number];
	rater->annulled = true;
	if (rater->taken == 0)
		return;
	c = &t->counts[rater->stratum];
	c->sheets_live -= rater->live;
	c->responded -= rater->live > 0;
	c->sheets_annulled += rater->taken - rater->out;
	rater->live = 0;
	rater->out = rater->taken;
}

static void recount(struct sheets *t)
{
	memset(t->counts, 0, t->stratum_count * sizeof *t->counts);
	for (uint32_t i = 0; i < t->rater_count; i++) {
		t->raters[i].live = 0;
		t->raters[i].taken = 0;
		t->raters[i].out = 0;
	}
	for (uint32_t i = 0; i < t->count; i++) {
		const struct sheet_record *s = sheets_at(t, i);

		count_taken(t, s);
		if (s->first && sheets_live(t, s) != NULL)
			count_live(t, &t->raters[s->rater]);
	}
}

void sheets_annul_import(struct sheets *t, uint64_t id)
{
	uint32_t import = id == 0 ? NO_IMPORT : find_import(t, id);

	if (import == NO_IMPORT)
		return;
	t->imports[import].annulled = true;
	recount(t);
}
