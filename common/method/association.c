#include "common/method/association.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char *label_of(const struct sample *s, uint32_t stratum)
{
	return s->round->strata_column_count ? s->strata[stratum].labels[0] : "";
}

static uint32_t place_of(struct associations *a, const char *label)
{
	uint32_t i = 0;

	while (i < a->count && strcmp(a->labels[i], label) != 0)
		i++;
	if (i == a->count)
		a->labels[a->count++] = label;
	return i;
}

int associations_make(const struct sample *s, struct associations *out)
{
	struct associations a = {0};

	a.labels = calloc(s->stratum_count + 1u, sizeof *a.labels);
	a.of = calloc(s->stratum_count + 1u, sizeof *a.of);
	if (!a.labels || !a.of) {
		associations_free(&a);
		return -ENOMEM;
	}
	for (uint32_t h = 0; h < s->stratum_count; h++)
		a.of[h] = place_of(&a, label_of(s, h));
	*out = a;
	return 0;
}

void associations_free(struct associations *a)
{
	free(a->labels);
	free(a->of);
	memset(a, 0, sizeof *a);
}
