/* par-publisher: the start-up list. */

#include <sodium.h>
#include <stddef.h>
#include <stdio.h>

#include "common/base/config.h"
#include "common/base/err.h"
#include "common/base/log.h"
#include "common/store/store.h"
#include "services/publisher/publisher.h"

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
    {"health", CONFIG_TEXT, offsetof(struct settings, health), "127.0.0.1:8081", 0, 0,
     "/livez, /readyz and /metrics"},
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

static void on_hangup(void *ctx)
{
	publisher_reload(ctx);
}

static int serve(struct publisher *p, struct faults *faults)
{
	int lock;
	int err = store_lock(p->settings->data, &lock);

	if (err != 0) {
		log_event(LOG_ERROR, "start-failed",
			  "doing=\"locking --data\" err=\"%s\"", err_str(err));
		return err;
	}
	err = publisher_open(p, faults);
	if (err != 0)
		return err;
	loop_on_hangup(p->loop, on_hangup, p);
	log_event(LOG_INFO, "ready", "n=%llu http=%s site=%s",
		  (unsigned long long)releases_position(p->releases).n,
		  p->settings->http, p->settings->site);
	err = loop_run(p->loop);
	return err != 0 ? err : p->failed;
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

	if (sodium_init() < 0)
		return 1;
	faults_init(&faults);
	err = config_read(&config, argc, argv, &settings, &rest, &faults);
	if (err == 0)
		err = log_setup_named("publisher", settings.log_level, &faults);
	if (err == 0)
		err = loop_open(&loop);
	if (err == 0)
		err = run(&settings, loop, &faults);
	faults_print(&faults, "par-publisher: ", stderr);
	loop_close(loop);
	faults_free(&faults);
	return config_exit_code(err);
}
