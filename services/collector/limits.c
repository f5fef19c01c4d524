#include "services/collector/limits.h"

#include "common/base/log.h"
#include "common/net/limits.h"
#include "services/collector/answer.h"
#include "services/collector/intake.h"

/* Stores, rosters, the other links, health checks. */
enum { OWN_FILES = 256 };

/* Whole commands under way, one decoded, what one commit takes, a roster asked for. */
static uint64_t commands_max(void)
{
	uint64_t wholes = ((uint64_t)ASSEMBLY_OPEN_MAX + 1) * PARTS_WHOLE_MAX;

	return wholes + INTAKE_COMMAND_MAX + INTAKE_DECODED_MAX + BATCH_BYTES_MAX;
}

int limits_set(uint64_t connections)
{
	const struct limits_peer peer = {.request_bytes = INTAKE_MESSAGE_MAX,
					 .requests = INTAKE_RCVHWM,
					 .answer_bytes = ANSWER_BYTES_MAX,
					 .answers = GATE_ANSWERS_MAX};
	uint64_t descriptors;
	int err = limits_descriptors(connections, OWN_FILES, &descriptors);

	if (err)
		return err;
	log_event(
	    LOG_INFO, "intake-memory",
	    "descriptors=%llu requests_worst_bytes=%llu answers_worst_bytes=%llu",
	    (unsigned long long)descriptors,
	    (unsigned long long)(limits_requests(descriptors, &peer) + commands_max()),
	    (unsigned long long)limits_answers(descriptors, &peer));
	return 0;
}
