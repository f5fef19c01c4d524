#ifndef PAR_SERVICE_NOTIFY_H
#define PAR_SERVICE_NOTIFY_H

/*
 * What systemd wants to be told of a unit with Type=notify: that it serves, that it is
 * alive, that it ends; sd_notify(3) describes the protocol. Without NOTIFY_SOCKET in
 * the environment nothing is done. Nothing here fails a service: what cannot be told is
 * not, and systemd acts on that.
 */

#include "common/net/loop.h"

struct notify {
	int fd; /* -1: nobody wants to know */
	struct loop *loop;
	struct loop_timer timer;
	uint64_t every_ms; /* half of the watchdog's interval; 0: there is none */
	bool ready;        /* was told */
};

/*
 * Connects, which no rule of guard_enclose() may forbid yet, so it comes before.
 * -errno: nobody can be told.
 */
int notify_open(struct notify *out) __attribute__((warn_unused_result));
/* Now it serves; and as long as the loop turns, that it is alive. */
void notify_ready(struct notify *n, struct loop *l);
/* It ends. */
void notify_close(struct notify *n);

#endif
