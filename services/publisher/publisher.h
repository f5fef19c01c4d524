#ifndef PAR_PUBLISHER_PUBLISHER_H
#define PAR_PUBLISHER_PUBLISHER_H

/*
 * The publisher: takes releases from link 3, keeps them for good, and serves them as
 * pages, files and link 4. It faces the internet and holds nothing that must be hidden.
 * This file is its state, and how its parts are put together and taken apart.
 */

#include "common/net/feed.h"
#include "common/net/http.h"
#include "services/publisher/heads.h"
#include "services/publisher/releases.h"

struct settings {
	const char *data;       /* directory; the caller holds its lock */
	const char *key;        /* file of the own key, role internal */
	const char *allow;      /* directory of admitted keys */
	const char *scorer;     /* endpoint of link 3 */
	const char *scorer_key; /* file of the scorer's public key */
	const char *feed;       /* endpoint of link 4 to bind */
	const char *http;       /* address and port of the pages */
	const char *site;       /* where readers find the pages, no slash at its end */
	const char *health;     /* address and port */
	bool ask_health;        /* nothing else: asks a publisher that runs there */
	bool behind_proxy;      /* readers come through a reverse proxy */
	uint64_t releases_bytes;
	const char *log_level;
};

enum { ALARM_TEXT = 400 };

struct publisher {
	const struct settings *settings;
	struct loop *loop;
	struct key key;        /* own */
	struct key scorer_key; /* public half of the scorer's */
	struct gate *gate;
	struct releases *releases;
	struct heads heads;         /* as last told by link 3 */
	struct feed_reader *reader; /* link 3 */
	enum client_state scorer;   /* how link 3 is */
	void *router;               /* socket of link 4, of the gate */
	struct feed_server *server; /* link 4 */
	struct http *web;
	struct http *health;
	uint64_t served;        /* answers given to readers of pages */
	char alarm[ALARM_TEXT]; /* why a person must look; "": nothing */
	int failed;             /* why the process must end, 0: it need not */
};

/*
 * Reads the keys and looks at the settings; nothing is opened. ERR_CONFIG with every
 * fault. `s` must outlive *out.
 */
int publisher_init(const struct settings *s, struct loop *loop, struct publisher *out,
		   struct faults *faults) __attribute__((warn_unused_result));
/*
 * Opens everything: from here on it serves while the loop turns. What fails is logged;
 * faults of the allow-list are added.
 */
int publisher_open(struct publisher *p, struct faults *faults)
    __attribute__((warn_unused_result));
void publisher_close(struct publisher *p); /* also when only half open */

/* Not ready until a restart, and a line in the log; serving goes on. */
void publisher_alarm(struct publisher *p, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The store failed: logs, and ends the loop with `failed` set. */
void publisher_fail(struct publisher *p, const char *what, int err);

#endif
