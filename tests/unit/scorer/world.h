#ifndef PAR_TEST_SCORER_WORLD_H
#define PAR_TEST_SCORER_WORLD_H

/*
 * A scorer over loopback, in one thread: a collector that serves a small journal on
 * link 2, the scorer made of its real parts, a publisher that reads link 3 and an
 * operator on link 5. Each side has its own loop; they turn by turns.
 */

#include "par/v1/inspect.pb-c.h"
#include "services/scorer/scorer.h"
#include "tests/unit/scorer/small.h"

enum { WORLD_ITEMS_MAX = 8 };
enum world_key {
	KEY_COLLECTOR,
	KEY_SCORER,
	KEY_PUBLISHER,
	KEY_OPERATOR,
	KEY_AUDITOR,
	KEY_RELEASER,
	WORLD_KEYS
};

/* An item of link 3 as it came. */
struct world_item {
	uint8_t chain[CHAIN_SIZE];
	uint8_t *data;
	size_t len;
};

struct world {
	struct small journal; /* may grow; then world_wake() */
	char dir[64];
	struct key keys[WORLD_KEYS];
	/* the other side */
	struct loop *loop;
	struct gate *gate;
	struct feed_server *collector;
	char collector_at[ENDPOINT_MAX];
	struct feed_reader *publisher;
	struct position from; /* what the publisher has when it starts */
	struct world_item items[WORLD_ITEMS_MAX];
	size_t item_count, wanted; /* for world_wanted() */
	uint8_t heads[1024];
	size_t heads_len;
	bool reader_stopped;
	uint64_t heads_before; /* for world_head_again() */
	struct client *client;
	Par__V1__InspectReply *reply; /* the last one */
	uint32_t later;               /* how often "later" was said before it */
	/* this side */
	struct scorer scorer;
	char feed_at[ENDPOINT_MAX], inspect_at[ENDPOINT_MAX];
};

/* Keys and the collector; the journal has but the opening of small_init(). */
void world_open(struct world *w, bool trial, uint32_t units);
void world_close(struct world *w);
/* The scorer, a publisher that has what lies before `from`, and who asks as `who`. */
void world_start(struct world *w, enum world_key who);
void world_stop(struct world *w);
/* Forgets what the scorer has stored. */
void world_remove_results(struct world *w);
/* The journal has grown. */
void world_wake(struct world *w);

typedef bool world_fn(const struct world *w);
/* Turns until it holds; fails the test when that takes too long. */
void world_until(struct world *w, world_fn *fn);
world_fn world_wanted;     /* the publisher has so many items */
world_fn world_heads;      /* the publisher has been told of rounds */
world_fn world_reached;    /* the scorer is ready, at the end of the journal */
world_fn world_head_again; /* the collector has told its head since heads_before */
world_fn world_halted, world_failed;

/* Until the publisher has so many items. */
void world_until_items(struct world *w, size_t count);

/*
 * One query, asked until it is answered for good; the reply is the world's. Begun, it
 * is answered after further turns, in w->reply.
 */
const Par__V1__InspectReply *world_ask(struct world *w, Par__V1__ScoresQuery *query);
const Par__V1__InspectReply *world_ask_unit(struct world *w, Par__V1__UnitQuery *query);
const Par__V1__InspectReply *world_ask_any(struct world *w,
					   Par__V1__InspectRequest *request);
void world_begin(struct world *w, Par__V1__ScoresQuery *query);
world_fn world_answered, world_later;

#endif
