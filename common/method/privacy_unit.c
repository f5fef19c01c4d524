/* P1 and P2 on the tree of one unit: leaves under fields under the index. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/method/privacy_internal.h"

enum { SMALL_CELL = 30 }; /* P2 */

/* The cells of one row of a table whose total is public: all that have raters. */
struct row {
	struct privacy_work *work;
	struct privacy_unit *unit;
	uint32_t *cells;
	uint32_t count;
};

int privacy_unit_init(const struct round *r, struct privacy_unit *p)
{
	size_t cells = r->criterion_count + 1u;
	struct privacy_work *w = calloc(1, sizeof *w);

	*p = (struct privacy_unit){.work = w};
	if (!w)
		return -ENOMEM;
	w->round = r;
	mpq_inits(w->index_weight, w->index_worth, NULL);
	p->cells = calloc(cells, sizeof *p->cells);
	p->raters = calloc(cells, sizeof *p->raters);
	p->prints = calloc(cells, sizeof *p->prints);
	w->own = calloc(cells, sizeof *w->own);
	w->picked = calloc(r->answer_count + 1u, 1);
	w->seen = calloc(cells, sizeof *w->seen);
	w->row = calloc(cells, sizeof *w->row);
	w->weight = calloc(cells, sizeof *w->weight);
	w->worth = calloc(cells, sizeof *w->worth);
	for (uint32_t c = 0; w->weight && w->worth && c < r->criterion_count; c++)
		mpq_inits(w->weight[c], w->worth[c], NULL);
	if (p->cells && p->raters && p->prints && w->own && w->picked && w->seen &&
	    w->row && w->weight && w->worth)
		return 0;
	privacy_unit_free(p);
	return -ENOMEM;
}

void privacy_unit_free(struct privacy_unit *p)
{
	struct privacy_work *w = p->work;

	free(p->cells);
	free(p->raters);
	free(p->prints);
	*p = (struct privacy_unit){0};
	if (!w)
		return;
	for (uint32_t c = 0; w->weight && w->worth && c < w->round->criterion_count;
	     c++)
		mpq_clears(w->weight[c], w->worth[c], NULL);
	mpq_clears(w->index_weight, w->index_worth, NULL);
	free(w->own);
	free(w->picked);
	free(w->seen);
	free(w->row);
	free(w->weight);
	free(w->worth);
	free(w);
}

static bool is_coarse(enum cell_state state)
{
	return state == CELL_HIGH || state == CELL_LOW;
}

static bool is_exact(enum cell_state state)
{
	return state == CELL_SHOWN || state == CELL_NO_SE;
}

/* ---- a cell alone ---- */

static enum cell_state own_state(struct privacy_work *w, uint32_t cell, uint64_t raters,
				 const mpq_t weight, const mpq_t worth)
{
	if (raters == 0)
		return CELL_SHOWN;
	if (raters < w->round->cell_show)
		return CELL_HIDDEN;
	if (raters >= SMALL_CELL)
		return CELL_SHOWN;
	privacy_unpick(w);
	privacy_pick(w, cell);
	return privacy_picked_alike(w) ? privacy_side(weight, worth) : CELL_SHOWN;
}

static bool is_cell(const struct privacy_work *w, uint32_t c)
{
	const struct criterion *criterion = &w->round->criteria[c];

	if (criterion->leaf)
		return w->score->leaves[c].counts;
	return criterion->parent < 0 && w->score->fields[c].applying > 0;
}

static void judge_cells(struct privacy_work *w, struct privacy_unit *p)
{
	for (uint32_t c = 0; c < w->round->criterion_count; c++) {
		w->own[c] = CELL_NONE;
		if (is_cell(w, c))
			w->own[c] =
			    own_state(w, c, p->raters[c], w->weight[c], w->worth[c]);
		p->cells[c] = w->own[c];
	}
}

/* ---- a row under a public total ---- */

static void row_of_field(struct row *row, uint32_t field)
{
	const struct privacy_work *w = row->work;

	row->count = 0;
	for (uint32_t c = field + 1; c < w->round->criterion_count; c++)
		if ((uint32_t)w->round->criteria[c].field == field &&
		    w->own[c] != CELL_NONE && row->unit->raters[c] > 0)
			row->cells[row->count++] = c;
}

static void row_of_index(struct row *row)
{
	const struct privacy_work *w = row->work;

	row->count = 0;
	for (uint32_t c = 0; c < w->round->criterion_count; c++)
		if (w->round->criteria[c].parent < 0 && row->unit->raters[c] > 0)
			row->cells[row->count++] = c;
}

/*
 * Picks what prints nothing in a cell of the row: a hidden one, or what is below a
 * bound and has none itself. Returns whether there is something of few raters in it.
 */
static bool pick_silent(const struct row *row, uint32_t cell)
{
	struct privacy_work *w = row->work;
	bool few = false;

	if (row->unit->cells[cell] == CELL_HIDDEN) {
		privacy_pick(w, cell);
		return w->own[cell] == CELL_HIDDEN;
	}
	if (!is_coarse(row->unit->cells[cell]))
		return false;
	for (uint32_t c = cell + 1; c < w->round->criterion_count; c++) {
		if ((uint32_t)w->round->criteria[c].field != cell ||
		    is_coarse(row->unit->cells[c]))
			continue;
		privacy_pick(w, c);
		few = few || w->own[c] == CELL_HIDDEN;
	}
	return few;
}

/* P1: the part of a few raters would follow from the total. */
static bool lacks_company(const struct row *row)
{
	uint64_t show = row->work->round->cell_show;
	bool few = false;

	privacy_unpick(row->work);
	for (uint32_t i = 0; i < row->count; i++)
		few = pick_silent(row, row->cells[i]) || few;
	return few && privacy_picked_raters(row->work, show) < show;
}

/* Few raters may not be told to be at either end, a bound not at its own. */
static bool is_guarded(enum cell_state own, enum cell_state side)
{
	return own == CELL_HIDDEN || own == side;
}

/*
 * Whether what is not exact adds up to so much (CELL_HIGH), or so little (CELL_LOW),
 * that one cell of it, though the others be at the end of the scale, cannot be inside
 * the bounds of P2. A single bound among exact figures always is so. Leaves need no
 * look where fields make the row: their field is as guarded, or its own row was closed.
 */
static bool is_pinned(const struct row *row, enum cell_state side)
{
	const struct privacy_work *w = row->work;
	mpq_t weight, worth, guarded;
	bool pinned;

	mpq_inits(weight, worth, guarded, NULL);
	for (uint32_t i = 0; i < row->count; i++) {
		uint32_t c = row->cells[i];

		if (is_exact(row->unit->cells[c]))
			continue;
		mpq_add(weight, weight, w->weight[c]);
		mpq_add(worth, worth, w->worth[c]);
		if (is_guarded(w->own[c], side) && mpq_cmp(w->weight[c], guarded) > 0)
			mpq_set(guarded, w->weight[c]);
	}
	if (side == CELL_HIGH) { /* how much is lacking, instead of how much there is */
		mpz_mul_ui(mpq_numref(weight), mpq_numref(weight), PRIVACY_FULL);
		mpq_canonicalize(weight);
		mpq_sub(worth, weight, worth);
	}
	mpz_mul_ui(mpq_numref(guarded), mpq_numref(guarded), PRIVACY_EDGE);
	mpq_canonicalize(guarded);
	pinned = mpq_sgn(guarded) > 0 && mpq_cmp(worth, guarded) <= 0;
	mpq_clears(weight, worth, guarded, NULL);
	return pinned;
}

static enum cell_state pinned_side(const struct row *row)
{
	if (is_pinned(row, CELL_HIGH))
		return CELL_HIGH;
	return is_pinned(row, CELL_LOW) ? CELL_LOW : CELL_SHOWN;
}

/* The cell with the fewest raters, the first of equal ones; NULL: none is left. */
static const uint32_t *smallest(const struct row *row, bool coarse_too)
{
	const uint32_t *best = NULL;

	for (uint32_t i = 0; i < row->count; i++) {
		uint32_t c = row->cells[i];
		enum cell_state state = row->unit->cells[c];

		if (!is_exact(state) && !(coarse_too && is_coarse(state)))
			continue;
		if (!best || row->unit->raters[c] < row->unit->raters[*best])
			best = &row->cells[i];
	}
	return best;
}

/*
 * Hides until nothing follows from the total; CELL_HIGH or CELL_LOW: nothing is left to
 * hide, and the total must not be exact either. All cells together have the raters of
 * the total, so few ones always find company.
 */
static enum cell_state close_row(const struct row *row)
{
	for (;;) {
		bool few = lacks_company(row);
		enum cell_state side = few ? CELL_SHOWN : pinned_side(row);
		const uint32_t *next;

		if (!few && side == CELL_SHOWN)
			return CELL_SHOWN;
		next = smallest(row, few);
		if (!next)
			return side;
		row->unit->cells[*next] = CELL_HIDDEN;
	}
}

/* ---- the tree ---- */

static void close_fields(struct row *row)
{
	struct privacy_work *w = row->work;

	for (uint32_t f = 0; f < w->round->criterion_count; f++) {
		enum cell_state side;

		if (w->round->criteria[f].parent >= 0 || w->round->criteria[f].leaf ||
		    !is_exact(w->own[f]))
			continue;
		row_of_field(row, f);
		side = close_row(row);
		if (side == CELL_SHOWN)
			continue;
		w->own[f] = side;
		row->unit->cells[f] = side;
	}
}

/* What is not exact takes with it what is below it, but for bounds below a bound. */
static void take_along(enum cell_state above, enum cell_state *state)
{
	if (above == CELL_HIDDEN || (is_coarse(above) && is_exact(*state)))
		*state = CELL_HIDDEN;
}

static void hide_below(const struct privacy_work *w, struct privacy_unit *p)
{
	for (uint32_t c = 0; c < w->round->criterion_count; c++)
		if (w->round->criteria[c].parent < 0 && p->raters[c] > 0)
			take_along(p->index, &p->cells[c]);
	for (uint32_t c = 0; c < w->round->criterion_count; c++)
		if (w->round->criteria[c].parent >= 0 && p->raters[c] > 0)
			take_along(p->cells[w->round->criteria[c].field], &p->cells[c]);
}

/* ---- the parts ---- */

/*
 * Within a field the parts weigh leaves as the index does. Between fields they do so
 * where all that applies counts; else index and survey part are two equations in the
 * fields that are hidden.
 */
static bool is_second_equation(const struct privacy_work *w,
			       const struct privacy_unit *p)
{
	for (uint32_t f = 0; f < w->round->criterion_count; f++) {
		const struct score_field *field = &w->score->fields[f];

		if (w->round->criteria[f].parent < 0 && p->raters[f] > 0 &&
		    !is_exact(p->cells[f]) && field->counting < field->applying)
			return true;
	}
	return false;
}

/* The part on 0..100 against the bounds. */
static enum cell_state side_of_part(const struct privacy_work *w,
				    const struct score_part *part)
{
	const struct score_rules *rules = w->result->rules;
	enum cell_state side;
	mpq_t one, x;

	mpq_inits(one, x, NULL);
	mpq_set_ui(one, 1, 1);
	mpq_sub(x, part->index, rules->low);
	mpq_div(x, x, rules->slope);
	side = privacy_side(one, x);
	mpq_clears(one, x, NULL);
	return side;
}

static enum cell_state judge_survey_part(const struct privacy_work *w,
					 const struct privacy_unit *p)
{
	struct score_part part;
	enum cell_state state = CELL_NONE;

	mpq_init(part.index);
	score_survey_part(w->result->rules, w->score, &part);
	if (part.has_figure) {
		state = p->index == CELL_SHOWN ? CELL_SHOWN : side_of_part(w, &part);
		if (is_exact(state) &&
		    (is_coarse(p->index) || is_second_equation(w, p)))
			state = CELL_HIDDEN;
	}
	mpq_clear(part.index);
	return state;
}

/* All that it is made of is shown, always. */
static enum cell_state judge_appraised_part(const struct privacy_work *w)
{
	struct score_part part;

	mpq_init(part.index);
	score_appraised_part(w->result->rules, w->score, &part);
	mpq_clear(part.index);
	return part.has_figure ? CELL_SHOWN : CELL_NONE;
}

/* ---- the unit ---- */

static void judge_index(struct row *row)
{
	struct privacy_work *w = row->work;
	struct privacy_unit *p = row->unit;
	enum cell_state side;

	p->index = own_state(w, PRIVACY_INDEX, p->index_raters, w->index_weight,
			     w->index_worth);
	if (!is_exact(p->index))
		return;
	row_of_index(row);
	side = close_row(row);
	if (side != CELL_SHOWN)
		p->index = side;
}

void privacy_unit_judge(const struct result *result, const struct score *s,
			struct privacy_unit *p)
{
	struct privacy_work *w = p->work;
	struct row row = {.work = w, .unit = p, .cells = w->row};

	w->result = result;
	w->score = s;
	p->index = CELL_NONE;
	p->survey_part = CELL_NONE;
	p->appraised_part = CELL_NONE;
	memset(p->cells, 0, w->round->criterion_count * sizeof *p->cells);
	privacy_count(w, p);
	if (!s->has_figure || result->units[s->unit].status == STATUS_INSUFFICIENT ||
	    (p->index_raters > 0 && p->index_raters < w->round->cell_show))
		return;
	privacy_weigh(w);
	judge_cells(w, p);
	close_fields(&row);
	judge_index(&row);
	hide_below(w, p);
	p->survey_part = judge_survey_part(w, p);
	p->appraised_part = judge_appraised_part(w);
}
