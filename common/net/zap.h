#ifndef PAR_NET_ZAP_H
#define PAR_NET_ZAP_H

/*
 * The frames of the ZeroMQ authentication protocol (RFC 27), as a ROUTER at
 * inproc://zeromq.zap.01 sees those of the CURVE mechanism. Only for gate.c.
 */

#include <stddef.h>

enum { ZAP_FRAMES = 9, ZAP_FRAME_MAX = 256 };

enum zap_frame {
	ZAP_ROUTE,
	ZAP_EMPTY,
	ZAP_VERSION,
	ZAP_REQUEST_ID,
	ZAP_DOMAIN,
	ZAP_ADDRESS,
	ZAP_IDENTITY,
	ZAP_MECHANISM,
	ZAP_CREDENTIAL,
};

struct zap_request {
	char frame[ZAP_FRAMES][ZAP_FRAME_MAX]; /* each with a final 0 */
	size_t len[ZAP_FRAMES];
};

struct zap_answer {
	const char *status;
	const char *text;
	const char *user_id;
};

/*
 * Never waits. -EAGAIN: none there. ERR_FORMAT: of another shape; those of its frames
 * that fit are there, so that it can be answered.
 */
int zap_receive(void *zap, struct zap_request *r) __attribute__((warn_unused_result));
/* A failure leaves the peer to its handshake time-out: nobody comes in. */
void zap_answer(void *zap, const struct zap_request *r, const struct zap_answer *a);

#endif
