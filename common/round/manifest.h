#ifndef PAR_ROUND_MANIFEST_H
#define PAR_ROUND_MANIFEST_H

/*
 * A round on the wire and in the journal: Manifest of proto/par/v1/manifest.proto.
 * One round is one sequence of bytes: encoding is deterministic, and no other encoding
 * is decoded.
 */

#include "common/round/model.h"

enum { MANIFEST_BYTES_MAX = 8 << 20 };

/* Appends the manifest; with_roster false gives the rules alone. ERR_LIMIT, -ENOMEM. */
int manifest_encode(const struct round *r, bool with_roster, struct buf *out)
    __attribute__((warn_unused_result));
/*
 * Fills and finishes *r (call model_free). ERR_FORMAT when it does not parse, is not
 * our encoding or an index is out of range, ERR_VERSION, ERR_REFUSED with faults when
 * model_check() finds some, -ENOMEM. *r is untouched on failure.
 */
int manifest_decode(struct bytes in, struct round *r, struct faults *faults)
    __attribute__((warn_unused_result));
/* SHA-256 of the rules (DESIGN section 4). */
int manifest_rules_digest(const struct round *r, uint8_t digest[32])
    __attribute__((warn_unused_result));

#endif
