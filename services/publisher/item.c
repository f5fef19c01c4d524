#include "services/publisher/item.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/err.h"
#include "services/publisher/item_unit.h"

enum { ITEM_VERSION = 1, CELL_SHOW_LEAST = 10, DECIMALS_MAX = 6 };

/* A page shows four digits of a year. */
static const uint64_t year_10000 = UINT64_C(253402300800);

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

static const int wire_modes[] = {
    [MODE_POINTS] = PAR__V1__MODE__MODE_POINTS,
    [MODE_COMPOSITE] = PAR__V1__MODE__MODE_COMPOSITE,
};

static const int wire_sources[] = {
    [SOURCE_NONE] = PAR__V1__SOURCE__SOURCE_UNSPECIFIED,
    [SOURCE_SURVEY] = PAR__V1__SOURCE__SOURCE_SURVEY,
    [SOURCE_APPRAISED] = PAR__V1__SOURCE__SOURCE_APPRAISED,
    [SOURCE_MEASURED] = PAR__V1__SOURCE__SOURCE_MEASURED,
};

bool item_is_detailed(const struct item *i)
{
	return i->criterion_count > 0;
}

static void take_texts(struct taker *t, const ProtobufCBinaryData from[], size_t count,
		       struct item_texts *out)
{
	out->list = take_array(t, count, sizeof(out->list[0]));
	if (out->list == NULL)
		return;
	out->count = count;
	for (size_t i = 0; i < count; i++)
		out->list[i] = take_bytes(t, from[i]);
}

static void take_digest(struct taker *t, ProtobufCBinaryData from,
			uint8_t digest[ITEM_DIGEST])
{
	take_check(t, from.len == ITEM_DIGEST);
	if (t->err == 0)
		memcpy(digest, from.data, ITEM_DIGEST);
}

/* A leaf below a field, a field, or a field that is a leaf. */
static void take_criterion(struct taker *t, const Par__V1__PublicCriterion *from,
			   const struct item *of, size_t place)
{
	struct item_criterion *out = &of->criteria[place];

	out->code = take_needed(t, from->code);
	out->field = (int32_t)from->field - 1;
	out->name = take_text(t, from->name);
	out->points = take_figure(t, from->points);
	out->source = (enum source)take_enum(t, (int)from->source, wire_sources, 4);
	out->leaf = from->leaf;
	take_check(t, out->points[0] != '\0');
	take_check(t, out->leaf == (out->source != SOURCE_NONE));
	take_check(t, from->field <= place);
	if (from->field == 0 || t->err != 0)
		return;
	take_check(t, out->leaf && of->criteria[out->field].field < 0 &&
			  !of->criteria[out->field].leaf);
}

static void take_criteria(struct taker *t, const Par__V1__PublicRelease *from,
			  struct item *out)
{
	take_check(t, from->n_criteria <= MODEL_CRITERIA_MAX);
	if (t->err != 0)
		return;
	out->criteria = take_array(t, from->n_criteria, sizeof(out->criteria[0]));
	if (out->criteria == NULL)
		return;
	out->criterion_count = from->n_criteria;
	for (size_t i = 0; i < from->n_criteria && t->err == 0; i++) {
		take_criterion(t, from->criteria[i], out, i);
		out->leaf_count += out->criteria[i].leaf;
	}
}

static void take_annulments(struct taker *t, const Par__V1__PublicRelease *from,
			    struct item *out)
{
	size_t count = from->n_annulments;

	out->annulments = take_array(t, count, sizeof(out->annulments[0]));
	if (out->annulments == NULL)
		return;
	out->annulment_count = count;
	for (size_t i = 0; i < count; i++) {
		out->annulments[i].reason = take_bytes(t, from->annulments[i]->reason);
		out->annulments[i].sheets = from->annulments[i]->sheets;
	}
}

/* What a release tells that tells its criteria. */
static void take_details(struct taker *t, const Par__V1__PublicRelease *from,
			 struct item *out)
{
	out->mode = (enum mode)take_enum(t, (int)from->mode, wire_modes, 2);
	out->minmax = from->minmax;
	out->seed = from->seed;
	out->cell_show = from->cell_show;
	take_check(t, from->cell_show >= CELL_SHOW_LEAST);
	take_digest(t, from->rules_digest, out->rules_digest);
	take_digest(t, from->method_digest, out->method_digest);
}

static void take_blocks(struct taker *t, const Par__V1__PublicRelease *from,
			struct item *out)
{
	take_check(t, from->n_blocks <= MODEL_BLOCKS_MAX);
	if (t->err != 0)
		return;
	out->blocks = take_array(t, from->n_blocks, sizeof(out->blocks[0]));
	if (out->blocks == NULL)
		return;
	out->block_count = from->n_blocks;
	for (size_t i = 0; i < from->n_blocks && t->err == 0; i++)
		item_take_block(t, from->blocks[i], out, &out->blocks[i]);
}

static void take_release(struct taker *t, const Par__V1__PublicRelease *from,
			 struct item *out)
{
	out->kind = (enum release_kind)take_enum(t, (int)from->kind, wire_kinds, 3);
	out->decision = take_bytes(t, from->decision);
	out->note = take_bytes(t, from->note);
	out->title = take_text(t, from->title);
	out->trial = from->trial || out->kind == RELEASE_TRIAL;
	out->design = (enum design)take_enum(t, (int)from->design, wire_designs, 3);
	out->unweighted = from->unweighted;
	out->respondents = from->respondents_tens;
	out->invited = from->invited;
	out->decimals = from->decimals;
	out->bonus_max = take_figure(t, from->bonus_max);
	out->penalty_max = take_figure(t, from->penalty_max);
	take_check(t, from->respondents_tens % 10 == 0);
	take_check(t, from->decimals <= DECIMALS_MAX);
	take_digest(t, from->result_hash, out->result_hash);
	take_texts(t, from->merged, from->n_merged, &out->merged);
	take_texts(t, from->thin, from->n_thin, &out->thin);
	take_texts(t, from->not_represented, from->n_not_represented,
		   &out->not_represented);
	take_annulments(t, from, out);
	take_criteria(t, from, out);
	if (item_is_detailed(out))
		take_details(t, from, out);
	take_blocks(t, from, out);
}

static void take_retraction(struct taker *t, const Par__V1__PublicRetraction *from,
			    struct item *out)
{
	out->what = ITEM_RETRACTION;
	out->lost = from->lost;
	out->reason =
	    from->lost ? "nhật ký được khôi phục từ một bản sao không có lý do này / "
			 "the journal was restored from a copy that does not hold "
			 "the reason"
		       : take_bytes(t, from->reason);
}

static void take_failure(struct taker *t, const Par__V1__PublicFailure *from,
			 struct item *out)
{
	out->what = ITEM_FAILURE;
	out->lost = from->lost;
	if (from->lost && from->kind == PAR__V1__RELEASE_KIND__RELEASE_KIND_UNSPECIFIED)
		return;
	out->kind = (enum release_kind)take_enum(t, (int)from->kind, wire_kinds, 3);
	out->trial = out->kind == RELEASE_TRIAL;
}

static bool is_of_none(const Par__V1__ReleaseItem *from)
{
	return from->what_case == PAR__V1__RELEASE_ITEM__WHAT_FAILURE &&
	       from->failure->lost && from->round.len == 0 && from->number == 0;
}

static void take_item(struct taker *t, const Par__V1__ReleaseItem *from,
		      struct item *out)
{
	out->round = take_bytes(t, from->round);
	out->number = from->number;
	out->time = (int64_t)from->time;
	take_check(t, from->time > 0 && from->time < year_10000);
	take_check(t, (from->round.len > 0 && from->number > 0) || is_of_none(from));
	if (from->what_case == PAR__V1__RELEASE_ITEM__WHAT_RELEASE) {
		out->what = ITEM_RELEASE;
		take_release(t, from->release, out);
	} else if (from->what_case == PAR__V1__RELEASE_ITEM__WHAT_RETRACTION) {
		take_retraction(t, from->retraction, out);
	} else if (from->what_case == PAR__V1__RELEASE_ITEM__WHAT_FAILURE) {
		take_failure(t, from->failure, out);
	} else {
		take_check(t, false);
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
	made.text = take_array(&t, t.left, 1);
	t.at = made.text;
	if (t.err == 0)
		take_item(&t, message, &made);
	par__v1__release_item__free_unpacked(message, NULL);
	if (t.err != 0)
		item_free(&made);
	else
		*out = made;
	return t.err;
}

static void free_block(struct item_block *b)
{
	for (size_t u = 0; u < b->unit_count; u++)
		free(b->units[u].cells);
	free(b->units);
}

void item_free(struct item *i)
{
	for (size_t b = 0; b < i->block_count; b++)
		free_block(&i->blocks[b]);
	free(i->blocks);
	free(i->criteria);
	free(i->merged.list);
	free(i->thin.list);
	free(i->not_represented.list);
	free(i->annulments);
	free(i->text);
}

static bool is_code(const struct item_unit *u, const char *code, size_t len)
{
	return strncmp(u->code, code, len) == 0 && u->code[len] == '\0';
}

bool item_find_unit(const struct item *i, const char *code, size_t len,
		    const struct item_block **block, const struct item_unit **unit)
{
	for (size_t b = 0; b < i->block_count; b++) {
		for (size_t u = 0; u < i->blocks[b].unit_count; u++) {
			if (!is_code(&i->blocks[b].units[u], code, len))
				continue;
			*block = &i->blocks[b];
			*unit = &i->blocks[b].units[u];
			return true;
		}
	}
	return false;
}
