/*
 * A journal that was made again from a copy. What was published beyond the copy keeps
 * its place and its number, so that those of everything later lie above; of what it
 * said nothing is known any more, and no score depends on it.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/round/fold_internal.h"
#include "common/round/proto.h"
#include "par/v1/entry.pb-c.h"

static enum release_kind kind_of(const Par__V1__LostItem *m)
{
	if (m->kind == PAR__V1__RELEASE_KIND__RELEASE_KIND_OFFICIAL)
		return RELEASE_OFFICIAL;
	if (m->kind == PAR__V1__RELEASE_KIND__RELEASE_KIND_CORRECTION)
		return RELEASE_CORRECTION;
	/* Not known: nothing may be a correction of it. */
	return RELEASE_TRIAL;
}

/* What cannot be there is of no round; its ordinal stays. */
static int misplaced(struct fold_release *lost)
{
	lost->number = 0;
	lost->retraction = false;
	lost->lost_round[0] = '\0';
	return 0;
}

/* Gives it its place in its round. -ENOMEM. */
static int place(struct fold_round *r, struct fold_release *lost)
{
	int err;

	if (lost->retraction) {
		if (lost->number > r->release_count)
			return misplaced(lost);
		r->retracted[lost->number - 1] = true;
		lost->kind = fold_release_of(r, lost->number)->kind;
	} else {
		if (lost->number != r->release_count + 1)
			return misplaced(lost);
		err = fold_reserve_number(r);
		if (err != 0)
			return err;
		fold_take_number(r, lost->ordinal, true);
	}
	lost->round = r->number;
	return 0;
}

/* A round that is void was never released from. */
static struct fold_round *round_of(const struct fold *f, struct bytes code)
{
	struct fold_round *r = fold_round_by_code(f, code);

	return r != NULL && r->state != ROUND_VOID ? r : NULL;
}

static int make(const Par__V1__LostItem *m, struct fold_release **out)
{
	struct bytes code = proto_bytes(m->round);
	bool known = code.len > 0 && code.len <= MODEL_CODE_MAX && m->number > 0 &&
		     text_is_nfc(code);
	struct fold_release *lost = calloc(1, sizeof *lost);

	if (lost == NULL)
		return -ENOMEM;
	lost->lost = true;
	lost->number = known ? m->number : 0;
	lost->retraction = known && m->retraction;
	lost->kind = kind_of(m);
	lost->decision = bytes_dup(bytes_str(""));
	lost->note = bytes_dup(bytes_str(""));
	lost->lost_round = bytes_dup(known ? code : bytes_str(""));
	if (lost->decision == NULL || lost->note == NULL || lost->lost_round == NULL) {
		free(lost->decision);
		free(lost->note);
		free(lost->lost_round);
		free(lost);
		return -ENOMEM;
	}
	*out = lost;
	return 0;
}

static int add_lost(struct fold *f, uint64_t n, int64_t time,
		    const Par__V1__LostItem *m)
{
	struct fold_release *lost;
	struct fold_round *r;
	int err = fold_reserve_release(f);

	if (err == 0)
		err = make(m, &lost);
	if (err != 0)
		return err;
	f->releases[f->release_count++] = lost;
	lost->ordinal = f->release_count;
	lost->n = n;
	lost->time = time;
	r = round_of(f, bytes_str(lost->lost_round));
	return r == NULL ? 0 : place(r, lost);
}

static bool position_in(const Par__V1__Position *m, struct position *out)
{
	if (m == NULL || m->journal.len != JOURNAL_ID_SIZE ||
	    m->chain.len != CHAIN_SIZE)
		return false;
	*out = (struct position){.shard = m->shard, .n = m->n};
	memcpy(out->journal, m->journal.data, JOURNAL_ID_SIZE);
	memcpy(out->chain, m->chain.data, CHAIN_SIZE);
	return true;
}

int fold_apply_restored(struct fold *f, uint64_t n, const struct entry *e)
{
	void *parsed;
	const Par__V1__RestoredEntry *m;
	int err = fold_parse(f, &par__v1__restored_entry__descriptor, e->body, &parsed);

	m = parsed;
	if (err != 0 || m == NULL || !position_in(m->from, &f->restored_from))
		return err;
	for (size_t i = 0; err == 0 && i < m->n_lost; i++)
		err = add_lost(f, n, e->seal.time, m->lost[i]);
	return err;
}

int fold_adopt_lost(struct fold *f, struct fold_round *r)
{
	int err = 0;

	for (uint64_t i = 0; err == 0 && i < f->release_count; i++) {
		struct fold_release *lost = f->releases[i];

		if (lost->lost && lost->round == 0 &&
		    strcmp(lost->lost_round, r->model.code) == 0)
			err = place(r, lost);
	}
	return err;
}

const struct position *fold_restored_from(const struct fold *f)
{
	return &f->restored_from;
}
