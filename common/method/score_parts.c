/* The steps between leaves and index, as figures of their own; U1's weights. */

#include "common/method/composite.h"
#include "common/method/score_internal.h"

/*
 * omega[u,c] = P[u,f] / sum_f P[u,f] x max_c / sum of counting max in f; times dT/dx:
 * factor (hi-lo)/100, or with minmax factor (hi-lo)/(max-min), 0 where max = min.
 */
void score_omega(const struct score_rules *rules, const struct score *s,
		 uint32_t criterion, mpq_t omega)
{
	const struct criterion *c = &score_round(rules)->criteria[criterion];
	const struct score_field *field = &s->fields[c->field];
	const struct score_range *range = NULL;
	mpq_t width;

	if (rules->ranges)
		range = composite_range(rules, s->unit, criterion);
	if (range && composite_is_flat(range)) {
		mpq_set_ui(omega, 0, 1);
		return;
	}
	mpz_set_si(mpq_numref(omega), field->applying);
	mpz_mul_si(mpq_numref(omega), mpq_numref(omega), c->points.micro);
	mpz_set_si(mpq_denref(omega), s->applying);
	mpz_mul_si(mpq_denref(omega), mpq_denref(omega), field->counting);
	mpq_canonicalize(omega);
	mpq_mul(omega, omega, rules->slope);
	if (!range)
		return;
	mpq_init(width);
	mpq_sub(width, range->max, range->min);
	mpz_mul_ui(mpq_numref(omega), mpq_numref(omega), POINTS_FULL);
	mpq_canonicalize(omega);
	mpq_div(omega, omega, width);
	mpq_clear(width);
}

/* S6: s[u,c] = lo + (hi-lo) x/100. */
void score_leaf_value(const struct score_rules *rules, const struct score *s,
		      uint32_t criterion, mpq_t value)
{
	const struct composite *c = &score_round(rules)->composite;
	mpq_t room, line;

	mpq_inits(room, line, NULL);
	mpq_set_si(line, c->hi.micro - c->lo.micro, DECIMAL_ONE);
	mpz_mul_ui(mpq_denref(line), mpq_denref(line), POINTS_FULL);
	mpq_canonicalize(line);
	mpq_mul(value, line, composite_value(rules, s, criterion, room));
	mpq_set_si(line, c->lo.micro, DECIMAL_ONE);
	mpq_canonicalize(line);
	mpq_add(value, value, line);
	mpq_clears(room, line, NULL);
}

bool score_field_figure(const struct score_rules *rules, const struct score *s,
			uint32_t field, mpq_t figure)
{
	if (s->fields[field].applying == 0 || !score_enough(&s->fields[field]))
		return false;
	score_phi(rules, s, field, SCORE_ALL, figure);
	return true;
}

static void make_part(const struct score_rules *rules, const struct score *s,
		      enum score_subset subset, struct score_part *part)
{
	const struct round *r = score_round(rules);
	bool enough = true;

	part->applying = 0;
	for (uint32_t f = 0; f < r->criterion_count; f++) {
		struct score_field points;

		if (r->criteria[f].parent >= 0)
			continue;
		points = score_points(r, s, f, subset);
		part->applying += points.applying;
		enough = enough && score_enough(&points);
	}
	part->has_figure = enough && part->applying > 0;
	mpq_set_ui(part->index, 0, 1);
	if (part->has_figure)
		score_weigh(rules, s, subset, part->index);
}

void score_survey_part(const struct score_rules *rules, const struct score *s,
		       struct score_part *part)
{
	make_part(rules, s, SCORE_SURVEYED, part);
}

void score_appraised_part(const struct score_rules *rules, const struct score *s,
			  struct score_part *part)
{
	make_part(rules, s, SCORE_APPRAISED, part);
}
