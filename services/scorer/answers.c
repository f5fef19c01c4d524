#include "services/scorer/answers.h"

#include <string.h>

#include "common/base/err.h"
#include "common/report/scores.h"
#include "services/scorer/detail.h"
#include "services/scorer/publish.h"
#include "services/scorer/scorer.h"

void answer_init(struct answer_given *a)
{
	a->outcome = PAR__V1__OUTCOME__OUTCOME_UNSPECIFIED;
	faults_init(&a->faults);
	buf_init(&a->text, PUBLISH_BYTES_MAX);
}

void answer_free(struct answer_given *a)
{
	faults_free(&a->faults);
	buf_free(&a->text);
}

void answer_refuse(struct answer_given *a, const char *words)
{
	a->outcome = PAR__V1__OUTCOME__OUTCOME_REFUSED;
	faults_add(&a->faults, NULL, 0, "%s", words);
}

static void refuse_all(struct answer_given *a, const struct faults *faults)
{
	a->outcome = PAR__V1__OUTCOME__OUTCOME_REFUSED;
	for (size_t i = 0; i < faults->listed; i++)
		answer_refuse(a, faults->list[i].text);
}

static void try_later(struct answer_given *a, const char *words)
{
	a->outcome = PAR__V1__OUTCOME__OUTCOME_TRY_LATER;
	faults_add(&a->faults, NULL, 0, "%s", words);
}

/* What is not known yet may stand in what is still to be folded. */
static void refuse_at_head(const struct scorer *s, struct answer_given *a,
			   const char *words)
{
	const struct reading *rd = &s->reading;

	if (s->halted.count > 0)
		refuse_all(a, &s->halted);
	if (s->halted.count > 0 || (rd->reached && rd->at.n >= rd->head.n))
		answer_refuse(a, words);
	else
		try_later(a, "the journal is still being read");
}

/*
 * Whether the fold knows what the sender of this request saw done before: the second
 * head that was told since it first came; the first may have been on its way already.
 * Asked again with the same id. Nothing more is told to one that has halted.
 */
static bool is_fresh(struct scorer *s, const uint8_t id[WIRE_ID_SIZE])
{
	struct answers *all = &s->inspect.answers;
	uint32_t place = all->next;

	if (s->reading.state != CLIENT_UP || s->halted.count > 0)
		return true;
	for (size_t i = 0; i < ANSWERS_ASKED; i++) {
		if (memcmp(all->asked[i].id, id, WIRE_ID_SIZE) == 0)
			return s->reading.heads > all->asked[i].heads + 1;
	}
	memcpy(all->asked[place].id, id, WIRE_ID_SIZE);
	all->asked[place].heads = s->reading.heads;
	all->next = (place + 1) % ANSWERS_ASKED;
	return false;
}

/* A release that was asked for by its number: nothing that comes later changes it. */
static bool stands(const struct fold_round *round, const struct question *q)
{
	return round != NULL && q->which == WHICH_NUMBER &&
	       fold_release_of(round, q->number) != NULL;
}

/* Its result was recorded as one that cannot be made. */
static bool has_failed(struct scorer *s, const struct fold_release *r)
{
	struct buf scores;
	int err;

	if (r->ordinal > results_head(s->results).n)
		return false;
	buf_init(&scores, PUBLISH_BYTES_MAX);
	err = results_scores(s->results, r->ordinal, &scores);
	buf_free(&scores);
	return err == ERR_NOT_FOUND;
}

/* The newest release that stands; 0: none does. */
static uint32_t newest_release(struct scorer *s, const struct fold_round *round)
{
	uint32_t number = fold_round_releases(round);

	while (number > 0 && (fold_round_retracted(round, number) ||
			      has_failed(s, fold_release_of(round, number))))
		number--;
	return number;
}

static void answer_stored(struct scorer *s, const struct fold_release *r,
			  struct answer_given *a)
{
	int err = results_scores(s->results, r->ordinal, &a->text);

	if (err == 0)
		a->outcome = PAR__V1__OUTCOME__OUTCOME_DONE;
	else if (err == ERR_NOT_FOUND && s->halted.count > 0)
		refuse_all(a, &s->halted);
	else
		try_later(a, "the result is being computed");
	if (err != 0 && err != ERR_NOT_FOUND)
		scorer_error(s, "reading the results store", err);
}

static int encode(const struct draft *d, const struct question *q, uint32_t unit,
		  struct buf *out)
{
	if (q->of_unit)
		return detail_encode(d->analysis, unit, d->release, &d->cut, out);
	return scores_encode(d->analysis, d->release, &d->cut, out);
}

/* Out of an analysis: of the state now, or of the cut of release `number`. */
static void answer_computed(struct scorer *s, const struct fold_round *round,
			    const struct question *q, uint32_t number,
			    const uint8_t id[WIRE_ID_SIZE], struct answer_given *a)
{
	int32_t unit = q->of_unit ? model_unit(fold_round_model(round), q->unit) : 0;
	const struct draft *d;
	int err;

	if (unit < 0) {
		answer_refuse(a, "this round has no unit of that code");
		return;
	}
	if (s->halted.count > 0 && number == 0) {
		refuse_all(a, &s->halted);
		return;
	}
	d = jobs_draft(s, round, number, id, q->part == 1);
	if (d == NULL) {
		try_later(a, "the result is being computed");
		return;
	}
	if (d->analysis == NULL) {
		refuse_all(a, &d->faults);
		return;
	}
	err = encode(d, q, (uint32_t)unit, &a->text);
	if (err == 0)
		a->outcome = PAR__V1__OUTCOME__OUTCOME_DONE;
	else if (err == ERR_LIMIT)
		answer_refuse(a, "this answer is larger than one that can be sent");
	else
		try_later(a, "the result cannot be told now");
}

static void answer_release(struct scorer *s, const struct fold_round *round,
			   const struct question *q, uint32_t number,
			   const uint8_t id[WIRE_ID_SIZE], struct answer_given *a)
{
	const struct fold_release *r = fold_release_of(round, number);

	if (r == NULL)
		refuse_at_head(s, a, "this round has no release of that number");
	else if (r->lost)
		answer_refuse(a, "this release is withdrawn: the journal was restored "
				 "from a copy that does not hold it");
	else if (has_failed(s, r))
		answer_refuse(a, "this release could not be made; the draft says why");
	else if (q->of_unit)
		answer_computed(s, round, q, number, id, a);
	else
		answer_stored(s, r, a);
}

static void answer_round(struct scorer *s, const struct fold_round *round,
			 const struct question *q, const uint8_t id[WIRE_ID_SIZE],
			 struct answer_given *a)
{
	uint32_t number = 0;

	if (q->which == WHICH_NUMBER)
		number = q->number;
	else if (q->which == WHICH_NEWEST)
		number = newest_release(s, round);
	if (number > 0)
		answer_release(s, round, q, number, id, a);
	else
		answer_computed(s, round, q, 0, id, a);
}

void answer_question(struct scorer *s, const struct question *q,
		     const uint8_t id[WIRE_ID_SIZE], struct answer_given *out)
{
	const struct fold_round *round = fold_round_by_code(s->reading.fold, q->round);

	if (q->which == WHICH_NONE || q->part == 0 ||
	    (q->which == WHICH_NUMBER && q->number == 0))
		answer_refuse(out,
			      "the query must say which result and which part, from 1");
	else if (q->part == 1 && !stands(round, q) && !is_fresh(s, id))
		try_later(out, "the journal is still being read");
	else if (round == NULL)
		refuse_at_head(s, out, "there is no round of this code");
	else if (fold_round_state(round) == ROUND_VOID)
		answer_refuse(out, "this round is void: it has no scores");
	else if (fold_round_state(round) == ROUND_OPEN &&
		 !fold_round_model(round)->trial)
		refuse_at_head(s, out,
			       "no score before the round is closed (METHOD P3): close "
			       "the round first");
	else
		answer_round(s, round, q, id, out);
}
