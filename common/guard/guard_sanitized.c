/* In place of Landlock and seccomp where a sanitizer is built in: it reads /proc,
 * starts a tracer and other programs. */

#include "common/guard/guard.h"

int guard_enclose(const struct guard_needs *needs, struct guard *out)
{
	*out = (struct guard){.needs = *needs,
			      .without = "a build with sanitizers is not sealed"};
	return 0;
}

int guard_seal(struct guard *g)
{
	(void)g;
	return 0;
}
