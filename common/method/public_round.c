/* METHOD section 5 on what a release says of the round as a whole. */

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/method/public_internal.h"

static int copy_names(char *const from[], uint32_t count, struct public_names *out)
{
	out->list = calloc(count + 1u, sizeof *out->list);
	if (!out->list)
		return -ENOMEM;
	for (uint32_t i = 0; i < count; i++) {
		out->list[i] = strdup(from[i]);
		if (!out->list[i])
			return -ENOMEM;
		out->count++;
	}
	return 0;
}

static void free_names(struct public_names *names)
{
	for (uint32_t i = 0; i < names->count; i++)
		free(names->list[i]);
	free(names->list);
}

/* Without declared reasons any text may stand in them: they are told as one. */
static int tell_annulments(const struct sample *s, const uint8_t *hidden,
			   struct public_round *out)
{
	bool declared = s->round->annulment_reason_count > 0;

	for (size_t i = 0; i < s->annulment_count; i++) {
		struct public_annulment *a = &out->annulments[out->annulment_count];

		if (!declared && i > 0)
			a = &out->annulments[0];
		else
			a->reason = strdup(declared ? s->annulments[i].reason : "");
		if (!a->reason)
			return -ENOMEM;
		if (!hidden[i])
			a->sheets += s->annulments[i].sheets;
		if (declared || i == 0)
			out->annulment_count++;
	}
	return 0;
}

int public_round_make(const struct result *r, struct public_round *out)
{
	size_t annulments = r->sample->annulment_count + 1;
	uint8_t *hidden = calloc(annulments, 1);
	int err = hidden ? 0 : -ENOMEM;

	out->respondents_tens = r->respondents - r->respondents % 10;
	out->annulments = calloc(annulments, sizeof *out->annulments);
	if (!out->annulments)
		err = -ENOMEM;
	if (!err) {
		public_annulments(r->sample, hidden);
		err = tell_annulments(r->sample, hidden, out);
	}
	if (!err)
		err = copy_names(r->merged, r->merged_count, &out->merged);
	if (!err)
		err = copy_names(r->thin, r->thin_count, &out->thin);
	if (!err)
		err = copy_names(r->not_represented, r->not_represented_count,
				 &out->not_represented);
	free(hidden);
	return err;
}

void public_round_free(struct public_round *p)
{
	for (size_t i = 0; i < p->annulment_count; i++)
		free(p->annulments[i].reason);
	free(p->annulments);
	free_names(&p->merged);
	free_names(&p->thin);
	free_names(&p->not_represented);
}

void public_annulments(const struct sample *s, uint8_t *hidden)
{
	uint64_t counts[MODEL_REASONS_MAX];
	uint64_t most = 0;

	memset(hidden, 0, s->annulment_count);
	if (s->round->annulment_reason_count == 0) {
		/* a rater may stand under two reasons: no more are sure to be many */
		for (size_t i = 0; i < s->annulment_count; i++)
			if (s->annulments[i].raters > most)
				most = s->annulments[i].raters;
		if (most < s->round->cell_show)
			memset(hidden, 1, s->annulment_count);
		return;
	}
	/* the fold takes declared reasons only */
	assert(s->annulment_count <= MODEL_REASONS_MAX);
	for (size_t i = 0; i < s->annulment_count; i++)
		counts[i] = s->annulments[i].raters;
	privacy_suppress(counts, 1, (uint32_t)s->annulment_count, true, false,
			 s->round->cell_show, hidden);
}
