/* Section 3: the parts, and the index from the fields. */

#include "services/par/explain_internal.h"

#include "services/par/fraction.h"
#include "services/par/grid.h"
#include "services/par/show.h"

#include <inttypes.h>

enum { FIELD_COLUMNS = 5, FIELD_RIGHT = 1 << 1 | 1 << 2 | 1 << 3 | 1 << 4 };

static void put_field(const Par__V1__FieldDetail *f, struct grid *g)
{
	char code[EXPLAIN_CELL], weight[FRACTION_CUT], six[FIGURE_TEXT] = "";
	mpq_t x, w;
	grid_put(g, show_text(f->code, code, sizeof code));
	grid_put(g, fraction_six(f->applying, six));
	grid_put(g, fraction_cut(f->weight, weight));
	grid_put(g, f->figure.len > 0 ? fraction_six(f->figure, six) : "none");
	six[0] = '\0';
	mpq_inits(x, w, NULL);
	if (fraction_read(f->figure, x) && fraction_read(f->weight, w)) {
		mpq_mul(x, x, w);
		fraction_six_of(x, six);
	}
	mpq_clears(x, w, NULL);
	grid_put(g, six);
}

static int print_fields(const Par__V1__UnitDetail *d, FILE *out)
{
	static const char *const head[FIELD_COLUMNS] = {
	    "field", "points P", "weight P / sum P", "figure", "weight x figure"};
	struct grid g;
	grid_init(&g, FIELD_COLUMNS, 2);
	for (size_t i = 0; i < FIELD_COLUMNS; i++)
		grid_put(&g, head[i]);
	for (size_t i = 0; i < d->n_fields; i++) {
		if (d->fields[i]->weight.len > 0)
			put_field(d->fields[i], &g);
	}
	return grid_print(&g, FIELD_RIGHT, out);
}

static void print_part(FILE *out, const char *label, const Par__V1__PartDetail *part)
{
	char exact[FRACTION_CUT], points[FIGURE_TEXT], six[FIGURE_TEXT];
	char figure[EXPLAIN_CELL];
	if (!part)
		return;
	fprintf(out, "  %s, %s points: ", label, fraction_six(part->points, points));
	if (part->exact.len > 0)
		fprintf(out, "%s = %s, printed %s\n", fraction_cut(part->exact, exact),
			fraction_six(part->exact, six),
			show_text(part->figure, figure, sizeof figure));
	else
		fputs("none\n", out);
}

/* One side: bonus or penalty, its rows, its cap. */
static void print_extra(const Par__V1__UnitDetail *d, bool bonus, FILE *out)
{
	char text[EXPLAIN_CELL], a[FIGURE_TEXT], b[FIGURE_TEXT], c[FIGURE_TEXT];
	for (size_t i = 0; i < d->n_evidence; i++) {
		const Par__V1__EvidenceDetail *e = d->evidence[i];
		if (e->bonus != bonus)
			continue;
		fprintf(out, "  %s row: %s, evidence: %s", bonus ? "bonus" : "penalty",
			fraction_six(e->points, a),
			show_text(e->evidence, text, sizeof text));
		if (e->by.len > 0)
			fprintf(out, ", by %s", show_text(e->by, text, sizeof text));
		fputc('\n', out);
	}
	fprintf(out, "  %s: %s given, at most %s: %c %s\n", bonus ? "bonus" : "penalty",
		fraction_six(bonus ? d->bonus_given : d->penalty_given, a),
		fraction_six(bonus ? d->bonus_max : d->penalty_max, b),
		bonus ? '+' : '-', fraction_six(bonus ? d->bonus : d->penalty, c));
}

static void print_rounding(const Par__V1__UnitDetail *d, FILE *out)
{
	char score[EXPLAIN_CELL];
	explain_step(out, "exact index I", d->exact);
	fprintf(out,
		"  Rounding happens once, here (S8): to %" PRIu32 " decimals.\n"
		"  published figure: %s\n",
		d->decimals, show_text(d->unit->score, score, sizeof score));
}

int explain_index(const Par__V1__UnitDetail *d, FILE *out)
{
	fputs("\n3. From the fields to the index (S5, S7)\n", out);
	int err = print_fields(d, out);
	if (err != 0)
		return err;
	print_part(out, "survey part", d->survey_part);
	print_part(out, "appraised part", d->appraised_part);
	if (d->exact.len == 0) {
		fputs("  no figure: the index needs 2/3 of every field that applies "
		      "(S7)\n",
		      out);
		return 0;
	}
	explain_step(out, "sum of weight x figure (S5)", d->weighed);
	print_extra(d, true, out);
	print_extra(d, false, out);
	fprintf(out, "  clip to the scale: %s\n",
		d->clipped ? "the sum was outside and is cut to its end"
			   : "the sum lies inside, nothing is cut");
	print_rounding(d, out);
	return 0;
}
