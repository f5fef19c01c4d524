#ifndef PAR_METHOD_PUBLIC_INTERNAL_H
#define PAR_METHOD_PUBLIC_INTERNAL_H

/* Internal to public*.c. */

#include "common/method/public.h"

/*
 * S8: the ranks of a block over the public rows, by their places. Returns how many are
 * ranked; they are the first of `items`.
 */
uint32_t public_rank_block(struct public_release *p, uint32_t block);

/* S8 and U3: ranks and rank sets of all. Statuses, places and indexes are set. */
void public_rank(const struct public_source *sources, const uint32_t *source_of,
		 struct public_release *out);

/* What a result may tell of the round as a whole. -ENOMEM: still to be freed. */
int public_round_make(const struct result *r, struct public_round *out)
    __attribute__((warn_unused_result));
void public_round_free(struct public_round *p);

/*
 * Whether a release tells other names of groups (S2) of one cut than of the other;
 * responded[h] is m_h of each. -ENOMEM.
 */
int public_names_differ(const struct sample *from, const uint32_t *responded_from,
			const struct sample *to, const uint32_t *responded_to,
			bool *out) __attribute__((warn_unused_result));

#endif
