#ifndef PAR_PAR_PEER_H
#define PAR_PAR_PEER_H

/*
 * A service to talk to: its address and key, our key for the role that is needed, a
 * loop, and the patience of --wait with its words on stderr.
 */

#include "common/net/client.h"
#include "services/par/options.h"

/* SERVICE_JOURNAL is link 2 of the collector. */
enum service { SERVICE_COLLECTOR, SERVICE_JOURNAL, SERVICE_SCORER, SERVICE_PUBLISHER };

enum {
	PEER_PATH_MAX = 4096,
	PEER_MESSAGE_MAX = 1 << 20,
	PEER_RESEND_MS = 3000,
	PEER_WORDS_MS = 1000, /* without a sign of life before it is said */
};

struct peer {
	struct loop *loop;
	const char *name; /* "the collector" */
	const char *endpoint;
	char key_path[PEER_PATH_MAX];
	struct key key;
	struct key server;
	uint64_t wait_ms;
	uint64_t since_ms;    /* of the last sign of life, or the start */
	uint64_t deadline_ms; /* since_ms + wait_ms */
	enum client_state state;
	bool told_waiting, told_denied;
};

/* Whether --keys has the key of this role. */
bool peer_has_key(const struct options *o, enum role role);
/* Reads the keys and opens a loop; connects nothing. ERR_CONFIG, told; -errno. */
int peer_open(const struct options *o, enum service service, enum role role,
	      struct peer *out) __attribute__((warn_unused_result));
void peer_close(struct peer *p); /* all 0 is fine */

/* How to reach it, for client_open() and feed_reader_open(). */
struct client_config peer_config(const struct peer *p, size_t in_flight);
/* For their on_state. */
void peer_state(struct peer *p, enum client_state state);
/* It made headway: the patience starts anew. */
void peer_heard(struct peer *p);
/*
 * One turn of the loop. ERR_TIMEOUT or ERR_DENIED, told, when the patience is over;
 * -EINTR when asked to stop by a signal.
 */
int peer_turn(struct peer *p) __attribute__((warn_unused_result));

#endif
