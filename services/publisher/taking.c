#include "services/publisher/taking.h"

#include <errno.h>

#include "common/base/err.h"
#include "common/base/log.h"
#include "services/publisher/files.h"

/* A poll is answered within WAIT_MS; an answer is given up for lost after RESEND_MS. */
enum { WAIT_MS = 2000, RESEND_MS = 10000 };

static int store_batch(struct publisher *p, const struct feed_item items[],
		       size_t count, const uint8_t journal[JOURNAL_ID_SIZE])
{
	releases_begin(p->releases);
	for (size_t i = 0; i < count; i++) {
		int err = releases_put(p->releases, journal, items[i].n, items[i].chain,
				       items[i].payload);

		if (err != 0) {
			releases_abort(p->releases);
			return err;
		}
	}
	return releases_commit(p->releases);
}

static const char *event(const struct publication *p, uint64_t n)
{
	if (n != p->n)
		return "retraction-taken";
	return p->release->what == ITEM_RELEASE ? "release-taken" : "failure-taken";
}

static void announce(const struct publication *p, uint64_t n)
{
	char round[MODEL_CODE_MAX * 4 + 1];

	text_quoted(bytes_str(p->release->round), round, sizeof(round));
	log_event(LOG_INFO, event(p, n), "n=%llu round=\"%s\" release=%u",
		  (unsigned long long)n, round, p->release->number);
}

/* Files that a full store does not keep, or that grow too large, are no reason to end.
 */
static int render(struct publisher *p, const struct publication *made)
{
	int err;

	if (made->release->what != ITEM_RELEASE)
		return 0;
	err = files_make(p->releases, made);
	if (err == ERR_LIMIT)
		log_event(LOG_WARN, "file-too-large", "n=%llu limit_mib=%d",
			  (unsigned long long)made->n, FILE_BYTES_MAX >> 20);
	return err == ERR_FULL || err == ERR_LIMIT ? 0 : err;
}

static int render_new(struct publisher *p, uint64_t from)
{
	uint64_t to = releases_position(p->releases).n;

	for (uint64_t n = from; n <= to; n++) {
		const struct publication *made = releases_of_item(p->releases, n);
		int err = made == NULL ? 0 : render(p, made);

		if (err != 0)
			return err;
		if (made != NULL)
			announce(made, n);
	}
	return 0;
}

/* What a scorer cannot mean is left where it is, and told; a broken store ends us. */
static void on_refused(struct publisher *p, int err, uint64_t first)
{
	if (err == ERR_FORKED)
		publisher_alarm(p,
				"the scorer sends other bytes for what is published, "
				"or a chain that does not go on from it (item %llu "
				"on); nothing was replaced: find out which journal and "
				"which version of the scorer is right",
				(unsigned long long)first);
	else if (err == ERR_VERSION)
		publisher_alarm(
		    p,
		    "item %llu or a later one is of a newer version: update "
		    "the publisher",
		    (unsigned long long)first);
	else if (err == ERR_FORMAT)
		publisher_alarm(p,
				"the scorer sends item %llu or a later one in a form "
				"that is not understood",
				(unsigned long long)first);
	else if (err == ERR_FULL)
		publisher_alarm(p, "the releases store or the disk is full; make room "
				   "or raise --releases-bytes, and start again");
	else
		publisher_fail(p, "storing releases", err);
}

static int on_items(void *ctx, const struct feed_item items[], size_t count,
		    const uint8_t journal[JOURNAL_ID_SIZE])
{
	struct publisher *p = ctx;
	uint64_t before = releases_position(p->releases).n;
	int err = store_batch(p, items, count, journal);

	if (err != 0) {
		on_refused(p, err, before + 1);
		return err == ERR_FULL ? -EAGAIN : err;
	}
	err = render_new(p, before + 1);
	if (err != 0)
		publisher_fail(p, "rendering", err);
	feed_server_wake(p->server);
	return err;
}

static void on_head(void *ctx, const struct position *head, struct bytes info)
{
	struct publisher *p = ctx;
	struct heads heads;

	(void)head;
	/* A scorer that has not caught up tells nothing; rounds never go away. */
	if (info.len == 0)
		return;
	if (heads_decode(info, &heads) != 0) {
		log_event(LOG_WARN, "heads-not-understood", "bytes=%zu", info.len);
		return;
	}
	heads_free(&p->heads);
	p->heads = heads;
}

static void on_state(void *ctx, enum client_state state)
{
	static const char *const names[] = {
	    [CLIENT_CONNECTING] = "connecting",
	    [CLIENT_UP] = "up",
	    [CLIENT_DENIED] = "key-not-admitted",
	};
	struct publisher *p = ctx;

	if (state != p->scorer)
		log_event(state == CLIENT_DENIED ? LOG_WARN : LOG_INFO, "scorer",
			  "state=%s", names[state]);
	p->scorer = state;
}

static void on_stop(void *ctx, int err, const char *words)
{
	struct publisher *p = ctx;

	if (p->alarm[0] != '\0' || p->failed != 0)
		return; /* on_items said it */
	if (err == ERR_FORKED)
		publisher_alarm(
		    p, "what is published is not in the scorer's journal; nothing was "
		       "replaced. If that journal was made by `par restore`: stop the "
		       "publisher, move the directory releases in its --data "
		       "directory aside and keep it, start the publisher; it is "
		       "filled again from the scorer. If not: find out which is right");
	else
		publisher_alarm(p, "the scorer refused: %s",
				words == NULL || words[0] == '\0' ? err_str(err)
								  : words);
}

int taking_start(struct publisher *p)
{
	const struct client_config config = {
	    .endpoint = p->settings->scorer,
	    .server_public = p->scorer_key.public_text,
	    .key = &p->key,
	    .resend_ms = RESEND_MS,
	};
	const struct feed_handlers handlers = {
	    .ctx = p,
	    .on_items = on_items,
	    .on_head = on_head,
	    .on_state = on_state,
	    .on_stop = on_stop,
	};
	struct position from = releases_position(p->releases);

	return feed_reader_open(p->loop, &config, &from, WAIT_MS, &handlers,
				&p->reader);
}
