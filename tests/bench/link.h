#ifndef PAR_TESTS_BENCH_LINK_H
#define PAR_TESTS_BENCH_LINK_H

/*
 * One connection of a load: a DEALER with CURVE, and no more than a load needs, so that
 * what is measured is the other side. Many of them are waited for by one epoll. Ends
 * the program on failure.
 */

#include <stdbool.h>

#include "common/base/bytes.h"
#include "common/net/keys.h"

struct link {
	void *socket;
};

/* `events` is an epoll that gets `mark` whenever link_take() is to be called. */
void link_open(struct link *k, void *zmq, const char *endpoint, const struct key *own,
	       const struct key *server, int events, void *mark);
void link_close(struct link *k);
void link_send(struct link *k, struct bytes message);

/*
 * Hands over every answer that is there. To be called after sending too: only who has
 * looked and found nothing is told of the next answer.
 */
typedef void link_fn(void *ctx, struct bytes answer);
void link_take(struct link *k, link_fn *fn, void *ctx);

#endif
