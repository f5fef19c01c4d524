#ifndef PAR_COLLECTOR_DAYTIME_H
#define PAR_COLLECTOR_DAYTIME_H

/*
 * Whether the clock of the day may close a round for good. It can be set wrong, by hand
 * or by a bad time server, and no entry opens a round again; so after a jump against
 * the steady clock it is doubted for ten minutes, and a jump back within them has done
 * nothing. What it says at the start is believed: there is nothing to compare it with.
 * Pure.
 */

#include <stdbool.h>
#include <stdint.h>

enum { DAYTIME_JUMP_S = 60, DAYTIME_DOUBT_MS = 10 * 60 * 1000 };

struct daytime {
	bool known;
	int64_t offset_s;          /* time of day less the steady clock */
	uint64_t doubted_until_ms; /* by the steady clock */
};

/* Takes both clocks, at least every few minutes. The seconds it jumped by; 0: none. */
int64_t daytime_look(struct daytime *d, int64_t wall_s, uint64_t mono_ms);
bool daytime_is_believed(const struct daytime *d, uint64_t mono_ms);

#endif
