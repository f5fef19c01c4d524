#ifndef PAR_SCORER_WORKER_H
#define PAR_SCORER_WORKER_H

/*
 * One computing thread: samples go in, what is computed of them comes out. The thread
 * sees nothing but the samples, which nobody changes, so it may not change a bit of any
 * result. The loop watches worker_fd(). One job at a time.
 */

#include "common/report/analysis.h"

struct worker;

struct worker_job {
	struct analysis *analysis; /* owned */
	int err;              /* of analysis_compute(); not 0: there is no result */
	struct faults faults; /* with ERR_REFUSED */
};

/* -errno. After loop_open(), so that the thread has its signals blocked. */
int worker_open(struct worker **out) __attribute__((warn_unused_result));
/* Waits for the job under way, then ends the thread; NULL is fine. */
void worker_close(struct worker *w);

/* Readable when a job is done. */
int worker_fd(const struct worker *w);
bool worker_busy(const struct worker *w); /* from start to take */
/* Gives it what is to be computed, and owns it. The worker must not be busy. */
void worker_start(struct worker *w, struct analysis *analysis);
/* Hands over a job that is done, to be freed with worker_job_free(); false: none is. */
bool worker_take(struct worker *w, struct worker_job *out);
void worker_job_free(struct worker_job *job);

#endif
