/* The start-up list of par-collector. */

#include <sodium.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/config.h"
#include "common/base/err.h"
#include "common/base/log.h"
#include "services/collector/collector.h"

static const struct config_item items[] = {
    {"data", CONFIG_TEXT, offsetof(struct collector_config, data), NULL, 0, 0,
     "directory of the journal and the rosters"},
    {"key", CONFIG_TEXT, offsetof(struct collector_config, key), NULL, 0, 0,
     "file of this service's own key, role internal"},
    {"allow", CONFIG_TEXT, offsetof(struct collector_config, allow), NULL, 0, 0,
     "directory of the .pub files of who may talk"},
    {"intake", CONFIG_TEXT, offsetof(struct collector_config, intake), NULL, 0, 0,
     "endpoint of link 1, tcp://ADDRESS:PORT"},
    {"feed", CONFIG_TEXT, offsetof(struct collector_config, feed), NULL, 0, 0,
     "endpoint of link 2, tcp://ADDRESS:PORT"},
    {"health", CONFIG_TEXT, offsetof(struct collector_config, health), NULL, 0, 0,
     "ADDRESS:PORT of /livez, /readyz and /metrics"},
    {"journal-bytes", CONFIG_UINT, offsetof(struct collector_config, journal_bytes),
     "17179869184", 1 << 20, (uint64_t)1 << 46, "limit of the journal for good"},
    {"log-level", CONFIG_TEXT, offsetof(struct collector_config, log_level), "info", 0,
     0, "error, warn, info or debug"},
};

static const struct config table = {
    .items = items,
    .count = sizeof items / sizeof *items,
    .program = "par-collector",
    .about = "Takes ballots and commands, keeps the journal, serves it.",
    .examples = "par-collector --data D/collector --key D/keys/collector.key "
		"--allow D/allow\n    --intake tcp://127.0.0.1:9001 "
		"--feed tcp://127.0.0.1:9002 --health 127.0.0.1:9006\n",
};

static void set_up_log(const struct collector_config *config, struct faults *faults)
{
	static const char *const names[] = {[LOG_ERROR] = "error",
					    [LOG_WARN] = "warn",
					    [LOG_INFO] = "info",
					    [LOG_DEBUG] = "debug"};

	for (int i = LOG_ERROR; i <= LOG_DEBUG; i++)
		if (!strcmp(config->log_level, names[i])) {
			log_setup("collector", (enum log_level)i);
			return;
		}
	faults_add(faults, NULL, 0, "--log-level is error, warn, info or debug, not %s",
		   config->log_level);
}

static void tell(const struct faults *faults)
{
	for (size_t i = 0; i < faults->listed; i++) {
		char *text = fault_text(&faults->list[i]);

		fprintf(stderr, "par-collector: %s\n", text ? text : "out of memory");
		free(text);
	}
}

static int configure(int argc, char *argv[], struct collector_config *config,
		     struct key *key, struct faults *faults)
{
	int rest = 0;
	int err = config_read(&table, argc, argv, config, &rest, faults);

	if (err)
		return err;
	set_up_log(config, faults);
	err = key_read(config->key, key, faults);
	if (!err && key->role != ROLE_INTERNAL)
		faults_add(faults, config->key, 0,
			   "a service's own key has role internal, not %s",
			   role_name(key->role));
	return faults->count ? ERR_CONFIG : err;
}

static int run(struct loop *loop, const struct collector_config *config,
	       const struct key *key, struct faults *faults)
{
	struct collector *c;
	int err = collector_open(loop, config, key, &c, faults);

	if (err) {
		log_event(LOG_ERROR, "start-failed", "error=\"%s\"", err_str(err));
		return err;
	}
	err = loop_run(loop);
	if (!err)
		err = c->failed;
	log_event(LOG_INFO, "stopped", "clean=%s", err ? "false" : "true");
	collector_close(c);
	return err;
}

static int exit_code(int err)
{
	if (!err || err == ERR_GONE)
		return 0;
	return err == ERR_CONFIG ? 2 : 1;
}

int main(int argc, char *argv[])
{
	struct collector_config config = {0};
	struct faults faults;
	struct key key = {0};
	struct loop *loop = NULL;
	int err;

	if (sodium_init() < 0)
		return 1;
	faults_init(&faults);
	err = configure(argc, argv, &config, &key, &faults);
	if (!err)
		err = loop_open(&loop);
	if (!err)
		err = run(loop, &config, &key, &faults);
	tell(&faults);
	loop_close(loop);
	key_wipe(&key);
	faults_free(&faults);
	return exit_code(err);
}
