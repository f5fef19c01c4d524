/* Applies entries in order, and answers what is asked of a round. */

#include "common/round/fold.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/err.h"
#include "common/round/fold_ballot.h"
#include "common/round/fold_internal.h"
#include "common/round/list.h"
#include "common/round/proto.h"

enum { SCRATCH = 64 * 1024 };

struct fold *fold_new(bool keep_answers)
{
	struct fold *f = calloc(1, sizeof *f);

	if (f == NULL)
		return NULL;
	f->keep_answers = keep_answers;
	index_init(&f->by_command);
	arena_init(&f->scratch, SCRATCH);
	return f;
}

void fold_round_free(struct fold_round *r)
{
	if (r == NULL)
		return;
	for (uint32_t i = 0; i < r->frame_count; i++)
		model_strata_free(r->frames[i].strata, r->frames[i].stratum_count,
				  r->model.strata_column_count);
	free(r->frames);
	model_free(&r->model);
	sheets_free(&r->sheets);
	values_free(&r->values);
	free(r->releases);
	free(r->retracted);
	free(r);
}

void fold_free(struct fold *f)
{
	if (f == NULL)
		return;
	for (uint32_t i = 0; i < f->round_count; i++)
		fold_round_free(f->rounds[i]);
	free(f->rounds);
	for (uint64_t i = 0; i < f->release_count; i++) {
		free(f->releases[i]->decision);
		free(f->releases[i]->note);
		free(f->releases[i]->lost_round);
		free(f->releases[i]);
	}
	free(f->releases);
	free(f->commands);
	index_free(&f->by_command);
	arena_free(&f->scratch);
	free(f);
}

int fold_parse(struct fold *f, const void *descriptor, struct bytes body, void **out)
{
	ProtobufCAllocator allocator = proto_allocator(&f->scratch);
	ProtobufCMessage *m =
	    protobuf_c_message_unpack(descriptor, &allocator, body.len, body.data);

	if (f->scratch.failed)
		return -ENOMEM;
	if (m != NULL && proto_has_unknown(m))
		m = NULL;
	*out = m;
	return 0;
}

static bool is_eligible(const struct fold_round *r, const struct seal *seal)
{
	const struct fold_frame *frame = fold_round_frame(r);

	return seal->rater < fold_rater_bound(frame->rows) &&
	       seal->stratum < frame->stratum_count;
}

static int read_ballot(struct fold *f, const struct fold_round *r, struct bytes body,
		       struct ballot *out)
{
	if (r != NULL &&
	    fold_ballot_read(&f->scratch, body, bytes_str(r->model.code), out))
		return 0;
	return ballot_decode_in(&f->scratch, body, out, NULL);
}

static int apply_ballot(struct fold *f, struct fold_round *r, uint64_t n,
			const struct entry *e)
{
	struct ballot b;
	int err = read_ballot(f, r, e->body, &b);

	if (err == ERR_FORMAT)
		return 0;
	if (err != 0)
		return err;
	if (r == NULL || r->state != ROUND_OPEN || !is_eligible(r, &e->seal) ||
	    !ballot_is_for(&b, &r->model, r->rules, NULL))
		return 0;
	for (uint32_t i = 0; err == 0 && i < b.sheet_count; i++) {
		if (sheet_check(&b.sheets[i], &r->model, NULL))
			err = sheets_add(&r->sheets, n, &e->seal, &b.sheets[i]);
	}
	return err;
}

/* r is NULL when the entry names no round that is known, or a void one. */
static int apply_kind(struct fold *f, struct fold_round *r, uint64_t n,
		      const struct entry *e, struct fold_command *done)
{
	if (e->kind == ENTRY_OPEN)
		return fold_apply_open(f, n, e);
	if (e->kind == ENTRY_BALLOT)
		return apply_ballot(f, r, n, e);
	if (e->kind == ENTRY_RESTORED)
		return fold_apply_restored(f, n, e);
	if (r == NULL)
		return 0;
	switch (e->kind) {
	case ENTRY_ROSTER:
		return fold_apply_roster(f, r, n, e->body, done);
	case ENTRY_APPRAISALS:
	case ENTRY_MEASURED:
		return fold_apply_values(f, r, n, e, done);
	case ENTRY_ANNUL:
		return fold_apply_annul(f, r, n, e->body, done);
	case ENTRY_CLOSE:
	case ENTRY_VOID:
		return fold_apply_state(f, r, n, e);
	case ENTRY_RELEASE:
	case ENTRY_RETRACT:
		return fold_apply_release(f, r, n, e, done);
	case ENTRY_RESTORED:
	case ENTRY_OPEN:
	case ENTRY_BALLOT:
		return 0;
	}
	return ERR_VERSION;
}

static uint64_t command_hash(const uint8_t id[COMMAND_ID_SIZE])
{
	return hash_bytes(bytes_of(id, COMMAND_ID_SIZE));
}

/* An automatic entry has no id; the first answer to an id stays. */
static int remember(struct fold *f, const uint8_t id[COMMAND_ID_SIZE],
		    const struct fold_command *done)
{
	static const uint8_t none[COMMAND_ID_SIZE];
	struct fold_command before;
	struct command *list;
	int err;

	if (memcmp(id, none, sizeof none) == 0 || fold_command(f, id, &before))
		return 0;
	list = list_room(f->commands, f->command_count, sizeof *list);
	if (list == NULL)
		return -ENOMEM;
	f->commands = list;
	err = index_add(&f->by_command, command_hash(id), f->command_count);
	if (err != 0)
		return err;
	memcpy(f->commands[f->command_count].id, id, COMMAND_ID_SIZE);
	f->commands[f->command_count++].done = *done;
	return 0;
}

int fold_apply(struct fold *f, uint64_t n, const struct entry *e)
{
	struct fold_command done = {.n = n};
	struct fold_round *r = fold_round_by_number(f, e->round);
	bool is_void = r != NULL && r->state == ROUND_VOID;
	int err;

	if (n != f->n + 1)
		return ERR_FORMAT;
	err = apply_kind(f, is_void ? NULL : r, n, e, &done);
	if (err == 0 && e->kind != ENTRY_BALLOT)
		err = remember(f, e->seal.command, &done);
	arena_reset(&f->scratch);
	if (err != 0)
		return err;
	r = fold_round_by_number(f, e->round);
	if (r != NULL)
		r->changed = n;
	f->n = n;
	return 0;
}

int fold_put_round(struct fold *f, uint32_t number, struct fold_round *r)
{
	struct fold_round **list = f->rounds;

	if (number > f->round_count) {
		list = list_room(f->rounds, f->round_count, sizeof *list);
		if (list == NULL)
			return -ENOMEM;
		f->rounds = list;
		f->round_count = number;
	}
	list[number - 1] = r;
	return 0;
}

int fold_skip(struct fold *f, uint64_t n, enum entry_kind kind, uint32_t round)
{
	int err = 0;

	if (n != f->n + 1)
		return ERR_FORMAT;
	if (kind == ENTRY_OPEN && round == f->round_count + 1)
		err = fold_put_round(f, round, NULL);
	if (err == 0)
		f->n = n;
	return err;
}

uint64_t fold_n(const struct fold *f)
{
	return f->n;
}

struct fold_round *fold_round_by_code(const struct fold *f, struct bytes code)
{
	for (uint32_t i = 0; i < f->round_count; i++) {
		struct fold_round *r = f->rounds[i];

		if (r != NULL && bytes_equal(bytes_str(r->model.code), code))
			return r;
	}
	return NULL;
}

struct fold_round *fold_round_by_number(const struct fold *f, uint32_t number)
{
	return number >= 1 && number <= f->round_count ? f->rounds[number - 1] : NULL;
}

uint32_t fold_round_count(const struct fold *f)
{
	return f->round_count;
}

uint32_t fold_round_number(const struct fold_round *r)
{
	return r->number;
}

const struct round *fold_round_model(const struct fold_round *r)
{
	return &r->model;
}

const uint8_t *fold_round_rules(const struct fold_round *r)
{
	return r->rules;
}

enum round_state fold_round_state(const struct fold_round *r)
{
	return r->state;
}

const struct fold_frame *fold_round_frame(const struct fold_round *r)
{
	return &r->frames[r->frame_count - 1];
}

const struct stratum *fold_round_strata(const struct fold_round *r, uint32_t *count)
{
	*count = fold_round_frame(r)->stratum_count;
	return fold_round_frame(r)->strata;
}

uint64_t fold_round_roster_rows(const struct fold_round *r)
{
	return fold_round_frame(r)->rows;
}

const uint8_t *fold_round_roster_digest(const struct fold_round *r)
{
	return fold_round_frame(r)->digest;
}

uint64_t fold_round_heard(const struct fold_round *r)
{
	return r->sheets.heard;
}

struct fold_counts fold_round_counts(const struct fold_round *r, int32_t stratum)
{
	struct fold_counts sum = {0};

	if (stratum >= 0)
		return (uint32_t)stratum < r->sheets.stratum_count
			   ? r->sheets.counts[stratum]
			   : sum;
	for (uint32_t i = 0; i < r->sheets.stratum_count; i++) {
		const struct fold_counts *c = &r->sheets.counts[i];

		sum.sheets_taken += c->sheets_taken;
		sum.sheets_live += c->sheets_live;
		sum.sheets_annulled += c->sheets_annulled;
		sum.responded += c->responded;
	}
	return sum;
}

uint64_t fold_round_changed(const struct fold_round *r)
{
	uint64_t changed = r->changed;

	for (uint32_t i = 0; i < r->model.composite.pool_count; i++) {
		const struct fold_round *other =
		    fold_round_by_code(r->fold, bytes_str(r->model.composite.pool[i]));

		if (other != NULL && other->changed > changed)
			changed = other->changed;
	}
	return changed;
}

bool fold_round_has_import(const struct fold_round *r, uint64_t import_id)
{
	return sheets_import(&r->sheets, import_id) != NULL;
}

uint64_t fold_round_live_of_import(const struct fold_round *r, uint64_t import_id)
{
	return sheets_live_of_import(&r->sheets, import_id);
}

uint64_t fold_round_live_of_rater(const struct fold_round *r, uint32_t rater)
{
	return sheets_live_of_rater(&r->sheets, rater);
}

bool fold_round_rater_annulled(const struct fold_round *r, uint32_t rater)
{
	return rater < r->sheets.rater_count && r->sheets.raters[rater].annulment != 0;
}

bool fold_round_takes_reason(const struct fold_round *r, struct bytes reason)
{
	for (uint32_t i = 0; i < r->model.annulment_reason_count; i++) {
		if (bytes_equal(bytes_str(r->model.annulment_reasons[i]), reason))
			return true;
	}
	return r->model.annulment_reason_count == 0;
}

struct fold_prior fold_round_prior(const struct fold_round *r, uint32_t rater,
				   const struct sheet *s)
{
	uint32_t first = sheets_find(&r->sheets, rater, s->unit);
	uint32_t live = sheets_live(&r->sheets, first, sheets_now(&r->sheets));
	struct fold_prior prior = {0};

	if (live != 0)
		prior.live_revision = sheets_at(&r->sheets, live)->revision;
	for (uint32_t at = first; at != 0;) {
		const struct sheet_record *known = sheets_at(&r->sheets, at);

		if (known->revision > prior.highest_revision)
			prior.highest_revision = known->revision;
		if (known->revision == s->revision) {
			prior.first_n = known->first_n;
			prior.same_answers = sheets_same_answers(&r->sheets, at, s);
		}
		at = known->next;
	}
	return prior;
}

bool fold_command(const struct fold *f, const uint8_t id[COMMAND_ID_SIZE],
		  struct fold_command *out)
{
	struct index_cursor at = index_seek(&f->by_command, command_hash(id));

	while (index_next(&f->by_command, &at)) {
		const struct command *c = &f->commands[at.place];

		if (memcmp(c->id, id, COMMAND_ID_SIZE) != 0)
			continue;
		*out = c->done;
		return true;
	}
	return false;
}
