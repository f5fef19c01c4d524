/* P6: the groups that a release names, as thin, merged or without a respondent. */

#include "common/method/frame.h"
#include "common/method/public_internal.h"

static bool same_group(const struct frame *a, uint32_t in_a, const struct frame *b,
		       uint32_t in_b)
{
	const struct frame_group *x = &a->groups[in_a], *y = &b->groups[in_b];

	return in_a == in_b && x->thin == y->thin &&
	       (x->responded == 0) == (y->responded == 0);
}

static bool same_names(const struct frame *a, uint32_t a_count, const struct frame *b,
		       uint32_t b_count)
{
	bool same = a_count == b_count && a->group_count == b->group_count;

	for (uint32_t h = 0; same && h < a_count; h++)
		same = same_group(a, a->group_of[h], b, b->group_of[h]);
	return same;
}

int public_names_differ(const struct sample *from, const uint32_t *responded_from,
			const struct sample *to, const uint32_t *responded_to,
			bool *out)
{
	struct frame a, b;
	int err = frame_make(from->round, from->strata, from->stratum_count,
			     responded_from, &a);

	if (err)
		return err;
	err = frame_make(to->round, to->strata, to->stratum_count, responded_to, &b);
	if (!err) {
		*out = !same_names(&a, from->stratum_count, &b, to->stratum_count);
		frame_free(&b);
	}
	frame_free(&a);
	return err;
}
