#include "common/method/parallel.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

struct task {
	parallel_fn *fn;
	void *ctx;
	uint32_t count;
	_Atomic uint32_t next;
};

struct worker {
	struct task *task;
	uint32_t number;
	pthread_t thread;
	bool started;
};

static void take_pieces(struct task *t, uint32_t worker)
{
	for (;;) {
		uint32_t i = atomic_fetch_add(&t->next, 1);

		if (i >= t->count)
			return;
		t->fn(t->ctx, worker, i);
	}
}

static void *run(void *arg)
{
	struct worker *w = arg;

	take_pieces(w->task, w->number);
	return NULL;
}

void parallel_run(uint32_t workers, uint32_t count, parallel_fn *fn, void *ctx)
{
	struct task task = {.fn = fn, .ctx = ctx, .count = count};
	struct worker *others = workers > 1 ? calloc(workers, sizeof *others) : NULL;

	for (uint32_t i = 1; others && i < workers; i++) {
		struct worker *w = &others[i];

		w->task = &task;
		w->number = i;
		w->started = pthread_create(&w->thread, NULL, run, w) == 0;
	}
	take_pieces(&task, 0);
	for (uint32_t i = 1; others && i < workers; i++)
		if (others[i].started)
			pthread_join(others[i].thread, NULL);
	free(others);
}
