#include "common/method/profile.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/method/order.h"

/* A cluster of several raters, until profiles are told apart. */
struct several {
	const struct profile_member *members;
	uint32_t count;
	uint32_t cluster;
};

struct work {
	const struct tally *tally;
	const struct frame *frame;
	uint32_t *key;
	uint32_t *order; /* places of raters, by cluster, then group */
	struct several *several;
	uint32_t several_count;
};

static uint32_t group_at(const struct work *w, uint32_t i)
{
	return w->frame->group_of[w->tally->raters[w->order[i]].stratum];
}

static uint32_t cluster_at(const struct work *w, uint32_t i)
{
	return w->tally->raters[w->order[i]].cluster;
}

static int order_raters(struct work *w)
{
	const struct tally *t = w->tally;
	int err;

	order_init(w->order, t->rater_count);
	for (uint32_t i = 0; i < t->rater_count; i++)
		w->key[i] = w->frame->group_of[t->raters[i].stratum];
	err = order_by(w->key, w->order, t->rater_count);
	if (err)
		return err;
	for (uint32_t i = 0; i < t->rater_count; i++)
		w->key[i] = t->raters[i].cluster;
	return order_by(w->key, w->order, t->rater_count);
}

/* The raters order[from..to) of a cluster, group by group; the place after them. */
static struct profile_member *put_members(const struct work *w, uint32_t from,
					  uint32_t to, struct profile_member *at)
{
	for (uint32_t i = from; i < to; i++) {
		uint32_t group = group_at(w, i);

		if (i > from && at[-1].group == group)
			at[-1].raters++;
		else
			*at++ = (struct profile_member){.group = group, .raters = 1};
	}
	return at;
}

/* The first profiles are the single raters of each group. */
static void put_singles(const struct work *w, struct profile_set *p)
{
	p->count = w->frame->group_count;
	for (uint32_t g = 0; g < p->count; g++) {
		p->profiles[g] = (struct profile){.first = g, .count = 1};
		p->members[g] = (struct profile_member){.group = g, .raters = 1};
	}
}

static void read_clusters(struct work *w, struct profile_set *p)
{
	struct profile_member *at = p->members + p->count;
	uint32_t raters = w->tally->rater_count;

	for (uint32_t i = 0, next; i < raters; i = next) {
		uint32_t cluster = cluster_at(w, i);
		struct several *s = &w->several[w->several_count];

		next = i + 1;
		while (next < raters && cluster_at(w, next) == cluster)
			next++;
		if (next - i == 1) {
			p->of[cluster] = group_at(w, i);
			p->profiles[p->of[cluster]].clusters++;
			continue;
		}
		s->cluster = cluster;
		s->members = at;
		at = put_members(w, i, next, at);
		s->count = (uint32_t)(at - s->members);
		w->several_count++;
	}
}

static int compare(const void *left, const void *right)
{
	const struct several *a = left;
	const struct several *b = right;

	if (a->count != b->count)
		return a->count < b->count ? -1 : 1;
	return memcmp(a->members, b->members, a->count * sizeof *a->members);
}

/* Equal ones stand together once they are sorted. */
static void put_several(struct work *w, struct profile_set *p)
{
	qsort(w->several, w->several_count, sizeof *w->several, compare);
	for (uint32_t i = 0; i < w->several_count; i++) {
		const struct several *s = &w->several[i];

		if (i == 0 || compare(s - 1, s) != 0)
			p->profiles[p->count++] = (struct profile){
			    .first = (uint32_t)(s->members - p->members),
			    .count = s->count,
			};
		p->of[s->cluster] = p->count - 1;
		p->profiles[p->count - 1].clusters++;
	}
}

static int make(struct work *w, struct profile_set *p)
{
	size_t raters = w->tally->rater_count;
	size_t groups = w->frame->group_count;
	int err;

	w->key = malloc((raters + 1) * sizeof *w->key);
	w->order = malloc((raters + 1) * sizeof *w->order);
	w->several = malloc((raters / 2 + 1) * sizeof *w->several);
	p->profiles = malloc((groups + raters / 2 + 1) * sizeof *p->profiles);
	p->members = malloc((groups + raters + 1) * sizeof *p->members);
	p->of = malloc((w->tally->cluster_count + 1u) * sizeof *p->of);
	if (!w->key || !w->order || !w->several || !p->profiles || !p->members ||
	    !p->of)
		return -ENOMEM;
	err = order_raters(w);
	if (err)
		return err;
	put_singles(w, p);
	read_clusters(w, p);
	put_several(w, p);
	return 0;
}

int profile_make(const struct tally *t, const struct frame *f, struct profile_set *out)
{
	struct work w = {.tally = t, .frame = f};
	struct profile_set made = {0};
	int err = make(&w, &made);

	free(w.key);
	free(w.order);
	free(w.several);
	if (err) {
		profile_free(&made);
		return err;
	}
	*out = made;
	return 0;
}

void profile_free(struct profile_set *p)
{
	free(p->profiles);
	free(p->members);
	free(p->of);
	memset(p, 0, sizeof *p);
}
