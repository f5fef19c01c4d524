#ifndef PAR_CLIENT_VERDICT_H
#define PAR_CLIENT_VERDICT_H

/* What the collector decided of a sheet, and the words for it. Pure. */

#include "par/v1/intake.pb-c.h"

enum verdict {
	VERDICT_ACCEPTED,
	VERDICT_REPLACED,
	VERDICT_SUPERSEDED,
	VERDICT_DUPLICATE,
	VERDICT_CONFLICT,
	VERDICT_REFUSED,
};

enum { VERDICT_WORDS = 256 };

/*
 * Of sheet i of an acknowledgement. A duplicate of the very ballot that is acknowledged
 * is an acceptance whose first answer was lost. A verdict that this version does not
 * know is a refusal.
 */
enum verdict verdict_of(const Par__V1__Acknowledgement *ack, size_t i);
const char *verdict_name(enum verdict v);
/* "conflict: ..." with the first ballot and the highest revision known. */
const char *verdict_conflict(const Par__V1__SheetVerdict *v, char out[VERDICT_WORDS]);

#endif
