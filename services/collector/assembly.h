#ifndef PAR_COLLECTOR_ASSEMBLY_H
#define PAR_COLLECTOR_ASSEMBLY_H

/*
 * Commands in pieces, put together under limits. Pure. Pieces of one command come in
 * order. One that came before is passed over, so a client may send any again; one whose
 * predecessors are not here (after a restart) too, so a client that is still asked for
 * more after its last piece begins again with the first. What peers can make us hold:
 * ASSEMBLY_OPEN_MAX commands of PARTS_WHOLE_MAX at the very most.
 */

#include "common/base/faults.h"
#include "common/net/parts.h"
#include "common/net/wire.h"

enum {
	ASSEMBLY_OPEN_MAX = 8,
	ASSEMBLY_IDLE_MS = 60000, /* a command that stood still so long makes room */
};

/* One command under way. */
struct assembly {
	bool used;
	char user_id[65];
	uint8_t id[WIRE_ID_SIZE];
	uint64_t touched_ms;
	struct joiner joiner;
};

struct assemblies {
	struct assembly list[ASSEMBLY_OPEN_MAX];
};

struct piece {
	const char *user_id;
	const uint8_t *id; /* WIRE_ID_SIZE bytes */
	struct part part;
};

void assembly_init(struct assemblies *s);
void assembly_free(struct assemblies *s);

/*
 * Adds a piece. 0: more are awaited. 1: that was the last and the digest holds; *whole
 * is the command until assembly_drop(). ERR_REFUSED with faults: the piece or the whole
 * is wrong. ERR_RETRY with faults: there is no room now. -ENOMEM.
 */
int assembly_add(struct assemblies *s, const struct piece *piece, uint64_t now_ms,
		 struct bytes *whole, struct faults *faults)
    __attribute__((warn_unused_result));
/* Forgets a command. */
void assembly_drop(struct assemblies *s, const char *user_id, const uint8_t *id);

#endif
