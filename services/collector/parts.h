#ifndef PAR_COLLECTOR_PARTS_H
#define PAR_COLLECTOR_PARTS_H

/*
 * Commands in pieces, put together under limits. Pure. Pieces of one command come in
 * order. One that came before is passed over, so a client may send any again; one whose
 * predecessors are not here (after a restart) too, so a client that is still asked for
 * more after its last piece begins again with the first. What peers can make us hold:
 * PARTS_OPEN_MAX commands of PARTS_BYTES_MAX at the very most.
 */

#include "common/base/faults.h"
#include "common/net/wire.h"

enum {
	PARTS_OPEN_MAX = 8,
	PARTS_PIECE_MAX = 48 * 1024,
	PARTS_BYTES_MAX = 16 << 20,
	PARTS_IDLE_MS = 60000, /* a command that stood still so long makes room */
};

/* One command under way. */
struct assembly {
	bool used;
	char user_id[65];
	uint8_t id[WIRE_ID_SIZE];
	uint8_t digest[32];
	uint32_t count, have;
	uint64_t touched_ms;
	struct buf data;
};

struct parts {
	struct assembly list[PARTS_OPEN_MAX];
};

struct piece {
	const char *user_id;
	const uint8_t *id; /* WIRE_ID_SIZE bytes */
	struct bytes digest;
	uint32_t index, count;
	struct bytes data;
};

void parts_init(struct parts *p);
void parts_free(struct parts *p);

/*
 * Adds a piece. 0: more are awaited. 1: that was the last and the digest holds; *whole
 * is the command until parts_drop(). ERR_REFUSED with faults: the piece or the whole is
 * wrong. ERR_RETRY with faults: there is no room now. -ENOMEM.
 */
int parts_add(struct parts *p, const struct piece *piece, uint64_t now_ms,
	      struct bytes *whole, struct faults *faults)
    __attribute__((warn_unused_result));
/* Forgets a command. */
void parts_drop(struct parts *p, const char *user_id, const uint8_t *id);

#endif
