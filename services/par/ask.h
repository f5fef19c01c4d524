#ifndef PAR_PAR_ASK_H
#define PAR_PAR_ASK_H

/*
 * Asking a service one thing at a time on links 1 and 5, until it answers something
 * else than "try again later" or the patience is over. What the messages say is in
 * intake and inspect.
 */

#include "services/par/peer.h"

#include "par/v1/common.pb-c.h"

/* What every answer begins with. */
struct ask_envelope {
	uint32_t version;
	ProtobufCBinaryData id;
	Par__V1__Outcome outcome;
	const ProtobufCBinaryData *faults;
	size_t fault_count;
};

/* What differs between the links. */
struct ask_link {
	enum service service;
	const ProtobufCMessageDescriptor *reply;
	struct ask_envelope (*envelope)(const ProtobufCMessage *reply);
};

enum { ASK_WORDS = 512 }; /* room for the words of a fault */

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
 * Asks with a message, which has its version and id, and gives the answer, which is not
 * a refusal; free it with protobuf_c_message_free_unpacked. A refusal is
 * ERR_REFUSED, told, as are ERR_TIMEOUT and ERR_DENIED. ERR_FORMAT, ERR_LIMIT; -EINTR;
 * -ENOMEM.
 */
int ask_message(struct ask *a, const uint8_t id[WIRE_ID_SIZE],
		const ProtobufCMessage *request, ProtobufCMessage **reply)
    __attribute__((warn_unused_result));
/* An answer of version 1 with an id, or NULL. */
ProtobufCMessage *ask_read(const struct ask_link *link, struct bytes answer);
/* Packs into `out`, emptied before. ERR_LIMIT, -ENOMEM. */
int ask_pack(const ProtobufCMessage *request, struct buf *out)
    __attribute__((warn_unused_result));

/* A text as a field of a message that is sent; borrowed. */
ProtobufCBinaryData ask_text(const char *text);

#endif
