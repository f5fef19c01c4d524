#include "services/collector/decide.h"

bool verdict_is_new(enum verdict v)
{
	return v == VERDICT_ACCEPTED || v == VERDICT_REPLACED ||
	       v == VERDICT_SUPERSEDED;
}

static enum verdict verdict_of_new(const struct fold_prior *prior, uint32_t revision)
{
	if (!prior->live_revision)
		return VERDICT_ACCEPTED;
	return prior->live_revision < revision ? VERDICT_REPLACED : VERDICT_SUPERSEDED;
}

static bool round_takes_sheets(const struct fold_round *r, struct faults *faults)
{
	const char *code = fold_round_model(r)->code;

	if (fold_round_state(r) == ROUND_OPEN)
		return true;
	if (fold_round_state(r) == ROUND_VOID)
		faults_add(faults, NULL, 0, "round %s is void and takes no sheets",
			   code);
	else
		faults_add(faults, NULL, 0, "round %s is closed and takes no sheets",
			   code);
	return false;
}

static void decide_sheet(const struct fold_round *r, uint32_t rater,
			 const struct sheet *s, struct decision *out)
{
	const struct round *model = fold_round_model(r);
	struct fold_prior prior = {0};

	/* A unit that does not exist was never rated: there is nothing to look up. */
	if (s->unit < model->unit_count)
		prior = fold_round_prior(r, rater, s);
	if (prior.first_n) {
		out->first_n = prior.first_n;
		out->verdict =
		    prior.same_answers ? VERDICT_DUPLICATE : VERDICT_CONFLICT;
		out->highest_revision = prior.same_answers ? 0 : prior.highest_revision;
		return;
	}
	out->verdict = VERDICT_REFUSED;
	if (!round_takes_sheets(r, &out->faults))
		return;
	if (sheet_check(s, model, &out->faults))
		out->verdict = verdict_of_new(&prior, s->revision);
}

size_t decide_ballot(const struct fold_round *r, const struct rater *rater,
		     const struct ballot *b, struct decision out[])
{
	size_t fresh = 0;

	for (uint32_t i = 0; i < b->sheet_count; i++) {
		out[i] = (struct decision){.verdict = VERDICT_REFUSED};
		faults_init(&out[i].faults);
		decide_sheet(r, rater->number, &b->sheets[i], &out[i]);
		fresh += verdict_is_new(out[i].verdict);
	}
	return fresh;
}

void decide_free(struct decision list[], size_t count)
{
	for (size_t i = 0; i < count; i++)
		faults_free(&list[i].faults);
}
