#include "services/collector/collector.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/base/err.h"
#include "common/base/log.h"
#include "common/service/service.h"
#include "common/store/store.h"
#include "services/collector/control.h"
#include "services/collector/intake.h"
#include "services/collector/metrics.h"
#include "services/collector/roster_files.h"
#include "services/collector/roster_query.h"
#include "services/collector/throttle.h"
#include "services/collector/view.h"

enum { ANSWER_CHUNK = 256 * 1024, FEED_ROLES = ROLE_INTERNAL | ROLE_AUDITOR };

void collector_fail(struct collector *c, const char *event, int err)
{
	log_event(LOG_ERROR, event, "error=\"%s\"", err_str(err));
	c->failed = err;
	loop_stop(c->loop);
}

void collector_look_at_room(struct collector *c)
{
	struct journal_usage u = journal_usage(c->journal);

	if (u.nearly_full && !c->nearly_full)
		log_event(LOG_ERROR, "journal-nearly-full",
			  "used_bytes=%llu limit_bytes=%llu words=\"ballots wait; "
			  "start with a larger --journal-bytes\"",
			  (unsigned long long)u.used, (unsigned long long)u.limit);
	c->nearly_full = u.nearly_full;
}

/* ---- the data ---- */

static const char *journal_cure(int err)
{
	if (err == ERR_CORRUPT)
		return "; `par doctor --data` says where";
	if (err == ERR_VERSION)
		return "; start that version";
	if (err == ERR_OLD)
		return "; start the version that made it, take a copy with `par "
		       "backup`, and give that to `par restore` of this one";
	return "";
}

static int open_journal(struct collector *c, const char *dir, struct faults *faults)
{
	char uri[PATH_MAX];
	int len = snprintf(uri, sizeof uri, "lmdb:%s", dir);
	int err = len < (int)sizeof uri ? 0 : -ENAMETOOLONG;

	if (!err)
		err = journal_open(uri, c->config->journal_bytes, &c->journal);
	if (err)
		faults_add(faults, c->config->data, 0,
			   "the journal cannot be opened: %s%s", err_str(err),
			   journal_cure(err));
	return err;
}

/* A new one would tell of no round, and so have them removed. */
static int check_not_lost(const char *journal, const char *rosters,
			  struct faults *faults)
{
	if (store_exists(journal) || !roster_files_any(rosters))
		return 0;
	faults_add(faults, journal, 0,
		   "the journal is missing, but rosters of its rounds are in %s: put "
		   "it back, or give a copy to `par restore`; to begin anew, name "
		   "another directory",
		   rosters);
	return ERR_CONFIG;
}

/* Below the directory of the data. */
static int path_of(const struct collector *c, const char *name, char out[PATH_MAX])
{
	int len = snprintf(out, PATH_MAX, "%s/%s", c->config->data, name);

	return len < PATH_MAX ? 0 : -ENAMETOOLONG;
}

static int open_data(struct collector *c, struct faults *faults)
{
	char journal[PATH_MAX], rosters[PATH_MAX];
	int err = store_lock(c->config->data, &c->lock);

	if (err) {
		faults_add(faults, c->config->data, 0, "cannot be locked: %s",
			   err_str(err));
		return err;
	}
	err = path_of(c, "journal", journal);
	if (!err)
		err = path_of(c, "roster", rosters);
	if (!err)
		err = check_not_lost(journal, rosters, faults);
	if (!err)
		err = open_journal(c, journal, faults);
	if (!err)
		err = view_open(c->journal, &c->fold, faults);
	return err ? err : rosters_open(rosters, c->fold, &c->rosters, faults);
}

/* ---- the sockets ---- */

/* What gate_router() or gate_feed_router() gave; strangers must be refused there. */
static int check_bound(struct collector *c, const char *endpoint, int err,
		       struct faults *faults)
{
	if (err) {
		faults_add(faults, endpoint, 0, "cannot be bound: %s", err_str(err));
		return err;
	}
	err = gate_prove(c->gate, endpoint);
	if (err)
		faults_add(faults, endpoint, 0, "a stranger was not refused there: %s",
			   err_str(err));
	return err;
}

static int bind_intake(struct collector *c, struct faults *faults)
{
	const char *endpoint = c->config->intake;
	int err = gate_router(c->gate, endpoint, INTAKE_ROLES, INTAKE_MESSAGE_MAX,
			      INTAKE_RCVHWM, &c->intake);

	return check_bound(c, endpoint, err, faults);
}

static int bind_feed(struct collector *c, struct faults *faults)
{
	const char *endpoint = c->config->feed;
	int err = gate_feed_router(c->gate, endpoint, FEED_ROLES, &c->feed_router);

	return check_bound(c, endpoint, err, faults);
}

static void on_growth(void *ctx)
{
	struct collector *c = ctx;

	feed_server_wake(c->feed);
}

static void on_feed_failed(void *ctx, int err)
{
	collector_fail(ctx, "journal-not-readable", err);
}

static void on_feed_given(void *ctx, enum role role, const char *user_id, uint64_t n,
			  size_t count)
{
	(void)ctx;
	if (role == ROLE_AUDITOR)
		log_event(LOG_INFO, "journal-read", "user=\"%s\" from=%llu entries=%zu",
			  user_id, (unsigned long long)n, count);
}

static int open_sockets(struct collector *c, struct faults *faults)
{
	struct feed_source source;
	int err = gate_open(c->loop, c->key, c->config->allow, &c->gate, faults);

	if (!err)
		service_follow_keys(c->gate, c->loop);
	if (!err)
		err = bind_intake(c, faults);
	if (!err)
		err = bind_feed(c, faults);
	if (err)
		return err;
	c->feed_view = (struct view_feed){c->journal, c->fold};
	view_feed_source(&c->feed_view, &source);
	source.given = on_feed_given;
	source.failed = on_feed_failed;
	source.failed_ctx = c;
	return feed_server_open(c->loop, c->gate, c->feed_router, FEED_ROLES, &source,
				&c->feed);
}

static int open_health(struct collector *c, struct faults *faults)
{
	struct health health;
	int err;

	metrics_health(c, &health);
	err = health_open(c->loop, c->config->health, &health, &c->health);
	if (err)
		faults_add(faults, c->config->health, 0, "cannot be listened on: %s",
			   err_str(err));
	return err;
}

/* ---- the whole ---- */

static int start(struct collector *c)
{
	int err;

	journal_on_growth(c->journal, on_growth, c);
	loop_timer_init(&c->closing, on_closing, c);
	on_closing(c);
	if (c->failed)
		return c->failed;
	err = loop_add_socket(c->loop, c->intake, on_intake, c);
	if (err)
		return err;
	c->bound = true;
	collector_look_at_room(c);
	log_event(LOG_INFO, "ready", "entries=%llu rounds=%u",
		  (unsigned long long)fold_n(c->fold), fold_round_count(c->fold));
	return 0;
}

static void init(struct collector *c)
{
	c->lock = -1;
	batch_init(&c->batch);
	assembly_init(&c->assemblies);
	decoder_init(&c->requests, INTAKE_DECODED_MAX);
	decoder_init(&c->commands, INTAKE_COMMAND_MAX);
	arena_init(&c->answers, ANSWER_CHUNK);
	buf_init(&c->manifest, ENTRY_BODY_MAX);
	roster_query_drop(c);
	throttle_init(&c->throttle, c->config->ballots_per_second);
}

int collector_open(struct loop *l, const struct collector_config *config,
		   const struct key *key, struct collector **out, struct faults *faults)
{
	struct collector *c = calloc(1, sizeof *c);
	int err;

	if (!c)
		return -ENOMEM;
	c->loop = l;
	c->config = config;
	c->key = key;
	init(c);
	err = open_data(c, faults);
	if (!err)
		err = open_sockets(c, faults);
	if (!err)
		err = open_health(c, faults);
	if (!err)
		err = start(c);
	if (err) {
		collector_close(c);
		return err;
	}
	*out = c;
	return 0;
}

void collector_close(struct collector *c)
{
	if (!c)
		return;
	http_close(c->health);
	loop_timer_stop(c->loop, &c->closing);
	if (c->intake)
		loop_remove_socket(c->loop, c->intake);
	feed_server_close(c->feed);
	gate_close(c->gate);
	rosters_close(&c->rosters);
	fold_free(c->fold);
	journal_close(c->journal);
	batch_free(&c->batch);
	assembly_free(&c->assemblies);
	decoder_free(&c->requests);
	decoder_free(&c->commands);
	arena_free(&c->answers);
	buf_free(&c->manifest);
	roster_query_drop(c);
	throttle_free(&c->throttle);
	if (c->lock >= 0)
		(void)close(c->lock);
	free(c);
}
