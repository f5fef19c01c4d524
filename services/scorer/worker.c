#include "services/scorer/worker.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "common/base/err.h"

enum { THREADS_MAX = 8 };

enum stage { STAGE_IDLE, STAGE_GIVEN, STAGE_DONE };

struct worker {
	pthread_t thread;
	uint32_t threads; /* that one job may use */
	int fd;
	bool busy; /* the loop's own view */
	pthread_mutex_t lock;
	pthread_cond_t given;
	/* under the lock; the job is the thread's while it is STAGE_GIVEN */
	enum stage stage;
	bool ending;
	struct worker_job job;
};

/* False: time to end. */
static bool wait_for_job(struct worker *w)
{
	bool ending;

	pthread_mutex_lock(&w->lock);
	while (!w->ending && w->stage != STAGE_GIVEN)
		pthread_cond_wait(&w->given, &w->lock);
	ending = w->ending;
	pthread_mutex_unlock(&w->lock);
	return !ending;
}

static void hand_back(struct worker *w)
{
	uint64_t one = 1;
	ssize_t written;

	pthread_mutex_lock(&w->lock);
	w->stage = STAGE_DONE;
	pthread_mutex_unlock(&w->lock);
	written = write(w->fd, &one, sizeof(one));
	assert(written == (ssize_t)sizeof(one));
}

static void *run(void *ctx)
{
	struct worker *w = ctx;

	while (wait_for_job(w)) {
		struct worker_job *job = &w->job;

		job->err = analysis_compute(job->analysis, w->threads, &job->faults);
		hand_back(w);
	}
	return NULL;
}

static uint32_t cores(void)
{
	long online = sysconf(_SC_NPROCESSORS_ONLN);

	if (online < 1)
		return 1;
	return online > THREADS_MAX ? THREADS_MAX : (uint32_t)online;
}

int worker_open(struct worker **out)
{
	struct worker *w = calloc(1, sizeof(*w));
	int err;

	if (w == NULL)
		return -ENOMEM;
	w->threads = cores();
	w->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (w->fd < 0) {
		err = err_errno(-EMFILE);
		free(w);
		return err;
	}
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->given, NULL);
	err = -pthread_create(&w->thread, NULL, run, w);
	if (err != 0) {
		close(w->fd);
		free(w);
		return err;
	}
	*out = w;
	return 0;
}

void worker_close(struct worker *w)
{
	if (w == NULL)
		return;
	pthread_mutex_lock(&w->lock);
	w->ending = true;
	pthread_cond_signal(&w->given);
	pthread_mutex_unlock(&w->lock);
	pthread_join(w->thread, NULL);
	if (w->busy)
		worker_job_free(&w->job);
	pthread_cond_destroy(&w->given);
	pthread_mutex_destroy(&w->lock);
	close(w->fd);
	free(w);
}

int worker_fd(const struct worker *w)
{
	return w->fd;
}

bool worker_busy(const struct worker *w)
{
	return w->busy;
}

void worker_start(struct worker *w, struct analysis *analysis)
{
	assert(!w->busy);
	w->busy = true;
	pthread_mutex_lock(&w->lock);
	w->job = (struct worker_job){.analysis = analysis, .err = ERR_RETRY};
	faults_init(&w->job.faults);
	w->stage = STAGE_GIVEN;
	pthread_cond_signal(&w->given);
	pthread_mutex_unlock(&w->lock);
}

bool worker_take(struct worker *w, struct worker_job *out)
{
	uint64_t count;
	ssize_t got = read(w->fd, &count, sizeof(count));
	bool done;

	if (got < 0)
		return false;
	pthread_mutex_lock(&w->lock);
	done = w->stage == STAGE_DONE;
	if (done) {
		*out = w->job;
		w->stage = STAGE_IDLE;
		w->busy = false;
	}
	pthread_mutex_unlock(&w->lock);
	return done;
}

void worker_job_free(struct worker_job *job)
{
	analysis_free(job->analysis);
	faults_free(&job->faults);
}
