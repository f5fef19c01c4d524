#ifndef PAR_TESTS_COLLECTOR_ROSTER_MADE_H
#define PAR_TESTS_COLLECTOR_ROSTER_MADE_H

/* Rosters of made-up enterprises, in memory and on the disk. */

#include "services/collector/roster.h"

extern const uint8_t roster_made_key[ROSTER_KEY];

int roster_made_add(struct roster *r, const char *name, const char *code,
		    const char *cluster, uint32_t stratum, bool *added);
void roster_made_add_new(struct roster *r, const char *name, const char *code,
			 const char *cluster, uint32_t stratum);
/* Rows "Công ty N" from..to - 1; those of odd N have code "MA-N", cluster "chuN/3". */
void roster_made_add_many(struct roster *r, uint32_t from, uint32_t to);
struct rater roster_made_rater(const struct roster *r, const char *name);
/* "Công ty N" gets the code of 16 bytes N, turn, 0...; ERR_REFUSED as is. */
int roster_made_code(const struct roster *r, uint32_t n, uint8_t turn,
		     struct roster_code *out);
/* Whose number has that code; -1: nobody's. */
int roster_made_whose(const struct roster *r, uint32_t n, uint8_t turn);

#endif
