/* Only the freeing: a sample is made by fold_sample(). */

#include "common/round/sample.h"

#include <stdlib.h>

void sample_free(struct sample *s)
{
	union {
		const struct stratum *shown;
		struct stratum *owned;
	} strata = {.shown = s->strata};

	if (s->round != NULL)
		model_strata_free(strata.owned, s->stratum_count,
				  s->round->strata_column_count);
	free(s->sheets);
	appraisals_free(s->appraisals, s->appraisal_count);
	measured_free(s->measured, s->measured_count);
	for (size_t i = 0; i < s->annulment_count; i++)
		free(s->annulments[i].reason);
	free(s->annulments);
	for (size_t i = 0; i < s->pool_count; i++)
		sample_free(&s->pool[i]);
	free(s->pool);
	*s = (struct sample){0};
}
