#ifndef PAR_TESTS_METHOD_RELEASED_H
#define PAR_TESTS_METHOD_RELEASED_H

/* What a sample is in public. Every failure ends the test. */

#include "common/method/public.h"
#include "tests/unit/method/build.h"

/* A release that is made of its own result alone. */
struct released {
	struct result result;
	struct public_release public;
};

struct released released_make(const struct sample *s);
void released_free(struct released *p);
/* The result, free with result_free(). */
struct result released_result(const struct sample *s);

/* `count` raters from `first` on, of stratum 0, say the same of a unit. */
void build_same(struct build *b, uint32_t first, uint32_t count, uint32_t unit,
		const char *answers);

bool same_cell(const struct public_cell *a, const struct public_cell *b);
void assert_cell(const struct public_cell *c, enum cell_state state, const char *text);

#endif
