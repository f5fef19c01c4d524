#include "tests/oracle/report.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/method/flags.h"
#include "common/method/leave_out.h"
#include "common/method/reliability.h"
#include "common/method/response.h"
#include "common/method/robust.h"
#include "common/method/uncertainty.h"

enum { KEY = 512 };

static const char *const statuses[] = {"ranked", "ranked_warning", "insufficient"};
static const char *const states[] = {"none", "shown", "no_se", "high", "low", "hidden"};
static const char *const kinds[] = {"identical", "crowd", "straight"};

static void put(json_t *o, const char *key, json_t *value)
{
	int err = json_object_set_new(o, key, value);

	assert(err == 0);
}

static void put_text(json_t *o, const char *key, const char *text)
{
	put(o, key, json_string(text));
}

static void put_number(json_t *o, const char *key, uint64_t number)
{
	put(o, key, json_integer((json_int_t)number));
}

static void put_exact(json_t *o, const char *key, const mpq_t x)
{
	char *text = mpq_get_str(NULL, 10, x);

	put_text(o, key, text);
	free(text);
}

/* Millionths. */
static void put_micro(json_t *o, const char *key, int64_t micro)
{
	mpq_t x;

	mpq_init(x);
	mpq_set_si(x, micro, DECIMAL_ONE);
	mpq_canonicalize(x);
	put_exact(o, key, x);
	mpq_clear(x);
}

static json_t *names(char *const *list, uint32_t count)
{
	json_t *array = json_array();

	for (uint32_t i = 0; i < count; i++)
		json_array_append_new(array, json_string(list[i]));
	return array;
}

static const char *pair(char key[KEY], const char *first, const char *second)
{
	snprintf(key, KEY, "%s %s", first, second);
	return key;
}

static void put_parts(const struct result *r, const struct score *s, json_t *o)
{
	struct score_part part;

	mpq_init(part.index);
	score_survey_part(r->rules, s, &part);
	put_text(o, "survey_part", "");
	if (part.has_figure)
		put_exact(o, "survey_part", part.index);
	score_appraised_part(r->rules, s, &part);
	put_text(o, "appraised_part", "");
	if (part.has_figure)
		put_exact(o, "appraised_part", part.index);
	mpq_clear(part.index);
}

static void put_fields(const struct result *r, const struct score *s, json_t *o)
{
	json_t *fields = json_object();
	mpq_t figure;

	mpq_init(figure);
	for (uint32_t c = 0; c < r->round->criterion_count; c++) {
		const struct criterion *f = &r->round->criteria[c];

		if (f->parent >= 0 || s->fields[c].applying == 0)
			continue;
		put_text(fields, f->code, "");
		if (score_field_figure(r->rules, s, c, figure))
			put_exact(fields, f->code, figure);
	}
	mpq_clear(figure);
	put(o, "fields", fields);
}

static void put_leaves(const struct result *r, const struct score *s, json_t *o)
{
	json_t *theta = json_object(), *value = json_object();
	mpq_t x;

	mpq_init(x);
	for (uint32_t c = 0; c < r->round->criterion_count; c++) {
		if (!r->round->criteria[c].leaf || !s->leaves[c].counts)
			continue;
		put_exact(theta, r->round->criteria[c].code, s->leaves[c].theta);
		score_leaf_value(r->rules, s, c, x);
		put_exact(value, r->round->criteria[c].code, x);
	}
	mpq_clear(x);
	put(o, "theta", theta);
	put(o, "value", value);
}

static void put_figures(const struct unit_result *u, json_t *o)
{
	put_text(o, "exact", u->exact);
	put_text(o, "score", u->score);
	put_text(o, "status", statuses[u->status]);
	put_number(o, "rank", u->rank);
	put_number(o, "rank_low", u->rank_low);
	put_number(o, "rank_high", u->rank_high);
	put(o, "band", json_integer(u->band));
	put(o, "band_certain", json_boolean(u->band_certain));
	put_text(o, "se", u->se);
	put_text(o, "ci_low", u->ci_low);
	put_text(o, "ci_high", u->ci_high);
	put_text(o, "public_se", u->public_se);
	put_text(o, "public_ci_low", u->public_ci_low);
	put_text(o, "public_ci_high", u->public_ci_high);
	put_number(o, "raters", u->raters);
	put_number(o, "criteria_counted", u->criteria_counted);
	put_number(o, "criteria_applicable", u->criteria_applicable);
}

static json_t *unit_object(const struct result *r, uint32_t u, struct score *s)
{
	struct score_extra extra;
	json_t *o = json_object();

	score_unit(r->rules, u, s);
	put_figures(&r->units[u], o);
	put_exact(o, "variance", r->exact[u].variance);
	put_exact(o, "stabilised", r->exact[u].stabilised);
	put_parts(r, s, o);
	put_fields(r, s, o);
	put_leaves(r, s, o);
	score_extra(r->rules, s, &extra);
	put_micro(o, "bonus", extra.bonus);
	put_micro(o, "penalty", extra.penalty);
	return o;
}

static void put_units(const struct result *r, json_t *o)
{
	json_t *units = json_object();
	struct score s;
	int err = score_init(r->rules, &s);

	assert(err == 0);
	for (uint32_t u = 0; u < r->unit_count; u++)
		put(units, r->round->units[u].code, unit_object(r, u, &s));
	score_free(r->rules, &s);
	put(o, "units", units);
}

static void put_pairs(const struct result *r, uint32_t b, json_t *o)
{
	const struct block_result *block = &r->blocks[b];
	json_t *covariance = json_object(), *better = json_array();
	char key[KEY];
	mpq_t v;

	mpq_init(v);
	for (uint32_t i = 0; i < block->count * block->count; i++) {
		uint32_t u = i / block->count, t = i % block->count;

		pair(key, r->round->units[block->units[u]].code,
		     r->round->units[block->units[t]].code);
		if (result_covariance(r, b, u, t, v))
			put_exact(covariance, key, v);
		if (block->better[i])
			json_array_append_new(better, json_string(key));
	}
	mpq_clear(v);
	put(o, "covariance", covariance);
	put(o, "better", better);
}

static void put_blocks(const struct result *r, json_t *o)
{
	json_t *blocks = json_object();

	for (uint32_t b = 0; b < r->round->block_count; b++) {
		json_t *block = json_object(), *units = json_array();

		for (uint32_t i = 0; i < r->blocks[b].count; i++)
			json_array_append_new(
			    units,
			    json_string(r->round->units[r->blocks[b].units[i]].code));
		put(block, "units", units);
		put_exact(block, "median", r->blocks[b].median);
		put_pairs(r, b, block);
		put(blocks, r->round->blocks[b].name, block);
	}
	put(o, "blocks", blocks);
}

static json_t *robust_object(const struct robust_leaf *l)
{
	json_t *o = json_object();

	put_exact(o, "median", l->median);
	put_exact(o, "trimmed", l->trimmed);
	put_text(o, "top2", "");
	put_text(o, "bottom2", "");
	if (l->has_shares) {
		put_exact(o, "top2", l->top2);
		put_exact(o, "bottom2", l->bottom2);
	}
	put_exact(o, "polarisation", l->polarisation);
	return o;
}

static void put_robust(const struct result *r, json_t *o)
{
	json_t *leaves = json_object();
	struct robust_leaf l;
	struct score s;
	char key[KEY];
	int err = score_init(r->rules, &s);

	assert(err == 0);
	robust_init(&l);
	for (uint32_t u = 0; u < r->unit_count; u++) {
		score_unit(r->rules, u, &s);
		for (uint32_t a = 0; a < r->round->answer_count; a++) {
			robust_leaf(r->rules, &s, a, &l);
			if (l.any)
				put(leaves,
				    pair(
					key, r->round->units[u].code,
					r->round->criteria[r->round->surveyed[a]].code),
				    robust_object(&l));
		}
	}
	robust_clear(&l);
	score_free(r->rules, &s);
	put(o, "robust", leaves);
}

static json_t *leave_out_object(const struct leave_out *l, uint32_t u)
{
	const struct leave_out_unit *unit = &l->units[u];
	json_t *o = json_object(), *rows = json_object();

	for (size_t i = unit->first; i < unit->first + unit->count; i++) {
		const struct leave_out_row *row = &l->rows[i];
		json_t *cells = json_object();

		put_number(cells, "raters", row->raters);
		put_exact(cells, "share", row->share);
		put(cells, "no_figure", json_boolean(row->no_figure));
		put_exact(cells, "change", row->change);
		put(rows, l->associations.labels[row->association], cells);
	}
	put(o, "rows", rows);
	put_text(o, "largest",
		 unit->largest == NULL
		     ? ""
		     : l->associations.labels[unit->largest->association]);
	put_exact(o, "effective", unit->effective);
	return o;
}

static void put_leave_out(struct result *r, json_t *o)
{
	json_t *units = json_object();
	struct leave_out l;
	int err = leave_out_compute(r, &l);

	assert(err == 0);
	for (uint32_t u = 0; l.units != NULL && u < r->unit_count; u++)
		put(units, r->round->units[u].code, leave_out_object(&l, u));
	leave_out_free(&l);
	put(o, "leave_out", units);
}

static void put_flags(const struct result *r, json_t *o)
{
	json_t *rows = json_object();
	struct flags f;
	char key[KEY], head[KEY / 2];
	int err = flags_find(r->sample, &f);

	assert(err == 0);
	for (size_t i = 0; i < f.row_count; i++) {
		const struct flag_row *row = &f.rows[i];
		json_t *count = json_object();

		put_number(count, "sheets", row->count.sheets);
		put_number(count, "raters", row->count.raters);
		snprintf(head, sizeof head, "%s %s", kinds[row->kind],
			 f.associations.labels[row->association]);
		put(rows, pair(key, head, r->round->units[row->unit].code), count);
	}
	flags_free(&f);
	put(o, "flags", rows);
}

static json_t *reliability_block_object(const struct reliability_block *b)
{
	json_t *o = json_object();

	put_number(o, "units", b->units);
	put_text(o, "mean", "");
	if (b->has_covariance)
		put(o, "mean", json_real(b->mean_covariance));
	put_text(o, "tau2", "");
	if (b->any)
		put(o, "tau2", json_real(b->tau2));
	return o;
}

static void put_alpha(const struct round *round, const struct reliability *l, json_t *o)
{
	json_t *alpha = json_object();

	for (uint32_t c = 0; c < round->criterion_count; c++) {
		json_t *field = json_object();

		if (round->criteria[c].parent >= 0 || !l->fields[c].any) {
			json_decref(field);
			continue;
		}
		put_number(field, "sheets", l->fields[c].sheets);
		put_exact(field, "alpha", l->fields[c].alpha);
		put(alpha, round->criteria[c].code, field);
	}
	put(o, "alpha", alpha);
}

static void put_reliability(const struct result *r, json_t *o)
{
	json_t *all = json_object(), *blocks = json_object(), *rho = json_object();
	struct reliability l;
	int err = reliability_compute(r, &l);

	assert(err == 0);
	for (uint32_t b = 0; b < r->round->block_count; b++)
		put(blocks, r->round->blocks[b].name,
		    reliability_block_object(&l.blocks[b]));
	for (uint32_t u = 0; u < r->unit_count; u++) {
		if (l.rho[u] >= 0)
			put(rho, r->round->units[u].code, json_real(l.rho[u]));
	}
	put(all, "blocks", blocks);
	put(all, "rho", rho);
	put_alpha(r->round, &l, all);
	reliability_free(&l);
	put(o, "reliability", all);
}

static json_t *response_unit_object(const struct response_unit *u)
{
	json_t *o = json_object();
	mpq_t rate;

	mpq_init(rate);
	put_number(o, "sheets", u->sheets);
	put_number(o, "shown", u->shown);
	put_number(o, "no_contact", u->no_contact);
	put_number(o, "dont_know", u->dont_know);
	put_text(o, "contact_rate", "");
	if (response_contact_rate(u, rate))
		put_exact(o, "contact_rate", rate);
	put_text(o, "dont_know_rate", "");
	if (response_dont_know_rate(u, rate))
		put_exact(o, "dont_know_rate", rate);
	mpq_clear(rate);
	return o;
}

static void put_response(const struct result *r, json_t *o)
{
	json_t *all = json_object(), *units = json_object(), *annulled = json_object();
	struct response p;
	int err = response_count(r, &p);

	assert(err == 0);
	put_number(all, "invited", p.invited);
	put_number(all, "responded", p.responded);
	put_number(all, "sheets", p.sheets);
	for (uint32_t u = 0; u < p.unit_count; u++)
		put(units, r->round->units[u].code, response_unit_object(&p.units[u]));
	for (size_t i = 0; i < r->sample->annulment_count; i++) {
		const struct sample_annulment *a = &r->sample->annulments[i];
		json_t *count = json_object();

		put_number(count, "sheets", a->sheets);
		put_number(count, "raters", a->raters);
		put(annulled, a->reason, count);
	}
	put(all, "units", units);
	put(all, "annulled", annulled);
	response_free(&p);
	put(o, "response", all);
}

static void put_uncertainty(const struct result *r, json_t *o)
{
	json_t *units = json_object();
	struct uncertainty_unit *list = calloc(r->unit_count, sizeof *list);
	int err;

	assert(list != NULL);
	err = uncertainty_compute(r, UNCERTAINTY_DRAWS, list);
	assert(err == 0);
	for (uint32_t u = 0; u < r->unit_count; u++) {
		json_t *places = json_object();

		if (list[u].median == 0) {
			json_decref(places);
			continue;
		}
		put_number(places, "median", list[u].median);
		put_number(places, "p5", list[u].low);
		put_number(places, "p95", list[u].high);
		put(units, r->round->units[u].code, places);
	}
	free(list);
	put(o, "uncertainty", units);
}

static json_t *cell_object(const struct public_cell *c)
{
	json_t *o = json_object();

	put_text(o, "state", states[c->state]);
	put_text(o, "text", c->text);
	return o;
}

static json_t *public_unit_object(const struct round *round,
				  const struct public_unit *u)
{
	json_t *o = json_object(), *cells = json_object();

	put_text(o, "status", statuses[u->status]);
	if (u->status == STATUS_INSUFFICIENT) {
		json_decref(cells);
		return o;
	}
	put(o, "index", cell_object(&u->index));
	put_number(o, "rank", u->rank);
	put_number(o, "rank_low", u->rank_low);
	put_number(o, "rank_high", u->rank_high);
	put(o, "band", json_integer(u->band));
	put(o, "band_certain", json_boolean(u->band_certain));
	put_text(o, "se", u->se);
	put_text(o, "ci_low", u->ci_low);
	put_text(o, "ci_high", u->ci_high);
	put_number(o, "raters", u->raters);
	put_number(o, "criteria_counted", u->criteria_counted);
	put_number(o, "criteria_applicable", u->criteria_applicable);
	put(o, "survey_part", cell_object(&u->survey_part));
	put(o, "appraised_part", cell_object(&u->appraised_part));
	for (uint32_t c = 0; c < round->criterion_count; c++) {
		if (u->cells[c].state != CELL_NONE)
			put(cells, round->criteria[c].code, cell_object(&u->cells[c]));
	}
	put(o, "cells", cells);
	put_number(o, "held_from", u->held_from);
	return o;
}

static void put_public(const struct result *r, const struct public_release *public,
		       json_t *o)
{
	json_t *units = json_object();

	for (uint32_t u = 0; u < public->unit_count; u++)
		put(units, r->round->units[u].code,
		    public_unit_object(r->round, &public->units[u]));
	put(o, "public", units);
}

static void put_public_round(const struct public_round *whole, json_t *o)
{
	json_t *round = json_object(), *annulments = json_object();

	put_number(round, "respondents_tens", whole->respondents_tens);
	put(round, "merged", names(whole->merged.list, whole->merged.count));
	put(round, "thin", names(whole->thin.list, whole->thin.count));
	put(round, "not_represented",
	    names(whole->not_represented.list, whole->not_represented.count));
	for (size_t i = 0; i < whole->annulment_count; i++)
		put_number(annulments, whole->annulments[i].reason,
			   whole->annulments[i].sheets);
	put(round, "annulments", annulments);
	put(o, "public_round", round);
}

json_t *report_cut(struct result *r, const struct public_release *public)
{
	char seed[32];
	json_t *o = json_object();

	snprintf(seed, sizeof seed, "%" PRIu64, r->seed);
	put_text(o, "seed", seed);
	put_number(o, "clusters", r->clusters);
	put_number(o, "respondents", r->respondents);
	put(o, "unweighted", json_boolean(r->unweighted));
	put(o, "merged", names(r->merged, r->merged_count));
	put(o, "thin", names(r->thin, r->thin_count));
	put(o, "not_represented", names(r->not_represented, r->not_represented_count));
	put_units(r, o);
	put_blocks(r, o);
	put_robust(r, o);
	put_leave_out(r, o);
	put_flags(r, o);
	put_reliability(r, o);
	put_response(r, o);
	put_uncertainty(r, o);
	put_public(r, public, o);
	put_public_round(&public->whole, o);
	return o;
}
