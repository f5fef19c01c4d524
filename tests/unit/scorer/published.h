#ifndef PAR_TEST_SCORER_PUBLISHED_H
#define PAR_TEST_SCORER_PUBLISHED_H

/*
 * Rounds made by hand, and what is public of them. The first has 40 raters and cells
 * from 15 on: U0 alone in the second block, U1 to U5 in the first, of which U3 is
 * appraised alone.
 */

#include "common/round/fold.h"
#include "par/v1/release.pb-c.h"
#include "tests/unit/scorer/made.h"

/* Its units, and the places of its public criteria. */
enum { RANKED, WARNED_FEW, FEW, APPRAISED, SILENT, WARNED, UNITS };
enum { FIELD_1, LEAF_111, LEAF_112, LEAF_12, FIELD_2, CRITERIA };

struct build *published_round(void);
/*
 * Units U0 and U1, one surveyed leaf. Of association a 30 raters rate U0, of b 12, of c
 * none; `of_d` of d rate U1.
 */
struct build *published_strata(uint32_t of_d);

/* A round, its analysis, and what is public of it. */
struct published {
	struct build *build;
	struct analysis *analysis;
	Par__V1__ReleaseItem *item;
	const Par__V1__PublicRelease *release;
};

/* Takes both, and computes and publishes the analysis as release 2, official. */
void published_open(struct build *b, struct analysis *a, struct published *p);
void published_close(struct published *p);
/* Of published_round(), for a group of tests. */
int published_setup(void **state);
int published_teardown(void **state);

struct fold_release published_release(uint32_t number, enum release_kind kind);
/* Frees the buffer; the item is to be freed by the caller. */
Par__V1__ReleaseItem *published_decode(struct buf *out);
const Par__V1__PublicUnit *published_unit(const struct published *p, const char *code);

#endif
