#include "common/method/tally_scorer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { LANES = 16 };

int tally_scorer_init(struct tally_scorer *s, const struct round *r)
{
	*s = (struct tally_scorer){.answer_count = r->answer_count};
	s->points = calloc(r->answer_count + 1u, sizeof *s->points);
	return s->points ? 0 : -ENOMEM;
}

void tally_scorer_free(struct tally_scorer *s)
{
	free(s->points);
}

void tally_scorer_set_unit(struct tally_scorer *s, const struct round *r, uint32_t unit)
{
	int64_t most = 0;

	s->all = 0;
	for (uint32_t a = 0; a < s->answer_count; a++) {
		bool applies = model_applies(r, unit, r->surveyed[a]);

		s->points[a] = applies ? r->criteria[r->surveyed[a]].points.micro : 0;
		s->all += s->points[a];
		most = s->points[a] > most ? s->points[a] : most;
	}
	s->spare = most > 0 ? s->all / 2 / most : -1;
}

static uint32_t count_unscored(const uint8_t *answers, uint32_t count)
{
	uint8_t lanes[LANES] = {0}; /* at most MODEL_CRITERIA_MAX / LANES each */
	uint32_t whole = count - count % LANES;
	uint32_t sum = 0;

	for (uint32_t a = 0; a < whole; a += LANES)
		for (uint32_t i = 0; i < LANES; i++)
			lanes[i] = (uint8_t)(lanes[i] + (answers[a + i] >> 7));
	for (uint32_t i = 0; i < LANES; i++)
		sum += lanes[i];
	for (uint32_t a = whole; a < count; a++)
		sum += answers[a] >> 7;
	return sum;
}

bool tally_scorer_is(const struct tally_scorer *s, const uint8_t *answers)
{
	int64_t scored = 0;

	if (count_unscored(answers, s->answer_count) <= s->spare)
		return true;
	for (uint32_t a = 0; a < s->answer_count; a++)
		scored += tally_is_score(answers[a]) ? s->points[a] : 0;
	return scored > 0 && scored >= s->all - scored;
}
