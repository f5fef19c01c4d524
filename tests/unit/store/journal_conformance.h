#ifndef PAR_TESTS_STORE_JOURNAL_CONFORMANCE_H
#define PAR_TESTS_STORE_JOURNAL_CONFORMANCE_H

/*
 * What every engine of the journal must do, whatever it stores in. Knows the interface
 * only; an engine gives the maker of a URI and a way to damage its files.
 */

#include "common/base/bytes.h"

struct journal_maker {
	/* The URI of a journal under the fresh directory `dir`; the same each time. */
	void (*uri)(const char *dir, char *out, size_t size);
	/* Flips one bit of each stored copy of these bytes; their number. */
	unsigned (*damage)(const char *dir, struct bytes what);
};

/* Runs all tests, as cmocka_run_group_tests(). */
int journal_conformance(const struct journal_maker *maker);

#endif
