/* SIGHUP and the allow-list: the same words in every log. */

#include "common/base/log.h"
#include "common/net/keys.h"

static void on_key(void *ctx, const char *user_id, enum role role)
{
	(void)ctx;
	log_event(LOG_INFO, "key-changed", "user=\"%s\" role=%s", user_id,
		  role_name(role));
}

static void on_hangup(void *ctx)
{
	struct gate *g = ctx;
	struct faults faults;

	faults_init(&faults);
	int err = gate_reload(g, &faults);
	log_faults(LOG_WARN, "allow-list-fault", &faults);
	log_event(LOG_INFO, "allow-list", "keys=%zu taken=%s", gate_size(g),
		  err ? "false" : "true");
	faults_free(&faults);
}

void gate_follow(struct gate *g, struct loop *l)
{
	gate_on_change(g, on_key, NULL);
	loop_on_hangup(l, on_hangup, g);
}
