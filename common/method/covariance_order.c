#include "common/method/covariance_internal.h"

#include <errno.h>
#include <stdlib.h>

#include "common/method/order.h"

enum { NO_UNIT = INT32_MAX };

/*
 * Two clusters can differ only on a unit that one of them has an entry for, or, if
 * their profiles differ, where one of these is not 0. So only such units are looked at,
 * in order: a few a comparison, however many units there are.
 */
struct work {
	const struct covariance *covariance;
	struct covariance_entries entries;
	size_t *first;   /* of a profile in `units`; one more at the end */
	uint32_t *units; /* where E of the profile is not 0, ascending */
};

/* What is sorted: a cluster that knows where its numbers are. */
struct item {
	const struct work *work;
	uint32_t cluster;
};

/* How far a comparison has come in the vector of one cluster. */
struct cursor {
	const struct work *work;
	uint32_t profile;
	size_t entry, entry_end;
	size_t unit, unit_end;
};

static struct cursor cursor_at(const struct item *item, bool with_profile)
{
	const struct work *w = item->work;
	uint32_t profile = w->covariance->profiles.of[item->cluster];
	size_t end = w->first[profile + 1u];

	return (struct cursor){
	    .work = w,
	    .profile = profile,
	    .entry = w->entries.first[item->cluster],
	    .entry_end = w->entries.first[item->cluster + 1u],
	    .unit = with_profile ? w->first[profile] : end,
	    .unit_end = end,
	};
}

static uint32_t next_unit(const struct cursor *c)
{
	uint32_t unit = NO_UNIT;

	if (c->entry < c->entry_end)
		unit = c->work->entries.places[c->entry];
	if (c->unit < c->unit_end && c->work->units[c->unit] < unit)
		unit = c->work->units[c->unit];
	return unit;
}

/* E of the unit, and past it; nothing before it is left. */
static int64_t take(struct cursor *c, uint32_t unit)
{
	if (c->unit < c->unit_end && c->work->units[c->unit] == unit)
		c->unit++;
	if (c->entry < c->entry_end && c->work->entries.places[c->entry] == unit)
		return c->work->entries.values[c->entry++];
	return covariance_absent(c->work->covariance, unit, c->profile);
}

static int compare(const void *left, const void *right)
{
	const struct item *a = left;
	const struct item *b = right;
	const uint32_t *of = a->work->covariance->profiles.of;
	bool differ = of[a->cluster] != of[b->cluster];
	struct cursor x = cursor_at(a, differ);
	struct cursor y = cursor_at(b, differ);

	for (;;) {
		uint32_t i = next_unit(&x);
		uint32_t j = next_unit(&y);
		uint32_t unit = i < j ? i : j;
		int64_t e, f;

		if (unit == NO_UNIT)
			return (a->cluster > b->cluster) - (a->cluster < b->cluster);
		e = take(&x, unit);
		f = take(&y, unit);
		if (e != f)
			return e < f ? -1 : 1;
	}
}

/* The units where a profile has an E other than 0. */
static int list_profiles(struct work *w, uint32_t units)
{
	const struct covariance *c = w->covariance;
	size_t count = 0;

	w->first = malloc((c->profiles.count + 1u) * sizeof *w->first);
	if (!w->first)
		return -ENOMEM;
	for (uint32_t p = 0; p < c->profiles.count; p++)
		for (uint32_t u = 0; u < units; u++)
			count += covariance_absent(c, u, p) != 0;
	w->units = malloc((count + 1) * sizeof *w->units);
	if (!w->units)
		return -ENOMEM;
	count = 0;
	for (uint32_t p = 0; p < c->profiles.count; p++) {
		w->first[p] = count;
		for (uint32_t u = 0; u < units; u++)
			if (covariance_absent(c, u, p) != 0)
				w->units[count++] = u;
	}
	w->first[c->profiles.count] = count;
	return 0;
}

static int list_entries(struct work *w, uint32_t units)
{
	uint32_t *all = malloc((units + 1u) * sizeof *all);
	int err = -ENOMEM;

	if (all) {
		order_init(all, units);
		err = covariance_entries(w->covariance, all, units, &w->entries);
	}
	free(all);
	return err;
}

static int sort(const struct work *w, uint32_t *order)
{
	uint32_t clusters = covariance_clusters(w->covariance);
	struct item *items = malloc((clusters + 1u) * sizeof *items);

	if (!items)
		return -ENOMEM;
	for (uint32_t k = 0; k < clusters; k++)
		items[k] = (struct item){.work = w, .cluster = k};
	qsort(items, clusters, sizeof *items, compare);
	for (uint32_t i = 0; i < clusters; i++)
		order[i] = items[i].cluster;
	free(items);
	return 0;
}

int covariance_order(const struct covariance *c, uint32_t *order)
{
	struct work w = {.covariance = c};
	uint32_t units = c->rules->tally->sample->round->unit_count;
	int err = list_profiles(&w, units);

	if (!err)
		err = list_entries(&w, units);
	if (!err)
		err = sort(&w, order);
	covariance_entries_free(&w.entries);
	free(w.first);
	free(w.units);
	return err;
}
