/* The start-up list of par-scorer; what it does is in scorer.h. */

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "common/base/config.h"
#include "common/base/err.h"
#include "common/base/log.h"
#include "common/guard/guard.h"
#include "common/net/limits.h"
#include "common/service/check.h"
#include "common/service/service.h"
#include "common/store/store.h"
#include "services/scorer/health.h"
#include "services/scorer/scorer.h"
#include "services/scorer/serving.h"

enum {
	PATH_SIZE = 4096,
	RESEND_MS = 3000,
	CONNECTIONS = 64, /* of services, operators and auditors */
	OWN_FILES = 128,
};

struct settings {
	const char *data, *key, *allow;
	const char *collector, *collector_key;
	const char *feed, *inspect, *health;
	bool ask_health; /* nothing else: asks a scorer that runs there */
	uint64_t results_bytes;
	const char *log_level;
};

struct start {
	struct settings with;
	struct key own, collector; /* from the files that the settings name */
	struct faults faults;
	struct scorer scorer;
	struct http *health;
	struct service service;
	int lock; /* on the data directory, until the process ends */
};

#define TEXT(field) CONFIG_TEXT, offsetof(struct settings, field)

static const struct config_item items[] = {
    {"data", TEXT(data), NULL, 0, 0, "directory of this service's data"},
    {"key", TEXT(key), NULL, 0, 0, "its secret key, role internal"},
    {"allow", TEXT(allow), NULL, 0, 0, "directory of the public keys admitted"},
    {"collector", TEXT(collector), NULL, 0, 0, "endpoint of link 2"},
    {"collector-key", TEXT(collector_key), NULL, 0, 0, "the collector's public key"},
    {"feed", TEXT(feed), NULL, 0, 0, "endpoint to bind link 3 to"},
    {"inspect", TEXT(inspect), NULL, 0, 0, "endpoint to bind link 5 to"},
    {"health-listen", TEXT(health), NULL, 0, 0,
     "ADDRESS:PORT of /livez, /readyz and /metrics"},
    {"health", CONFIG_DEED, offsetof(struct settings, ask_health), NULL, 0, 0,
     "asks at --health-listen whether it is ready, and ends: 0 yes, 1 no"},
    {"results-bytes", CONFIG_UINT, offsetof(struct settings, results_bytes),
     "4294967296", 1 << 20, UINT64_C(1) << 44, "most that the results may take"},
    {"log-level", TEXT(log_level), "info", 0, 0, "error, warn, info or debug"},
};

static const struct config config = {
    .items = items,
    .count = sizeof(items) / sizeof(items[0]),
    .program = "par-scorer",
    .about = "Folds the collector's journal, makes the results of releases and\n"
	     "drafts, and serves what may be public on link 3, all of it on link 5.",
    .examples =
	"  par-scorer --data /srv/par/scorer --key keys/scorer.key --allow allow \\\n"
	"    --collector tcp://127.0.0.1:8002 --collector-key keys/collector.pub \\\n"
	"    --feed tcp://127.0.0.1:8003 --inspect tcp://127.0.0.1:8004 \\\n"
	"    --health-listen 127.0.0.1:8007\n",
};

/* All that can be wrong before anything is opened. */
static int read_settings(int argc, char *argv[], struct start *st)
{
	struct faults *faults = &st->faults;
	int rest;
	int err = config_read(&config, argc, argv, &st->with, &rest, faults);
	int own_err, collector_err;

	if (err != 0)
		return err;
	if (st->with.ask_health)
		return check_health(st->with.health, faults);
	err = log_setup_named("scorer", st->with.log_level, faults);
	own_err = key_read_own(st->with.key, &st->own, faults);
	collector_err = key_read(st->with.collector_key, &st->collector, faults);
	if (err != 0)
		return err;
	return own_err != 0 ? own_err : collector_err;
}

/* ---- the list ---- */

static int take_lock(struct start *st)
{
	return store_lock(st->with.data, &st->lock);
}

static int limit_peers(struct start *st)
{
	const struct limits_peer peer = limits_feed_peer();
	uint64_t descriptors;
	int err = limits_descriptors(CONNECTIONS, OWN_FILES, &descriptors);

	(void)st;
	if (err != 0)
		return err;
	log_event(LOG_INFO, "memory",
		  "descriptors=%llu requests_worst_bytes=%llu answers_worst_bytes=%llu",
		  (unsigned long long)descriptors,
		  (unsigned long long)limits_requests(descriptors, &peer),
		  (unsigned long long)limits_answers(descriptors, &peer));
	return 0;
}

static int open_loop(struct start *st)
{
	return loop_open(&st->scorer.loop);
}

/* Before the first socket and the worker start threads. */
static int enclose(struct start *st)
{
	const struct settings *s = &st->with;
	const struct guard_needs needs = {
	    .data = s->data,
	    .allow = s->allow,
	    .binds = {s->feed, s->inspect, s->health},
	    .connects = {s->collector},
	    .threads = true,
	};

	return service_enclose(&needs, &st->service);
}

static int open_results(struct start *st)
{
	char dir[PATH_SIZE];
	int len = snprintf(dir, sizeof(dir), "%s/results", st->with.data);
	int err;

	if (len >= PATH_SIZE)
		return -ENAMETOOLONG;
	err = results_open(dir, st->with.results_bytes, &st->scorer.results);
	if (err == ERR_OLD)
		log_event(LOG_ERROR, "results-old",
			  "words=\"Delete the directory results in --data and start "
			  "again: it is made again from the journal\"");
	if (err == ERR_CORRUPT)
		log_event(LOG_ERROR, "results-damaged",
			  "words=\"`par doctor --data` names the record. Delete the "
			  "directory results in --data and start again: it is made "
			  "again from the journal\"");
	return err;
}

static int open_worker(struct start *st)
{
	int err = worker_open(&st->scorer.worker);

	return err != 0 ? err : jobs_open(&st->scorer);
}

static int open_gate(struct start *st)
{
	struct scorer *s = &st->scorer;
	int err = gate_open(s->loop, &st->own, st->with.allow, &s->gate, &st->faults);

	if (err == 0)
		service_follow_keys(s->gate, s->loop);
	return err;
}

static int open_serving(struct start *st)
{
	struct scorer *s = &st->scorer;
	void *router;
	int err = gate_feed_router(s->gate, st->with.feed, ROLE_INTERNAL, &router);

	if (err == 0)
		err = gate_prove(s->gate, st->with.feed);
	return err != 0 ? err : serving_open(s, router);
}

static int open_inspect(struct start *st)
{
	struct scorer *s = &st->scorer;
	void *router;
	int err = gate_feed_router(s->gate, st->with.inspect,
				   ROLE_OPERATOR | ROLE_AUDITOR, &router);

	if (err == 0)
		err = gate_prove(s->gate, st->with.inspect);
	return err != 0 ? err : inspect_open(s, router);
}

static int open_health(struct start *st)
{
	return health_start(&st->scorer, st->with.health, &st->health);
}

static int open_reading(struct start *st)
{
	const struct client_config collector = {
	    .endpoint = st->with.collector,
	    .server_public = st->collector.public_text,
	    .key = &st->own,
	    .resend_ms = RESEND_MS,
	};

	return reading_open(&st->scorer, &collector);
}

static const struct {
	const char *what;
	int (*open)(struct start *st);
} list[] = {
    {"taking the data directory (--data)", take_lock},
    {"limiting what peers can hold", limit_peers},
    {"starting the loop", open_loop},
    {"enclosing the process with --data, --allow and its ports", enclose},
    {"opening the results store in --data", open_results},
    {"starting the worker", open_worker},
    {"reading the keys admitted (--allow)", open_gate},
    {"binding link 3 (--feed) and refusing a stranger there", open_serving},
    {"binding link 5 (--inspect) and refusing a stranger there", open_inspect},
    {"listening for health checks (--health-listen)", open_health},
    {"reading the collector's journal (--collector)", open_reading},
};

static int start(struct start *st)
{
	for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
		int err = list[i].open(st);

		if (err == 0)
			continue;
		log_event(LOG_ERROR, "start-failed", "words=\"%s: %s\"", list[i].what,
			  err_str(err));
		return err;
	}
	return 0;
}

/* Backwards, also what is half open. */
static void stop(struct start *st)
{
	struct scorer *s = &st->scorer;

	http_close(st->health);
	worker_close(s->worker); /* its sample looks into the fold */
	serving_close(s);
	inspect_close(s);
	jobs_close(s);
	releasing_free(s);
	reading_close(s);
	results_close(s->results);
	gate_close(s->gate);
	loop_close(s->loop);
	faults_free(&s->halted);
	key_wipe(&st->own);
	faults_free(&st->faults);
}

int main(int argc, char *argv[])
{
	struct start st = {.lock = -1};
	int err, code;

	if (guard_begin() != 0 || sodium_init() < 0)
		return EXIT_FAILURE;
	faults_init(&st.faults);
	faults_init(&st.scorer.halted);
	err = read_settings(argc, argv, &st);
	if (err == 0)
		err = start(&st);
	if (err == 0)
		err = service_run(&st.service, st.scorer.loop);
	faults_print(&st.faults, "par-scorer: ", stderr);
	code = st.scorer.failed ? EXIT_FAILURE : config_exit_code(err);
	stop(&st);
	return code;
}
