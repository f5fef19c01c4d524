#include "services/par/verdict.h"

#include "services/par/show.h"

#include <stdio.h>

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

enum verdict verdict_of(const Par__V1__SheetVerdict *v)
{
	for (enum verdict i = VERDICT_ACCEPTED; i < VERDICT_REFUSED; i++) {
		if (verdicts[i].wire == v->verdict)
			return i;
	}
	return VERDICT_REFUSED;
}

const char *verdict_name(enum verdict v)
{
	return verdicts[v].name;
}

const char *verdict_conflict(const Par__V1__SheetVerdict *v, char out[VERDICT_WORDS])
{
	char first[SHOW_HASH];
	snprintf(
	    out, VERDICT_WORDS,
	    "conflict: other answers came first in ballot %s, highest revision %u; "
	    "correct it with revision %u",
	    show_hash(v->first_digest, first), v->highest_revision,
	    v->highest_revision + 1);
	return out;
}
