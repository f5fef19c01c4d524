#include "tests/unit/method/attacker.h"

/* ---- a random unit ---- */

uint32_t attacker_random(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 16;
}

static uint32_t random_leaves(struct build *b, const char *field, uint32_t count,
			      uint32_t *seed)
{
	uint32_t points = 0;

	for (uint32_t i = 0; i < count; i++) {
		char code[] = {field[0], '.', (char)('a' + i), '\0'};
		bool appraised = attacker_random(seed) % 4 == 0;
		uint32_t max = 1 + attacker_random(seed) % 9;
		char text[] = {(char)('0' + max), '\0'};

		build_criterion(b, code, field, text,
				appraised ? SOURCE_APPRAISED : SOURCE_SURVEY);
		points += max;
	}
	return points;
}

struct build *attacker_tree(uint32_t *seed)
{
	struct build *b = build_new(5);
	uint32_t fields = 1 + attacker_random(seed) % 4;

	for (uint32_t f = 0; f < fields; f++) {
		char code[] = {(char)('1' + f), '\0'};
		uint32_t place = b->round.criterion_count;
		uint32_t leaves = attacker_random(seed) % 5;

		build_criterion(b, code, NULL, "5",
				leaves ? SOURCE_NONE : SOURCE_SURVEY);
		if (leaves)
			b->round.criteria[place].points.micro =
			    (int64_t)random_leaves(b, code, leaves, seed) * DECIMAL_ONE;
	}
	build_unit(b, "U", 0);
	build_finish(b);
	for (uint32_t c = 0; c < b->round.criterion_count; c++)
		if (b->round.criteria[c].source == SOURCE_APPRAISED &&
		    attacker_random(seed) % 5)
			build_points(b, 0, b->round.criteria[c].code, "1");
	return b;
}

/* Leaves differ in how many score them, and in how much they agree. */
void attacker_sheets(struct build *b, uint32_t *seed)
{
	static const uint32_t shares[] = {5, 20, 50, 100};
	uint32_t raters = 10 + attacker_random(seed) % (ATTACKER_RATERS - 10);
	uint32_t share[BUILD_ANSWERS], style[BUILD_ANSWERS];
	uint32_t groups = 1 + attacker_random(seed) % 3;
	uint32_t praise = attacker_random(seed) % 3;

	for (uint32_t a = 0; a < b->round.answer_count; a++) {
		share[a] = shares[attacker_random(seed) % 4];
		style[a] = attacker_random(seed) % 5;
		if (attacker_random(seed) % 8)
			style[a] = praise == 0 ? 0 : praise == 1 ? 1 : style[a];
	}
	for (uint32_t r = 0; r < raters; r++) {
		char answers[BUILD_ANSWERS + 1] = "";
		uint32_t group = r % groups * 40;

		for (uint32_t a = 0; a < b->round.answer_count; a++) {
			uint32_t drawn = (group + attacker_random(seed) % 40) % 100;

			answers[a] = 'n';
			if (drawn >= share[a])
				continue;
			if (style[a] == 0)
				answers[a] = '5';
			else if (style[a] == 1)
				answers[a] = '1';
			else
				answers[a] = (char)('1' + attacker_random(seed) % 5);
		}
		build_sheet(b, r, 0, 0, 0, answers);
	}
}

/* ---- what he knows ---- */

bool attacker_is_exact(enum cell_state state)
{
	return state == CELL_SHOWN || state == CELL_NO_SE;
}

bool attacker_lacks(const struct round *r, const struct public_unit *unit, uint32_t c)
{
	const struct criterion *leaf = &r->criteria[c];

	return leaf->leaf && leaf->source == SOURCE_SURVEY &&
	       unit->cells[c].state != CELL_NONE &&
	       !attacker_is_exact(unit->cells[c].state);
}

/* P[u,f] / sum of counting points, as anyone may add them up. */
static void ratio(const struct attacker_view *v, uint32_t field, bool surveyed_only,
		  mpq_t out)
{
	int64_t applying = 0, counting = 0;

	for (uint32_t c = 0; c < v->round->criterion_count; c++) {
		const struct criterion *leaf = &v->round->criteria[c];

		if (!leaf->leaf || (uint32_t)leaf->field != field ||
		    (surveyed_only && leaf->source != SOURCE_SURVEY))
			continue;
		applying += leaf->points.micro;
		if (v->unit->cells[c].state != CELL_NONE)
			counting += leaf->points.micro;
	}
	mpq_set_si(out, applying, (unsigned long)counting);
	mpq_canonicalize(out);
}

enum kind { OF_FIELD, OF_INDEX, OF_SURVEY_PART };

static void add_equation(const struct attacker_view *v, enum kind kind, uint32_t field,
			 struct equations *out)
{
	mpq_t *row = equations_add(out);
	mpq_t weight, points;

	mpq_inits(weight, points, NULL);
	for (uint32_t c = 0; c < v->round->criterion_count; c++) {
		const struct criterion *leaf = &v->round->criteria[c];

		if (!attacker_lacks(v->round, v->unit, c) ||
		    v->unknown[c] == ATTACKER_KNOWN ||
		    (kind == OF_FIELD && (uint32_t)leaf->field != field))
			continue;
		mpq_set_si(points, leaf->points.micro, DECIMAL_ONE);
		mpq_canonicalize(points);
		if (kind != OF_FIELD) {
			ratio(v, (uint32_t)leaf->field, kind == OF_SURVEY_PART, weight);
			mpq_mul(points, points, weight);
		}
		mpq_add(row[v->unknown[c]], row[v->unknown[c]], points);
	}
	mpq_clears(weight, points, NULL);
}

void attacker_know(const struct attacker_view *v, struct equations *out)
{
	for (uint32_t c = 0; c < v->round->criterion_count; c++)
		if (v->round->criteria[c].parent < 0 && !v->round->criteria[c].leaf &&
		    attacker_is_exact(v->unit->cells[c].state))
			add_equation(v, OF_FIELD, c, out);
	if (attacker_is_exact(v->unit->index.state))
		add_equation(v, OF_INDEX, 0, out);
	if (attacker_is_exact(v->unit->survey_part.state))
		add_equation(v, OF_SURVEY_PART, 0, out);
}
