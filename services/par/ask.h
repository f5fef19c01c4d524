#ifndef PAR_PAR_ASK_H
#define PAR_PAR_ASK_H

/*
 * Asking a service one thing at a time on links 1 and 5, until it answers something
 * else than "try again later" or the patience is over. What the messages say is in
 * intake and inspect.
 */

#include "services/par/peer.h"

#include <protobuf-c/protobuf-c.h>

/* What differs between the links. */
struct ask_link {
	enum service service;
	/* Whether the answer is "try again later"; its words, or "", are left in
	 * `words`. */
	bool (*later)(struct bytes answer, char *words, size_t size);
};

enum { ASK_WORDS = 512 };

struct ask {
	struct peer peer;
	const struct ask_link *link;
	struct client *client;
	struct buf answer;
	bool answered;
	bool told_later;
	int err;
};

/* Stays where it is until ask_close(). ERR_CONFIG, told; -errno. */
int ask_open(const struct options *o, const struct ask_link *link, enum role role,
	     struct ask *a) __attribute__((warn_unused_result));
void ask_close(struct ask *a);

/*
 * The answer lives until the next question. ERR_TIMEOUT, ERR_DENIED, told; -EINTR;
 * -ENOMEM.
 */
int ask_once(struct ask *a, const uint8_t id[WIRE_ID_SIZE], struct bytes question,
	     struct bytes *answer) __attribute__((warn_unused_result));

/* A text as a field of a message that is sent; borrowed. */
ProtobufCBinaryData ask_text(const char *text);

#endif
