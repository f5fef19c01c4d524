#include "services/par/scores_out.h"

#include "services/par/json_wire.h"
#include "services/par/words.h"

/* ---- METHOD O5 ---- */

static json_t *annulments(const Par__V1__Response *r)
{
	json_t *a = json_array();
	for (size_t i = 0; i < r->n_annulments; i++) {
		const Par__V1__Annulment *from = r->annulments[i];
		json_t *o = json_object();
		json_object_set_new(o, "reason", json_wire_text(from->reason));
		json_object_set_new(o, "sheets", json_wire_count(from->sheets));
		json_object_set_new(o, "raters", json_wire_count(from->raters));
		json_array_append_new(a, o);
	}
	return a;
}

static json_t *strata(const Par__V1__Response *r)
{
	json_t *a = json_array();
	for (size_t i = 0; i < r->n_strata; i++) {
		const Par__V1__StratumResponse *from = r->strata[i];
		json_t *o = json_object();
		json_object_set_new(o, "name", json_wire_text(from->name));
		json_object_set_new(o, "members", json_wire_count(from->members));
		json_object_set_new(o, "invited", json_wire_count(from->invited));
		json_object_set_new(o, "responded", json_wire_count(from->responded));
		json_object_set_new(o, "weight", json_wire_text(from->weight));
		json_object_set_new(o, "group", json_wire_text(from->group));
		json_array_append_new(a, o);
	}
	return a;
}

static json_t *response(const Par__V1__Response *r)
{
	if (!r)
		return json_null();
	json_t *o = json_object();
	json_object_set_new(o, "invited", json_wire_count(r->invited));
	json_object_set_new(o, "responded", json_wire_count(r->responded));
	json_object_set_new(o, "sheets", json_wire_count(r->sheets));
	json_object_set_new(o, "annulments", annulments(r));
	json_object_set_new(o, "strata", strata(r));
	return o;
}

/* ---- METHOD U5, O3 ---- */

static json_t *blocks(const Par__V1__Scores *s)
{
	json_t *a = json_array();
	for (size_t i = 0; i < s->n_blocks; i++) {
		const Par__V1__BlockScore *from = s->blocks[i];
		json_t *o = json_object();
		json_object_set_new(o, "block", json_wire_text(from->block));
		json_object_set_new(o, "mean_covariance",
				    json_wire_text(from->mean_covariance));
		json_object_set_new(o, "tau2", json_wire_text(from->tau2));
		json_array_append_new(a, o);
	}
	return a;
}

static json_t *fields(const Par__V1__Scores *s)
{
	json_t *a = json_array();
	for (size_t i = 0; i < s->n_fields; i++) {
		json_t *o = json_object();
		json_object_set_new(o, "field", json_wire_text(s->fields[i]->field));
		json_object_set_new(o, "alpha", json_wire_text(s->fields[i]->alpha));
		json_array_append_new(a, o);
	}
	return a;
}

static json_t *flags(const Par__V1__Scores *s)
{
	json_t *a = json_array();
	for (size_t i = 0; i < s->n_flag; i++) {
		const Par__V1__Flag *from = s->flag[i];
		json_t *o = json_object();
		json_object_set_new(o, "kind", json_wire_word(words_flag(from->kind)));
		json_object_set_new(o, "association",
				    json_wire_text(from->association));
		json_object_set_new(o, "unit", json_wire_text(from->unit));
		json_object_set_new(o, "sheets", json_wire_count(from->sheets));
		json_object_set_new(o, "raters", json_wire_count(from->raters));
		json_array_append_new(a, o);
	}
	return a;
}

/* ---- the whole ---- */

static void set_digests(const Par__V1__Scores *s, json_t *o)
{
	json_object_set_new(o, "result_hash", json_wire_hash(s->result_hash));
	json_object_set_new(o, "data_digest", json_wire_hash(s->data_digest));
	json_object_set_new(o, "rules_digest", json_wire_hash(s->rules_digest));
	json_object_set_new(o, "method_digest", json_wire_hash(s->method_digest));
	json_object_set_new(o, "seed", json_wire_seed(s->seed));
}

static void set_sample(const Par__V1__Scores *s, json_t *o)
{
	json_object_set_new(o, "design", json_wire_word(words_design(s->design)));
	json_object_set_new(o, "unweighted", json_boolean(s->unweighted));
	json_object_set_new(o, "merged", json_wire_texts(s->merged, s->n_merged));
	json_object_set_new(o, "thin", json_wire_texts(s->thin, s->n_thin));
	json_object_set_new(o, "not_represented",
			    json_wire_texts(s->not_represented, s->n_not_represented));
	json_object_set_new(o, "response", response(s->response));
	json_object_set_new(o, "flags", flags(s));
	json_object_set_new(o, "associations",
			    json_wire_texts(s->associations, s->n_associations));
}

int scores_out_json(const Par__V1__Scores *s, struct buf *out)
{
	json_t *units = json_array();
	for (size_t i = 0; i < s->n_units; i++)
		json_array_append_new(units, json_wire_unit(s, s->units[i]));
	json_t *o = json_object();
	json_object_set_new(o, "round", json_wire_text(s->round));
	json_object_set_new(o, "title", json_wire_name(s->title));
	json_object_set_new(o, "trial", json_boolean(s->trial));
	json_object_set_new(o, "release", json_wire_place(s->number));
	json_object_set_new(o, "cut", json_wire_cut(s->cut, s->n_cut));
	json_object_set_new(o, "decimals", json_integer(s->decimals));
	set_digests(s, o);
	set_sample(s, o);
	json_object_set_new(o, "blocks", blocks(s));
	json_object_set_new(o, "fields", fields(s));
	json_object_set_new(o, "units", units);
	return json_wire_put(o, out);
}
