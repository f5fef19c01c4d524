#ifndef PAR_TEST_PUBLISHER_WORLD_H
#define PAR_TEST_PUBLISHER_WORLD_H

/*
 * The publisher whole, in one process with a stand-in for the scorer and a reader of
 * link 4, on another loop; and a browser that asks.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "services/publisher/publisher.h"

enum { ITEMS_MAX = 8, ANSWER_MAX = 1 << 20 };

/* What the stand-in serves on link 3. */
struct scorer {
	const uint8_t *journal;
	struct buf items[ITEMS_MAX];
	uint8_t chains[ITEMS_MAX + 1][CHAIN_SIZE];
	uint64_t count;
	uint64_t first_asked; /* ordinal that was read first; 0: none */
	struct gate *gate;
	struct feed_server *server;
};

/* What the reader of link 4 got. */
struct reader {
	const struct scorer *scorer;
	struct buf items[ITEMS_MAX];
	uint64_t count;
	struct feed_reader *feed;
};

struct world {
	char dir[64], keys[80], paths[2][128];
	char scorer_endpoint[ENDPOINT_MAX], feed_endpoint[ENDPOINT_MAX];
	struct key scorer_key, publisher_key, reader_key;
	struct loop *far, *near; /* far: the scorer's; NULL: it is away */
	struct scorer scorer;
	struct reader reader;
	struct settings settings;
	struct publisher publisher;
	bool open;
	struct buf answer; /* of the last HTTP request, with headers */
};

/* cmocka set-up and tear-down; the scorer runs, the publisher does not. */
int world_open(void **state);
int world_close(void **state);

/* Turns both loops until it is true; fails the test after 20 s. */
typedef bool world_fn(struct world *w);
void world_until(struct world *w, world_fn *done);

void world_start_publisher(struct world *w);
void world_stop_publisher(struct world *w);
void world_start_scorer(struct world *w);
void world_stop_scorer(struct world *w);
void world_start_reader(struct world *w);

/* New items of link 3. */
void world_release(struct world *w, const char *round, uint32_t number);
void world_fail(struct world *w, const char *round, uint32_t number);
void world_retract(struct world *w, const char *round, uint32_t number);
/* From now on the scorer has another journal. */
void world_change_journal(struct world *w);

/* GET; the status. The answer stays in w->answer. */
int world_get(struct world *w, struct http *from, const char *path, const char *etag);

#endif
