#include "services/collector/limits.h"

#include <errno.h>
#include <sys/resource.h>

#include "common/base/err.h"
#include "common/base/log.h"
#include "services/collector/answer.h"
#include "services/collector/intake.h"

enum {
	EACH = 4,        /* descriptors a connection */
	OWN_FILES = 256, /* stores, rosters, the other links, health checks */
	IN_HAND = 2,     /* messages a connection holds ahead of its queue */
};

/* Bytes of requests that are not handled yet. */
static uint64_t requests_max(uint64_t descriptors)
{
	uint64_t queued = descriptors * (INTAKE_RCVHWM + IN_HAND) * INTAKE_MESSAGE_MAX;
	uint64_t commands = (uint64_t)ASSEMBLY_OPEN_MAX * PARTS_WHOLE_MAX;

	return queued + commands + INTAKE_COMMAND_MAX + INTAKE_DECODED_MAX +
	       BATCH_BYTES_MAX;
}

/* And of answers that admitted peers ask for and do not read. */
static uint64_t answers_max(uint64_t descriptors)
{
	return descriptors * GATE_ANSWERS_MAX * ANSWER_BYTES_MAX;
}

int limits_set(uint64_t connections)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files))
		return err_errno(EINVAL);
	files.rlim_cur = EACH * connections + OWN_FILES;
	if (files.rlim_cur > files.rlim_max)
		files.rlim_cur = files.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &files))
		return err_errno(EPERM);
	log_event(LOG_INFO, "intake-memory",
		  "descriptors=%llu requests_worst_bytes=%llu answers_worst_bytes=%llu",
		  (unsigned long long)files.rlim_cur,
		  (unsigned long long)requests_max(files.rlim_cur),
		  (unsigned long long)answers_max(files.rlim_cur));
	return 0;
}
