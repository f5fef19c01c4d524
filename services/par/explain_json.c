#include "services/par/explain_out.h"

#include "services/par/json_wire.h"
#include "services/par/scores_out.h"
#include "services/par/words.h"

static void set_text(json_t *o, const char *key, ProtobufCBinaryData text)
{
	json_object_set_new(o, key, json_wire_text(text));
}

static void set_count(json_t *o, const char *key, uint64_t v)
{
	json_object_set_new(o, key, json_wire_count(v));
}

static void set_flag(json_t *o, const char *key, bool v)
{
	json_object_set_new(o, key, json_boolean(v));
}

/* ---- 1 weights ---- */

static json_t *groups(const Par__V1__UnitDetail *d)
{
	json_t *a = json_array();
	for (size_t i = 0; i < d->n_groups; i++) {
		const Par__V1__GroupDetail *from = d->groups[i];
		json_t *o = json_object();
		set_text(o, "name", from->name);
		set_count(o, "members", from->members);
		set_count(o, "responded", from->responded);
		set_text(o, "weight", from->weight);
		set_flag(o, "thin", from->thin);
		json_array_append_new(a, o);
	}
	return a;
}

/* ---- 2 leaves and fields ---- */

static json_t *answers(const Par__V1__LeafDetail *l)
{
	json_t *a = json_array();
	for (size_t i = 0; i < l->n_counts_by_group; i++) {
		const Par__V1__CountDetail *from = l->counts_by_group[i];
		json_t *scores = json_array();
		json_t *o = json_object();
		for (size_t y = 0; y < from->n_scores; y++)
			json_array_append_new(scores, json_wire_count(from->scores[y]));
		set_count(o, "group", from->group);
		json_object_set_new(o, "scores", scores);
		set_count(o, "blank", from->blank);
		set_count(o, "no_contact", from->no_contact);
		set_count(o, "dont_know", from->dont_know);
		set_count(o, "refused", from->refused);
		set_count(o, "not_shown", from->not_shown);
		json_array_append_new(a, o);
	}
	return a;
}

static void set_surveyed(const Par__V1__LeafDetail *l, json_t *o)
{
	set_count(o, "clusters", l->clusters);
	set_count(o, "raters", l->raters);
	json_object_set_new(o, "answers", answers(l));
	json_object_set_new(o, "values", json_wire_texts(l->values, l->n_values));
	set_text(o, "sum", l->sum);
	set_text(o, "divisor", l->divisor);
	set_text(o, "weighted_median", l->weighted_median);
	set_text(o, "trimmed_mean", l->trimmed_mean);
	set_text(o, "top2", l->top2);
	set_text(o, "bottom2", l->bottom2);
	set_text(o, "polarisation", l->polarisation);
}

static json_t *leaf(const Par__V1__LeafDetail *l)
{
	json_t *o = json_object();
	set_text(o, "code", l->code);
	json_object_set_new(o, "name", json_wire_name(l->name));
	set_text(o, "field", l->field);
	set_text(o, "points", l->points);
	json_object_set_new(o, "source", json_wire_word(words_source(l->source)));
	set_flag(o, "applies", l->applies);
	set_flag(o, "counts", l->counts);
	set_text(o, "reason", l->reason);
	if (l->source == PAR__V1__SOURCE__SOURCE_SURVEY) {
		set_surveyed(l, o);
	} else {
		set_text(o, "given", l->given);
		set_text(o, "evidence", l->evidence);
		set_text(o, "by", l->by);
	}
	set_text(o, "theta", l->theta);
	set_text(o, "six_decimals", l->six_decimals);
	set_text(o, "min", l->min);
	set_text(o, "max", l->max);
	set_text(o, "scaled", l->scaled);
	return o;
}

static json_t *leaves(const Par__V1__UnitDetail *d)
{
	json_t *a = json_array();
	for (size_t i = 0; i < d->n_leaves; i++)
		json_array_append_new(a, leaf(d->leaves[i]));
	return a;
}

static json_t *fields(const Par__V1__UnitDetail *d)
{
	json_t *a = json_array();
	for (size_t i = 0; i < d->n_fields; i++) {
		const Par__V1__FieldDetail *from = d->fields[i];
		json_t *o = json_object();
		set_text(o, "code", from->code);
		json_object_set_new(o, "name", json_wire_name(from->name));
		set_text(o, "points", from->points);
		set_text(o, "applying", from->applying);
		set_text(o, "counting", from->counting);
		set_flag(o, "enough", from->enough);
		set_text(o, "figure", from->figure);
		set_text(o, "six_decimals", from->six_decimals);
		set_text(o, "weight", from->weight);
		json_array_append_new(a, o);
	}
	return a;
}

static json_t *part(const Par__V1__PartDetail *from)
{
	if (!from)
		return json_null();
	json_t *o = json_object();
	set_text(o, "points", from->points);
	set_text(o, "exact", from->exact);
	set_text(o, "six_decimals", from->six_decimals);
	set_text(o, "figure", from->figure);
	return o;
}

/* ---- 3 index ---- */

static json_t *evidence(const Par__V1__UnitDetail *d)
{
	json_t *a = json_array();
	for (size_t i = 0; i < d->n_evidence; i++) {
		const Par__V1__EvidenceDetail *from = d->evidence[i];
		json_t *o = json_object();
		json_object_set_new(o, "kind",
				    json_string(from->bonus ? "bonus" : "penalty"));
		set_text(o, "points", from->points);
		set_text(o, "evidence", from->evidence);
		set_text(o, "by", from->by);
		json_array_append_new(a, o);
	}
	return a;
}

static json_t *index_steps(const Par__V1__UnitDetail *d)
{
	json_t *o = json_object();
	set_text(o, "weighed", d->weighed);
	set_text(o, "bonus_given", d->bonus_given);
	set_text(o, "bonus_max", d->bonus_max);
	set_text(o, "bonus", d->bonus);
	set_text(o, "penalty_given", d->penalty_given);
	set_text(o, "penalty_max", d->penalty_max);
	set_text(o, "penalty", d->penalty);
	set_flag(o, "clipped", d->clipped);
	set_text(o, "exact", d->exact);
	set_text(o, "six_decimals", d->six_decimals);
	set_text(o, "score", d->unit->score);
	json_object_set_new(o, "evidence", evidence(d));
	return o;
}

static json_t *composite(const Par__V1__UnitDetail *d)
{
	if (d->mode != PAR__V1__MODE__MODE_COMPOSITE)
		return json_null();
	json_t *o = json_object();
	set_text(o, "lo", d->lo);
	set_text(o, "hi", d->hi);
	set_text(o, "factor", d->factor);
	set_flag(o, "minmax", d->minmax);
	return o;
}

/* ---- 5, 6 ---- */

static json_t *uncertainty(const Par__V1__UnitDetail *d)
{
	json_t *o = json_object();
	set_count(o, "clusters", d->clusters);
	set_text(o, "variance", d->variance);
	set_text(o, "median", d->median);
	set_text(o, "stabilised", d->stabilised);
	set_text(o, "se", d->unit->se);
	set_text(o, "ci_low", d->unit->ci_low);
	set_text(o, "ci_high", d->unit->ci_high);
	return o;
}

static json_t *pairs(const Par__V1__UnitDetail *d)
{
	json_t *a = json_array();
	for (size_t i = 0; i < d->n_pairs; i++) {
		const Par__V1__PairDetail *from = d->pairs[i];
		json_t *o = json_object();
		set_text(o, "unit", from->unit);
		set_text(o, "score", from->score);
		set_text(o, "difference", from->difference);
		set_text(o, "difference_six_decimals", from->difference_six);
		set_text(o, "variance", from->variance);
		set_text(o, "covariance", from->covariance);
		set_text(o, "se", from->se);
		set_flag(o, "surely_better", from->surely_better);
		set_flag(o, "surely_worse", from->surely_worse);
		json_array_append_new(a, o);
	}
	return a;
}

static json_t *associations(const Par__V1__UnitDetail *d)
{
	json_t *a = json_array();
	for (size_t i = 0; i < d->n_associations; i++) {
		const Par__V1__AssociationDetail *from = d->associations[i];
		json_t *o = json_object();
		set_text(o, "association", from->association);
		set_count(o, "raters", from->raters);
		set_text(o, "weight_share", from->weight_share);
		json_array_append_new(a, o);
	}
	return a;
}

/* ---- the whole ---- */

static void set_head(const struct inspected *i, json_t *o)
{
	const Par__V1__Scores *s = i->scores;
	set_text(o, "round", s->round);
	json_object_set_new(o, "title", json_wire_name(s->title));
	set_flag(o, "trial", s->trial);
	json_object_set_new(o, "release", json_wire_place(s->number));
	json_object_set_new(o, "cut", json_wire_cut(s->cut, s->n_cut));
	json_object_set_new(o, "result_hash", json_wire_hash(s->result_hash));
	json_object_set_new(o, "data_digest", json_wire_hash(s->data_digest));
	json_object_set_new(o, "rules_digest", json_wire_hash(s->rules_digest));
	json_object_set_new(o, "method_digest", json_wire_hash(s->method_digest));
	json_object_set_new(o, "seed", json_wire_seed(s->seed));
	json_object_set_new(o, "design", json_wire_word(words_design(s->design)));
	set_flag(o, "unweighted", s->unweighted);
}

int explain_out_json(const struct inspected *i, struct buf *out)
{
	const Par__V1__UnitDetail *d = i->unit;
	json_t *o = json_object();
	set_head(i, o);
	json_object_set_new(o, "mode", json_wire_word(words_mode(d->mode)));
	json_object_set_new(o, "composite", composite(d));
	set_count(o, "full_rank", d->full_rank);
	set_count(o, "minimum_rank", d->rank);
	set_count(o, "decimals", d->decimals);
	json_object_set_new(o, "unit", json_wire_unit(i->scores, d->unit));
	json_object_set_new(o, "groups", groups(d));
	json_object_set_new(o, "leaves", leaves(d));
	json_object_set_new(o, "fields", fields(d));
	json_object_set_new(o, "survey_part", part(d->survey_part));
	json_object_set_new(o, "appraised_part", part(d->appraised_part));
	json_object_set_new(o, "index", index_steps(d));
	json_object_set_new(o, "uncertainty", uncertainty(d));
	json_object_set_new(o, "pairs", pairs(d));
	json_object_set_new(o, "associations", associations(d));
	return json_wire_put(o, out);
}
