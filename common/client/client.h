#ifndef PAR_CLIENT_H
#define PAR_CLIENT_H

/*
 * libpar-client: for programs that send ballots to the PAR Index services (intake) and
 * for programs that take its releases (downstream). Installed as <par/client.h>; for C
 * and C++. libpar-client(3) has a whole example of each.
 *
 * Calls wait, at most the milliseconds they are given (0 or less: they look once);
 * nothing of yours runs in between, and no signal handler, logger or global state is
 * touched. Those without a time do not wait, but closing a handle does, for a host's
 * name that is just being looked up. There is no descriptor to poll: give a handle a
 * thread of its own where waiting will not do. One thread at a time may use a handle;
 * different handles, and what was handed out, know nothing of each other. Do not use a
 * handle in a child after fork().
 *
 * Fallible functions return 0 or an enum par_error, and leave their result untouched on
 * failure. `words`, the last argument of most, is room for PAR_WORDS bytes or NULL: on
 * failure it holds, for a person, what is wrong and where, on success "".
 *
 * Texts are UTF-8 in NFC, never NULL unless it says so; a text that is not there is "".
 * Structures that are handed out by pointer may grow at their end in later versions;
 * par_sheet, par_ballot and par_figure stay as they are.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

enum { PAR_WORDS = 1024 };

enum par_error {
	/* The time is over: not reachable, or no answer yet. Do the same again. */
	PAR_ERROR_TIMEOUT = -1,
	/* The other side does not admit this key (in this role). */
	PAR_ERROR_DENIED = -2,
	/* Understood and refused; the words say why. The same again changes nothing. */
	PAR_ERROR_REFUSED = -3,
	/* The stored position is of another history: the services were restored from a
	 * copy. Take everything again from the start. */
	PAR_ERROR_FORKED = -4,
	/* A file, an endpoint or an argument is wrong. */
	PAR_ERROR_CONFIG = -5,
	/* The other side is newer: upgrade this library. */
	PAR_ERROR_VERSION = -6,
	/* What came makes no sense; nothing of it was used. */
	PAR_ERROR_CORRUPT = -7,
	/* Larger than is taken: send it in several. */
	PAR_ERROR_LIMIT = -8,
	PAR_ERROR_MEMORY = -9,
	PAR_ERROR_SYSTEM = -10,
};

/* Words for an enum par_error, static. */
const char *par_error_text(int error);
/* Of the library that is loaded: "1.0.0". */
const char *par_version(void);

/* ---- intake ---- */

struct par_intake;

/*
 * `endpoint` is tcp://HOST:PORT of the collector's intake, HOST a name or an IPv4
 * address, `server_pub` the path of the collector's .pub file, `own_key` that of a .key
 * file of role intake (par keys new). Reads the files and begins to connect. Close it
 * with par_intake_close().
 */
int par_intake_open(const char *endpoint, const char *server_pub, const char *own_key,
		    struct par_intake **out, char *words)
    __attribute__((warn_unused_result));
void par_intake_close(struct par_intake *intake); /* NULL is fine */

/* A surveyed criterion. */
struct par_question {
	const char *code;
	const char *name_vi, *name_en;
	const char *field; /* code of the field it belongs to; its own if it is one */
	const char *field_vi, *field_en;
	unsigned levels; /* an answer is 1..levels, or an enum par_answer */
	/* `levels` texts each, what 1..levels is called; NULL: not declared. */
	const char *const *labels_vi;
	const char *const *labels_en;
};

struct par_unit {
	const char *code;
	const char *block;
	const char *name_vi, *name_en;
	/* One byte a question: its levels, or 0 where this unit is not asked it: then
	 * the answer is PAR_ANSWER_NOT_SHOWN. */
	const uint8_t *levels;
};

/* What may be answered, and how. */
struct par_round {
	const char *code;
	const char *title_vi, *title_en;
	const char *opens, *closes; /* RFC 3339 */
	bool trial;
	const struct par_question *const *questions; /* in the order of the answers */
	size_t question_count;
	const struct par_unit *const *units;
	size_t unit_count;
	const uint8_t *manifest; /* all of it: an encoded par.v1.Manifest */
	size_t manifest_size;
};

/* Asks for a round by its code. Free it with par_round_free(). */
int par_intake_round(struct par_intake *intake, const char *code, int timeout_ms,
		     struct par_round **out, char *words)
    __attribute__((warn_unused_result));
void par_round_free(struct par_round *round); /* NULL is fine */

enum par_answer {
	PAR_ANSWER_BLANK = 251,
	PAR_ANSWER_NO_CONTACT = 252,
	PAR_ANSWER_DONT_KNOW = 253,
	PAR_ANSWER_REFUSED = 254,
	PAR_ANSWER_NOT_SHOWN = 255,
};

/* What one enterprise says of one unit. It is yours. */
struct par_sheet {
	const char *unit;  /* code */
	unsigned revision; /* 1..1000; the highest one counts */
	const uint8_t *answers;
	size_t answer_count; /* question_count of the round */
};

/*
 * Sheets as they travel. Store the bytes before the first try and send the same ones
 * until they are answered, also after a restart: a ballot counts once, however often it
 * is sent. They hold the answers, and no code. Who sends a stored ballot sets bytes and
 * size.
 */
struct par_ballot {
	const uint8_t *bytes;
	size_t size;
	char digest[65]; /* SHA-256 of the bytes: what the enterprise can check */
};

/*
 * Checks sheets against the round: PAR_ERROR_REFUSED, with every fault in words;
 * PAR_ERROR_LIMIT: more than fit a ballot (1000 sheets, 60 KiB). A unit stands in it
 * once. Free it with par_ballot_free().
 */
int par_ballot_make(const struct par_round *round, const struct par_sheet sheets[],
		    size_t count, struct par_ballot **out, char *words)
    __attribute__((warn_unused_result));
void par_ballot_free(struct par_ballot *ballot); /* NULL is fine; not your own one */

enum par_verdict {
	PAR_VERDICT_ACCEPTED = 1,
	PAR_VERDICT_REPLACED = 2,   /* taken, in place of a lower revision */
	PAR_VERDICT_SUPERSEDED = 3, /* taken; a higher revision counts */
	PAR_VERDICT_DUPLICATE = 4, /* the same answers came before, in another ballot */
	PAR_VERDICT_CONFLICT = 5,  /* other answers came before in this revision */
	PAR_VERDICT_REFUSED = 6,
};

struct par_sheet_verdict {
	size_t unit; /* place in the round's units */
	unsigned revision;
	enum par_verdict verdict;
	const char *first; /* digest of the ballot that first carried this sheet */
	unsigned highest_revision; /* of a conflict: correct it above this one */
	const char *const *faults; /* why, of a conflict or refusal */
	size_t fault_count;
};

struct par_acknowledgement {
	const char *round;
	const char *digest; /* of the ballot, as it was received */
	const struct par_sheet_verdict *const *sheets; /* as in the ballot */
	size_t sheet_count;
};

/*
 * Sends a ballot under the code of an enterprise until it is answered. 0: the
 * acknowledgement is there and what it says was taken is on the collector's disk; each
 * sheet has a verdict of its own. PAR_ERROR_REFUSED: the ballot as a whole (no such
 * code, round closed, ...). PAR_ERROR_TIMEOUT and PAR_ERROR_DENIED: send it again. Free
 * it with par_acknowledgement_free().
 */
int par_intake_send(struct par_intake *intake, const char *code,
		    const struct par_ballot *ballot, int timeout_ms,
		    struct par_acknowledgement **out, char *words)
    __attribute__((warn_unused_result));
void par_acknowledgement_free(struct par_acknowledgement *ack); /* NULL is fine */

/* "accepted", ...; static. */
const char *par_verdict_text(enum par_verdict verdict);
/*
 * Whether a code, as it was typed, cannot be right: it has the shape of those of `par
 * codes new` and its check characters do not fit. To be told where it is typed; wrong
 * codes are counted.
 */
bool par_code_is_mistyped(const char *code);

/* ---- downstream ---- */

struct par_feed;

/*
 * `endpoint` is tcp://HOST:PORT of the publisher's releases, HOST a name or an IPv4
 * address, `server_pub` the path of its .pub file, `own_key` that of a .key file of
 * role downstream. `position` is that of the last item that you have; NULL or "" is the
 * start. Reads the files and begins to connect. Close it with par_feed_close().
 */
int par_feed_open(const char *endpoint, const char *server_pub, const char *own_key,
		  const char *position, struct par_feed **out, char *words)
    __attribute__((warn_unused_result));
void par_feed_close(struct par_feed *feed); /* NULL is fine */

/* What may be shown of a figure. */
enum par_shown {
	PAR_SHOWN_NONE = 1, /* there is none */
	PAR_SHOWN = 2,
	PAR_SHOWN_NO_SE = 3,  /* without standard error and interval */
	PAR_SHOWN_HIGH = 4,   /* the text says ">= x" */
	PAR_SHOWN_LOW = 5,    /* the text says "<= x" */
	PAR_SHOWN_HIDDEN = 6, /* too few raters, or it would give another one away */
};

/* A figure, as printed by the services: never round it again. */
struct par_figure {
	enum par_shown shown;
	const char *text; /* "" of NONE and HIDDEN */
};

/* A criterion of a release, or a field: the head of those that follow. */
struct par_criterion {
	const char *code;
	const char *name_vi, *name_en;
	const char *points;
	size_t field; /* place of its field; its own place: it is one */
};

enum par_status {
	PAR_STATUS_RANKED = 1,
	PAR_STATUS_RANKED_WARNING = 2, /* few raters */
	PAR_STATUS_INSUFFICIENT = 3,   /* too few: no figure, no rank */
};

struct par_unit_score {
	const char *code;
	const char *block;
	const char *name_vi, *name_en;
	enum par_status status;
	struct par_figure score;
	const char *se, *ci_low, *ci_high;
	unsigned rank;                /* within its block; 0: none */
	unsigned rank_low, rank_high; /* best and worst place; 0: none */
	unsigned raters;              /* 0: too few to be told */
	const char *band_vi, *band_en;
	bool band_certain;
	/* One for each criterion of the release; NULL when there are none. */
	const struct par_figure *criteria;
};

enum par_kind {
	PAR_KIND_OFFICIAL = 1,
	PAR_KIND_CORRECTION = 2,
	PAR_KIND_TRIAL = 3,
};

struct par_release {
	enum par_kind kind;
	const char *title_vi, *title_en;
	const char *decision, *note;
	const char *result_hash; /* hexadecimal */
	uint64_t respondents;    /* rounded down to tens; 0: fewer than ten */
	uint64_t invited;
	unsigned decimals;
	const struct par_criterion *const *criteria; /* in the order of the round */
	size_t criterion_count;
	const struct par_unit_score *const *units; /* block by block */
	size_t unit_count;
};

struct par_item {
	uint64_t n; /* ordinal over all rounds */
	/*
	 * Store it with what you make of the item, in one transaction, and open the
	 * feed with it next time: then each item is taken exactly once.
	 */
	const char *position;
	const char *round; /* code */
	unsigned number;   /* of the release made or retracted, in its round */
	int64_t time;      /* Unix seconds */
	const char *url;   /* of its page */
	const struct par_release *release; /* NULL: the release is retracted */
	const char *reason;                /* of a retraction */
	const uint8_t *message; /* all of it: an encoded par.v1.ReleaseItem */
	size_t message_size;
};

/*
 * The next release or retraction, in order. 0 and an item, which lives until the next
 * call with this feed; 0 and NULL: nothing new in that time. PAR_ERROR_TIMEOUT: the
 * publisher was not there; PAR_ERROR_DENIED: this key is not admitted; call it again
 * after these two. After any other error the feed is at its end: close it.
 */
int par_feed_next(struct par_feed *feed, int timeout_ms, const struct par_item **out,
		  char *words) __attribute__((warn_unused_result));

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
