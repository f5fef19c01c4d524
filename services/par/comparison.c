#include "services/par/comparison.h"

#include "common/base/err.h"
#include "common/round/proto.h"
#include "services/par/explain_internal.h"
#include "services/par/fraction.h"
#include "services/par/grid.h"
#include "services/par/json_wire.h"
#include "services/par/scores_out.h"
#include "services/par/show.h"

#include <inttypes.h>

enum { CELL = 1100, COLUMNS = 3 };

/* ---- making one ---- */

static const Par__V1__UnitScore *find_unit(const Par__V1__Scores *s, struct bytes code)
{
	for (size_t i = 0; i < s->n_units; i++) {
		if (bytes_equal(proto_bytes(s->units[i]->unit), code))
			return s->units[i];
	}
	return NULL;
}

static const Par__V1__PairDetail *find_pair(const Par__V1__UnitDetail *d,
					    struct bytes code)
{
	for (size_t i = 0; i < d->n_pairs; i++) {
		if (bytes_equal(proto_bytes(d->pairs[i]->unit), code))
			return d->pairs[i];
	}
	return NULL;
}

static enum order order_of(const struct comparison *c)
{
	if (!bytes_equal(proto_bytes(c->first->block), proto_bytes(c->second->block)))
		return ORDER_OTHER_BLOCK;
	if (c->first->rank == 0 || c->second->rank == 0 || !c->pair)
		return ORDER_NONE;
	if (c->pair->surely_better)
		return ORDER_BETTER;
	return c->pair->surely_worse ? ORDER_WORSE : ORDER_NOT_CERTAIN;
}

int comparison_make(const struct inspected *result, const char *second,
		    struct comparison *out)
{
	struct bytes code = bytes_str(second);
	struct comparison c = {.result = result,
			       .first = result->unit->unit,
			       .second = find_unit(result->scores, code),
			       .pair = find_pair(result->unit, code)};
	if (!c.second)
		return ERR_NOT_FOUND;
	c.order = order_of(&c);
	*out = c;
	return 0;
}

/* ---- table ---- */

static void put_texts(struct grid *g, const char *label, ProtobufCBinaryData first,
		      ProtobufCBinaryData second)
{
	char text[CELL];
	grid_put(g, label);
	grid_put(g, show_text(first, text, sizeof text));
	grid_put(g, show_text(second, text, sizeof text));
}

static void put_place(struct grid *g, uint32_t place)
{
	if (place > 0)
		grid_put_number(g, place);
	else
		grid_put(g, "");
}

static void put_places(const struct comparison *c, struct grid *g)
{
	char set[SCORES_SET];
	grid_put(g, "rank");
	put_place(g, c->first->rank);
	put_place(g, c->second->rank);
	grid_put(g, "places it may be (U3)");
	grid_put(g, scores_rank_set(c->first->rank_low, c->first->rank_high, set));
	grid_put(g, scores_rank_set(c->second->rank_low, c->second->rank_high, set));
	grid_put(g, "status");
	grid_put(g, scores_status(c->first->status));
	grid_put(g, scores_status(c->second->status));
}

static int print_units(const struct comparison *c, FILE *out)
{
	char six[FIGURE_TEXT];
	struct grid g;
	grid_init(&g, COLUMNS, 0);
	put_texts(&g, "unit", c->first->unit, c->second->unit);
	put_texts(&g, "name", show_name(c->first->name), show_name(c->second->name));
	put_texts(&g, "figure", c->first->score, c->second->score);
	put_places(c, &g);
	if (c->pair) {
		grid_put(&g, "variance V (U1)");
		grid_put(&g, fraction_six(c->result->unit->variance, six));
		grid_put(&g, fraction_six(c->pair->variance, six));
	}
	return grid_print(&g, 0, out);
}

static void print_pair(const struct comparison *c, FILE *out)
{
	char se[CELL];
	fputc('\n', out);
	explain_step(out, "difference of the exact figures", c->pair->difference);
	explain_step(out, "covariance (U1)", c->pair->covariance);
	show_text(c->pair->se, se, sizeof se);
	fprintf(out, "  %-34s %s\n", "SE of the difference", se[0] ? se : "none");
	fputs("    = root of V + V - 2 covariance; both rest on the same raters\n",
	      out);
}

static void print_head(const Par__V1__Scores *s, ProtobufCBinaryData block, FILE *out)
{
	char text[CELL];
	fprintf(out, "%s%s", s->trial ? "TRIAL: " : "",
		show_text(show_name(s->title), text, sizeof text));
	if (s->number > 0)
		fprintf(out, ", release %" PRIu32, s->number);
	else
		fputs(", draft", out);
	fprintf(out, ", block %s\n\n", show_text(block, text, sizeof text));
}

int comparison_table(const struct comparison *c, enum language language, FILE *out)
{
	const Par__V1__Scores *s = c->result->scores;
	struct buf sentence;
	buf_init(&sentence, COMPARISON_TEXT_MAX);
	int err = comparison_sentence(c, language, &sentence);
	if (err == 0) {
		print_head(s, c->first->block, out);
		err = print_units(c, out);
	}
	if (err == 0) {
		if (c->pair)
			print_pair(c, out);
		fprintf(out, "\n%.*s\n", (int)sentence.len,
			(const char *)sentence.data);
		fprintf(out, "%s %s\n", words_basis(language, s->design),
			words_cover(language));
	}
	buf_free(&sentence);
	return err;
}

/* ---- json ---- */

static json_t *unit_json(const struct comparison *c, const Par__V1__UnitScore *u,
			 ProtobufCBinaryData variance)
{
	json_t *o = json_wire_unit(c->result->scores, u);
	json_object_set_new(o, "variance", json_wire_text(variance));
	return o;
}

static json_t *units_json(const struct comparison *c)
{
	const ProtobufCBinaryData none = {0};
	json_t *a = json_array();
	json_array_append_new(a, unit_json(c, c->first, c->result->unit->variance));
	json_array_append_new(
	    a, unit_json(c, c->second, c->pair ? c->pair->variance : none));
	return a;
}

static json_t *pair_json(const Par__V1__PairDetail *pair)
{
	if (!pair)
		return json_null();
	json_t *o = json_object();
	json_object_set_new(o, "exact", json_wire_text(pair->difference));
	json_object_set_new(o, "six_decimals", json_wire_text(pair->difference_six));
	json_object_set_new(o, "covariance", json_wire_text(pair->covariance));
	json_object_set_new(o, "se", json_wire_text(pair->se));
	return o;
}

static void set_result(const Par__V1__Scores *s, json_t *o)
{
	json_object_set_new(o, "round", json_wire_text(s->round));
	json_object_set_new(o, "title", json_wire_name(s->title));
	json_object_set_new(o, "trial", json_boolean(s->trial));
	json_object_set_new(o, "release", json_wire_place(s->number));
	json_object_set_new(o, "cut", json_wire_cut(s->cut, s->n_cut));
	json_object_set_new(o, "result_hash", json_wire_hash(s->result_hash));
	json_object_set_new(o, "design", json_wire_word(words_design(s->design)));
}

int comparison_json(const struct comparison *c, enum language language, struct buf *out)
{
	static const char *const orders[] = {
	    [ORDER_BETTER] = "surely_better",    [ORDER_WORSE] = "surely_worse",
	    [ORDER_NOT_CERTAIN] = "not_certain", [ORDER_NONE] = "none",
	    [ORDER_OTHER_BLOCK] = "other_block",
	};
	struct buf sentence;
	buf_init(&sentence, COMPARISON_TEXT_MAX);
	int err = comparison_sentence(c, language, &sentence);
	if (err == 0) {
		json_t *o = json_object();
		set_result(c->result->scores, o);
		json_object_set_new(o, "units", units_json(c));
		json_object_set_new(o, "difference", pair_json(c->pair));
		json_object_set_new(o, "order", json_string(orders[c->order]));
		json_object_set_new(
		    o, "sentence",
		    json_stringn((const char *)sentence.data, sentence.len));
		err = json_wire_put(o, out);
	}
	buf_free(&sentence);
	return err;
}
