#include "common/method/tally_group.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "common/method/order.h"

/* What only the grouping needs. */
struct grouping {
	uint32_t *by_rater;   /* places of sheets; lent by the tally, see group() */
	uint32_t *first;      /* of each rater in by_rater */
	uint32_t *label;      /* cluster label of each rater */
	uint32_t *by_cluster; /* places of raters */
	uint16_t *unit;       /* of each sheet */
};

static_assert(MODEL_UNITS_MAX <= UINT16_MAX, "a unit's place is kept in 16 bits");

/* What is needed of all sheets, read once. */
static void read_sheets(struct tally *t, struct grouping *g)
{
	const struct sample *s = t->sample;

	for (size_t i = 0; i < s->sheet_count; i++) {
		t->sheet_rater[i] = s->sheets[i].rater;
		g->unit[i] = (uint16_t)s->sheets[i].unit;
		t->unit_first[s->sheets[i].unit + 1]++;
	}
	for (uint32_t u = 0; u < s->round->unit_count; u++)
		t->unit_first[u + 1] += t->unit_first[u];
}

/* Raters get their numbers in the order of the sample's numbers for them. */
static int number_raters(struct tally *t, struct grouping *g)
{
	const struct sample *s = t->sample;
	uint32_t count = 0;
	uint32_t last = 0;
	int err;

	order_init(g->by_rater, s->sheet_count);
	err = order_by(t->sheet_rater, g->by_rater, s->sheet_count);
	if (err)
		return err;
	for (size_t i = 0; i < s->sheet_count; i++) {
		uint32_t *rater = &t->sheet_rater[g->by_rater[i]];

		count += i == 0 || *rater != last;
		last = *rater;
		*rater = count - 1;
	}
	t->rater_count = count;
	return 0;
}

static int describe_raters(struct tally *t, struct grouping *g)
{
	const struct sample *s = t->sample;

	t->raters = calloc(t->rater_count + 1u, sizeof *t->raters);
	g->first = malloc((t->rater_count + 1u) * sizeof *g->first);
	g->label = malloc((t->rater_count + 1u) * sizeof *g->label);
	if (!t->raters || !g->first || !g->label)
		return -ENOMEM;
	for (uint32_t i = 0; i < s->sheet_count; i++) {
		const struct sample_sheet *sheet = &s->sheets[g->by_rater[i]];
		uint32_t number = t->sheet_rater[g->by_rater[i]];
		struct tally_rater *rater = &t->raters[number];

		if (rater->sheets++ > 0)
			continue;
		rater->stratum = sheet->stratum;
		t->responded[sheet->stratum]++;
		g->first[number] = i;
		g->label[number] = sheet->cluster;
	}
	return 0;
}

/* A label is one cluster wherever it stands; a rater without one is its own. */
static int number_clusters(struct tally *t, struct grouping *g)
{
	uint32_t last = 0;
	int err;

	g->by_cluster = malloc((t->rater_count + 1u) * sizeof *g->by_cluster);
	t->cluster_raters = calloc(t->rater_count + 1u, sizeof *t->cluster_raters);
	if (!g->by_cluster || !t->cluster_raters)
		return -ENOMEM;
	order_init(g->by_cluster, t->rater_count);
	err = order_by(g->label, g->by_cluster, t->rater_count);
	if (err)
		return err;
	for (uint32_t i = 0; i < t->rater_count; i++) {
		uint32_t label = g->label[g->by_cluster[i]];

		t->cluster_count += label == 0 || label != last;
		last = label;
		t->raters[g->by_cluster[i]].cluster = t->cluster_count - 1;
		t->cluster_raters[t->cluster_count - 1]++;
	}
	return 0;
}

/* Where the next sheet about a unit goes, and the cluster of the last, 1 more. */
struct pile {
	size_t next;
	uint32_t cluster;
};

static void deal_rater(struct tally *t, const struct grouping *g, uint32_t rater,
		       struct pile *piles, uint8_t *again)
{
	const uint32_t *places = g->by_rater + g->first[rater];
	uint32_t cluster = t->raters[rater].cluster + 1;

	for (uint32_t j = 0; j < t->raters[rater].sheets; j++) {
		struct pile *pile = &piles[g->unit[places[j]]];

		if (pile->cluster == cluster)
			again[pile->next] = 1;
		pile->cluster = cluster;
		t->order[pile->next++] = places[j];
	}
}

/* Sheets are dealt to their units cluster by cluster, so each unit's are in order. */
static int order_sheets(struct tally *t, const struct grouping *g, uint8_t *again)
{
	uint32_t units = t->sample->round->unit_count;
	struct pile *piles = calloc(units + 1u, sizeof *piles);

	if (!piles)
		return -ENOMEM;
	for (uint32_t u = 0; u < units; u++)
		piles[u].next = t->unit_first[u];
	for (uint32_t i = 0; i < t->rater_count; i++)
		deal_rater(t, g, g->by_cluster[i], piles, again);
	free(piles);
	return 0;
}

static bool allocate(struct tally *t, struct grouping *g)
{
	const struct sample *s = t->sample;
	size_t count = s->sheet_count + 1;

	t->responded = calloc(s->stratum_count + 1u, sizeof *t->responded);
	t->unit_first = calloc(s->round->unit_count + 1u, sizeof *t->unit_first);
	t->sheet_rater = malloc(count * sizeof *t->sheet_rater);
	t->sheet_cluster = malloc(count * sizeof *t->sheet_cluster);
	t->order = malloc(count * sizeof *t->order);
	g->unit = malloc(count * sizeof *g->unit);
	return t->responded && t->unit_first && t->sheet_rater && t->sheet_cluster &&
	       t->order && g->unit;
}

static int group(struct tally *t, struct grouping *g, uint8_t *again)
{
	int err;

	/* clusters of sheets are written last: until then their room is free */
	g->by_rater = t->sheet_cluster;
	read_sheets(t, g);
	err = number_raters(t, g);
	if (!err)
		err = describe_raters(t, g);
	if (!err)
		err = number_clusters(t, g);
	if (!err)
		err = order_sheets(t, g, again);
	for (size_t i = 0; !err && i < t->sample->sheet_count; i++)
		t->sheet_cluster[i] = t->raters[t->sheet_rater[i]].cluster;
	return err;
}

int tally_group(struct tally *t, uint8_t *again)
{
	struct grouping g = {0};
	int err = allocate(t, &g) ? group(t, &g, again) : -ENOMEM;

	free(g.first);
	free(g.label);
	free(g.by_cluster);
	free(g.unit);
	return err;
}
