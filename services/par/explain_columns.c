/* Section 5, uncertainty, and section 6, the columns beside the score. */

#include "services/par/explain_internal.h"

#include "services/par/fraction.h"
#include "services/par/grid.h"
#include "services/par/scores_out.h"
#include "services/par/show.h"
#include "services/par/words.h"

#include <inttypes.h>

enum { ASSOCIATION_COLUMNS = 3 };

/* "label: text", or "label: none". */
static void print_line(FILE *out, const char *label, ProtobufCBinaryData text)
{
	char cell[EXPLAIN_CELL];
	fprintf(out, "  %s: %s\n", label,
		text.len > 0 ? show_text(text, cell, sizeof cell) : "none");
}

/* ---- 5 ---- */

static void print_interval(const Par__V1__UnitScore *u, FILE *out)
{
	char low[EXPLAIN_CELL], high[EXPLAIN_CELL];
	if (u->ci_low.len > 0)
		fprintf(out,
			"  95 %% interval (U2), n_u - 1 degrees of freedom: [%s; %s]\n",
			show_text(u->ci_low, low, sizeof low),
			show_text(u->ci_high, high, sizeof high));
	else
		fputs("  95 % interval (U2): none\n", out);
}

static void print_uncertainty(const struct inspected *i, FILE *out)
{
	const Par__V1__UnitDetail *d = i->unit;
	const Par__V1__UnitScore *u = d->unit;
	char set[SCORES_SET];
	fprintf(out,
		"\n5. Uncertainty (U1 to U3); clusters with an answer: n = %" PRIu32
		"\n",
		d->clusters);
	explain_step(out, "V, variance of the index (U1)", d->variance);
	print_line(out, "standard error, root of V", u->se);
	explain_step(out, "S, median of n V in the block (U2)", d->median);
	explain_step(out, "V~, stabilised by S (U2)", d->stabilised);
	print_interval(u, out);
	scores_rank_set(u->rank_low, u->rank_high, set);
	fprintf(out, "  places that the rank may be (U3, simultaneous 95 %%): %s\n",
		set[0] ? set : "none");
	if (u->band)
		fprintf(out, "  band: %s\n",
			u->band_certain
			    ? "certain, the interval lies inside it"
			    : "not certain, the interval reaches out of it");
	fprintf(out, "  %s %s (U6)\n", words_basis(LANGUAGE_EN, i->scores->design),
		words_cover(LANGUAGE_EN));
}

/* ---- 6 ---- */

static int print_associations(const Par__V1__UnitDetail *d, FILE *out)
{
	char text[EXPLAIN_CELL];
	struct grid g;
	if (d->n_associations == 0)
		return 0;
	grid_init(&g, ASSOCIATION_COLUMNS, 2);
	grid_put(&g, "association (O2)");
	grid_put(&g, "raters");
	grid_put(&g, "share of the weight");
	for (size_t i = 0; i < d->n_associations; i++) {
		const Par__V1__AssociationDetail *a = d->associations[i];
		grid_put(&g, show_text(a->association, text, sizeof text));
		grid_put_number(&g, a->raters);
		grid_put(&g, show_text(a->weight_share, text, sizeof text));
	}
	return grid_print(&g, 1 << 1 | 1 << 2, out);
}

static void print_leave_out(const struct inspected *i, FILE *out)
{
	const Par__V1__UnitScore *u = i->unit->unit;
	char name[EXPLAIN_CELL], change[EXPLAIN_CELL];
	if (u->leave_out_association == 0)
		return;
	ProtobufCBinaryData which =
	    scores_association(i->scores, u->leave_out_association);
	fprintf(out, "  largest change when one association is left out (O2): ");
	fprintf(out, "%s, without %s\n",
		u->leave_out_no_figure
		    ? "no figure is left"
		    : show_text(u->leave_out_change, change, sizeof change),
		show_text(which, name, sizeof name));
}

static void print_method(const Par__V1__UnitScore *u, FILE *out)
{
	if (u->method_median > 0)
		fprintf(out,
			"  rank under 10,000 other weightings (O4): median %" PRIu32
			", 5 to 95 %% from %" PRIu32 " to %" PRIu32 "\n",
			u->method_median, u->method_low, u->method_high);
}

int explain_columns(const struct inspected *i, FILE *out)
{
	const Par__V1__UnitScore *u = i->unit->unit;
	print_uncertainty(i, out);
	fputs("\n6. Beside the score, never part of it (O2 to O5, U5)\n", out);
	int err = print_associations(i->unit, out);
	if (err != 0)
		return err;
	print_leave_out(i, out);
	print_line(out, "effective number of raters (O2)", u->effective_raters);
	print_method(u, out);
	print_line(out, "reliability (U5)", u->reliability);
	if (u->unannulled_score.len > 0)
		print_line(out, "figure with annulled sheets counted (O3)",
			   u->unannulled_score);
	fprintf(out, "  sheets (O5): %" PRIu64 "\n", u->sheets);
	print_line(out, "contact rate (O5)", u->contact_rate);
	print_line(out, "don't-know rate (O5)", u->dont_know_rate);
	return 0;
}
