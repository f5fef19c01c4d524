/* par-publisher: the start-up list. */

#include <sodium.h>
#include <stddef.h>
#include <stdio.h>

#include "common/base/config.h"
#include "common/base/err.h"
#include "common/base/log.h"
#include "common/guard/guard.h"
#include "common/net/limits.h"
#include "common/service/check.h"
#include "common/service/service.h"
#include "common/store/store.h"
#include "services/publisher/publisher.h"
#include "services/publisher/web.h"

/* Of link 4; and what pages, health checks and the store take besides. */
enum { CONNECTIONS = 64, OWN_FILES = WEB_CONNECTIONS_MAX + 128 };

static const struct config_item items[] = {
    {"data", CONFIG_TEXT, offsetof(struct settings, data), NULL, 0, 0,
     "directory of the store"},
    {"key", CONFIG_TEXT, offsetof(struct settings, key), NULL, 0, 0,
     "own key, role internal"},
    {"allow", CONFIG_TEXT, offsetof(struct settings, allow), NULL, 0, 0,
     "directory of admitted .pub files"},
    {"scorer", CONFIG_TEXT, offsetof(struct settings, scorer), NULL, 0, 0,
     "link 3, tcp://HOST:PORT"},
    {"scorer-key", CONFIG_TEXT, offsetof(struct settings, scorer_key), NULL, 0, 0,
     "public key of the scorer, FILE.pub"},
    {"feed", CONFIG_TEXT, offsetof(struct settings, feed), NULL, 0, 0,
     "link 4 to bind, tcp://ADDRESS:PORT"},
    {"http", CONFIG_TEXT, offsetof(struct settings, http), "127.0.0.1:8080", 0, 0,
     "where pages are served"},
    {"site", CONFIG_TEXT, offsetof(struct settings, site), "http://127.0.0.1:8080", 0,
     0, "address that readers find the pages under"},
    {"behind-proxy", CONFIG_BOOL, offsetof(struct settings, behind_proxy), NULL, 0, 0,
     "a reverse proxy of ours stands before --http: no share of connections for each "
     "address"},
    {"health-listen", CONFIG_TEXT, offsetof(struct settings, health), "127.0.0.1:8081",
     0, 0, "ADDRESS:PORT of /livez, /readyz and /metrics"},
    {"health", CONFIG_DEED, offsetof(struct settings, ask_health), NULL, 0, 0,
     "asks at --health-listen whether it is ready, and ends: 0 yes, 1 no"},
    {"releases-bytes", CONFIG_UINT, offsetof(struct settings, releases_bytes),
     "4294967296", 1 << 20, (uint64_t)1 << 44, "largest size of the store"},
    {"log-level", CONFIG_TEXT, offsetof(struct settings, log_level), "info", 0, 0,
     "error, warn, info or debug"},
};

static const struct config config = {
    .items = items,
    .count = sizeof(items) / sizeof(items[0]),
    .program = "par-publisher",
    .about = "Takes releases from the scorer, keeps them for good, and serves them as "
	     "pages,\nfiles and messages.",
    .examples = "  par-publisher --data /var/lib/par/publisher --key publisher.key "
		"--allow allow \\\n    --scorer tcp://127.0.0.1:8083 --scorer-key "
		"scorer.pub --feed tcp://127.0.0.1:8085\n",
};

static int enclose(const struct settings *s, struct service *service)
{
	const struct guard_needs needs = {
	    .data = s->data,
	    .allow = s->allow,
	    .binds = {s->feed, s->http, s->health},
	    .connects = {s->scorer},
	};

	return service_enclose(&needs, service);
}

static int serve(struct publisher *p, struct faults *faults)
{
	struct service service;
	int lock;
	int err = store_lock(p->settings->data, &lock);

	if (err == 0)
		err = enclose(p->settings, &service);
	if (err != 0) {
		log_event(LOG_ERROR, "start-failed",
			  "doing=\"taking --data\" err=\"%s\"", err_str(err));
		return err;
	}
	err = publisher_open(p, faults);
	if (err != 0)
		return err;
	log_event(LOG_INFO, "ready", "n=%llu http=%s site=%s",
		  (unsigned long long)releases_position(p->releases).n,
		  p->settings->http, p->settings->site);
	err = service_run(&service, p->loop);
	return err != 0 ? err : p->failed;
}

static int limit_peers(void)
{
	const struct limits_peer peer = limits_feed_peer();
	uint64_t descriptors;
	int err = limits_descriptors(CONNECTIONS, OWN_FILES, &descriptors);

	if (err != 0)
		return err;
	log_event(LOG_INFO, "memory",
		  "descriptors=%llu requests_worst_bytes=%llu answers_worst_bytes=%llu "
		  "pages_worst_bytes=%llu",
		  (unsigned long long)descriptors,
		  (unsigned long long)limits_requests(descriptors, &peer),
		  (unsigned long long)limits_answers(descriptors, &peer),
		  (unsigned long long)http_worst_bytes(WEB_CONNECTIONS_MAX));
	return 0;
}

static int run(const struct settings *settings, struct loop *loop,
	       struct faults *faults)
{
	struct publisher publisher;
	int err = publisher_init(settings, loop, &publisher, faults);

	if (err != 0)
		return err;
	err = serve(&publisher, faults);
	publisher_close(&publisher);
	log_event(err == 0 ? LOG_INFO : LOG_ERROR, "stopped", "err=\"%s\"",
		  err == 0 ? "" : err_str(err));
	return err;
}

int main(int argc, char *argv[])
{
	struct settings settings;
	struct faults faults;
	struct loop *loop = NULL;
	int rest;
	int err;

	if (guard_begin() != 0 || sodium_init() < 0)
		return 1;
	faults_init(&faults);
	err = config_read(&config, argc, argv, &settings, &rest, &faults);
	if (err == 0 && settings.ask_health)
		err = check_health(settings.health, &faults);
	if (err == 0)
		err = log_setup_named("publisher", settings.log_level, &faults);
	if (err == 0)
		err = limit_peers();
	if (err == 0)
		err = loop_open(&loop);
	if (err == 0)
		err = run(&settings, loop, &faults);
	faults_print(&faults, "par-publisher: ", stderr);
	loop_close(loop);
	faults_free(&faults);
	return config_exit_code(err);
}
