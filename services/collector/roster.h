#ifndef PAR_COLLECTOR_ROSTER_H
#define PAR_COLLECTOR_ROSTER_H

/*
 * The roster of one round in memory: who may answer, and which rater that is. Pure; the
 * disk is roster_store's. Rows are added, never changed nor removed; a row that came
 * without a code may be given one, and another one later, which is no part of the
 * digest. Codes are held as hashes under keys derived from the roster's key, and so is
 * the salt of its digest: who destroys the key file has forgotten all of it. What is
 * let go of in memory is wiped.
 */

#include "services/collector/decide.h"

enum { ROSTER_KEY = 32, ROSTER_CODE_HASH = 32, ROSTER_ROWS_MAX = 1000000 };

struct roster;

struct roster_input {
	struct bytes respondent; /* not empty */
	struct bytes code;       /* empty: none */
	struct bytes cluster;    /* label; empty: a cluster of its own */
	uint32_t stratum;
};

/* An empty roster under this key; NULL: out of memory. */
struct roster *roster_new(const uint8_t key[ROSTER_KEY]);
void roster_free(struct roster *r); /* NULL is fine */
uint32_t roster_count(const struct roster *r);
/* Under which its records are sealed on disk; ROSTER_KEY bytes. */
const uint8_t *roster_sealing_key(const struct roster *r);

/* NULL: not in the roster. Valid until a row is added. */
const struct rater *roster_by_respondent(const struct roster *r, struct bytes name);
/* A code as it was typed, made by the system (common/round/code) or by others. */
const struct rater *roster_by_code(const struct roster *r, struct bytes code);

/*
 * Adds a row, still without a rater number. *added false: the same row is there
 * already. ERR_REFUSED with a fault: the respondent is there with other data, the code
 * is another's, or there are too many rows; -ENOMEM.
 */
int roster_add(struct roster *r, const struct roster_input *in, struct faults *faults,
	       bool *added) __attribute__((warn_unused_result));
/*
 * Gives each row from `first` on a number drawn at random, without repetition, from
 * 0..2 * rows - 1. -ENOMEM.
 */
int roster_number(struct roster *r, uint32_t first) __attribute__((warn_unused_result));

/* ---- codes that are made for rows that came with none (roster_codes.c) ---- */

enum code_origin { CODE_NONE, CODE_OF_ROSTER, CODE_MADE };

/* Of the row at place 0..count - 1. */
struct bytes roster_respondent(const struct roster *r, uint32_t place);
enum code_origin roster_code_origin(const struct roster *r, uint32_t place);

/* A made code on its way to its row. */
struct roster_code {
	uint32_t place;
	uint8_t hash[ROSTER_CODE_HASH];
};

/*
 * The code's 16 bytes for a respondent. ERR_REFUSED with a fault: no such respondent,
 * its code came with the roster, or the code is another's.
 */
int roster_new_code(const struct roster *r, struct bytes name, struct bytes code,
		    struct roster_code *out, struct faults *faults)
    __attribute__((warn_unused_result));
/* It is that row's code already. */
bool roster_has_new_code(const struct roster *r, const struct roster_code *c);
/* The code made for the row before, if any, is none from here on. -ENOMEM. */
int roster_put_code(struct roster *r, const struct roster_code *c)
    __attribute__((warn_unused_result));

/* Takes back what was added since the mark. -ENOMEM leaves the roster useless. */
struct roster_mark {
	uint32_t rows, clusters;
};
struct roster_mark roster_mark(const struct roster *r);
int roster_rollback(struct roster *r, struct roster_mark mark)
    __attribute__((warn_unused_result));

/* BLAKE2b-256 over the salt and the first `rows` rows. -ENOMEM. */
int roster_digest(const struct roster *r, uint32_t rows, uint8_t digest[32])
    __attribute__((warn_unused_result));

/* Rows first..end-1 as bytes, and such bytes as rows. ERR_FORMAT, ERR_CORRUPT,
 * ERR_LIMIT, -ENOMEM.
 */
int roster_encode(const struct roster *r, uint32_t first, uint32_t end, struct buf *out)
    __attribute__((warn_unused_result));
int roster_decode(struct roster *r, struct bytes in)
    __attribute__((warn_unused_result));

#endif
