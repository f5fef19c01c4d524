#include "common/service/service.h"

#include "common/base/err.h"
#include "common/base/log.h"

int service_enclose(const struct guard_needs *needs, struct service *out)
{
	int err = notify_open(&out->notify);

	if (err)
		log_event(LOG_WARN, "notify",
			  "error=\"%s\" words=\"systemd cannot be told at "
			  "NOTIFY_SOCKET\"",
			  err_str(err));
	return guard_enclose(needs, &out->guard);
}

static int seal(struct guard *g)
{
	char words[GUARD_WORDS];
	int err = guard_seal(g);

	log_event(err || g->without ? LOG_WARN : LOG_INFO, "guard", "%s",
		  guard_words(g, words));
	return err;
}

int service_run(struct service *s, struct loop *l)
{
	int err = seal(&s->guard);

	if (err) {
		log_event(LOG_ERROR, "start-failed",
			  "doing=\"giving up other system calls\" error=\"%s\"",
			  err_str(err));
		return err;
	}
	notify_ready(&s->notify, l);
	err = loop_run(l);
	notify_close(&s->notify);
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

static void on_refusal(void *ctx, const char *user_id, uint64_t count)
{
	(void)ctx;
	log_event(
	    LOG_WARN, "key-refused",
	    "user=\"%s\" count=%llu words=\"this key is not on the allow list, or "
	    "not in the role that is needed there\"",
	    user_id, (unsigned long long)count);
}

void service_follow_keys(struct gate *g, struct loop *l)
{
	gate_on_change(g, on_key, NULL);
	gate_on_refusal(g, on_refusal, NULL);
	loop_on_hangup(l, on_hangup, g);
}
