/* What an annulment takes out: a rater's sheets, or those of an import. */

#include <errno.h>
#include <stdlib.h>

#include "common/round/list.h"
#include "common/round/sheets.h"

static uint32_t find_reason(const struct sheets *t, struct bytes reason)
{
	struct index_cursor at = index_seek(&t->by_reason, hash_bytes(reason));

	while (index_next(&t->by_reason, &at)) {
		if (bytes_equal(bytes_str(t->reasons[at.place]), reason))
			return at.place + 1;
	}
	return 0;
}

static int take_reason(struct sheets *t, struct bytes reason, uint32_t *out)
{
	uint32_t known = find_reason(t, reason);
	char **list, *copy;
	int err;

	if (known != 0) {
		*out = known;
		return 0;
	}
	list = list_room(t->reasons, t->reason_count, sizeof *list);
	if (list == NULL)
		return -ENOMEM;
	t->reasons = list;
	copy = bytes_dup(reason);
	if (copy == NULL)
		return -ENOMEM;
	err = index_add(&t->by_reason, hash_bytes(reason), t->reason_count);
	if (err != 0) {
		free(copy);
		return err;
	}
	t->reasons[t->reason_count++] = copy;
	*out = t->reason_count;
	return 0;
}

int sheets_annul(struct sheets *t, uint64_t n, struct bytes reason)
{
	struct annulment *list =
	    list_room(t->annulments, t->annulment_count, sizeof *list);
	struct annulment a = {.n = n};
	int err;

	if (list == NULL)
		return -ENOMEM;
	t->annulments = list;
	err = take_reason(t, reason, &a.reason);
	if (err != 0)
		return err;
	t->annulments[t->annulment_count++] = a;
	return 0;
}

uint64_t sheets_live_of_rater(const struct sheets *t, uint32_t rater)
{
	return rater < t->rater_count ? t->raters[rater].live : 0;
}

uint64_t sheets_annul_rater(struct sheets *t, uint32_t number)
{
	struct rater *rater;
	struct fold_counts *c;
	uint64_t live;

	if (number >= t->rater_count || t->raters[number].annulment != 0)
		return 0;
	rater = &t->raters[number];
	rater->annulment = t->annulment_count;
	if (rater->taken == 0)
		return 0;
	live = rater->live;
	c = &t->counts[rater->stratum];
	c->sheets_live -= live;
	c->responded -= live > 0;
	c->sheets_annulled += rater->taken - rater->out;
	rater->live = 0;
	rater->out = rater->taken;
	return live;
}

/* The sheet of this one's rater and unit that counted at the cut; 0: none. */
static uint32_t live_beside(const struct sheets *t, const struct sheet_record *s,
			    struct sheet_cut cut)
{
	return sheets_live(t, sheets_find(t, s->rater, s->unit), cut);
}

uint64_t sheets_live_of_import(const struct sheets *t, uint64_t id)
{
	const struct import *import = sheets_import(t, id);
	uint64_t sum = 0;

	if (import == NULL)
		return 0;
	for (uint32_t at = import->newest; at != 0; at = sheets_at(t, at)->before)
		sum += live_beside(t, sheets_at(t, at), sheets_now(t)) == at;
	return sum;
}

/* No sheet of the unit counts any more. */
static void count_dead(struct sheets *t, struct rater *rater)
{
	struct fold_counts *c = &t->counts[rater->stratum];

	c->sheets_live--;
	if (--rater->live == 0)
		c->responded--;
}

/* A sheet of the import that the newest annulment names; whether it counted. */
static bool take_out(struct sheets *t, uint32_t sheet)
{
	struct sheet_cut now = sheets_now(t), before = now;
	const struct sheet_record *s = sheets_at(t, sheet);
	struct rater *rater = &t->raters[s->rater];

	before.annulments--;
	if (rater->annulment != 0)
		return false;
	rater->out++;
	t->counts[rater->stratum].sheets_annulled++;
	if (live_beside(t, s, before) != sheet)
		return false;
	if (live_beside(t, s, now) == 0)
		count_dead(t, rater);
	return true;
}

uint64_t sheets_annul_import(struct sheets *t, uint64_t id)
{
	const struct import *known = sheets_import(t, id);
	uint64_t sum = 0;

	if (known == NULL || known->annulment != 0)
		return 0;
	t->imports[known - t->imports].annulment = t->annulment_count;
	for (uint32_t at = known->newest; at != 0; at = sheets_at(t, at)->before)
		sum += take_out(t, at);
	return sum;
}
