#ifndef PAR_SCORER_SCORER_H
#define PAR_SCORER_SCORER_H

/*
 * The scorer: everything it has in one struct, and the two ways it stops working.
 * Which file may touch what:
 *
 *   main                         the start-up list
 *   reading, serving, inspect,   shell: links 2, 3 and 5 and the health listener
 *   health
 *   answers                      what a question on link 5 is answered
 *   releasing, jobs              what is made of what was read, and in which order
 *   worker                       the computing thread
 *   results                      records: the results store
 *   publish, detail, drafts      pure: the public item, the explanation of a unit, the
 *                                analyses at hand (what they are is in common/report,
 *                                and figures are made in common/method)
 */

#include "common/net/feed.h"
#include "services/scorer/inspect.h"
#include "services/scorer/jobs.h"
#include "services/scorer/reading.h"
#include "services/scorer/releasing.h"
#include "services/scorer/results.h"
#include "services/scorer/worker.h"

struct scorer {
	struct loop *loop;
	struct gate *gate;
	struct results *results;
	struct worker *worker;
	struct reading reading;      /* link 2 and the fold */
	struct releasing releasing;  /* the release that the fold waits for */
	struct jobs jobs;            /* what the worker does, and drafts */
	struct feed_server *serving; /* link 3 */
	struct inspect inspect;      /* link 5 */
	struct faults halted; /* why nothing is folded any more; none: it goes on */
	bool failed;          /* the process ends with 1 */
};

/*
 * It stays up and serves what it has, but folds nothing more and is not ready: what
 * comes next cannot be right without somebody's help. The words say which.
 */
void scorer_halt(struct scorer *s, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The process ends with 1; whoever supervises it starts it again. */
void scorer_fail(struct scorer *s, const char *event, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* An error while doing `what`: a full store halts, all others fail. */
void scorer_error(struct scorer *s, const char *what, int err);
bool scorer_stopped(const struct scorer *s);

#endif
