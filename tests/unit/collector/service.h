#ifndef PAR_TESTS_COLLECTOR_SERVICE_H
#define PAR_TESTS_COLLECTOR_SERVICE_H

/* A whole collector over loopback with real keys, and clients of it in the same loop.
 */

#include "services/collector/collector.h"

#include "par/v1/intake.pb-c.h"

enum { ANSWERS_MAX = 32 };

struct service {
	char *dir, *data, *allow, *keys;
	char intake[64], feed[64], health[64];
	struct key own;
	struct collector_config config;
	struct loop *loop;
	struct collector *collector;
	struct client *client; /* of the role used last */
	enum role role;
	struct buf answers[ANSWERS_MAX]; /* in the order they came */
	size_t answer_count;
};

struct service *service_make(void);
struct service *service_make_limited(uint64_t journal_bytes);
void service_free(struct service *s);
/* Stops the collector and starts it again on the same data. */
void service_restart(struct service *s);

/*
 * Asks in a role and waits for the answer, which lives until the next. `id` may be
 * NULL: a fresh one. Free with par__v1__intake_reply__free_unpacked.
 */
Par__V1__IntakeReply *service_ask(struct service *s, enum role role, const uint8_t *id,
				  Par__V1__IntakeRequest *request);
/* Sends without waiting; then waits for so many answers, and gives one of them. */
void service_post(struct service *s, enum role role, Par__V1__IntakeRequest *request);
void service_wait(struct service *s, size_t count);
Par__V1__IntakeReply *service_answer(struct service *s, size_t i);
/* A whole command, in parts of `part_bytes`. */
Par__V1__IntakeReply *service_command(struct service *s, enum role role,
				      const uint8_t *id, const Par__V1__Command *m,
				      size_t part_bytes);

#endif
