#ifndef PAR_NET_PENDING_H
#define PAR_NET_PENDING_H

/*
 * The unanswered messages of a client: found by id (a hash table), to be sent in the
 * order they came (a list), to be sent again when due (a heap). Nothing here is linear
 * in their number but pending_unsend_all(). Only for client.c.
 */

#include "common/base/bytes.h"
#include "common/net/wire.h"

struct pending {
	uint8_t id[WIRE_ID_SIZE];
	uint64_t number;             /* order in which they came */
	uint64_t due_ms;             /* of one in the heap */
	size_t heap_at;              /* place in the heap, from 1; 0: to be sent */
	struct pending *prev, *next; /* among those to be sent */
	size_t len;
	uint8_t data[];
};

struct pendings {
	struct pending **slots; /* open addressing, a power of two, half empty */
	size_t mask;
	struct pending **heap; /* from 1, soonest first */
	size_t heap_count;
	struct pending *first, *last; /* to be sent */
	size_t count, max;
	uint64_t number;
};

int pending_init(struct pendings *ps, size_t max) __attribute__((warn_unused_result));
void pending_free(struct pendings *ps);

/* ERR_LIMIT, -EEXIST, -ENOMEM. It is to be sent. */
int pending_add(struct pendings *ps, const uint8_t id[WIRE_ID_SIZE],
		struct bytes payload) __attribute__((warn_unused_result));
struct pending *pending_find(const struct pendings *ps, const uint8_t id[WIRE_ID_SIZE]);
void pending_remove(struct pendings *ps, struct pending *p);

/* Was sent, or waits: not to be sent before due_ms. */
void pending_set_due(struct pendings *ps, struct pending *p, uint64_t due_ms);
/* The one that is due first; NULL: none is out. */
struct pending *pending_soonest(const struct pendings *ps);
/* To be sent (again), behind the others. */
void pending_unsend(struct pendings *ps, struct pending *p);
/* All are to be sent again, in the order they came. */
void pending_unsend_all(struct pendings *ps);

#endif
