#ifndef PAR_NET_CALLERS_H
#define PAR_NET_CALLERS_H

/*
 * The open connections of an HTTP server: each is shut when its time has passed, and no
 * address holds more than its share. An address is an IPv4 address or the first 64 bits
 * of an IPv6 one; 127.0.0.1 and ::1 are not counted, a reverse proxy sits there. Only
 * for http.c.
 */

#include <sys/socket.h>

#include "common/net/loop.h"

struct caller;

struct callers {
	struct loop *loop;
	struct caller *list;
	unsigned per_address;
	struct loop_timer tick;
};

void callers_init(struct callers *cs, struct loop *l, unsigned per_address);
/* After the last one was removed. */
void callers_stop(struct callers *cs);

/* Whether one more from there is taken. */
bool callers_admit(const struct callers *cs, const struct sockaddr *from);
/* NULL: out of memory. The descriptor is borrowed. */
struct caller *callers_add(struct callers *cs, int fd, const struct sockaddr *from);
void callers_remove(struct callers *cs, struct caller *c); /* NULL is fine */
/* From now on it has so long. NULL is fine. */
void caller_give_ms(struct callers *cs, struct caller *c, uint64_t ms);

#endif
