#include "common/method/tally.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/method/order.h"

static int layout(struct tally *t)
{
	const struct round *r = t->sample->round;

	t->offset = calloc(r->answer_count + 1u, sizeof *t->offset);
	if (!t->offset)
		return -ENOMEM;
	for (uint32_t a = 0; a < r->answer_count; a++) {
		const struct criterion *c = &r->criteria[r->surveyed[a]];
		uint32_t levels = r->scales[c->scale].levels;

		t->offset[a + 1] = t->offset[a] + TALLY_FIRST_SCORE + levels;
	}
	t->width = t->offset[r->answer_count];
	return 0;
}

/* Places of sheets by rater, then one struct tally_rater for each rater met. */
static int find_raters(struct tally *t, uint32_t *order, uint32_t *sheet_rater,
		       uint32_t *label)
{
	const struct sample *s = t->sample;
	uint32_t *key = malloc((s->sheet_count + 1) * sizeof *key);
	int err;

	if (!key)
		return -ENOMEM;
	for (size_t i = 0; i < s->sheet_count; i++)
		key[i] = s->sheets[i].rater;
	order_init(order, s->sheet_count);
	err = order_by(key, order, s->sheet_count);
	free(key);
	if (err)
		return err;
	for (size_t i = 0; i < s->sheet_count; i++) {
		const struct sample_sheet *sheet = &s->sheets[order[i]];

		if (i == 0 || s->sheets[order[i - 1]].rater != sheet->rater) {
			label[t->rater_count] = sheet->cluster;
			t->raters[t->rater_count++].stratum = sheet->stratum;
			t->responded[sheet->stratum]++;
		}
		sheet_rater[order[i]] = t->rater_count - 1;
	}
	return 0;
}

/* A label is one cluster wherever it stands; a rater without one is its own. */
static int number_clusters(struct tally *t, uint32_t *order, const uint32_t *label)
{
	int err;

	order_init(order, t->rater_count);
	err = order_by(label, order, t->rater_count);
	if (err)
		return err;
	for (uint32_t i = 0; i < t->rater_count; i++) {
		uint32_t own = label[order[i]];

		if (i == 0 || own == 0 || own != label[order[i - 1]])
			t->cluster_count++;
		t->raters[order[i]].cluster = t->cluster_count - 1;
	}
	return 0;
}

static int number_raters(struct tally *t)
{
	const struct sample *s = t->sample;
	size_t count = s->sheet_count + 1;
	uint32_t *order = malloc(count * sizeof *order);
	uint32_t *sheet_rater = malloc(count * sizeof *sheet_rater);
	uint32_t *label = malloc(count * sizeof *label);
	int err = -ENOMEM;

	t->raters = calloc(count, sizeof *t->raters);
	t->responded = calloc(s->stratum_count + 1u, sizeof *t->responded);
	t->sheet_cluster = malloc(count * sizeof *t->sheet_cluster);
	if (order && sheet_rater && label && t->raters && t->responded &&
	    t->sheet_cluster)
		err = find_raters(t, order, sheet_rater, label);
	if (!err)
		err = number_clusters(t, order, label);
	for (size_t i = 0; !err && i < s->sheet_count; i++)
		t->sheet_cluster[i] = t->raters[sheet_rater[i]].cluster;
	free(order);
	free(sheet_rater);
	free(label);
	return err;
}

static int sort_sheets(struct tally *t)
{
	const struct sample *s = t->sample;
	uint32_t *unit = malloc((s->sheet_count + 1) * sizeof *unit);
	int err = -ENOMEM;

	t->order = malloc((s->sheet_count + 1) * sizeof *t->order);
	t->unit_first = calloc(s->round->unit_count + 1u, sizeof *t->unit_first);
	if (unit && t->order && t->unit_first) {
		order_init(t->order, s->sheet_count);
		err = order_by(t->sheet_cluster, t->order, s->sheet_count);
	}
	for (size_t i = 0; !err && i < s->sheet_count; i++) {
		unit[i] = s->sheets[i].unit;
		t->unit_first[unit[i] + 1]++;
	}
	if (!err)
		err = order_by(unit, t->order, s->sheet_count);
	for (uint32_t u = 0; !err && u < s->round->unit_count; u++)
		t->unit_first[u + 1] += t->unit_first[u];
	free(unit);
	return err;
}

static const struct sample_sheet *sheet_at(const struct tally *t, size_t i)
{
	return &t->sample->sheets[t->order[i]];
}

/* Rows of a unit stand in the order of strata; row_of[h] is the row + 1 of this unit.
 */
static size_t rows_of_unit(const struct tally *t, uint32_t unit, size_t first,
			   size_t *row_of)
{
	size_t count = 0;

	memset(row_of, 0, t->sample->stratum_count * sizeof *row_of);
	for (size_t i = t->unit_first[unit]; i < t->unit_first[unit + 1]; i++)
		row_of[sheet_at(t, i)->stratum] = 1;
	for (uint32_t h = 0; h < t->sample->stratum_count; h++)
		if (row_of[h])
			row_of[h] = first + ++count;
	return count;
}

static int make_rows(struct tally *t, size_t *row_of)
{
	uint32_t units = t->sample->round->unit_count;
	size_t rows;

	t->row_first = calloc(units + 1u, sizeof *t->row_first);
	if (!t->row_first)
		return -ENOMEM;
	for (uint32_t u = 0; u < units; u++)
		t->row_first[u + 1] =
		    t->row_first[u] + rows_of_unit(t, u, t->row_first[u], row_of);
	rows = t->row_first[units];
	t->row_stratum = malloc((rows + 1) * sizeof *t->row_stratum);
	t->counts = calloc(rows * t->width + 1, sizeof *t->counts);
	return t->row_stratum && t->counts ? 0 : -ENOMEM;
}

/* The inner loop of everything: one increment an answer. */
static void count_answers(const struct tally *t, const uint8_t *answers, uint32_t *row)
{
	uint32_t count = t->sample->round->answer_count;

	for (uint32_t a = 0; a < count; a++) {
		size_t at = t->offset[a] + tally_slot(answers[a]);

		assert(at < t->offset[a + 1]);
		row[at]++;
	}
}

static bool is_score(uint8_t answer)
{
	return tally_slot(answer) >= TALLY_FIRST_SCORE;
}

static int64_t points_scored(const uint8_t *answers, const int64_t *points,
			     uint32_t count)
{
	int64_t sum = 0;

	for (uint32_t a = 0; a < count; a++)
		sum += is_score(answers[a]) ? points[a] : 0;
	return sum;
}

/* A cluster's sheets about one unit: from i up to, without, the place returned. */
static size_t cluster_end(const struct tally *t, size_t i, size_t unit_end)
{
	uint32_t cluster = t->sheet_cluster[t->order[i]];

	while (i < unit_end && t->sheet_cluster[t->order[i]] == cluster)
		i++;
	return i;
}

/* A cluster that scored a criterion k times was counted k times: leave one. */
static void count_cluster_once(const struct tally *t, size_t from, size_t to,
			       uint32_t *scored_by)
{
	for (uint32_t a = 0; a < t->sample->round->answer_count; a++) {
		uint32_t times = 0;

		for (size_t i = from; i < to; i++)
			times += is_score(sheet_at(t, i)->answers[a]);
		if (times > 1)
			scored_by[a] -= times - 1;
	}
}

/* n_u: METHOD section 1. A unit without a surveyed leaf has none. */
static bool cluster_is_scorer(const struct tally *t, size_t from, size_t to,
			      const int64_t *points, int64_t all)
{
	for (size_t i = from; i < to; i++) {
		int64_t scored = points_scored(sheet_at(t, i)->answers, points,
					       t->sample->round->answer_count);

		if (scored > 0 && scored >= all - scored)
			return true;
	}
	return false;
}

/* n_u needs half of these: maximum points that apply to a unit, in millionths. */
static int64_t surveyed_points(const struct round *r, uint32_t unit)
{
	int64_t sum = 0;

	for (uint32_t a = 0; a < r->answer_count; a++)
		if (model_applies(r, unit, r->surveyed[a]))
			sum += r->criteria[r->surveyed[a]].points.micro;
	return sum;
}

static void count_clusters(struct tally *t, uint32_t unit, int64_t *points)
{
	const struct round *r = t->sample->round;
	uint32_t *scored_by = t->scored_by + (size_t)unit * r->answer_count;
	size_t end = t->unit_first[unit + 1];
	int64_t all = surveyed_points(r, unit);

	for (uint32_t a = 0; a < r->answer_count; a++) {
		bool applies = model_applies(r, unit, r->surveyed[a]);

		points[a] = applies ? r->criteria[r->surveyed[a]].points.micro : 0;
		for (size_t row = t->row_first[unit]; row < t->row_first[unit + 1];
		     row++)
			for (size_t i = t->offset[a] + TALLY_FIRST_SCORE;
			     i < t->offset[a + 1]; i++)
				scored_by[a] += tally_row(t, row)[i];
	}
	for (size_t i = t->unit_first[unit]; i < end;) {
		size_t next = cluster_end(t, i, end);

		if (next - i > 1)
			count_cluster_once(t, i, next, scored_by);
		t->scorers[unit] += cluster_is_scorer(t, i, next, points, all);
		i = next;
	}
}

static int count_all(struct tally *t, size_t *row_of)
{
	const struct round *r = t->sample->round;
	int64_t *points = calloc(r->answer_count + 1u, sizeof *points);

	t->scorers = calloc(r->unit_count + 1u, sizeof *t->scorers);
	t->scored_by =
	    calloc((size_t)r->unit_count * r->answer_count + 1, sizeof *t->scored_by);
	if (!points || !t->scorers || !t->scored_by) {
		free(points);
		return -ENOMEM;
	}
	for (uint32_t u = 0; u < r->unit_count; u++) {
		rows_of_unit(t, u, t->row_first[u], row_of);
		for (size_t i = t->unit_first[u]; i < t->unit_first[u + 1]; i++) {
			const struct sample_sheet *sheet = sheet_at(t, i);
			size_t row = row_of[sheet->stratum] - 1;

			t->row_stratum[row] = sheet->stratum;
			count_answers(t, sheet->answers, t->counts + row * t->width);
		}
		count_clusters(t, u, points);
	}
	free(points);
	return 0;
}

int tally_make(const struct sample *s, struct tally *out)
{
	struct tally t = {.sample = s};
	size_t *row_of = calloc(s->stratum_count + 1u, sizeof *row_of);
	int err = row_of ? layout(&t) : -ENOMEM;

	assert(s->sheet_count < UINT32_MAX);
	if (!err)
		err = number_raters(&t);
	if (!err)
		err = sort_sheets(&t);
	if (!err)
		err = make_rows(&t, row_of);
	if (!err)
		err = count_all(&t, row_of);
	free(row_of);
	if (err) {
		tally_free(&t);
		return err;
	}
	*out = t;
	return 0;
}

void tally_free(struct tally *t)
{
	free(t->responded);
	free(t->raters);
	free(t->sheet_cluster);
	free(t->order);
	free(t->unit_first);
	free(t->offset);
	free(t->row_first);
	free(t->row_stratum);
	free(t->counts);
	free(t->scored_by);
	free(t->scorers);
	memset(t, 0, sizeof *t);
}

const uint32_t *tally_row(const struct tally *t, size_t row)
{
	return t->counts + row * t->width;
}
