#include "common/net/zap.h"

#include <stdbool.h>
#include <string.h>

#include <zmq.h>

#include "common/base/bytes.h"
#include "common/base/err.h"

int zap_receive(void *zap, struct zap_request *r)
{
	size_t count = 0;
	int more = 1;
	bool fits = true;

	while (more) {
		char frame[ZAP_FRAME_MAX];
		int len = zmq_recv(zap, frame, sizeof(frame), ZMQ_DONTWAIT);
		if (len < 0)
			return -zmq_errno();
		fits = fits && len < ZAP_FRAME_MAX && count < ZAP_FRAMES;
		if (fits) {
			memcpy(r->frame[count], frame, (size_t)len);
			r->frame[count][len] = '\0';
			r->len[count++] = (size_t)len;
		}
		size_t size = sizeof(more);
		if (zmq_getsockopt(zap, ZMQ_RCVMORE, &more, &size))
			return -zmq_errno();
	}
	return fits && count == ZAP_FRAMES ? 0 : ERR_FORMAT;
}

void zap_answer(void *zap, const struct zap_request *r, const struct zap_answer *a)
{
	const struct bytes frames[] = {
	    bytes_of(r->frame[ZAP_ROUTE], r->len[ZAP_ROUTE]),
	    bytes_str(""),
	    bytes_str("1.0"),
	    bytes_of(r->frame[ZAP_REQUEST_ID], r->len[ZAP_REQUEST_ID]),
	    bytes_str(a->status),
	    bytes_str(a->text),
	    bytes_str(a->user_id),
	    bytes_str(""),
	};
	const size_t count = sizeof(frames) / sizeof(frames[0]);

	for (size_t i = 0; i < count; i++) {
		int more = i + 1 < count ? ZMQ_SNDMORE : 0;
		if (zmq_send(zap, frames[i].data, frames[i].len, ZMQ_DONTWAIT | more) <
		    0)
			return;
	}
}
