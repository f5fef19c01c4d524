#include "services/publisher/item.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/err.h"
#include "par/v1/release.pb-c.h"

enum { ITEM_VERSION = 1 };

/* Copies strings into one piece of memory; the first error stays. */
struct taker {
	char *at;
	size_t left;
	int err;
};

static char *take(struct taker *t, ProtobufCBinaryData from)
{
	static char none[] = "";
	char *copy = t->at;

	if (from.len == 0 || t->err != 0)
		return none;
	if (from.len >= t->left || !text_is_utf8(bytes_of(from.data, from.len))) {
		t->err = ERR_FORMAT;
		return none;
	}
	memcpy(copy, from.data, from.len);
	copy[from.len] = '\0';
	t->at += from.len + 1;
	t->left -= from.len + 1;
	return copy;
}

static char *take_needed(struct taker *t, ProtobufCBinaryData from)
{
	if (from.len == 0)
		t->err = ERR_FORMAT;
	return take(t, from);
}

static struct text2 take_text(struct taker *t, const Par__V1__Text *from)
{
	ProtobufCBinaryData none = {0, NULL};

	return (struct text2){
	    .vi = take(t, from == NULL ? none : from->vi),
	    .en = take(t, from == NULL ? none : from->en),
	};
}

static const char *take_figure(struct taker *t, ProtobufCBinaryData from)
{
	const char *text = take(t, from);
	struct decimal unused;

	if (text[0] != '\0' && text_decimal(text, &unused) != 0)
		t->err = ERR_FORMAT;
	return text;
}

static void *take_array(struct taker *t, size_t count, size_t size)
{
	void *array = calloc(count > 0 ? count : 1, size);

	if (array == NULL)
		t->err = -ENOMEM;
	return array;
}

/* Place of a wire value among ours; the lists are in the order of our enums. */
static unsigned take_enum(struct taker *t, int value, const int wire[], unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		if (wire[i] == value)
			return i;
	}
	t->err = ERR_FORMAT;
	return 0;
}

static const int wire_kinds[] = {
    [RELEASE_OFFICIAL] = PAR__V1__RELEASE_KIND__RELEASE_KIND_OFFICIAL,
    [RELEASE_CORRECTION] = PAR__V1__RELEASE_KIND__RELEASE_KIND_CORRECTION,
    [RELEASE_TRIAL] = PAR__V1__RELEASE_KIND__RELEASE_KIND_TRIAL,
};

static const int wire_designs[] = {
    [DESIGN_OPEN] = PAR__V1__DESIGN__DESIGN_OPEN,
    [DESIGN_CENSUS] = PAR__V1__DESIGN__DESIGN_CENSUS,
    [DESIGN_PROBABILITY] = PAR__V1__DESIGN__DESIGN_PROBABILITY,
};

static const int wire_statuses[] = {
    [STATUS_RANKED] = PAR__V1__UNIT_STATUS__UNIT_STATUS_RANKED,
    [STATUS_RANKED_WARNING] = PAR__V1__UNIT_STATUS__UNIT_STATUS_RANKED_WARNING,
    [STATUS_INSUFFICIENT] = PAR__V1__UNIT_STATUS__UNIT_STATUS_INSUFFICIENT,
};

static void take_unit(struct taker *t, const Par__V1__PublicUnit *from,
		      struct item_unit *out)
{
	out->code = take_needed(t, from->code);
	out->name = take_text(t, from->name);
	out->status = (enum status)take_enum(t, (int)from->status, wire_statuses, 3);
	out->score = take_figure(t, from->score);
	out->rank = from->rank;
	out->band = take_text(t, from->band);
	out->se = take_figure(t, from->se);
	out->ci_low = take_figure(t, from->ci_low);
	out->ci_high = take_figure(t, from->ci_high);
	out->raters = from->raters;
	out->criteria_counted = from->criteria_counted;
	out->criteria_applicable = from->criteria_applicable;
	if (out->status == STATUS_INSUFFICIENT && out->score[0] != '\0')
		t->err = ERR_FORMAT;
}

static void take_block(struct taker *t, const Par__V1__PublicBlock *from,
		       struct item_block *out)
{
	out->name = take_needed(t, from->name);
	out->full_rank = from->full_rank;
	out->rank = from->rank;
	out->units = take_array(t, from->n_units, sizeof(out->units[0]));
	if (out->units == NULL)
		return;
	out->unit_count = from->n_units;
	for (size_t i = 0; i < from->n_units && t->err == 0; i++)
		take_unit(t, from->units[i], &out->units[i]);
}

static const char **take_list(struct taker *t, const ProtobufCBinaryData from[],
			      size_t count, size_t *out_count)
{
	const char **list = take_array(t, count, sizeof(list[0]));

	for (size_t i = 0; list != NULL && i < count; i++)
		list[i] = take(t, from[i]);
	*out_count = list == NULL ? 0 : count;
	return list;
}

static void take_release(struct taker *t, const Par__V1__PublicRelease *from,
			 struct item *out)
{
	out->kind = (enum release_kind)take_enum(t, (int)from->kind, wire_kinds, 3);
	out->decision = take(t, from->decision);
	out->note = take(t, from->note);
	out->title = take_text(t, from->title);
	out->trial = from->trial || out->kind == RELEASE_TRIAL;
	out->design = (enum design)take_enum(t, (int)from->design, wire_designs, 3);
	out->unweighted = from->unweighted;
	out->respondents = from->respondents_tens;
	out->invited = from->invited;
	out->decimals = from->decimals;
	out->thin = take_list(t, from->thin, from->n_thin, &out->thin_count);
	out->not_represented =
	    take_list(t, from->not_represented, from->n_not_represented,
		      &out->not_represented_count);
	if (from->result_hash.len != RESULT_HASH)
		t->err = ERR_FORMAT;
	else
		memcpy(out->hash, from->result_hash.data, RESULT_HASH);
	out->blocks = take_array(t, from->n_blocks, sizeof(out->blocks[0]));
	if (out->blocks == NULL)
		return;
	out->block_count = from->n_blocks;
	for (size_t i = 0; i < from->n_blocks && t->err == 0; i++)
		take_block(t, from->blocks[i], &out->blocks[i]);
}

static void take_item(struct taker *t, const Par__V1__ReleaseItem *from,
		      struct item *out)
{
	out->round = take_needed(t, from->round);
	out->number = from->number;
	out->time = (int64_t)from->time;
	if (from->number == 0 || from->time == 0 || from->time > INT64_MAX)
		t->err = ERR_FORMAT;
	if (from->what_case == PAR__V1__RELEASE_ITEM__WHAT_RELEASE) {
		take_release(t, from->release, out);
	} else if (from->what_case == PAR__V1__RELEASE_ITEM__WHAT_RETRACTION) {
		out->retraction = true;
		out->reason = take(t, from->retraction->reason);
	} else {
		t->err = ERR_FORMAT;
	}
}

int item_decode(struct bytes payload, struct item *out)
{
	struct taker t = {.left = payload.len + 1};
	struct item made = {0};
	Par__V1__ReleaseItem *message =
	    par__v1__release_item__unpack(NULL, payload.len, payload.data);

	if (message == NULL)
		return ERR_FORMAT;
	if (message->version > ITEM_VERSION)
		t.err = ERR_VERSION;
	/* A string on the wire is longer than itself and a final 0. */
	made.text = malloc(t.left);
	t.at = made.text;
	if (t.err == 0 && t.at == NULL)
		t.err = -ENOMEM;
	if (t.err == 0)
		take_item(&t, message, &made);
	par__v1__release_item__free_unpacked(message, NULL);
	if (t.err != 0)
		item_free(&made);
	else
		*out = made;
	return t.err;
}

void item_free(struct item *i)
{
	for (size_t b = 0; b < i->block_count; b++)
		free(i->blocks[b].units);
	free(i->blocks);
	free(i->thin);
	free(i->not_represented);
	free(i->text);
}
