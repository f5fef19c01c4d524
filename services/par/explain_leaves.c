/* Section 2: each criterion from its answers or appraisals, each field from those. */

#include "services/par/explain_internal.h"

#include "common/round/model.h"
#include "common/round/proto.h"
#include "services/par/fraction.h"
#include "services/par/grid.h"
#include "services/par/show.h"
#include "services/par/words.h"

#include <inttypes.h>

enum { KINDS = 5, COUNT_LEFT = 1, PRODUCT_COLUMNS = 5, PERCENT = 100 };

static bool is_composite(const Par__V1__UnitDetail *d)
{
	return d->mode == PAR__V1__MODE__MODE_COMPOSITE;
}

/* ---- answers (S1, S3) ---- */

static void put_count_head(const Par__V1__LeafDetail *l, struct grid *g)
{
	static const char *const kinds[KINDS] = {"blank", "no contact", "don't know",
						 "refused", "not shown"};
	char text[FRACTION_CUT];
	grid_put(g, "group");
	for (size_t y = 0; y < l->n_values; y++)
		grid_put_number(g, y + 1);
	for (size_t k = 0; k < KINDS; k++)
		grid_put(g, kinds[k]);
	grid_put(g, "value v (S1)");
	for (size_t y = 0; y < l->n_values; y++)
		grid_put(g, fraction_cut(l->values[y], text));
	for (size_t k = 0; k < KINDS; k++)
		grid_put(g, "");
}

static void put_counts(const char *name, const Par__V1__CountDetail *c, struct grid *g)
{
	const uint64_t kinds[KINDS] = {c->blank, c->no_contact, c->dont_know,
				       c->refused, c->not_shown};
	grid_put(g, name);
	for (size_t y = 0; y < c->n_scores; y++)
		grid_put_number(g, c->scores[y]);
	for (size_t k = 0; k < KINDS; k++)
		grid_put_number(g, kinds[k]);
}

static bool has_answers(const Par__V1__CountDetail *c)
{
	uint64_t sum =
	    c->blank + c->no_contact + c->dont_know + c->refused + c->not_shown;
	for (size_t y = 0; y < c->n_scores; y++)
		sum += c->scores[y];
	return sum > 0;
}

/* A row for each group with an answer; what the scorer sent wrongly is left out. */
static int print_counts(const Par__V1__UnitDetail *d, const Par__V1__LeafDetail *l,
			FILE *out)
{
	char name[EXPLAIN_CELL];
	struct grid g;
	if (l->n_values > MODEL_LEVELS_MAX)
		return 0;
	grid_init(&g, 1 + l->n_values + KINDS, 4);
	put_count_head(l, &g);
	for (size_t i = 0; i < l->n_counts_by_group; i++) {
		const Par__V1__CountDetail *c = l->counts_by_group[i];
		if (c->group >= d->n_groups || c->n_scores != l->n_values ||
		    !has_answers(c))
			continue;
		show_text(d->groups[c->group]->name, name, sizeof name);
		put_counts(name[0] ? name : "all", c, &g);
	}
	return grid_print(&g, ~(unsigned)COUNT_LEFT, out);
}

static void print_column(FILE *out, const char *label, ProtobufCBinaryData text)
{
	char cell[EXPLAIN_CELL];
	if (text.len > 0)
		fprintf(out, ", %s %s", label, show_text(text, cell, sizeof cell));
}

/* O1. */
static void print_robust(const Par__V1__LeafDetail *l, FILE *out)
{
	char cell[EXPLAIN_CELL];
	if (l->weighted_median.len == 0)
		return;
	fprintf(out, "    beside it (O1): weighted median %s",
		show_text(l->weighted_median, cell, sizeof cell));
	print_column(out, "trimmed mean", l->trimmed_mean);
	print_column(out, "best two", l->top2);
	print_column(out, "worst two", l->bottom2);
	print_column(out, "polarisation", l->polarisation);
	fputc('\n', out);
}

static int print_surveyed(const Par__V1__UnitDetail *d, const Par__V1__LeafDetail *l,
			  FILE *out)
{
	int err = print_counts(d, l, out);
	if (err != 0)
		return err;
	fprintf(out,
		"    raters who scored it: %" PRIu64 ", in clusters: %" PRIu32 "\n",
		l->raters, l->clusters);
	explain_step(out, "  sum of w v n", l->sum);
	explain_step(out, "  D = sum of w n", l->divisor);
	if (l->counts)
		explain_step(out, "  theta = sum / D (S3)", l->theta);
	print_robust(l, out);
	return 0;
}

/* ---- appraised and measured (S4) ---- */

static void print_given(const Par__V1__LeafDetail *l, FILE *out)
{
	bool appraised = l->source == PAR__V1__SOURCE__SOURCE_APPRAISED;
	char given[FRACTION_CUT], text[EXPLAIN_CELL];
	if (l->given.len == 0)
		return;
	fprintf(out, "    %s %s", appraised ? "points given" : "value",
		fraction_cut(l->given, given));
	if (l->evidence.len > 0)
		fprintf(out, ", evidence: %s",
			show_text(l->evidence, text, sizeof text));
	if (l->by.len > 0)
		fprintf(out, ", by %s", show_text(l->by, text, sizeof text));
	fputc('\n', out);
	explain_step(out,
		     appraised ? "  theta = 100 given / points (S4)"
			       : "  theta by its lo and hi (S4)",
		     l->theta);
}

/* ---- the composite scale (S6) ---- */

static void print_scaled(const Par__V1__UnitDetail *d, const Par__V1__LeafDetail *l,
			 FILE *out)
{
	if (!is_composite(d) || !l->counts)
		return;
	if (d->minmax) {
		explain_step(out, "  min of theta in the block (S6)", l->min);
		explain_step(out, "  max of theta in the block", l->max);
	}
	explain_step(out,
		     d->minmax ? "  s = lo+(hi-lo)(theta-min)/(max-min)"
			       : "  s = lo+(hi-lo) theta/100 (S6)",
		     l->scaled);
}

/* ---- a criterion ---- */

static int print_leaf(const Par__V1__UnitDetail *d, const Par__V1__LeafDetail *l,
		      FILE *out)
{
	char code[EXPLAIN_CELL], name[EXPLAIN_CELL], points[FIGURE_TEXT];
	fprintf(out, "\n  %s %s: %s points, %s\n",
		show_text(l->code, code, sizeof code),
		show_text(show_name(l->name), name, sizeof name),
		fraction_six(l->points, points), words_source(l->source));
	if (!l->applies) {
		fputs(
		    "    does not apply to this unit: its points are taken out (S7)\n",
		    out);
		return 0;
	}
	int err = 0;
	if (l->source == PAR__V1__SOURCE__SOURCE_SURVEY)
		err = print_surveyed(d, l, out);
	else
		print_given(l, out);
	if (!l->counts)
		fprintf(out,
			"    left out: %s (%s); its points go to the rest of its field "
			"(S7)\n",
			show_text(l->reason, name, sizeof name),
			l->source == PAR__V1__SOURCE__SOURCE_SURVEY ? "S5" : "S4");
	print_scaled(d, l, out);
	return err;
}

/* ---- a field (S5, S6, S7) ---- */

/* What the rows of a field add up to, over the leaves that count. */
struct field_sum {
	bool composite; /* the scale is that of S6, not 100 */
	mpq_t points, product;
};

/* Points times what the leaf is worth: of 100 in mode points, of the scale else. */
static void put_product(const Par__V1__LeafDetail *l, struct field_sum *sum,
			struct grid *g)
{
	char text[FIGURE_TEXT] = "";
	mpq_t points, x;
	mpq_inits(points, x, NULL);
	if (fraction_read(l->points, points) &&
	    fraction_read(sum->composite ? l->scaled : l->theta, x)) {
		mpq_add(sum->points, sum->points, points);
		mpq_mul(x, x, points);
		mpq_set_ui(points, sum->composite ? 1 : PERCENT, 1);
		mpq_div(x, x, points);
		mpq_add(sum->product, sum->product, x);
		fraction_six_of(x, text);
	}
	mpq_clears(points, x, NULL);
	grid_put(g, text);
}

static void put_leaf_row(const Par__V1__LeafDetail *l, struct field_sum *sum,
			 struct grid *g)
{
	char code[EXPLAIN_CELL], six[FIGURE_TEXT];
	grid_put(g, show_text(l->code, code, sizeof code));
	grid_put(g, fraction_six(l->points, six));
	if (l->counts) {
		grid_put(g, fraction_six(sum->composite ? l->scaled : l->theta, six));
		put_product(l, sum, g);
		grid_put(g, "");
	} else {
		grid_put(g, "");
		grid_put(g, "");
		grid_put(g, l->applies ? "left out" : "does not apply");
	}
}

static void put_sum(const struct field_sum *sum, struct grid *g)
{
	char six[FIGURE_TEXT];
	grid_put(g, "sum");
	grid_put(g, fraction_six_of(sum->points, six));
	grid_put(g, "");
	grid_put(g, fraction_six_of(sum->product, six));
	grid_put(g, "of those that count");
}

static int print_field_rows(const Par__V1__UnitDetail *d, const Par__V1__FieldDetail *f,
			    FILE *out)
{
	struct field_sum sum = {.composite = is_composite(d)};
	struct grid g;
	grid_init(&g, PRODUCT_COLUMNS, 4);
	grid_put(&g, "criterion");
	grid_put(&g, "points");
	grid_put(&g, sum.composite ? "s" : "theta");
	grid_put(&g, sum.composite ? "points x s" : "points x theta / 100");
	grid_put(&g, "");
	mpq_inits(sum.points, sum.product, NULL);
	for (size_t i = 0; i < d->n_leaves; i++) {
		if (bytes_equal(proto_bytes(d->leaves[i]->field), proto_bytes(f->code)))
			put_leaf_row(d->leaves[i], &sum, &g);
	}
	if (mpq_sgn(sum.points) > 0)
		put_sum(&sum, &g);
	mpq_clears(sum.points, sum.product, NULL);
	return grid_print(&g, 1 << 1 | 1 << 2 | 1 << 3, out);
}

static int print_field(const Par__V1__UnitDetail *d, const Par__V1__FieldDetail *f,
		       FILE *out)
{
	char code[EXPLAIN_CELL], name[EXPLAIN_CELL];
	char applying[FIGURE_TEXT], counting[FIGURE_TEXT];
	fprintf(out, "\n  Field %s %s\n", show_text(f->code, code, sizeof code),
		show_text(show_name(f->name), name, sizeof name));
	int err = print_field_rows(d, f, out);
	if (err != 0)
		return err;
	if (f->weight.len == 0) {
		fputs("    nothing of it applies to this unit (S7)\n", out);
		return 0;
	}
	fprintf(out, "    points that apply: P = %s, that count: %s, %s (S7)\n",
		fraction_six(f->applying, applying),
		fraction_six(f->counting, counting),
		f->enough ? "at least 2/3 of P" : "less than 2/3 of P: no figure");
	if (f->enough)
		explain_step(out,
			     is_composite(d) ? "  factor x sum / counting (S6)"
					     : "  phi = 100 sum / counting (S5)",
			     f->figure);
	return 0;
}

static int print_leaves_of(const Par__V1__UnitDetail *d, const Par__V1__FieldDetail *f,
			   FILE *out)
{
	int err = 0;
	for (size_t i = 0; err == 0 && i < d->n_leaves; i++) {
		if (bytes_equal(proto_bytes(d->leaves[i]->field), proto_bytes(f->code)))
			err = print_leaf(d, d->leaves[i], out);
	}
	return err;
}

int explain_leaves(const Par__V1__UnitDetail *d, FILE *out)
{
	char lo[FRACTION_CUT], hi[FRACTION_CUT], factor[FRACTION_CUT];
	int err = 0;
	fputs("\n2. From the answers to the criteria and fields (S1, S3 to S7)\n", out);
	if (is_composite(d))
		fprintf(out,
			"  composite (S6): scale lo = %s to hi = %s, factor %s%s\n",
			fraction_cut(d->lo, lo), fraction_cut(d->hi, hi),
			fraction_cut(d->factor, factor),
			d->minmax ? ", each criterion by the least and the greatest of "
				    "its block"
				  : "");
	for (size_t i = 0; err == 0 && i < d->n_fields; i++) {
		err = print_leaves_of(d, d->fields[i], out);
		if (err == 0)
			err = print_field(d, d->fields[i], out);
	}
	return err;
}
