#ifndef PAR_FUZZ_EXAMPLE_H
#define PAR_FUZZ_EXAMPLE_H

/*
 * A small round that has one of everything: both kinds of scale, all three sources,
 * blocks, an exclusion, bonus, penalty, bands and a frame of two columns. The ballots
 * in corpus/entry carry the digest of its rules: when it changes, they count nothing.
 */

#include "common/round/folder.h"

/* Writes its folder into scratch_dir(). */
void example_folder(void);
/* The same, read; lives as long as the process. Prepares libsodium. */
const struct round *example_round(void);
/* Its manifest with the roster, as the body of the entry that opens it. */
struct bytes example_manifest(void);

/*
 * What must hold of any round that was taken: its manifest gives the same round again,
 * byte for byte and with the same rules.
 */
void example_check_manifest(const struct round *r, bool with_roster);

#endif
