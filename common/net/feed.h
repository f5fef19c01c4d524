#ifndef PAR_NET_FEED_H
#define PAR_NET_FEED_H

/*
 * The one pull protocol of links 2, 3 and 4 (proto/par/v1/feed.proto). A server answers
 * from its store; a reader keeps its position with what it took, in one transaction of
 * its own. Nothing is pushed, so nothing is dropped.
 */

#include "common/net/client.h"
#include "common/round/entry.h"

/* ---- server ---- */

enum { FEED_MESSAGE_MAX = 1 << 20, FEED_WAIT_MAX_MS = 30000 };

/* Hands one item to the answer; positive: that is enough, stop. */
typedef int feed_emit_fn(void *emit_ctx, uint64_t n, const uint8_t chain[CHAIN_SIZE],
			 struct bytes payload);

/* What a server reads from. */
struct feed_source {
	void *ctx;
	struct position (*head)(void *ctx);
	/* 0, ERR_FORKED or another failure (answered "try again later") */
	int (*contains)(void *ctx, const struct position *p);
	/* items from n on, until emit says stop */
	int (*read)(void *ctx, uint64_t n, feed_emit_fn *emit, void *emit_ctx);
	/* what rides on the head, appended to out; NULL: nothing */
	int (*info)(void *ctx, struct buf *out);
	/* What of an item a peer of this role gets, a view of it; NULL: all of it. */
	struct bytes (*visible)(void *ctx, enum role role, struct bytes payload);
	/* This peer is given `count` items from n on (METHOD P5). May be NULL. */
	void (*given)(void *ctx, enum role role, const char *user_id, uint64_t n,
		      size_t count);
	/* contains or read failed with another code than ERR_FORKED and ERR_RETRY, which
	 * is for the owner to judge; the peer is told to try later. May be NULL. */
	void (*failed)(void *failed_ctx, int err);
	void *failed_ctx;
};

struct feed_server;

/*
 * Serves peers of the roles on a gate_feed_router(); at most one parked poll a peer.
 * The source is copied.
 */
int feed_server_open(struct loop *l, struct gate *g, void *router, unsigned roles,
		     const struct feed_source *source, struct feed_server **out)
    __attribute__((warn_unused_result));
void feed_server_close(struct feed_server *s); /* NULL is fine; not the socket */
/* There is something new: parked polls are answered at the next turn. */
void feed_server_wake(struct feed_server *s);

struct feed_stats {
	uint64_t requests, items, refused;
	size_t parked;
};
struct feed_stats feed_server_stats(const struct feed_server *s);

/* ---- reader ---- */

struct feed_item {
	uint64_t n;
	const uint8_t *chain; /* CHAIN_SIZE bytes */
	struct bytes payload;
};

struct feed_handlers {
	void *ctx;
	/*
	 * Items in order from the reader's position on, whole. Store them with the
	 * position of the last. 0: taken. -EAGAIN: none taken; the reader pauses until
	 * feed_reader_resume(). Other: the reader stops with that error.
	 */
	int (*on_items)(void *ctx, const struct feed_item items[], size_t count,
			const uint8_t journal[JOURNAL_ID_SIZE]);
	/* The head as the server has it, after each answer. May be NULL. */
	void (*on_head)(void *ctx, const struct position *head, struct bytes info);
	/* Refused, admitted again, unreachable. May be NULL. */
	void (*on_state)(void *ctx, enum client_state state);
	/* It stopped for good: ERR_FORKED, ERR_VERSION, ERR_REFUSED, or on_items' code.
	 */
	void (*on_stop)(void *ctx, int err, const char *words);
};

struct feed_reader;

/*
 * Starts reading after `from` (all 0: the start). wait_ms: long poll. `config` as for a
 * client; max_message and in_flight_max are set here.
 */
int feed_reader_open(struct loop *l, const struct client_config *config,
		     const struct position *from, uint32_t wait_ms,
		     const struct feed_handlers *handlers, struct feed_reader **out)
    __attribute__((warn_unused_result));
/* Not from within its handlers. NULL is fine. */
void feed_reader_close(struct feed_reader *r);
void feed_reader_resume(struct feed_reader *r); /* not from within on_items */
/* What it has handed over. */
const struct position *feed_reader_position(const struct feed_reader *r);

#endif
