#ifndef PAR_TEST_SCORER_MADE_H
#define PAR_TEST_SCORER_MADE_H

/*
 * Analyses of rounds made by hand (tests/unit/method/build.h), as the fold would give
 * them: each owns copies, but of the round and of the answers. Every failure ends the
 * test.
 */

#include <protobuf-c/protobuf-c.h>

#include "common/report/analysis.h"
#include "tests/unit/method/build.h"

/* Of the sheets of raters from `first_rater` on; free with sample_free(). */
struct sample made_sample(const struct build *b, uint32_t first_rater);
/* Such as a draft is made of; and of the first release. */
struct analysis *made_draft(const struct build *b);
struct analysis *made_release(const struct build *b);
/*
 * In which the raters before `first_rater` were annulled for this reason, with a sheet
 * each.
 */
struct analysis *made_annulled(const struct build *b, uint32_t first_rater,
			       const char *reason);
/* Makes it one of release number 1. */
void made_public(struct analysis *a);
void made_compute(struct analysis *a);

/* Names, which build.h leaves empty. */
void made_name(struct text2 *name, const char *vi, const char *en);
/* A malloc text instead of another. */
void made_text(char **text, const char *to);

bool made_is(ProtobufCBinaryData b, const char *text);
/* The same, and shows both where not. */
void made_assert(ProtobufCBinaryData b, const char *text);

#endif
