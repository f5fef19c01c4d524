#ifndef PAR_CLIENT_LINK_H
#define PAR_CLIENT_LINK_H

/* A service to talk to: where it is, both keys, and a loop that leaves signals alone.
 */

#include "common/net/client.h"

struct link {
	struct loop *loop;
	char *endpoint;
	struct key key;
	struct key server;
};

/*
 * Reads the keys; connects nothing. `link` is to be all 0, and stays where it is; close
 * it also after a failure. ERR_CONFIG with words; -errno.
 */
int link_open(const char *endpoint, const char *server_pub, const char *own_key,
	      enum role role, struct link *link, char *words)
    __attribute__((warn_unused_result));
void link_close(struct link *link);

/* How to reach it, for client_open() and feed_reader_open(). */
struct client_config link_config(const struct link *link, uint64_t resend_ms);
/* What it means that the time is over in this state: ERR_DENIED or ERR_TIMEOUT. */
int link_late(const struct link *link, enum client_state state, char *words);
/* The time, as clock_mono_ms(), at which a call of so many ms is over. */
uint64_t link_deadline(int timeout_ms);

#endif
