#include "common/report/scores_row.h"

#include "common/method/figure.h"
#include "common/report/edge.h"

enum { RATE_DECIMALS = 4, EFFECTIVE_DECIMALS = 1 };

/* S8, S9, U1 to U3. */
static void fill_figures(const struct analysis *a, uint32_t unit,
			 struct scores_row *out)
{
	const struct round *r = a->result.round;
	const struct unit_result *u = &a->result.units[unit];
	Par__V1__UnitScore *m = &out->message;

	m->score = edge_text(u->score);
	m->rank = u->rank;
	m->rank_low = u->rank_low;
	m->rank_high = u->rank_high;
	m->se = edge_text(u->se);
	m->ci_low = edge_text(u->ci_low);
	m->ci_high = edge_text(u->ci_high);
	m->raters = u->raters;
	m->status = edge_status(u->status);
	m->criteria_counted = u->criteria_counted;
	m->criteria_applicable = u->criteria_applicable;
	m->band_certain = u->band_certain;
	if (u->band < 0)
		return;
	out->band = edge_text2(&r->bands[u->band].name);
	m->band = &out->band;
}

/* O2. */
static void fill_leave_out(const struct analysis *a, uint32_t unit,
			   struct scores_row *out)
{
	const struct round *r = a->result.round;
	const struct leave_out_unit *u;
	Par__V1__UnitScore *m = &out->message;

	if (a->leave_out.units == NULL)
		return;
	u = &a->leave_out.units[unit];
	if (mpq_sgn(u->effective) > 0) {
		figure_text_signed(u->effective, EFFECTIVE_DECIMALS, r->half_even,
				   out->effective);
		m->effective_raters = edge_text(out->effective);
	}
	if (u->largest == NULL)
		return;
	m->leave_out_association = 1 + u->largest->association;
	m->leave_out_no_figure = u->largest->no_figure;
	if (u->largest->no_figure)
		return;
	figure_text_signed(u->largest->change, r->decimals, r->half_even, out->change);
	m->leave_out_change = edge_text(out->change);
}

static ProtobufCBinaryData rate_text(const struct round *r, bool any, const mpq_t rate,
				     char text[FIGURE_TEXT])
{
	text[0] = '\0';
	if (any)
		figure_text_signed(rate, RATE_DECIMALS, r->half_even, text);
	return edge_text(text);
}

/* O5. */
static void fill_response(const struct analysis *a, uint32_t unit,
			  struct scores_row *out)
{
	const struct round *r = a->result.round;
	const struct response_unit *u = &a->response.units[unit];
	mpq_t rate;

	mpq_init(rate);
	out->message.sheets = u->sheets;
	out->message.contact_rate =
	    rate_text(r, response_contact_rate(u, rate), rate, out->contact);
	out->message.dont_know_rate =
	    rate_text(r, response_dont_know_rate(u, rate), rate, out->dont_know);
	mpq_clear(rate);
}

/* U5, O3, O4. */
static void fill_columns(const struct analysis *a, uint32_t unit,
			 struct scores_row *out)
{
	Par__V1__UnitScore *m = &out->message;
	double rho = a->reliability.rho[unit];

	if (rho >= 0) {
		figure_text_double(rho, RATE_DECIMALS, a->result.round->half_even,
				   out->reliability);
		m->reliability = edge_text(out->reliability);
	}
	m->method_median = a->uncertainty[unit].median;
	m->method_low = a->uncertainty[unit].low;
	m->method_high = a->uncertainty[unit].high;
	if (a->with_annulled != NULL)
		m->unannulled_score = edge_text(a->with_annulled[unit]);
}

void scores_row_fill(const struct analysis *a, uint32_t unit, struct scores_row *out)
{
	const struct round *r = a->result.round;

	par__v1__unit_score__init(&out->message);
	out->name = edge_text2(&r->units[unit].name);
	out->message.name = &out->name;
	out->message.block = edge_text(r->blocks[r->units[unit].block].name);
	out->message.unit = edge_text(r->units[unit].code);
	fill_figures(a, unit, out);
	fill_leave_out(a, unit, out);
	fill_response(a, unit, out);
	fill_columns(a, unit, out);
}
