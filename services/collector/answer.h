#ifndef PAR_COLLECTOR_ANSWER_H
#define PAR_COLLECTOR_ANSWER_H

/* A request of link 1 and its answer. Shell. */

#include "services/collector/collector.h"

#include "par/v1/intake.pb-c.h"

enum { INTAKE_MESSAGE_MAX = 64 * 1024, ANSWER_BYTES_MAX = 60 * 1024 };

/* One message, decoded; lives until its handler returns. */
struct request {
	const struct wire_peer *peer;
	enum role role;
	const uint8_t *id; /* WIRE_ID_SIZE bytes */
	const Par__V1__IntakeRequest *message;
};

void answer_init(Par__V1__IntakeReply *reply, const uint8_t *id,
		 Par__V1__Outcome outcome);
/*
 * As many words as fit into *room bytes, which it takes them from, and how many more
 * there are. The list lives in c->answers. -ENOMEM.
 */
int answer_words(struct collector *c, const struct faults *faults, size_t *room,
		 size_t *count, ProtobufCBinaryData **list)
    __attribute__((warn_unused_result));
/* The bytes live in c->answers. -ENOMEM. */
int answer_pack(struct collector *c, const Par__V1__IntakeReply *reply,
		struct bytes *out) __attribute__((warn_unused_result));

/* These send; a peer that is gone or slow is forgotten, it asks again. */
void answer_send(struct collector *c, const struct request *q,
		 const Par__V1__IntakeReply *reply);
void answer_refuse(struct collector *c, const struct request *q,
		   Par__V1__Outcome outcome, const struct faults *faults);
/* The same with one line of words. */
void answer_say(struct collector *c, const struct request *q, Par__V1__Outcome outcome,
		const char *words);

#endif
