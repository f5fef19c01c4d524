#include "common/service/service.h"

#include "common/base/log.h"

int service_seal(struct guard *g)
{
	char words[GUARD_WORDS];
	int err = guard_seal(g);

	log_event(err || g->without ? LOG_WARN : LOG_INFO, "guard", "%s",
		  guard_words(g, words));
	return err;
}

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

void service_follow_keys(struct gate *g, struct loop *l)
{
	gate_on_change(g, on_key, NULL);
	loop_on_hangup(l, on_hangup, g);
}
