#ifndef PAR_PAR_INTAKE_H
#define PAR_PAR_INTAKE_H

/*
 * Link 1 as a client sees it: a request and its answer, a command in parts, the
 * manifest of a round in parts.
 */

#include "common/round/model.h"
#include "services/par/ask.h"

#include "par/v1/intake.pb-c.h"

extern const struct ask_link intake_link;

/* An answer of version 1, or NULL. Free with par__v1__intake_reply__free_unpacked. */
Par__V1__IntakeReply *intake_reply(struct bytes answer);

/* Fills in version and id and leaves `out` holding the bytes. ERR_LIMIT, -ENOMEM. */
int intake_pack(const uint8_t id[WIRE_ID_SIZE], Par__V1__IntakeRequest *request,
		struct buf *out) __attribute__((warn_unused_result));
/*
 * Fills in version and id, asks, and gives the answer, which is not a refusal. A
 * refusal is told: ERR_REFUSED.
 */
int intake_ask(struct ask *a, const uint8_t id[WIRE_ID_SIZE],
	       Par__V1__IntakeRequest *request, Par__V1__IntakeReply **out)
    __attribute__((warn_unused_result));

/* What a command was answered. */
struct intake_done {
	uint64_t n;
	uint32_t number;
	uint64_t ordinal;
	uint64_t rows;
};

/*
 * Connects in the role, sends the command under a new command id, and waits until it
 * is carried out. Errors have been told.
 */
int intake_command(const struct options *o, enum role role, const Par__V1__Command *c,
		   struct intake_done *out) __attribute__((warn_unused_result));

/* The round as the collector has it; call model_free(). Errors have been told. */
int intake_manifest(const struct options *o, enum role role, const char *code,
		    struct round *out) __attribute__((warn_unused_result));

/*
 * A part of a roster (intake.proto), encoded; call buf_free(). Role operator. Errors
 * have been told.
 */
int intake_roster(const struct options *o, const char *code, Par__V1__RosterPart what,
		  struct buf *out) __attribute__((warn_unused_result));

#endif
