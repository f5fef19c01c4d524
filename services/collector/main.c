/* The start-up list of par-collector. */

#include <sodium.h>
#include <stddef.h>
#include <stdio.h>

#include "common/base/config.h"
#include "common/base/err.h"
#include "common/base/log.h"
#include "common/guard/guard.h"
#include "common/service/check.h"
#include "common/service/service.h"
#include "common/store/store.h"
#include "services/collector/collector.h"
#include "services/collector/limits.h"

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
    {"health-listen", CONFIG_TEXT, offsetof(struct collector_config, health), NULL, 0,
     0, "ADDRESS:PORT of /livez, /readyz and /metrics"},
    {"health", CONFIG_DEED, offsetof(struct collector_config, ask_health), NULL, 0, 0,
     "asks at --health-listen whether it is ready, and ends: 0 yes, 1 no"},
    {"journal-bytes", CONFIG_UINT, offsetof(struct collector_config, journal_bytes),
     "17179869184", 1 << 20, (uint64_t)1 << 46,
     "limit of the journal; a larger one is taken at each start"},
    {"connections", CONFIG_UINT, offsetof(struct collector_config, connections), "125",
     16, 1 << 20, "clients at a time; bounds descriptors and memory"},
    {"ballots-per-second", CONFIG_UINT,
     offsetof(struct collector_config, ballots_per_second), "100000", 1, 1 << 30,
     "of one key; what is above is put off"},
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
		"--feed tcp://127.0.0.1:9002 --health-listen 127.0.0.1:9006\n",
};

static int configure(int argc, char *argv[], struct collector_config *config,
		     struct key *key, struct faults *faults)
{
	int rest, key_err;
	int err = config_read(&table, argc, argv, config, &rest, faults);

	if (err)
		return err;
	if (config->ask_health)
		return check_health(config->health, faults);
	err = log_setup_named("collector", config->log_level, faults);
	key_err = key_read_own(config->key, key, faults);
	return err ? err : key_err;
}

static int enclose(const struct collector_config *config, struct service *service,
		   struct faults *faults)
{
	const struct guard_needs needs = {
	    .data = config->data,
	    .allow = config->allow,
	    .binds = {config->intake, config->feed, config->health},
	};
	int err = store_make_dir(config->data);

	if (!err)
		err = service_enclose(&needs, service);
	if (err)
		faults_add(faults, config->data, 0,
			   "the process cannot be enclosed with it: %s", err_str(err));
	return err;
}

static int run(struct loop *loop, const struct collector_config *config,
	       const struct key *key, struct faults *faults)
{
	struct service service;
	struct collector *c;
	int err = enclose(config, &service, faults);

	if (!err)
		err = collector_open(loop, config, key, &c, faults);
	if (err) {
		log_event(LOG_ERROR, "start-failed", "error=\"%s\"", err_str(err));
		return err;
	}
	err = service_run(&service, loop);
	if (!err)
		err = c->failed;
	log_event(LOG_INFO, "stopped", "clean=%s", err ? "false" : "true");
	collector_close(c);
	return err;
}

int main(int argc, char *argv[])
{
	struct collector_config config = {0};
	struct faults faults;
	struct key key = {0};
	struct loop *loop = NULL;
	int err;

	if (guard_begin() || sodium_init() < 0)
		return 1;
	faults_init(&faults);
	err = configure(argc, argv, &config, &key, &faults);
	if (!err)
		err = limits_set(config.connections);
	if (!err)
		err = loop_open(&loop);
	if (!err)
		err = run(loop, &config, &key, &faults);
	faults_print(&faults, "par-collector: ", stderr);
	loop_close(loop);
	key_wipe(&key);
	faults_free(&faults);
	return config_exit_code(err);
}
