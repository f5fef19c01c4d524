#include "common/method/response.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* One answer place in one row of the counters. */
static void add_place(const struct tally *t, size_t row, uint32_t answer,
		      struct response_unit *out)
{
	const uint32_t *n = tally_row(t, row) + t->offset[answer];
	size_t slots = t->offset[answer + 1] - t->offset[answer];
	uint8_t not_shown = tally_slot(ANSWER_NOT_SHOWN);

	for (size_t i = 0; i < slots; i++)
		out->shown += i == not_shown ? 0 : n[i];
	out->no_contact += n[tally_slot(ANSWER_NO_CONTACT)];
	out->dont_know += n[tally_slot(ANSWER_DONT_KNOW)];
}

static void count_unit(const struct tally *t, uint32_t unit, struct response_unit *out)
{
	const struct round *r = t->sample->round;

	out->sheets = t->unit_first[unit + 1] - t->unit_first[unit];
	for (uint32_t a = 0; a < r->answer_count; a++) {
		if (!model_applies(r, unit, r->surveyed[a]))
			continue;
		for (size_t row = t->row_first[unit]; row < t->row_first[unit + 1];
		     row++)
			add_place(t, row, a, out);
	}
}

int response_count(const struct result *r, struct response *out)
{
	const struct sample *s = r->sample;
	struct response made = {.invited = s->invited,
				.responded = r->respondents,
				.sheets = s->sheet_count,
				.unit_count = r->unit_count};

	made.units = calloc(r->unit_count + 1u, sizeof *made.units);
	if (!made.units)
		return -ENOMEM;
	for (size_t i = 0; i < s->annulment_count; i++)
		made.annulled += s->annulments[i].sheets;
	for (uint32_t u = 0; u < r->unit_count; u++)
		count_unit(r->tally, u, &made.units[u]);
	*out = made;
	return 0;
}

void response_free(struct response *r)
{
	free(r->units);
	memset(r, 0, sizeof *r);
}

static bool share(uint64_t part, uint64_t whole, mpq_t rate)
{
	if (whole == 0)
		return false;
	mpq_set_ui(rate, part, whole);
	mpq_canonicalize(rate);
	return true;
}

bool response_contact_rate(const struct response_unit *u, mpq_t rate)
{
	return share(u->shown - u->no_contact, u->shown, rate);
}

bool response_dont_know_rate(const struct response_unit *u, mpq_t rate)
{
	return share(u->dont_know, u->shown, rate);
}
