#include "common/client/acknowledgement.h"

#include <errno.h>
#include <stdlib.h>

#include "common/client/taken.h"
#include "common/client/verdict.h"

struct held_acknowledgement {
	struct par_acknowledgement public; /* first, so that one pointer is both */
	struct taken taken;
};

static const enum par_verdict verdicts[] = {
    [VERDICT_ACCEPTED] = PAR_VERDICT_ACCEPTED,
    [VERDICT_REPLACED] = PAR_VERDICT_REPLACED,
    [VERDICT_SUPERSEDED] = PAR_VERDICT_SUPERSEDED,
    [VERDICT_DUPLICATE] = PAR_VERDICT_DUPLICATE,
    [VERDICT_CONFLICT] = PAR_VERDICT_CONFLICT,
    [VERDICT_REFUSED] = PAR_VERDICT_REFUSED,
};

const char *par_verdict_text(enum par_verdict verdict)
{
	for (int v = VERDICT_ACCEPTED; v <= VERDICT_REFUSED; v++)
		if (verdicts[v] == verdict)
			return verdict_name((enum verdict)v);
	return "unknown";
}

static void take_faults(struct taken *t, const Par__V1__SheetVerdict *from,
			struct par_sheet_verdict *out)
{
	char conflict[VERDICT_WORDS];
	size_t count = from->n_faults + 1;
	const char **list = taken_array(t, count, sizeof(*list));

	if (!list)
		return;
	if (out->verdict == PAR_VERDICT_CONFLICT)
		list[out->fault_count++] =
		    taken_copy(t, verdict_conflict(from, conflict));
	for (size_t i = 0; i < from->n_faults; i++)
		list[out->fault_count++] = taken_text(t, from->faults[i]);
	out->faults = list;
}

static struct par_sheet_verdict *take_sheet(struct taken *t,
					    const Par__V1__Acknowledgement *ack,
					    size_t place)
{
	const Par__V1__SheetVerdict *from = ack->sheets[place];
	struct par_sheet_verdict *out = taken_array(t, 1, sizeof(*out));

	taken_check(t, from->unit > 0);
	if (!out)
		return NULL;
	out->unit = (size_t)from->unit - 1;
	out->revision = from->revision;
	out->verdict = verdicts[verdict_of(ack, place)];
	out->first = taken_hex(t, from->first_digest);
	out->highest_revision = from->highest_revision;
	take_faults(t, from, out);
	return out;
}

static void take(struct taken *t, const Par__V1__Acknowledgement *from,
		 struct par_acknowledgement *out)
{
	const struct par_sheet_verdict **list =
	    taken_array(t, from->n_sheets, sizeof(*list));

	out->round = taken_text(t, from->round);
	out->digest = taken_hex(t, from->digest);
	out->sheets = list;
	out->sheet_count = from->n_sheets;
	for (size_t i = 0; list && i < from->n_sheets; i++)
		list[i] = take_sheet(t, from, i);
}

int acknowledgement_make(const Par__V1__Acknowledgement *from,
			 struct par_acknowledgement **out)
{
	struct held_acknowledgement *h = calloc(1, sizeof(*h));
	if (!h)
		return -ENOMEM;
	taken_init(&h->taken);
	take(&h->taken, from, &h->public);
	int err = taken_err(&h->taken);
	if (err != 0) {
		par_acknowledgement_free(&h->public);
		return err;
	}
	*out = &h->public;
	return 0;
}

void par_acknowledgement_free(struct par_acknowledgement *ack)
{
	struct held_acknowledgement *h = (struct held_acknowledgement *)(void *)ack;

	if (!h)
		return;
	taken_free(&h->taken);
	free(h);
}
