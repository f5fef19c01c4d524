#ifndef PAR_COLLECTOR_COLLECTOR_H
#define PAR_COLLECTOR_COLLECTOR_H

/*
 * The collector: it checks what comes in on link 1, appends it to the journal, answers
 * when that is durable, and serves the journal on link 2. All its state is in this one
 * struct, which main() owns; the fold is a view in memory of nothing but the journal.
 */

#include "common/net/feed.h"
#include "common/net/http.h"
#include "common/round/fold.h"
#include "common/store/journal.h"
#include "services/collector/assembly.h"
#include "services/collector/batch.h"
#include "services/collector/buckets.h"
#include "services/collector/daytime.h"
#include "services/collector/decide.h"
#include "services/collector/decoder.h"
#include "services/collector/rosters.h"
#include "services/collector/view.h"

/* Lives as long as the collector. */
struct collector_config {
	const char *data;
	const char *key;
	const char *allow;
	const char *intake;
	const char *feed;
	const char *health;
	bool ask_health; /* nothing else: asks a collector that runs there */
	uint64_t journal_bytes;
	uint64_t connections;
	uint64_t ballots_per_second; /* of one key */
	const char *log_level;
};

/* Since the start. */
struct collector_counts {
	uint64_t messages;                /* of link 1 */
	uint64_t ballots;                 /* appended */
	uint64_t verdicts[VERDICT_COUNT]; /* sheets */
	uint64_t refused;                 /* requests */
	uint64_t later;                   /* requests answered "try again later" */
	uint64_t commands;                /* carried out */
	uint64_t wrong_codes;
	uint64_t too_fast;     /* ballots put off: more a second than one key may */
	uint64_t out_of_tries; /* ballots put off: wrong codes came from that key */
	uint64_t commits;
	uint64_t entries;
	uint64_t batch_max;
};

/* Who has to wait (throttle.h). */
struct throttle {
	struct buckets ballots, tries, questions;
};

/* The part of a roster that was asked for last (roster_query.h), encoded. */
struct roster_parts {
	struct buf data;
	struct whole whole;
	uint32_t round;                /* its number; 0: none */
	int what;                      /* Par__V1__RosterPart */
	char user_id[USER_ID_MAX + 1]; /* who asked */
};

struct collector {
	const struct collector_config *config;
	const struct key *key;
	struct loop *loop; /* borrowed */
	int lock;          /* on the data directory */
	struct journal *journal;
	struct fold *fold;
	struct rosters rosters;
	struct gate *gate;
	void *intake;      /* ROUTER of link 1 */
	void *feed_router; /* ROUTER of link 2 */
	struct view_feed feed_view; /* what it serves from */
	struct feed_server *feed;
	struct http *health;
	struct loop_timer closing; /* looks for rounds that close by themselves */
	struct daytime daytime;    /* by the time of day, if it can be believed */
	struct batch batch;
	struct assemblies assemblies; /* commands under way */
	struct decoder requests;      /* what came in this message */
	struct decoder commands;      /* and the command that it made whole */
	struct arena answers;         /* its ballot, and what its answer is made of */
	uint8_t random[2048];         /* for seals, drawn ahead; the first random_left */
	size_t random_left;
	struct decision decisions[BALLOT_SHEETS_MAX]; /* of this ballot */
	struct buf manifest;         /* the one asked for last, encoded */
	struct whole manifest_whole; /* and to be cut into parts */
	uint32_t manifest_round;     /* its round's number; 0: none yet */
	struct roster_parts roster_parts;
	struct throttle throttle;
	struct collector_counts counts;
	bool bound;       /* sockets are bound and strangers refused */
	bool nearly_full; /* ballots wait; control entries pass */
	bool full;        /* the last commit found no room */
	int failed;       /* why the loop was stopped; 0: on request */
};

/*
 * Locks the data, folds the journal, opens the rosters, binds, and proves that
 * strangers are refused. Faults say what is wrong: ERR_CONFIG, ERR_LOCKED, ERR_VERSION,
 * any code of the store. Then it runs in the loop.
 */
int collector_open(struct loop *l, const struct collector_config *config,
		   const struct key *key, struct collector **out, struct faults *faults)
    __attribute__((warn_unused_result));
void collector_close(struct collector *c); /* NULL is fine */

/* What the store table of STYLE asks for on a store error: logs, ends the loop. */
void collector_fail(struct collector *c, const char *event, int err);

/* Sets nearly_full; logs when it becomes true. */
void collector_look_at_room(struct collector *c);

#endif
