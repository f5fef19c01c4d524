#ifndef PAR_CLIENT_EXCHANGE_H
#define PAR_CLIENT_EXCHANGE_H

/*
 * One question at a time on link 1, sent as it is until it is answered or the time is
 * over. "Try again later" is no answer.
 */

#include "common/client/link.h"

#include "par/v1/intake.pb-c.h"

struct exchange {
	struct link link;
	struct client *client;
	Par__V1__IntakeReply *reply; /* the answer, not handed over yet */
	int err;                     /* what came was no answer */
	char *words;                 /* of the question that is out */
	uint64_t later_ms;           /* the pause after the next "try again later" */
	bool judged;                 /* the gate has, since it was asked to */
};

/* As link_open(), and starts to connect. */
int exchange_open(const char *endpoint, const char *server_pub, const char *own_key,
		  struct exchange *x, char *words) __attribute__((warn_unused_result));
void exchange_close(struct exchange *x);

/*
 * Fills in version and id, asks, and gives the answer, which is no refusal: free it
 * with par__v1__intake_reply__free_unpacked(). ERR_REFUSED, ERR_DENIED and ERR_TIMEOUT
 * with words; ERR_FORMAT, ERR_VERSION, ERR_LIMIT; -errno.
 */
int exchange_ask(struct exchange *x, Par__V1__IntakeRequest *request,
		 uint64_t deadline_ms, Par__V1__IntakeReply **out, char *words)
    __attribute__((warn_unused_result));

#endif
