#ifndef PAR_TEST_PUBLISHER_EXAMPLE_H
#define PAR_TEST_PUBLISHER_EXAMPLE_H

/*
 * A hand-made release with every case that a page must show: names that need escaping,
 * a tie, too few sheets, a withheld count, a unit without an interval, criteria in
 * every state, bounds.
 */

#include "par/v1/release.pb-c.h"
#include "services/publisher/item.h"

/* Changes the message before it is packed. */
typedef void example_spoil_fn(Par__V1__ReleaseItem *item);

struct example {
	const char *round;
	uint32_t number;
	bool trial;
	bool unweighted;
	bool old; /* as releases were before they told criteria */
	bool correction;
	bool composite;     /* with minmax */
	uint32_t held_from; /* of S-YT */
	const char *note;   /* makes other bytes of the same release */
	example_spoil_fn *spoil;
};

enum { EXAMPLE_TIME = 1732411800 }; /* 2024-11-24 01:30 UTC, 08:30 in Vietnam */

/* Encoded ReleaseItems; `out` is initialised by these and freed by the caller. */
void example_release(const struct example *e, struct buf *out);
void example_retraction(const char *round, uint32_t number, const char *reason,
			struct buf *out);
void example_failure(const char *round, uint32_t number, struct buf *out);
/* What the journal was restored without; "" and 0: not known which release. */
void example_lost(const char *round, uint32_t number, struct buf *out);
/* An encoded Heads: one open and one closed round. */
void example_heads(struct buf *out);
/* Number of times that `needle` occurs. */
size_t example_count(const struct buf *in, const char *needle);

#endif
