#ifndef PAR_METHOD_RESPONSE_H
#define PAR_METHOD_RESPONSE_H

/*
 * METHOD O5: who was invited, who answered, and how much of what was shown was
 * answered. Whole numbers from the counters.
 */

#include "common/method/result.h"

struct response_unit {
	uint64_t sheets; /* live ones about the unit */
	/* Answers on surveyed leaves that apply to the unit: */
	uint64_t shown; /* anything but not shown */
	uint64_t no_contact;
	uint64_t dont_know;
};

struct response {
	uint64_t invited;   /* rows of the roster at the cut */
	uint64_t responded; /* raters with a live sheet */
	uint64_t sheets;    /* live */
	uint64_t annulled;  /* sheets that would live without annulments; by reason they
			     * are in sample->annulments */
	struct response_unit *units; /* in the order of units.csv */
	uint32_t unit_count;
};

/* -ENOMEM. */
int response_count(const struct result *r, struct response *out)
    __attribute__((warn_unused_result));
void response_free(struct response *r);

/*
 * (shown - no contact) / shown, and don't know / shown; 0..1, canonical. False: nothing
 * was shown, there is no rate.
 */
bool response_contact_rate(const struct response_unit *u, mpq_t rate);
bool response_dont_know_rate(const struct response_unit *u, mpq_t rate);

#endif
