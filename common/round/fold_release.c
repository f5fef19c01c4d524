/* Releases and retractions: their entries, their numbers over all rounds. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/round/fold_internal.h"
#include "common/round/list.h"
#include "common/round/proto.h"
#include "par/v1/entry.pb-c.h"

static bool kind_in(Par__V1__ReleaseKind wire, enum release_kind *out)
{
	if (wire == PAR__V1__RELEASE_KIND__RELEASE_KIND_OFFICIAL)
		*out = RELEASE_OFFICIAL;
	else if (wire == PAR__V1__RELEASE_KIND__RELEASE_KIND_CORRECTION)
		*out = RELEASE_CORRECTION;
	else if (wire == PAR__V1__RELEASE_KIND__RELEASE_KIND_TRIAL)
		*out = RELEASE_TRIAL;
	else
		return false;
	return true;
}

static bool may_release(const struct fold_round *r, enum release_kind kind)
{
	if (r->model.trial)
		return kind == RELEASE_TRIAL;
	if (kind == RELEASE_CORRECTION && !fold_round_has_official(r))
		return false;
	return kind != RELEASE_TRIAL && r->state == ROUND_CLOSED;
}

int fold_reserve_release(struct fold *f)
{
	struct fold_release **list =
	    list_room(f->releases, f->release_count, sizeof *list);

	if (list == NULL)
		return -ENOMEM;
	f->releases = list;
	return 0;
}

int fold_reserve_number(struct fold_round *r)
{
	uint64_t *ordinals;
	bool *retracted;

	ordinals = list_room(r->releases, r->release_count, sizeof *ordinals);
	if (ordinals == NULL)
		return -ENOMEM;
	r->releases = ordinals;
	retracted = list_room(r->retracted, r->release_count, sizeof *retracted);
	if (retracted == NULL)
		return -ENOMEM;
	r->retracted = retracted;
	return 0;
}

void fold_take_number(struct fold_round *r, uint64_t ordinal, bool retracted)
{
	r->releases[r->release_count] = ordinal;
	r->retracted[r->release_count] = retracted;
	r->release_count++;
}

static int add(struct fold *f, struct fold_round *r, const struct fold_release *what,
	       struct bytes decision, struct bytes note)
{
	struct fold_release *made = malloc(sizeof *made);
	int err = fold_reserve_release(f);

	if (err == 0)
		err = fold_reserve_number(r);
	if (made == NULL || err != 0) {
		free(made);
		return -ENOMEM;
	}
	*made = *what;
	made->round = r->number;
	made->ordinal = f->release_count + 1;
	made->decision = bytes_dup(decision);
	made->note = bytes_dup(note);
	if (made->decision == NULL || made->note == NULL) {
		free(made->decision);
		free(made->note);
		free(made);
		return -ENOMEM;
	}
	f->releases[f->release_count++] = made;
	return 0;
}

static int apply_release(struct fold *f, struct fold_round *r,
			 const Par__V1__ReleaseEntry *m, struct fold_release what)
{
	struct bytes decision = proto_bytes(m->decision), note = proto_bytes(m->note);
	int err;

	if (m->number != r->release_count + 1 || !kind_in(m->kind, &what.kind) ||
	    !may_release(r, what.kind) || !text_is_nfc(decision) || !text_is_nfc(note))
		return 0;
	what.number = m->number;
	err = add(f, r, &what, decision, note);
	if (err != 0)
		return err;
	fold_take_number(r, f->release_count, false);
	return 0;
}

static int apply_retraction(struct fold *f, struct fold_round *r,
			    const Par__V1__RetractEntry *m, struct fold_release what)
{
	struct bytes reason = proto_bytes(m->reason);
	int err;

	if (m->number < 1 || m->number > r->release_count ||
	    r->retracted[m->number - 1] || !text_is_nfc(reason))
		return 0;
	what.number = m->number;
	what.retraction = true;
	what.kind = fold_release_of(r, m->number)->kind;
	err = add(f, r, &what, bytes_str(""), reason);
	if (err == 0)
		r->retracted[m->number - 1] = true;
	return err;
}

int fold_apply_release(struct fold *f, struct fold_round *r, uint64_t n,
		       const struct entry *e, struct fold_command *done)
{
	struct fold_release what = {.n = n, .time = e->seal.time};
	uint64_t before = f->release_count;
	bool is_release = e->kind == ENTRY_RELEASE;
	void *m;
	int err = fold_parse(f,
			     is_release ? &par__v1__release_entry__descriptor
					: &par__v1__retract_entry__descriptor,
			     e->body, &m);

	if (err != 0 || m == NULL)
		return err;
	err =
	    is_release ? apply_release(f, r, m, what) : apply_retraction(f, r, m, what);
	if (err == 0 && f->release_count > before) {
		done->ordinal = f->release_count;
		done->number = f->releases[before]->number;
	}
	return err;
}

uint32_t fold_round_releases(const struct fold_round *r)
{
	return r->release_count;
}

bool fold_round_retracted(const struct fold_round *r, uint32_t number)
{
	return number >= 1 && number <= r->release_count && r->retracted[number - 1];
}

bool fold_round_has_official(const struct fold_round *r)
{
	for (uint32_t i = 1; i <= r->release_count; i++) {
		if (fold_release_of(r, i)->kind == RELEASE_OFFICIAL)
			return true;
	}
	return false;
}

bool fold_round_unchanged(const struct fold_round *r, enum release_kind kind)
{
	const struct fold_release *newest = fold_release_of(r, r->release_count);

	return newest != NULL && !newest->lost && newest->n == fold_round_changed(r) &&
	       newest->kind == kind;
}

const struct fold_release *fold_release(const struct fold *f, uint64_t ordinal)
{
	return ordinal >= 1 && ordinal <= f->release_count ? f->releases[ordinal - 1]
							   : NULL;
}

uint64_t fold_release_count(const struct fold *f)
{
	return f->release_count;
}

const struct fold_release *fold_release_of(const struct fold_round *r, uint32_t number)
{
	if (number < 1 || number > r->release_count)
		return NULL;
	return fold_release(r->fold, r->releases[number - 1]);
}
