#ifndef PAR_FUZZ_WRAPPED_H
#define PAR_FUZZ_WRAPPED_H

/*
 * A server without its sockets: what it would receive is given here, and what it sends
 * is looked at. Only for targets of fuzz_server(), where the linker puts these in the
 * place of the functions of gate.c, wire.c and loop.c that touch a socket.
 */

#include "common/net/keys.h"
#include "common/net/wire.h"

/* What was sent to a peer; may be NULL. */
typedef void wrapped_sent_fn(const struct wire_peer *to, struct bytes payload);
void wrapped_init(wrapped_sent_fn *sent);
/* A message of a peer of that role, through the socket that was added to the loop last.
 */
void wrapped_give(enum role role, uint8_t route, struct bytes payload);

#endif
