#include "common/net/loop.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <zmq.h>

#include "common/base/clock.h"
#include "common/base/err.h"
#include "common/net/timers.h"

enum { HOOKS_MAX = 16 };

/* Who is called for a polled item; fn is NULL once removed, until the turn ends. */
struct watch {
	loop_fn *fn;
	void *ctx;
};

struct hook {
	loop_turn_fn *fn;
	void *ctx;
};

struct loop {
	void *zmq;
	int signals; /* signalfd */
	struct watch *watches;
	zmq_pollitem_t *items; /* beside watches */
	size_t count, cap;
	struct hook hooks[HOOKS_MAX];
	struct timers timers;
	loop_fn *on_hangup;
	void *hangup_ctx;
	uint64_t now_ms;
	bool stopped, removed;
};

static void on_signal(void *ctx)
{
	struct loop *l = ctx;
	struct signalfd_siginfo info;

	while (read(l->signals, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		if (info.ssi_signo != SIGHUP)
			l->stopped = true;
		else if (l->on_hangup)
			l->on_hangup(l->hangup_ctx);
	}
}

static int open_signals(struct loop *l)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	int err = pthread_sigmask(SIG_BLOCK, &set, NULL);
	if (err)
		return -err;
	if (signal(SIGPIPE, SIG_IGN) == SIG_ERR)
		return err_errno(-EINVAL);
	l->signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	if (l->signals < 0)
		return err_errno(-EMFILE);
	return loop_add_fd(l, l->signals, on_signal, l);
}

static int open_loop(bool with_signals, struct loop **out)
{
	struct loop *l = calloc(1, sizeof(*l));
	if (!l)
		return -ENOMEM;
	l->signals = -1;
	l->now_ms = clock_mono_ms();
	/* Before the context: its threads inherit the mask. */
	int err = with_signals ? open_signals(l) : 0;
	if (err)
		goto fail;
	l->zmq = zmq_ctx_new();
	err = -EMFILE;
	if (!l->zmq)
		goto fail;
	/* Sockets are born with LINGER 0. */
	err = zmq_ctx_set(l->zmq, ZMQ_BLOCKY, 0) ? -zmq_errno() : 0;
	if (err)
		goto fail;
	*out = l;
	return 0;
fail:
	loop_close(l);
	return err;
}

int loop_open(struct loop **out)
{
	return open_loop(true, out);
}

int loop_open_guest(struct loop **out)
{
	return open_loop(false, out);
}

void loop_close(struct loop *l)
{
	if (!l)
		return;
	if (l->zmq)
		zmq_ctx_term(l->zmq);
	if (l->signals >= 0)
		close(l->signals);
	free(l->watches);
	free(l->items);
	free(l);
}

void *loop_zmq(struct loop *l)
{
	return l->zmq;
}

static int grow(struct loop *l)
{
	if (l->count < l->cap)
		return 0;
	size_t cap = l->cap ? 2 * l->cap : 16;
	struct watch *watches = realloc(l->watches, cap * sizeof(*watches));
	if (!watches)
		return -ENOMEM;
	l->watches = watches;
	zmq_pollitem_t *items = realloc(l->items, cap * sizeof(*items));
	if (!items)
		return -ENOMEM;
	l->items = items;
	l->cap = cap;
	return 0;
}

static int add(struct loop *l, void *socket, int fd, loop_fn *fn, void *ctx)
{
	int err = grow(l);
	if (err)
		return err;
	l->watches[l->count] = (struct watch){.fn = fn, .ctx = ctx};
	l->items[l->count] =
	    (zmq_pollitem_t){.socket = socket, .fd = fd, .events = ZMQ_POLLIN};
	l->count++;
	return 0;
}

int loop_add_socket(struct loop *l, void *socket, loop_fn *fn, void *ctx)
{
	assert(socket);
	return add(l, socket, 0, fn, ctx);
}

int loop_add_fd(struct loop *l, int fd, loop_fn *fn, void *ctx)
{
	return add(l, NULL, fd, fn, ctx);
}

/* The places stay until the turn ends, for a turn may be walking over them. */
static void remove_item(struct loop *l, void *socket, int fd)
{
	for (size_t i = 0; i < l->count; i++) {
		if (l->items[i].socket != socket || l->items[i].fd != fd)
			continue;
		l->watches[i].fn = NULL;
		l->removed = true;
	}
}

void loop_remove_socket(struct loop *l, void *socket)
{
	remove_item(l, socket, 0);
}

void loop_remove_fd(struct loop *l, int fd)
{
	remove_item(l, NULL, fd);
}

static void compact(struct loop *l)
{
	size_t kept = 0;

	if (!l->removed)
		return;
	for (size_t i = 0; i < l->count; i++) {
		if (!l->watches[i].fn)
			continue;
		l->watches[kept] = l->watches[i];
		l->items[kept++] = l->items[i];
	}
	l->count = kept;
	l->removed = false;
}

void loop_timer_init(struct loop_timer *t, loop_fn *fn, void *ctx)
{
	*t = (struct loop_timer){.fn = fn, .ctx = ctx};
}

void loop_timer_set(struct loop *l, struct loop_timer *t, uint64_t in_ms)
{
	timers_set(&l->timers, t, l->now_ms + in_ms);
}

void loop_timer_stop(struct loop *l, struct loop_timer *t)
{
	timers_stop(&l->timers, t);
}

int loop_add_turn(struct loop *l, loop_turn_fn *fn, void *ctx)
{
	for (size_t i = 0; i < HOOKS_MAX; i++) {
		if (l->hooks[i].fn)
			continue;
		l->hooks[i] = (struct hook){.fn = fn, .ctx = ctx};
		return 0;
	}
	return -ENOMEM;
}

void loop_remove_turn(struct loop *l, void *ctx)
{
	for (size_t i = 0; i < HOOKS_MAX; i++)
		if (l->hooks[i].ctx == ctx)
			l->hooks[i] = (struct hook){0};
}

void loop_on_hangup(struct loop *l, loop_fn *fn, void *ctx)
{
	l->on_hangup = fn;
	l->hangup_ctx = ctx;
}

uint64_t loop_now_ms(const struct loop *l)
{
	return l->now_ms;
}

/* The shorter of two waits, where negative is "no bound". */
static long shorter(long a, long b)
{
	if (a < 0)
		return b;
	return b >= 0 && b < a ? b : a;
}

static long run_hooks(struct loop *l, long wait)
{
	for (size_t i = 0; i < HOOKS_MAX; i++)
		if (l->hooks[i].fn)
			wait = shorter(wait, l->hooks[i].fn(l->hooks[i].ctx));
	return wait;
}

static void dispatch(struct loop *l, size_t polled)
{
	for (size_t i = 0; i < polled; i++) {
		struct watch w = l->watches[i];
		if (w.fn && l->items[i].revents)
			w.fn(w.ctx);
	}
}

int loop_turn(struct loop *l, int max_ms)
{
	l->now_ms = clock_mono_ms();
	long wait = run_hooks(l, max_ms);
	wait = shorter(wait, timers_wait(&l->timers, l->now_ms));
	if (l->stopped)
		wait = 0;
	compact(l);

	size_t polled = l->count;
	int ready = zmq_poll(l->items, (int)polled, wait);
	if (ready < 0 && zmq_errno() != EINTR)
		return -zmq_errno();
	l->now_ms = clock_mono_ms();
	timers_fire(&l->timers, l->now_ms);
	if (ready > 0)
		dispatch(l, polled);
	compact(l);
	return 0;
}

int loop_run(struct loop *l)
{
	while (!l->stopped) {
		int err = loop_turn(l, -1);
		if (err)
			return err;
	}
	return 0;
}

void loop_stop(struct loop *l)
{
	l->stopped = true;
}

bool loop_stopped(const struct loop *l)
{
	return l->stopped;
}
