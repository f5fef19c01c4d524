#ifndef PAR_NET_LOOP_H
#define PAR_NET_LOOP_H

/*
 * One thread, one loop: zmq_poll, level-triggered, over sockets, descriptors, timers
 * and signals. Time is read once a turn. Correctness never depends on shutdown.
 */

#include <stdbool.h>
#include <stdint.h>

struct loop;

typedef void loop_fn(void *ctx);

/*
 * Blocks SIGINT, SIGTERM, SIGHUP (before any ZeroMQ thread starts), makes the ZeroMQ
 * context and a signalfd. -errno.
 */
int loop_open(struct loop **out) __attribute__((warn_unused_result));
/* In a program that is not ours: its signals are left as they are. */
int loop_open_guest(struct loop **out) __attribute__((warn_unused_result));
void loop_close(struct loop *l); /* ends the context with LINGER 0; NULL is fine */
void *loop_zmq(struct loop *l);  /* the ZeroMQ context */

/* Calls fn while `socket` (ZeroMQ) or fd is readable. -ENOMEM. */
int loop_add_socket(struct loop *l, void *socket, loop_fn *fn, void *ctx)
    __attribute__((warn_unused_result));
int loop_add_fd(struct loop *l, int fd, loop_fn *fn, void *ctx)
    __attribute__((warn_unused_result));
/* Also from within a callback. */
void loop_remove_socket(struct loop *l, void *socket);
void loop_remove_fd(struct loop *l, int fd);

/* A timer, one shot: fires once at or after now + in_ms; set again, it moves. */
struct loop_timer {
	loop_fn *fn;
	void *ctx;
	uint64_t at_ms;          /* 0: not set */
	struct loop_timer *next; /* of the loop */
};
void loop_timer_init(struct loop_timer *t, loop_fn *fn, void *ctx);
void loop_timer_set(struct loop *l, struct loop_timer *t, uint64_t in_ms);
void loop_timer_stop(struct loop *l, struct loop_timer *t);

/* Called at the start of every turn with the mono time; gives the longest wait in ms,
 * or -1 for none (libmicrohttpd's time-out goes here). One hook a caller. */
typedef int loop_turn_fn(void *ctx);
int loop_add_turn(struct loop *l, loop_turn_fn *fn, void *ctx)
    __attribute__((warn_unused_result));
void loop_remove_turn(struct loop *l, void *ctx);

void loop_on_hangup(struct loop *l, loop_fn *fn, void *ctx); /* SIGHUP */
uint64_t loop_now_ms(const struct loop *l);

/* One turn, waiting max_ms at most (-1: no bound). -errno. */
int loop_turn(struct loop *l, int max_ms) __attribute__((warn_unused_result));
/* Turns until SIGTERM, SIGINT or loop_stop(). */
int loop_run(struct loop *l) __attribute__((warn_unused_result));
void loop_stop(struct loop *l);
bool loop_stopped(const struct loop *l);

#endif
