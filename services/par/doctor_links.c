/* The whole journal over link 2, and all releases over link 4. */

#include "services/par/doctor.h"

#include "common/base/err.h"
#include "services/par/link2.h"
#include "services/par/link4.h"
#include "services/par/show.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

/* ---- link 2 ---- */

struct following {
	struct position at; /* of the last entry that holds */
	uint64_t withheld;  /* of which only the header was given */
	struct progress progress;
};

static int tell_entry(uint64_t n, const char *what)
{
	show_say("journal: entry %" PRIu64 ": %s. Stop the collector, keep its "
		 "directory as it is, and look at it with `par doctor --data`; what "
		 "to do then stands in common/store/PROMISES.md",
		 n, what);
	return ERR_CORRUPT;
}

static int check_entry(struct following *f, const struct feed_item *item)
{
	enum entry_kind kind;
	uint32_t round;
	struct entry e;
	bool withheld = item->payload.len == ENTRY_HEADER;
	int err = withheld ? entry_decode_header(item->payload, &kind, &round)
			   : entry_decode(item->payload, true, &e);
	if (err == ERR_VERSION)
		show_say("journal: entry %" PRIu64
			 " was made by a newer version: use its par",
			 item->n);
	if (err == ERR_VERSION)
		return err;
	if (err != 0)
		return tell_entry(item->n, "its digests do not hold");
	if (position_step(&f->at, item->n, item->chain,
			  bytes_of(item->payload.data, ENTRY_HEADER)) != 0)
		return tell_entry(item->n, "its chain does not go on from the one "
					   "before");
	f->withheld += withheld;
	return 0;
}

static int on_batch(void *ctx, const struct link2_batch *b)
{
	struct following *f = ctx;
	int err = 0;
	if (position_is_start(&f->at)) {
		memcpy(f->at.journal, b->journal, JOURNAL_ID_SIZE);
		entry_chain_start(b->journal, 0, f->at.chain);
	}
	for (size_t i = 0; i < b->count && err == 0; i++)
		err = check_entry(f, &b->items[i]);
	progress_show(&f->progress, f->at.n, b->last);
	return err;
}

/* A collector that meets a damaged record ends, and nobody answers any more. */
static void tell_unread(const struct following *f, int err)
{
	if (err == ERR_CORRUPT || err == ERR_VERSION || err == -EINTR)
		return;
	show_say("journal: it could not be read past entry %" PRIu64, f->at.n);
}

static int check_journal(const struct options *o, struct position *end)
{
	const struct position start = {0};
	struct following f = {0};
	enum role role = peer_has_key(o, ROLE_INTERNAL) ? ROLE_INTERNAL : ROLE_AUDITOR;
	progress_init(&f.progress, "reading the journal");
	int err = link2_follow(o, role, &start, on_batch, &f);
	progress_end(&f.progress);
	if (err != 0) {
		tell_unread(&f, err);
		return err;
	}
	printf("journal    entries 1 to %" PRIu64 ", whole", f.at.n);
	if (f.withheld > 0)
		printf("; of %" PRIu64 " only the header, for want of a key of role "
		       "internal",
		       f.withheld);
	printf("\n");
	*end = f.at;
	return 0;
}

/* ---- link 4 ---- */

struct counting {
	uint64_t items, wanted;
	struct position at; /* of the last item */
	struct peer *peer;
};

/* Its chain was verified before it came here. */
static int on_item(void *ctx, const struct link4_item *item)
{
	struct counting *c = ctx;
	c->items = item->position.n;
	c->at = item->position;
	peer_heard(c->peer);
	return c->items >= c->wanted;
}

static int ask_head(const struct options *o, uint64_t *n)
{
	const struct position start = {0};
	struct link4 k;
	int err = link4_open(o, ROLE_DOWNSTREAM, &start, false, NULL, NULL, &k);
	if (err != 0)
		return err;
	err = link4_run(&k);
	*n = k.head.n;
	link4_close(&k);
	return err;
}

/* Whole, and yet of another journal: the publisher serves it and takes nothing new. */
static int check_same_journal(const struct position *journal,
			      const struct position *releases)
{
	if (position_is_start(journal) || position_is_start(releases) ||
	    memcmp(journal->journal, releases->journal, JOURNAL_ID_SIZE) == 0)
		return 0;
	show_say("releases: they were made from another journal than the collector's. "
		 "If that was made with `par restore`: stop the publisher, move its "
		 "store aside and keep it, start it: it is filled again from the "
		 "scorer. If not: find out which is right");
	return ERR_FORKED;
}

static int check_releases(const struct options *o, const struct position *journal)
{
	const struct position start = {0};
	struct counting c = {0};
	struct link4 k;
	int err = ask_head(o, &c.wanted);
	if (err == 0 && c.wanted > 0) {
		/* Not patient: a publisher that only states its head has nothing. */
		err = link4_open(o, ROLE_DOWNSTREAM, &start, false, on_item, &c, &k);
		if (err != 0)
			return err;
		c.peer = &k.peer;
		err = link4_run(&k);
		link4_close(&k);
	}
	if (err == ERR_CORRUPT)
		show_say("releases: stop the publisher, move its store aside and keep "
			 "it, start it: it is filled again from the scorer");
	if (err == 0 && c.items > 0)
		printf("releases   items 1 to %" PRIu64 ", whole\n", c.items);
	else if (err == 0)
		printf("releases   none yet\n");
	return err != 0 ? err : check_same_journal(journal, &c.at);
}

int doctor_links(const struct options *o)
{
	struct options any = *o;
	any.key = "";
	struct position end = {0};
	int journal = check_journal(&any, &end);
	int releases = check_releases(&any, &end);
	return journal != 0 ? journal : releases;
}
