#include "common/method/leave_out.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/method/order.h"

struct work {
	struct result *result;
	struct leave_out *out;
	uint32_t *order;      /* places of sheets, by unit, association, rater */
	struct score full;    /* of the unit at hand */
	struct score without; /* the same without the association at hand */
	/* of the unit at hand: w and w^2 of raters who scored a counting leaf */
	mpz_t weight, squares;
};

static const struct sample_sheet *sheet_at(const struct work *w, size_t i)
{
	return &w->result->sample->sheets[w->order[i]];
}

static uint32_t association_at(const struct work *w, size_t i)
{
	return w->out->associations.of[sheet_at(w, i)->stratum];
}

static int sort_sheets(struct work *w)
{
	const struct sample *s = w->result->sample;
	uint32_t *key = malloc((s->sheet_count + 1) * sizeof *key);
	int err = -ENOMEM;

	w->order = malloc((s->sheet_count + 1) * sizeof *w->order);
	if (key && w->order) {
		order_init(w->order, s->sheet_count);
		for (size_t i = 0; i < s->sheet_count; i++)
			key[i] = s->sheets[i].rater;
		err = order_by(key, w->order, s->sheet_count);
	}
	for (size_t i = 0; !err && i < s->sheet_count; i++)
		key[i] = w->out->associations.of[s->sheets[i].stratum];
	if (!err)
		err = order_by(key, w->order, s->sheet_count);
	for (size_t i = 0; !err && i < s->sheet_count; i++)
		key[i] = s->sheets[i].unit;
	if (!err)
		err = order_by(key, w->order, s->sheet_count);
	free(key);
	return err;
}

/* The sheets of one association about one unit: from i up to, without, the place
 * returned. */
static size_t row_end(const struct work *w, size_t i)
{
	uint32_t unit = sheet_at(w, i)->unit;
	uint32_t association = association_at(w, i);

	while (i < w->result->sample->sheet_count && sheet_at(w, i)->unit == unit &&
	       association_at(w, i) == association)
		i++;
	return i;
}

/* The same of one rater. */
static size_t rater_end(const struct work *w, size_t i, size_t end)
{
	uint32_t rater = sheet_at(w, i)->rater;

	while (i < end && sheet_at(w, i)->rater == rater)
		i++;
	return i;
}

static int make_rows(struct work *w)
{
	struct leave_out *out = w->out;
	size_t count = 0;

	out->units = calloc(w->result->unit_count + 1u, sizeof *out->units);
	if (!out->units)
		return -ENOMEM;
	out->unit_count = w->result->unit_count;
	for (uint32_t u = 0; u < out->unit_count; u++)
		mpq_init(out->units[u].effective);
	for (size_t i = 0; i < w->result->sample->sheet_count; i = row_end(w, i))
		count++;
	out->rows = calloc(count + 1, sizeof *out->rows);
	if (!out->rows)
		return -ENOMEM;
	out->row_count = count;
	for (size_t i = 0; i < count; i++)
		mpq_inits(out->rows[i].share, out->rows[i].change, NULL);
	return 0;
}

static bool scored_a_counting_leaf(const struct work *w, size_t from, size_t to)
{
	const struct round *r = w->result->round;

	for (size_t i = from; i < to; i++)
		for (uint32_t a = 0; a < r->answer_count; a++) {
			uint8_t answer = sheet_at(w, i)->answers[a];

			if (tally_is_score(answer) &&
			    w->full.leaves[r->surveyed[a]].counts)
				return true;
		}
	return false;
}

/* The raters of a row, and their weight: as a share only when all rows are known. */
static void count_raters(struct work *w, size_t from, size_t to,
			 struct leave_out_row *row)
{
	const struct frame *f = w->result->frame;

	for (size_t next, i = from; i < to; i = next) {
		uint32_t group = f->group_of[sheet_at(w, i)->stratum];

		next = rater_end(w, i, to);
		row->raters++;
		if (!scored_a_counting_leaf(w, i, next))
			continue;
		mpz_add(mpq_numref(row->share), mpq_numref(row->share),
			f->groups[group].weight);
		mpz_addmul(w->squares, f->groups[group].weight,
			   f->groups[group].weight);
	}
	mpz_add(w->weight, w->weight, mpq_numref(row->share));
}

static void score_without(struct work *w, size_t from, size_t to,
			  struct leave_out_row *row)
{
	struct tally *t = w->result->tally;

	for (size_t i = from; i < to; i++)
		tally_remove(t, w->order[i]);
	score_unit(w->result->rules, w->full.unit, &w->without);
	for (size_t i = from; i < to; i++)
		tally_restore(t, w->order[i]);
	row->no_figure = !w->without.has_figure;
	if (w->without.has_figure)
		mpq_sub(row->change, w->without.index, w->full.index);
}

/* No figure is more than any change. */
static bool moves_more(const struct leave_out_row *a, const struct leave_out_row *b)
{
	mpq_t left, right;
	bool more;

	if (a->no_figure || b->no_figure)
		return a->no_figure && !b->no_figure;
	mpq_inits(left, right, NULL);
	mpq_abs(left, a->change);
	mpq_abs(right, b->change);
	more = mpq_cmp(left, right) > 0;
	mpq_clears(left, right, NULL);
	return more;
}

/* Shares of the unit's weight, Kish's n_eff, the largest change. */
static void compare_rows(const struct work *w, struct leave_out_unit *unit)
{
	for (size_t i = unit->first; i < unit->first + unit->count; i++) {
		struct leave_out_row *row = &w->out->rows[i];

		if (mpz_sgn(w->weight) > 0) {
			mpz_set(mpq_denref(row->share), w->weight);
			mpq_canonicalize(row->share);
		}
		if (w->full.has_figure &&
		    (!unit->largest || moves_more(row, unit->largest)))
			unit->largest = row;
	}
	if (mpz_sgn(w->weight) == 0)
		return;
	mpz_mul(mpq_numref(unit->effective), w->weight, w->weight);
	mpz_set(mpq_denref(unit->effective), w->squares);
	mpq_canonicalize(unit->effective);
}

/* The unit's sheets start at place i of the order; returns where the next one's do. */
static size_t leave_out_of_unit(struct work *w, uint32_t u, size_t i, size_t row)
{
	size_t sheets = w->result->sample->sheet_count;
	struct leave_out_unit *unit = &w->out->units[u];

	unit->first = row;
	mpz_set_ui(w->weight, 0);
	mpz_set_ui(w->squares, 0);
	score_unit(w->result->rules, u, &w->full);
	while (i < sheets && sheet_at(w, i)->unit == u) {
		size_t end = row_end(w, i);
		struct leave_out_row *at = &w->out->rows[unit->first + unit->count++];

		at->association = association_at(w, i);
		count_raters(w, i, end, at);
		if (w->full.has_figure)
			score_without(w, i, end, at);
		i = end;
	}
	compare_rows(w, unit);
	return i;
}

static int leave_out_all(struct work *w)
{
	const struct score_rules *rules = w->result->rules;
	size_t sheet = 0, row = 0;
	int err = score_init(rules, &w->full);

	if (err)
		return err;
	err = score_init(rules, &w->without);
	if (err) {
		score_free(rules, &w->full);
		return err;
	}
	mpz_inits(w->weight, w->squares, NULL);
	for (uint32_t u = 0; u < w->out->unit_count; u++) {
		sheet = leave_out_of_unit(w, u, sheet, row);
		row += w->out->units[u].count;
	}
	mpz_clears(w->weight, w->squares, NULL);
	score_free(rules, &w->full);
	score_free(rules, &w->without);
	return 0;
}

int leave_out_compute(struct result *r, struct leave_out *out)
{
	struct leave_out made = {0};
	struct work w = {.result = r, .out = &made};
	int err = 0;

	if (r->round->strata_column_count > 0) {
		err = associations_make(r->sample, &made.associations);
		if (!err)
			err = sort_sheets(&w);
		if (!err)
			err = make_rows(&w);
		if (!err)
			err = leave_out_all(&w);
		free(w.order);
	}
	if (err) {
		leave_out_free(&made);
		return err;
	}
	*out = made;
	return 0;
}

void leave_out_free(struct leave_out *l)
{
	for (uint32_t u = 0; u < l->unit_count; u++)
		mpq_clear(l->units[u].effective);
	for (size_t i = 0; i < l->row_count; i++)
		mpq_clears(l->rows[i].share, l->rows[i].change, NULL);
	associations_free(&l->associations);
	free(l->units);
	free(l->rows);
	memset(l, 0, sizeof *l);
}
