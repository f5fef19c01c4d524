/* METHOD section 5 on a release, unit by unit. */

#include "common/method/public.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/method/composite.h"
#include "common/method/figure.h"
#include "common/method/public_internal.h"

/* One unit, and what it is made from. */
struct unit_work {
	const struct result *result;
	const struct score *score;
	const struct privacy_unit *judged;
	mpq_t figure;
	mpz_t rounded;
};

/* P2: ">= " or "<= " before a bound. */
static void put_cell(struct unit_work *w, enum cell_state state,
		     struct public_cell *out)
{
	const struct round *r = w->result->round;
	char text[FIGURE_TEXT];
	const char *sign = "";

	out->state = state;
	if (state == CELL_NONE || state == CELL_HIDDEN)
		return;
	if (state == CELL_HIGH)
		sign = ">= ";
	else if (state == CELL_LOW)
		sign = "<= ";
	figure_round(w->figure, r->decimals, r->half_even, w->rounded);
	figure_text(w->rounded, r->decimals, text);
	assert(strlen(sign) + strlen(text) < sizeof out->text);
	memcpy(out->text, sign, strlen(sign));
	memcpy(out->text + strlen(sign), text, strlen(text) + 1);
}

static bool is_bound(enum cell_state state)
{
	return state == CELL_HIGH || state == CELL_LOW;
}

/* S5, S6: on the scale of the index. */
static void leaf_figure(struct unit_work *w, uint32_t leaf)
{
	const struct score_rules *rules = w->result->rules;

	mpq_set(w->figure, composite_value(rules, w->score, leaf, w->figure));
	mpq_mul(w->figure, w->figure, rules->slope);
	mpq_add(w->figure, w->figure, rules->low);
}

static void put_criterion(struct unit_work *w, uint32_t c, struct public_cell *out)
{
	const struct score_rules *rules = w->result->rules;
	enum cell_state state = w->judged->cells[c];

	if (is_bound(state))
		privacy_bound(rules, w->score, c, state, w->figure);
	else if (w->score->leaves[c].counts)
		leaf_figure(w, c);
	else if (state != CELL_NONE &&
		 !score_field_figure(rules, w->score, c, w->figure))
		state = CELL_NONE;
	put_cell(w, state, out);
}

typedef void part_fn(const struct score_rules *rules, const struct score *s,
		     struct score_part *part);

static void put_part(struct unit_work *w, enum cell_state state, part_fn *part_of,
		     struct public_cell *out)
{
	struct score_part part;

	mpq_init(part.index);
	part_of(w->result->rules, w->score, &part);
	mpq_set(w->figure, part.index);
	if (is_bound(state))
		privacy_bound(w->result->rules, w->score, PRIVACY_SURVEY_PART, state,
			      w->figure);
	put_cell(w, state, out);
	mpq_clear(part.index);
}

/* The figure or its bound; what it is ranked by. */
static void put_index(struct unit_work *w, struct public_unit *out)
{
	const struct round *r = w->result->round;
	enum cell_state state = w->judged->index;

	mpq_set(w->figure, w->score->index);
	if (is_bound(state))
		privacy_bound(w->result->rules, w->score, PRIVACY_INDEX, state,
			      w->figure);
	put_cell(w, state, &out->index);
	mpq_set(out->place, w->figure);
	if (!r->rank_on_exact)
		mpq_set_z(out->place, w->rounded);
	out->band = rank_band(r, w->rounded);
}

static void put_unit(struct unit_work *w, struct public_unit *out)
{
	const struct round *r = w->result->round;
	const struct unit_result *u = &w->result->units[w->score->unit];

	out->status = STATUS_INSUFFICIENT;
	out->band = -1;
	if (w->judged->index == CELL_NONE)
		return;
	out->status = u->status;
	put_index(w, out);
	if (w->judged->index == CELL_SHOWN) {
		memcpy(out->se, u->public_se, sizeof out->se);
		memcpy(out->ci_low, u->public_ci_low, sizeof out->ci_low);
		memcpy(out->ci_high, u->public_ci_high, sizeof out->ci_high);
		out->band_certain = u->band_certain;
	}
	if (u->raters >= r->cell_show)
		out->raters = u->raters;
	out->criteria_counted = u->criteria_counted;
	out->criteria_applicable = u->criteria_applicable;
	put_part(w, w->judged->survey_part, score_survey_part, &out->survey_part);
	put_part(w, w->judged->appraised_part, score_appraised_part,
		 &out->appraised_part);
	for (uint32_t c = 0; c < r->criterion_count; c++) {
		put_criterion(w, c, &out->cells[c]);
		out->prints[c] = w->judged->prints[c];
	}
}

/* The units that show the sheets of one source. */
static int put_source(const struct public_source *sources, uint32_t source,
		      const uint32_t *source_of, struct public_release *out)
{
	const struct result *result = sources[source].result;
	struct privacy_unit judged;
	struct score s;
	struct unit_work w = {.result = result, .score = &s, .judged = &judged};
	int err = score_init(result->rules, &s);

	if (err)
		return err;
	err = privacy_unit_init(result->round, &judged);
	if (err) {
		score_free(result->rules, &s);
		return err;
	}
	mpq_init(w.figure);
	mpz_init(w.rounded);
	for (uint32_t u = 0; u < out->unit_count; u++) {
		if (source_of[u] != source)
			continue;
		score_unit(result->rules, u, &s);
		privacy_unit_judge(result, &s, &judged);
		put_unit(&w, &out->units[u]);
		out->units[u].held_from = sources[source].release;
	}
	mpq_clear(w.figure);
	mpz_clear(w.rounded);
	privacy_unit_free(&judged);
	score_free(result->rules, &s);
	return 0;
}

static int units_open(const struct round *r, struct public_release *out)
{
	size_t cells = r->criterion_count + 1u;

	out->round = r;
	out->units = calloc(r->unit_count + 1u, sizeof *out->units);
	out->items = calloc(r->unit_count + 1u, sizeof *out->items);
	if (!out->units || !out->items)
		return -ENOMEM;
	out->unit_count = r->unit_count;
	for (uint32_t u = 0; u < r->unit_count; u++)
		mpq_inits(out->units[u].place, out->items[u].figure, NULL);
	for (uint32_t u = 0; u < r->unit_count; u++) {
		struct public_unit *unit = &out->units[u];

		unit->cells = calloc(cells, sizeof *unit->cells);
		unit->prints = calloc(cells, sizeof *unit->prints);
		if (!unit->cells || !unit->prints)
			return -ENOMEM;
	}
	return 0;
}

int public_make(const struct public_source *sources, const uint32_t *source_of,
		struct public_release *out)
{
	const struct round *r = sources[0].result->round;
	struct public_release made = {0};
	uint32_t last = 0;
	int err = units_open(r, &made);

	if (!err)
		err = public_round_make(sources[source_of[r->unit_count]].result,
					&made.whole);
	for (uint32_t u = 0; u < r->unit_count; u++)
		last = source_of[u] > last ? source_of[u] : last;
	for (uint32_t i = 0; !err && i <= last; i++)
		err = put_source(sources, i, source_of, &made);
	if (err) {
		public_free(&made);
		return err;
	}
	public_rank(sources, source_of, &made);
	*out = made;
	return 0;
}

void public_free(struct public_release *p)
{
	for (uint32_t u = 0; u < p->unit_count; u++) {
		mpq_clears(p->units[u].place, p->items[u].figure, NULL);
		free(p->units[u].cells);
		free(p->units[u].prints);
	}
	free(p->units);
	free(p->items);
	public_round_free(&p->whole);
	memset(p, 0, sizeof *p);
}
