#ifndef PAR_TEST_NET_SHELF_H
#define PAR_TEST_NET_SHELF_H

/* A feed's source in memory. */

#include "common/net/feed.h"

enum { ITEMS_MAX = 10000, BIG = 3 << 20 };

/* What the server serves: item n is `size` bytes of n, and its chain is n as well. */
struct shelf {
	size_t sizes[ITEMS_MAX + 1];
	uint64_t count;
	uint8_t journal[JOURNAL_ID_SIZE];
	int read_error;
	size_t reads;
	size_t intake_sees; /* bytes of an item; 0: all */
	size_t given;       /* items to role intake */
	uint8_t *scratch;
};

void shelf_init(struct shelf *s);
void shelf_free(struct shelf *s);
void shelf_put(struct shelf *s, size_t size);
void shelf_chain(uint64_t n, uint8_t chain[CHAIN_SIZE]);
struct position shelf_head(void *shelf);
struct feed_source shelf_source(struct shelf *s);

#endif
