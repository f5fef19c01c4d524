#ifndef PAR_PAR_LINK4_H
#define PAR_PAR_LINK4_H

/*
 * Link 4 as a downstream reader sees it: every release and retraction in order, each
 * with the address of its page.
 */

#include "common/net/feed.h"
#include "services/par/peer.h"

#include "par/v1/release.pb-c.h"

struct link4_item {
	struct position position; /* after it */
	const Par__V1__ReleaseItem *message;
	const char *site; /* pages are under SITE/ROUND/NUMBER/ */
};

/* 0: go on. Positive: that is all. Negative: stop with this error. */
typedef int link4_item_fn(void *ctx, const struct link4_item *item);

struct link4 {
	struct peer peer;
	struct feed_reader *reader;
	link4_item_fn *on_item; /* NULL: only the head is asked for */
	void *ctx;
	bool patient; /* each answer renews the patience of --wait */
	char *site;   /* NULL: not known yet */
	bool paused;
	struct position at; /* of the last item handed over */
	struct position head;
	bool answered;
	int end; /* positive: done; negative: why not */
};

/* Stays where it is until link4_close(). ERR_CONFIG, told; -errno. */
int link4_open(const struct options *o, enum role role, const struct position *from,
	       bool patient, link4_item_fn *on_item, void *ctx, struct link4 *k)
    __attribute__((warn_unused_result));
void link4_close(struct link4 *k);
/*
 * 0: once on_item, or the first head, said so. As peer_turn(); told: ERR_FORKED, and
 * ERR_CORRUPT when an item does not go on from the one before.
 */
int link4_run(struct link4 *k) __attribute__((warn_unused_result));

/* SITE/ROUND/NUMBER/ of the page, malloc; NULL: out of memory. */
char *link4_url(const char *site, const Par__V1__ReleaseItem *item);
/* "official", ... ; "" when unknown. */
const char *link4_kind(Par__V1__ReleaseKind kind);

#endif
