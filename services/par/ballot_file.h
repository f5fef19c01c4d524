#ifndef PAR_PAR_BALLOT_FILE_H
#define PAR_PAR_BALLOT_FILE_H

/* ballots.csv against the round as the collector has it. */

#include "common/round/folder.h"
#include "services/par/peer.h"

struct ballot_file {
	struct round round;
	struct folder_sheets sheets;
	bool faulty; /* something was told; the sheets without a fault are there */
};

/*
 * Asks for the manifest in the role and reads the file; its faults are told. 0 also
 * with faults; ERR_CONFIG when there is no such file; errors have been told.
 */
int ballot_file_read(const struct options *o, enum role role, const char *path,
		     struct ballot_file *out) __attribute__((warn_unused_result));
void ballot_file_free(struct ballot_file *f);

/* These sheets as one ballot under a nonce of its own; replaces what `out` holds. */
int ballot_file_encode(const struct round *r, const uint8_t rules[32],
		       const struct folder_sheet sheets[], size_t count,
		       struct buf *out) __attribute__((warn_unused_result));

#endif
