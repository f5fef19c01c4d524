#include "common/method/tally_units.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/method/parallel.h"
#include "common/method/tally_count.h"
#include "common/method/tally_scorer.h"

enum {
	CHUNK = 4096, /* sheets of a unit that are sorted by row at a time */
	FETCH = 24, /* so many sheets before its turn, a sheet's memory is asked for */
};

/* What one thread needs besides the tally. */
struct desk {
	struct tally_scorer scorer; /* of the unit at hand */
	uint32_t *row_of;           /* by stratum: row of the unit, from 0 */
	uint32_t *row_end;          /* by row of the unit: behind its sheets, below */
	uint32_t row[CHUNK];        /* of each sheet of the chunk */
	uint32_t places[CHUNK];     /* of these sheets, by row */
	const uint8_t *answers[CHUNK]; /* likewise */
};

/* A unit is a piece of it: all of a unit's counters are one thread's. */
struct work {
	struct tally *tally;
	const uint8_t *again; /* see tally_group.h */
	struct desk **desks;
	uint32_t desk_count;
};

/* Sheets [from, to) of the order, all about one unit, get sorted by row. */
static void sort_chunk(struct desk *d, const struct tally *t, size_t from, size_t to,
		       size_t rows)
{
	const struct sample_sheet *sheets = t->sample->sheets;
	const uint32_t *order = t->order + from;
	uint32_t *start = d->row_end;

	memset(start, 0, (rows + 1) * sizeof *start);
	for (size_t i = 0; i < to - from; i++) {
		if (i + FETCH < to - from) {
			__builtin_prefetch(&sheets[order[i + FETCH]].stratum);
			__builtin_prefetch(&sheets[order[i + FETCH]].answers);
		}
		d->row[i] = d->row_of[sheets[order[i]].stratum];
		start[d->row[i] + 1]++;
	}
	for (size_t row = 0; row < rows; row++)
		start[row + 1] += start[row];
	for (size_t i = 0; i < to - from; i++) {
		uint32_t at = start[d->row[i]]++; /* so starts become ends */

		d->places[at] = order[i];
		d->answers[at] = sheets[order[i]].answers;
	}
}

/* How many of these sheets of the chunk make a scorer; the others get a mark. */
static uint32_t mark_weak(struct desk *d, struct tally *t, size_t from, size_t to,
			  size_t unscored)
{
	uint32_t count = (uint32_t)(to - from);

	if ((int64_t)unscored <= d->scorer.spare)
		return count;
	for (size_t i = from; i < to; i++) {
		if (tally_scorer_is(&d->scorer, d->answers[i]))
			continue;
		t->sheet_marks[d->places[i]] |= TALLY_WEAK;
		count--;
	}
	return count;
}

/* Where the batch that begins at `from` ends: rows are cut into batches of about the
 * same size, none of which is empty. */
static size_t batch_end(const struct desk *d, size_t *row, size_t from)
{
	size_t left;

	while (d->row_end[*row] == from)
		++*row;
	left = d->row_end[*row] - from;
	return from + left / ((left + TALLY_COUNT_MAX - 1) / TALLY_COUNT_MAX);
}

static void count_chunk(struct desk *d, struct tally *t, uint32_t unit, size_t size)
{
	uint32_t *scored = t->scored_by + (size_t)unit * t->sample->round->answer_count;
	size_t row = 0;
	size_t to = batch_end(d, &row, 0);

	for (size_t from = 0, next; from < size; from = to, to = next) {
		uint32_t *counts = t->counts + (t->row_first[unit] + row) * t->width;
		size_t unscored;

		next = to < size ? batch_end(d, &row, to) : to;
		unscored = tally_count(t, d->answers + from, to - from, next - to,
				       counts, scored);
		t->scorers[unit] += mark_weak(d, t, from, to, unscored);
	}
}

/* A cluster that scored a criterion k times was counted k times: leave one. */
static void count_cluster_once(const struct tally *t, size_t from, size_t to,
			       uint32_t *scored_by)
{
	for (uint32_t a = 0; a < t->sample->round->answer_count; a++) {
		uint32_t times = 0;

		for (size_t i = from; i < to; i++) {
			uint32_t place = t->order[i];

			times += tally_is_score(t->sample->sheets[place].answers[a]);
		}
		if (times > 1)
			scored_by[a] -= times - 1;
	}
}

/* Likewise for n_u: clusters with a rater who scored half, METHOD section 1. */
static void count_scorer_once(const struct tally *t, size_t from, size_t to,
			      uint32_t *scorers)
{
	uint32_t times = 0;

	for (size_t i = from; i < to; i++)
		times += !(t->sheet_marks[t->order[i]] & TALLY_WEAK);
	if (times > 1)
		*scorers -= times - 1;
}

static void count_clusters_once(struct tally *t, uint32_t unit, const uint8_t *again)
{
	uint32_t *scored_by =
	    t->scored_by + (size_t)unit * t->sample->round->answer_count;
	size_t end = t->unit_first[unit + 1];

	for (size_t i = t->unit_first[unit], to; i < end; i = to) {
		const uint8_t *second = memchr(again + i, 1, end - i);
		size_t from = second ? (size_t)(second - again) - 1 : end;

		for (to = from + 1; to < end && again[to];)
			to++;
		if (from == end)
			return;
		count_cluster_once(t, from, to, scored_by);
		count_scorer_once(t, from, to, &t->scorers[unit]);
	}
}

static void count_unit(void *ctx, uint32_t worker, uint32_t unit)
{
	const struct work *w = ctx;
	struct desk *d = w->desks[worker];
	struct tally *t = w->tally;
	size_t first = t->row_first[unit];
	size_t rows = t->row_first[unit + 1] - first;
	size_t end = t->unit_first[unit + 1];

	for (size_t row = 0; row < rows; row++)
		d->row_of[t->row_stratum[first + row]] = (uint32_t)row;
	tally_scorer_set_unit(&d->scorer, t->sample->round, unit);
	for (size_t from = t->unit_first[unit], to; from < end; from = to) {
		to = end - from < CHUNK ? end : from + CHUNK;
		sort_chunk(d, t, from, to, rows);
		count_chunk(d, t, unit, to - from);
	}
	count_clusters_once(t, unit, w->again);
}

static void desk_free(struct desk *d)
{
	if (!d)
		return;
	tally_scorer_free(&d->scorer);
	free(d->row_of);
	free(d->row_end);
	free(d);
}

static struct desk *desk_new(const struct sample *s)
{
	struct desk *d = calloc(1, sizeof *d);

	if (!d)
		return NULL;
	d->row_of = calloc(s->stratum_count + 1u, sizeof *d->row_of);
	d->row_end = calloc(s->stratum_count + 2u, sizeof *d->row_end);
	if (tally_scorer_init(&d->scorer, s->round) || !d->row_of || !d->row_end) {
		desk_free(d);
		return NULL;
	}
	return d;
}

static bool make_desks(struct work *w)
{
	w->desks = calloc(w->desk_count, sizeof *w->desks);
	for (uint32_t i = 0; w->desks && i < w->desk_count; i++) {
		w->desks[i] = desk_new(w->tally->sample);
		if (!w->desks[i])
			return false;
	}
	return w->desks != NULL;
}

int tally_units(struct tally *t, uint32_t threads, const uint8_t *again)
{
	uint32_t units = t->sample->round->unit_count;
	struct work w = {.tally = t, .again = again, .desk_count = threads};
	int err = -ENOMEM;

	if (threads > units)
		w.desk_count = units + 1;
	if (make_desks(&w)) {
		parallel_run(w.desk_count, units, count_unit, &w);
		err = 0;
	}
	for (uint32_t i = 0; w.desks && i < w.desk_count; i++)
		desk_free(w.desks[i]);
	free(w.desks);
	return err;
}
