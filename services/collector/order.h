#ifndef PAR_COLLECTOR_ORDER_H
#define PAR_COLLECTOR_ORDER_H

/*
 * What a command comes to: the entry that would carry it out, or words why not. One
 * function a command; each only looks at the fold and the rosters (those that add to a
 * roster write it, ahead of the entry that tells of it; codes and forgetting, which
 * make no entry, are carried out).
 */

#include "common/round/fold.h"
#include "services/collector/rosters.h"

#include "par/v1/entry.pb-c.h"

/* What a command is decided on. */
struct order_context {
	const struct fold *fold;
	struct rosters *rosters;
	struct position head; /* of the journal: the cut of a release */
};

struct order {
	bool append; /* false: there is nothing new to say */
	enum entry_kind kind;
	uint32_t round; /* number */
	struct buf body;
	uint8_t nonce[32]; /* what order_nonce() gave to the body */
	bool done;         /* carried out already: there is nothing to append */
	uint64_t rows;     /* if done */
	uint32_t release;  /* if not append: the release that answers it; 0: none */
	struct enrolment enrolment;
};

void order_init(struct order *o);
void order_free(struct order *o);

/*
 * 0: *o says what to do. ERR_REFUSED with faults. ERR_FULL: no room for the roster, try
 * again later. Any other code: out of memory or disk. *o is to be freed either way, and
 * its enrolment ended.
 */
typedef int order_fn(const struct order_context *x, const Par__V1__Command *m,
		     struct order *o, struct faults *faults);

order_fn order_open, order_roster;         /* order_enrol.c */
order_fn order_codes, order_forget;        /* order_codes.c */
order_fn order_appraisals, order_measured; /* order_values.c */
order_fn order_annul, order_close, order_void, order_release, order_retract;

/* The round that closes by itself. */
int order_close_automatic(const struct fold_round *r, struct order *o)
    __attribute__((warn_unused_result));

/* ---- for the functions above ---- */

/* A round that is there and not void, noted in *o; NULL with a fault. */
struct fold_round *order_round(const struct order_context *x, ProtobufCBinaryData code,
			       struct order *o, struct faults *faults);
/* Text that a person wrote: UTF-8 in NFC, not too long; adds a fault otherwise. */
void order_check_text(ProtobufCBinaryData text, const char *what, size_t max,
		      bool required, struct faults *faults);
/* The nonce of the entry's body (entry.proto), valid as long as *o. */
ProtobufCBinaryData order_nonce(struct order *o);
/* Packs the body of the entry. */
int order_fill(struct order *o, enum entry_kind kind, const ProtobufCMessage *body)
    __attribute__((warn_unused_result));

#endif
