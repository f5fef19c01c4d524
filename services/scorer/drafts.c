#include "services/scorer/drafts.h"

#include <string.h>

void drafts_init(struct drafts *d)
{
	memset(d, 0, sizeof(*d));
	for (size_t i = 0; i < DRAFTS_MAX; i++)
		faults_init(&d->list[i].faults);
}

static void draft_clear(struct draft *d)
{
	analysis_free(d->analysis);
	faults_free(&d->faults);
	memset(d, 0, sizeof(*d));
	faults_init(&d->faults);
}

void drafts_free(struct drafts *d)
{
	for (size_t i = 0; i < DRAFTS_MAX; i++)
		draft_clear(&d->list[i]);
}

/* The one asked for; a place for it, if need be that of the one longest unasked. */
static struct draft *place_of(struct drafts *d, uint32_t round, uint32_t release)
{
	struct draft *oldest = NULL;

	for (size_t i = 0; i < DRAFTS_MAX; i++) {
		struct draft *one = &d->list[i];

		if (one->round == round && one->release == release)
			return one;
		if (!one->wanted && (oldest == NULL || one->used < oldest->used))
			oldest = one;
	}
	if (oldest == NULL)
		return NULL;
	draft_clear(oldest);
	oldest->round = round;
	oldest->release = release;
	return oldest;
}

static bool answers(const struct draft *d, const struct draft_asking *a)
{
	if (!d->made)
		return false;
	if (!a->first_part || d->release > 0)
		return true;
	if (!d->wanted && memcmp(d->asked, a->id, DRAFT_ID_SIZE) == 0)
		return true;
	return a->folded_n >= a->head_n && d->cut.n >= a->changed_n;
}

const struct draft *drafts_ask(struct drafts *d, const struct draft_asking *a)
{
	struct draft *one = place_of(d, a->round, a->release);

	if (one == NULL)
		return NULL;
	one->used = ++d->askings;
	if (answers(one, a))
		return one;
	if (one->wanted)
		return NULL;
	one->wanted = true;
	one->need_n = a->release > 0 ? 0 : a->head_n;
	memcpy(one->asked, a->id, DRAFT_ID_SIZE);
	return NULL;
}

struct draft *drafts_next(struct drafts *d, uint64_t folded_n)
{
	struct draft *next = NULL;

	for (size_t i = 0; i < DRAFTS_MAX; i++) {
		struct draft *one = &d->list[i];

		if (!one->wanted || folded_n < one->need_n)
			continue;
		if (next == NULL || one->used < next->used)
			next = one;
	}
	return next;
}

void draft_settle(struct draft *d)
{
	d->wanted = false;
}

void draft_fill(struct draft *d, const struct position *cut, struct analysis *analysis,
		const struct faults *faults)
{
	analysis_free(d->analysis);
	faults_free(&d->faults);
	d->analysis = analysis;
	d->faults = *faults;
	d->cut = *cut;
	d->made = true;
	d->wanted = false;
}
