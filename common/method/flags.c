#include "common/method/flags.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/method/order.h"
#include "common/method/tally.h"

enum { HALF_BITS = 32 };

/* A sheet with enough scores to be looked at, among those of its unit, association and
 * hour. */
struct candidate {
	const uint8_t *answers;
	uint32_t size; /* of answers; the same for all */
	uint32_t rater;
	uint32_t place; /* in the sample */
};

struct work {
	const struct sample *sample;
	struct flags *out;
	uint32_t *order; /* places of sheets */
	uint32_t *key;   /* by place */
	uint8_t *marks;  /* by place: 1 << enum flag_kind */
};

/* What sheets are sorted by; see sort(). */
enum part { RATER, UNIT, ASSOCIATION, HOUR, BALLOT_LOW, BALLOT_HIGH };

static uint32_t part_of(const struct work *w, size_t place, enum part part)
{
	const struct sample_sheet *s = &w->sample->sheets[place];

	switch (part) {
	case RATER:
		return s->rater;
	case UNIT:
		return s->unit;
	case ASSOCIATION:
		return w->out->associations.of[s->stratum];
	case HOUR:
		return s->hour;
	case BALLOT_LOW:
		return (uint32_t)s->ballot;
	case BALLOT_HIGH:
		return (uint32_t)(s->ballot >> HALF_BITS);
	}
	return 0;
}

/* The first `count` places of the order, by the last part first. */
static int sort(struct work *w, const enum part parts[], uint32_t part_count,
		size_t count)
{
	for (uint32_t p = 0; p < part_count; p++) {
		int err;

		for (size_t i = 0; i < count; i++)
			w->key[w->order[i]] = part_of(w, w->order[i], parts[p]);
		err = order_by(w->key, w->order, count);
		if (err)
			return err;
	}
	return 0;
}

/* From i up to, without, the place returned, sheets agree in all the parts. */
static size_t run_end(const struct work *w, const enum part parts[],
		      uint32_t part_count, size_t i, size_t count)
{
	size_t end = i + 1;

	for (; end < count; end++)
		for (uint32_t p = 0; p < part_count; p++)
			if (part_of(w, w->order[end], parts[p]) !=
			    part_of(w, w->order[i], parts[p]))
				return end;
	return end;
}

static void mark(struct work *w, size_t place, enum flag_kind kind)
{
	w->marks[place] |= (uint8_t)(1u << kind);
}

static bool is_marked(const struct work *w, size_t place, enum flag_kind kind)
{
	return w->marks[place] & 1u << kind;
}

/* Scores given to what applies; `straight` is whether they are all equal. */
static uint32_t count_scores(const struct round *r, const struct sample_sheet *s,
			     bool *straight)
{
	uint32_t scores = 0;
	uint8_t first = 0;

	*straight = true;
	for (uint32_t a = 0; a < r->answer_count; a++) {
		uint8_t answer = s->answers[a];

		if (!tally_is_score(answer) ||
		    !model_applies(r, s->unit, r->surveyed[a]))
			continue;
		if (scores++ == 0)
			first = answer;
		*straight = *straight && answer == first;
	}
	return scores;
}

static int compare_candidates(const void *left, const void *right)
{
	const struct candidate *a = left, *b = right;
	int answers = memcmp(a->answers, b->answers, a->size);

	if (answers != 0)
		return answers;
	return (a->rater > b->rater) - (a->rater < b->rater);
}

/* Marks a group of equal answers if enough raters gave them. */
static void mark_alike(struct work *w, const struct candidate *list, size_t count)
{
	uint32_t raters = 0;

	for (size_t i = 0; i < count; i++)
		raters += i == 0 || list[i].rater != list[i - 1].rater;
	if (raters < w->sample->round->flags.identical_raters)
		return;
	for (size_t i = 0; i < count; i++)
		mark(w, list[i].place, FLAG_IDENTICAL);
}

static size_t alike_end(const struct candidate *list, size_t i, size_t count)
{
	size_t end = i + 1;

	while (end < count &&
	       memcmp(list[end].answers, list[i].answers, list[i].size) == 0)
		end++;
	return end;
}

/* Sheets of one unit, association and hour: order[from .. to). */
static void find_alike(struct work *w, size_t from, size_t to, struct candidate *list)
{
	const struct round *r = w->sample->round;
	size_t count = 0;

	for (size_t i = from; i < to; i++) {
		const struct sample_sheet *s = &w->sample->sheets[w->order[i]];
		bool straight;

		if (count_scores(r, s, &straight) < r->flags.identical_scores)
			continue;
		list[count++] = (struct candidate){.answers = s->answers,
						   .size = r->answer_count,
						   .rater = s->rater,
						   .place = w->order[i]};
	}
	qsort(list, count, sizeof *list, compare_candidates);
	for (size_t end, i = 0; i < count; i = end) {
		end = alike_end(list, i, count);
		mark_alike(w, list + i, end - i);
	}
}

static int find_identical(struct work *w)
{
	static const enum part parts[] = {HOUR, ASSOCIATION, UNIT};
	uint32_t part_count = sizeof parts / sizeof *parts;
	size_t count = w->sample->sheet_count;
	size_t longest = 0;
	struct candidate *list;
	int err = sort(w, parts, part_count, count);

	if (err)
		return err;
	for (size_t end, i = 0; i < count; i = end) {
		end = run_end(w, parts, part_count, i, count);
		longest = end - i > longest ? end - i : longest;
	}
	list = malloc((longest + 1) * sizeof *list);
	if (!list)
		return -ENOMEM;
	for (size_t end, i = 0; i < count; i = end) {
		end = run_end(w, parts, part_count, i, count);
		find_alike(w, i, end, list);
	}
	free(list);
	return 0;
}

/* Sheets of one association and hour, by ballot: order[from .. to). */
static void mark_crowd(struct work *w, size_t from, size_t to)
{
	const struct sample_sheet *sheets = w->sample->sheets;
	const struct sample_sheet *last = NULL;
	uint64_t ballots = 0;

	for (size_t i = from; i < to; i++) {
		const struct sample_sheet *s = &sheets[w->order[i]];

		if (s->imported)
			continue;
		ballots += !last || last->ballot != s->ballot;
		last = s;
	}
	if (ballots <= w->sample->round->flags.ballots_hour)
		return;
	for (size_t i = from; i < to; i++)
		if (!sheets[w->order[i]].imported)
			mark(w, w->order[i], FLAG_CROWD);
}

static int find_crowds(struct work *w)
{
	static const enum part all[] = {BALLOT_LOW, BALLOT_HIGH, HOUR, ASSOCIATION};
	static const enum part parts[] = {HOUR, ASSOCIATION};
	uint32_t part_count = sizeof parts / sizeof *parts;
	size_t count = w->sample->sheet_count;
	int err = sort(w, all, sizeof all / sizeof *all, count);

	for (size_t end, i = 0; !err && i < count; i = end) {
		end = run_end(w, parts, part_count, i, count);
		mark_crowd(w, i, end);
	}
	return err;
}

/* A straight line is a flag only beside another one. */
static void find_straight(struct work *w)
{
	const struct round *r = w->sample->round;

	for (size_t i = 0; i < w->sample->sheet_count; i++) {
		bool straight = false;
		uint32_t scores = 0;

		if (w->marks[i])
			scores = count_scores(r, &w->sample->sheets[i], &straight);
		if (straight && scores >= r->flags.straight_scores)
			mark(w, i, FLAG_STRAIGHT);
	}
}

/* Flagged sheets of this kind in order[from .. to), where those of a rater are
 * together. */
static struct flag_count count_marked(const struct work *w, size_t from, size_t to,
				      enum flag_kind kind)
{
	const struct sample_sheet *last = NULL;
	struct flag_count count = {0};

	for (size_t i = from; i < to; i++) {
		const struct sample_sheet *s = &w->sample->sheets[w->order[i]];

		if (!is_marked(w, w->order[i], kind))
			continue;
		count.sheets++;
		count.raters += !last || last->rater != s->rater;
		last = s;
	}
	return count;
}

/* Leaves the flagged sheets alone in the order; gives their number. */
static size_t keep_marked(struct work *w)
{
	size_t count = 0;

	for (size_t i = 0; i < w->sample->sheet_count; i++)
		if (w->marks[i])
			w->order[count++] = (uint32_t)i;
	return count;
}

/* A kind's rows over the first `count` places, which are by association and unit. */
static void add_rows(struct work *w, size_t count, enum flag_kind kind)
{
	static const enum part parts[] = {UNIT, ASSOCIATION};

	for (size_t end, i = 0; i < count; i = end) {
		struct flag_row row = {.kind = kind,
				       .association =
					   part_of(w, w->order[i], ASSOCIATION),
				       .unit = part_of(w, w->order[i], UNIT)};

		end = run_end(w, parts, sizeof parts / sizeof *parts, i, count);
		row.count = count_marked(w, i, end, kind);
		if (row.count.sheets > 0)
			w->out->rows[w->out->row_count++] = row;
	}
}

static int make_rows(struct work *w, size_t count)
{
	static const enum part all[] = {RATER, UNIT, ASSOCIATION};
	uint32_t part_count = sizeof all / sizeof *all;
	size_t runs = 0;
	int err = sort(w, all, part_count, count);

	if (err)
		return err;
	for (size_t i = 0; i < count; i = run_end(w, all + 1, part_count - 1, i, count))
		runs++;
	w->out->rows = calloc(runs * FLAG_KINDS + 1, sizeof *w->out->rows);
	if (!w->out->rows)
		return -ENOMEM;
	for (enum flag_kind kind = 0; kind < FLAG_KINDS; kind++)
		add_rows(w, count, kind);
	return 0;
}

static int make_totals(struct work *w, size_t count)
{
	static const enum part all[] = {RATER, ASSOCIATION};
	static const enum part parts[] = {ASSOCIATION};
	struct flags *out = w->out;
	int err = sort(w, all, sizeof all / sizeof *all, count);

	if (err)
		return err;
	out->totals = calloc((size_t)out->associations.count * FLAG_KINDS + 1,
			     sizeof *out->totals);
	if (!out->totals)
		return -ENOMEM;
	for (size_t end, i = 0; i < count; i = end) {
		uint32_t association = part_of(w, w->order[i], ASSOCIATION);

		end = run_end(w, parts, sizeof parts / sizeof *parts, i, count);
		for (enum flag_kind kind = 0; kind < FLAG_KINDS; kind++)
			out->totals[(size_t)association * FLAG_KINDS + kind] =
			    count_marked(w, i, end, kind);
	}
	return 0;
}

static int find_all(struct work *w)
{
	int err = find_identical(w);
	size_t count;

	if (!err)
		err = find_crowds(w);
	if (err)
		return err;
	find_straight(w);
	count = keep_marked(w);
	err = make_rows(w, count);
	if (err)
		return err;
	return make_totals(w, count);
}

int flags_find(const struct sample *s, struct flags *out)
{
	struct flags made = {0};
	struct work w = {.sample = s, .out = &made};
	int err = associations_make(s, &made.associations);

	w.order = malloc((s->sheet_count + 1) * sizeof *w.order);
	w.key = malloc((s->sheet_count + 1) * sizeof *w.key);
	w.marks = calloc(s->sheet_count + 1, sizeof *w.marks);
	if (!err && (!w.order || !w.key || !w.marks))
		err = -ENOMEM;
	if (!err) {
		order_init(w.order, s->sheet_count);
		err = find_all(&w);
	}
	free(w.order);
	free(w.key);
	free(w.marks);
	if (err) {
		flags_free(&made);
		return err;
	}
	*out = made;
	return 0;
}

void flags_free(struct flags *f)
{
	associations_free(&f->associations);
	free(f->rows);
	free(f->totals);
	memset(f, 0, sizeof *f);
}
