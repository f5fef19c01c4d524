#include "common/method/tally.h"

#include <assert.h>

/* Adds 1 or takes 1 away; counters of what is in never fall below 0. */
static void step(uint32_t *counter, bool in)
{
	assert(in || *counter > 0);
	*counter += in ? 1u : UINT32_MAX;
}

static uint32_t *row_of(struct tally *t, const struct sample_sheet *sheet)
{
	size_t low = t->row_first[sheet->unit];
	size_t high = t->row_first[sheet->unit + 1];

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (t->row_stratum[middle] <= sheet->stratum)
			low = middle;
		else
			high = middle;
	}
	return t->counts + low * t->width;
}

/* The first of the sheets of the cluster about the unit, by place in the order. */
static size_t cluster_first(const struct tally *t, uint32_t unit, uint32_t cluster)
{
	size_t low = t->unit_first[unit];
	size_t high = t->unit_first[unit + 1];

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (t->sheet_cluster[t->order[middle]] < cluster)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The other sheets of its cluster about its unit that are in. */
struct others {
	const struct tally *tally;
	size_t from, to; /* places in the order; this sheet and others out among them */
};

static struct others others_of(const struct tally *t, uint32_t sheet)
{
	uint32_t unit = t->sample->sheets[sheet].unit;
	uint32_t cluster = t->sheet_cluster[sheet];
	size_t from = cluster_first(t, unit, cluster);
	size_t to = from;

	while (to < t->unit_first[unit + 1] &&
	       t->sheet_cluster[t->order[to]] == cluster)
		to++;
	return (struct others){.tally = t, .from = from, .to = to};
}

static bool others_scored(const struct others *o, uint32_t place)
{
	const struct tally *t = o->tally;

	for (size_t i = o->from; i < o->to; i++) {
		uint32_t sheet = t->order[i];

		if (!(t->sheet_marks[sheet] & TALLY_OUT) &&
		    tally_is_score(t->sample->sheets[sheet].answers[place]))
			return true;
	}
	return false;
}

static bool others_make_scorer(const struct others *o)
{
	const struct tally *t = o->tally;

	for (size_t i = o->from; i < o->to; i++)
		if (t->sheet_marks[t->order[i]] == 0)
			return true;
	return false;
}

static void change_answers(struct tally *t, uint32_t place, bool in)
{
	const struct sample_sheet *sheet = &t->sample->sheets[place];
	uint32_t count = t->sample->round->answer_count;
	uint32_t *scored_by = t->scored_by + (size_t)sheet->unit * count;
	uint32_t *row = row_of(t, sheet);
	struct others others = others_of(t, place);

	for (uint32_t a = 0; a < count; a++) {
		uint8_t answer = sheet->answers[a];

		step(&row[t->offset[a] + tally_slot(answer)], in);
		if (tally_is_score(answer) && !others_scored(&others, a))
			step(&scored_by[a], in);
	}
	if (!(t->sheet_marks[place] & TALLY_WEAK) && !others_make_scorer(&others))
		step(&t->scorers[sheet->unit], in);
}

/* A rater counts while one of its sheets is in, a cluster while one of its raters does.
 */
static void change_rater(struct tally *t, struct tally_rater *rater, bool in)
{
	uint32_t *raters = &t->cluster_raters[rater->cluster];

	step(&rater->sheets, in);
	if (rater->sheets != (in ? 1u : 0u))
		return;
	step(&t->responded[rater->stratum], in);
	step(&t->rater_count, in);
	step(raters, in);
	if (*raters == (in ? 1u : 0u))
		step(&t->cluster_count, in);
}

static void change(struct tally *t, uint32_t sheet, bool in)
{
	/* out while the others are looked at */
	t->sheet_marks[sheet] |= TALLY_OUT;
	change_answers(t, sheet, in);
	change_rater(t, &t->raters[t->sheet_rater[sheet]], in);
	if (in)
		t->sheet_marks[sheet] &= (uint8_t)~TALLY_OUT;
}

void tally_remove(struct tally *t, uint32_t sheet)
{
	assert(sheet < t->sample->sheet_count);
	assert(!(t->sheet_marks[sheet] & TALLY_OUT));
	change(t, sheet, false);
}

void tally_restore(struct tally *t, uint32_t sheet)
{
	assert(sheet < t->sample->sheet_count);
	assert(t->sheet_marks[sheet] & TALLY_OUT);
	change(t, sheet, true);
}
