#ifndef PAR_TEST_SCORER_ISSUED_H
#define PAR_TEST_SCORER_ISSUED_H

/* Releases of rounds made by hand, one after another, as link 3 carries them. */

#include "common/report/holding.h"

struct issued {
	struct result result;
	struct public_release public;
	struct buf item; /* the bytes of its item, 0 where the hash is */
};

/* Release `number`; cuts[i] is the cut of release i + 1. Every failure ends the test.
 */
void issued_make(const struct sample *cuts, uint32_t number, struct issued *out);
void issued_free(struct issued *m);
void issued_assert_same(const struct issued *a, const struct issued *b);

/* How often to try: less under Valgrind (PAR_VALGRIND), more with PAR_LONG. */
uint32_t issued_times(uint32_t count);

#endif
