#include "common/net/limits.h"

#include <errno.h>
#include <sys/resource.h>

#include "common/base/err.h"
#include "common/net/feed.h"

enum {
	EACH = 4,           /* descriptors a connection */
	IN_HAND = 2,        /* messages a connection holds ahead of its queue */
	ENGINE = 64 * 1024, /* what the library has for a connection of its own */
};

int limits_descriptors(uint64_t connections, uint64_t own, uint64_t *out)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files))
		return err_errno(-EINVAL);
	files.rlim_cur = EACH * connections + own;
	if (files.rlim_cur > files.rlim_max)
		files.rlim_cur = files.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &files))
		return err_errno(-EPERM);
	*out = files.rlim_cur;
	return 0;
}

struct limits_peer limits_feed_peer(void)
{
	return (struct limits_peer){.request_bytes = GATE_FEED_REQUEST_MAX,
				    .requests = GATE_FEED_QUEUE,
				    .answer_bytes = FEED_MESSAGE_MAX,
				    .answers = GATE_FEED_QUEUE};
}

uint64_t limits_requests(uint64_t descriptors, const struct limits_peer *p)
{
	return descriptors * (ENGINE + (p->requests + IN_HAND) * p->request_bytes);
}

uint64_t limits_answers(uint64_t descriptors, const struct limits_peer *p)
{
	return descriptors * p->answers * p->answer_bytes;
}
