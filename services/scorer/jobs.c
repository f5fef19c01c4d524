#include "services/scorer/jobs.h"

#include <string.h>

#include "common/base/err.h"
#include "services/scorer/scorer.h"

/* The draft takes what the job owns. */
static void draft_done(struct scorer *s, struct worker_job *job)
{
	struct jobs *jobs = &s->jobs;
	int err = job->err;

	if (err != 0 && err != ERR_REFUSED && err != ERR_OVERFLOW) {
		scorer_error(s, "computing a draft", err);
		return;
	}
	if (err != 0 && job->faults.count == 0)
		faults_add(&job->faults, NULL, 0, "%s", err_str(err));
	draft_fill(jobs->draft, &jobs->cut, err == 0 ? job->analysis : NULL,
		   &job->faults);
	faults_init(&job->faults);
	if (err == 0)
		job->analysis = NULL;
}

static void on_worker(void *ctx)
{
	struct scorer *s = ctx;
	struct worker_job job;

	if (!worker_take(s->worker, &job))
		return;
	if (s->jobs.draft == NULL)
		releasing_done(s, &job);
	else
		draft_done(s, &job);
	s->jobs.draft = NULL;
	worker_job_free(&job);
	jobs_next(s);
}

static void start_draft(struct scorer *s, struct draft *d,
			const struct fold_round *round)
{
	struct position cut = s->reading.at;
	struct analysis *analysis;
	int err;

	if (d->release > 0)
		cut = (struct position){.n = fold_release_of(round, d->release)->n - 1};
	err = analysis_take(round, cut.n, &analysis);
	if (err != 0) {
		scorer_error(s, "computing a draft", err);
		return;
	}
	s->jobs.draft = d;
	s->jobs.cut = cut;
	worker_start(s->worker, analysis);
}

void jobs_next(struct scorer *s)
{
	struct draft *d;

	if (worker_busy(s->worker) || scorer_stopped(s) || releasing_start(s))
		return;
	d = drafts_next(&s->jobs.drafts, s->reading.at.n);
	while (d != NULL && !worker_busy(s->worker) && !scorer_stopped(s)) {
		const struct fold_round *round =
		    fold_round_by_number(s->reading.fold, d->round);

		if (d->made && d->cut.n >= fold_round_changed(round))
			draft_settle(d);
		else
			start_draft(s, d, round);
		d = drafts_next(&s->jobs.drafts, s->reading.at.n);
	}
}

const struct draft *jobs_draft(struct scorer *s, const struct fold_round *round,
			       uint32_t release, const uint8_t id[DRAFT_ID_SIZE],
			       bool first_part)
{
	struct draft_asking asking = {
	    .round = fold_round_number(round),
	    .release = release,
	    .first_part = first_part,
	    .folded_n = s->reading.at.n,
	    .head_n = s->reading.head.n,
	    .changed_n = fold_round_changed(round),
	};
	const struct draft *d;

	memcpy(asking.id, id, DRAFT_ID_SIZE);
	d = drafts_ask(&s->jobs.drafts, &asking);
	if (d == NULL)
		jobs_next(s);
	return d;
}

int jobs_open(struct scorer *s)
{
	drafts_init(&s->jobs.drafts);
	return loop_add_fd(s->loop, worker_fd(s->worker), on_worker, s);
}

void jobs_close(struct scorer *s)
{
	drafts_free(&s->jobs.drafts);
}
