/* A ballot against its round. */

#include <string.h>

#include "common/round/ballot.h"
#include "common/round/fault.h"

bool ballot_is_for(const struct ballot *b, const struct round *r,
		   const uint8_t rules[32], struct faults *faults)
{
	if (!bytes_equal(b->round, bytes_str(r->code))) {
		fault_add(faults,
			  "the ballot is for the round \"%.*s\", not for \"%s\"",
			  (int)b->round.len, (const char *)b->round.data, r->code);
		return false;
	}
	if (!bytes_equal(b->rules, bytes_of(rules, 32))) {
		fault_add(faults,
			  "the ballot was made by other rules than those of \"%s\": "
			  "fetch the round again and number its sheets by that",
			  r->code);
		return false;
	}
	return true;
}

enum { LANES = 32 };

/* A fixed number at a time and no branch: compilers make it a few wide instructions. */
static unsigned lanes_are_bad(const uint8_t answers[LANES], const uint8_t levels[LANES])
{
	uint8_t bad = 0;

	for (int i = 0; i < LANES; i++) {
		uint8_t is_score = (uint8_t)(answers[i] - 1) < levels[i];
		uint8_t is_reason = (answers[i] >= ANSWER_BLANK) & (levels[i] != 0);
		uint8_t not_shown = answers[i] == ANSWER_NOT_SHOWN;

		bad |= !(is_score | is_reason | not_shown);
	}
	return bad;
}

/* Without words: the common case. */
static bool answers_are_good(const struct sheet *s, const struct round *r)
{
	const uint8_t *levels = r->unit_levels + (size_t)s->unit * r->answer_count;
	const uint8_t *answers = s->answers.data;
	uint32_t rest = r->answer_count % LANES, whole = r->answer_count - rest;
	uint8_t last[LANES], last_levels[LANES] = {0};
	unsigned bad = 0;

	for (uint32_t i = 0; i < whole; i += LANES)
		bad |= lanes_are_bad(answers + i, levels + i);
	memset(last, ANSWER_NOT_SHOWN, sizeof last);
	if (rest > 0) {
		memcpy(last, answers + whole, rest);
		memcpy(last_levels, levels + whole, rest);
	}
	return (bad | lanes_are_bad(last, last_levels)) == 0;
}

static void name_answer(const struct sheet *s, const struct round *r, uint32_t i,
			struct faults *faults)
{
	const struct criterion *c = &r->criteria[r->surveyed[i]];
	const char *unit = r->units[s->unit].code;
	uint8_t answer = s->answers.data[i];

	if (answer == ANSWER_NOT_SHOWN)
		return;
	if (!model_applies(r, s->unit, r->surveyed[i]))
		fault_add(faults,
			  "criterion %s does not apply to unit %s: leave it out",
			  c->code, unit);
	else if (answer < ANSWER_BLANK && (answer < 1 || answer > r->answer_levels[i]))
		fault_add(faults,
			  "answer %u to criterion %s of unit %s: a score is 1 to %u",
			  answer, c->code, unit, r->answer_levels[i]);
}

bool sheet_check(const struct sheet *s, const struct round *r, struct faults *faults)
{
	bool good = true;

	if (s->revision < 1 || s->revision > MODEL_REVISION_MAX) {
		fault_add(faults, "revision %lu is not in 1 to %d",
			  (unsigned long)s->revision, MODEL_REVISION_MAX);
		good = false;
	}
	if (s->answers.len != r->answer_count) {
		fault_add(faults, "the sheet has %zu answers, and the round asks %lu",
			  s->answers.len, (unsigned long)r->answer_count);
		good = false;
	}
	if (s->unit >= r->unit_count) {
		fault_add(faults, "unit %lu is not in the round, which has %lu",
			  (unsigned long)s->unit + 1, (unsigned long)r->unit_count);
		return false;
	}
	if (s->answers.len != r->answer_count)
		return false;
	if (answers_are_good(s, r))
		return good;
	for (uint32_t i = 0; faults != NULL && i < r->answer_count; i++)
		name_answer(s, r, i, faults);
	return false;
}
