#include "common/client/verdict.h"

#include "common/round/proto.h"

#include <stdio.h>

enum { DIGEST = 32 };

static const struct {
	Par__V1__Verdict wire;
	const char *name;
} verdicts[] = {
    [VERDICT_ACCEPTED] = {PAR__V1__VERDICT__VERDICT_ACCEPTED, "accepted"},
    [VERDICT_REPLACED] = {PAR__V1__VERDICT__VERDICT_REPLACED, "replaced"},
    [VERDICT_SUPERSEDED] = {PAR__V1__VERDICT__VERDICT_SUPERSEDED, "superseded"},
    [VERDICT_DUPLICATE] = {PAR__V1__VERDICT__VERDICT_DUPLICATE, "duplicate"},
    [VERDICT_CONFLICT] = {PAR__V1__VERDICT__VERDICT_CONFLICT, "conflict"},
    [VERDICT_REFUSED] = {PAR__V1__VERDICT__VERDICT_REFUSED, "refused"},
};

static bool is_sent_again(const Par__V1__Acknowledgement *ack,
			  const Par__V1__SheetVerdict *v)
{
	return v->verdict == PAR__V1__VERDICT__VERDICT_DUPLICATE &&
	       ack->digest.len > 0 &&
	       bytes_equal(proto_bytes(v->first_digest), proto_bytes(ack->digest));
}

enum verdict verdict_of(const Par__V1__Acknowledgement *ack, size_t i)
{
	const Par__V1__SheetVerdict *v = ack->sheets[i];
	if (is_sent_again(ack, v))
		return VERDICT_ACCEPTED;
	for (enum verdict known = VERDICT_ACCEPTED; known < VERDICT_REFUSED; known++) {
		if (verdicts[known].wire == v->verdict)
			return known;
	}
	return VERDICT_REFUSED;
}

const char *verdict_name(enum verdict v)
{
	return verdicts[v].name;
}

const char *verdict_conflict(const Par__V1__SheetVerdict *v, char out[VERDICT_WORDS])
{
	char first[2 * DIGEST + 1] = "";
	if (v->first_digest.len == DIGEST)
		hex_encode(proto_bytes(v->first_digest), first);
	snprintf(
	    out, VERDICT_WORDS,
	    "conflict: other answers came first in ballot %s, highest revision %u; "
	    "correct it with revision %u",
	    first, v->highest_revision, v->highest_revision + 1);
	return out;
}
