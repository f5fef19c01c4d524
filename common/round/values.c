/* Two lists with an index each; rows are few, so lists grow by doubling. */

#include "common/round/values.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/round/list.h"

void values_init(struct values *v)
{
	*v = (struct values){0};
}

void values_free(struct values *v)
{
	appraisals_free(v->appraisals, v->appraisal_count);
	measured_free(v->measured, v->measured_count);
	index_free(&v->by_appraisal);
	index_free(&v->by_measured);
	values_init(v);
}

static uint64_t appraisal_hash(const struct appraisal *a)
{
	uint64_t hash = hash_number((uint64_t)a->unit << 32 | a->criterion);

	if (a->target != TARGET_CRITERION)
		hash ^= hash_bytes(bytes_str(a->evidence));
	return hash_number(hash + (uint64_t)a->target);
}

/* By unit, target, criterion; evidence only tells bonus and penalty apart. */
static int compare_appraisals(const void *left, const void *right)
{
	const struct appraisal *a = left, *b = right;

	if (a->unit != b->unit)
		return a->unit < b->unit ? -1 : 1;
	if (a->target != b->target)
		return a->target < b->target ? -1 : 1;
	if (a->target != TARGET_CRITERION)
		return strcmp(a->evidence, b->evidence);
	return (a->criterion > b->criterion) - (a->criterion < b->criterion);
}

int values_put_appraisal(struct values *v, const struct appraisal *a)
{
	uint64_t hash = appraisal_hash(a);
	struct index_cursor at = index_seek(&v->by_appraisal, hash);
	struct appraisal *list;
	int err;

	while (index_next(&v->by_appraisal, &at)) {
		struct appraisal *old = &v->appraisals[at.place];

		if (compare_appraisals(old, a) != 0)
			continue;
		free(old->evidence);
		free(old->by);
		*old = *a;
		return 0;
	}
	list = list_room(v->appraisals, v->appraisal_count, sizeof *list);
	if (list == NULL)
		return -ENOMEM;
	v->appraisals = list;
	err = index_add(&v->by_appraisal, hash, v->appraisal_count);
	if (err != 0)
		return err;
	v->appraisals[v->appraisal_count++] = *a;
	return 0;
}

static int compare_measured(const void *left, const void *right)
{
	const struct measured *a = left, *b = right;

	if (a->unit != b->unit)
		return a->unit < b->unit ? -1 : 1;
	return (a->criterion > b->criterion) - (a->criterion < b->criterion);
}

int values_put_measured(struct values *v, const struct measured *m)
{
	uint64_t hash = hash_number((uint64_t)m->unit << 32 | m->criterion);
	struct index_cursor at = index_seek(&v->by_measured, hash);
	struct measured *list;
	int err;

	while (index_next(&v->by_measured, &at)) {
		struct measured *old = &v->measured[at.place];

		if (compare_measured(old, m) != 0)
			continue;
		free(old->evidence);
		*old = *m;
		return 0;
	}
	list = list_room(v->measured, v->measured_count, sizeof *list);
	if (list == NULL)
		return -ENOMEM;
	v->measured = list;
	err = index_add(&v->by_measured, hash, v->measured_count);
	if (err != 0)
		return err;
	v->measured[v->measured_count++] = *m;
	return 0;
}

int values_copy_appraisals(const struct values *v, struct appraisal **out)
{
	struct appraisal *list = calloc(v->appraisal_count + (size_t)1, sizeof *list);

	if (list == NULL)
		return -ENOMEM;
	for (uint32_t i = 0; i < v->appraisal_count; i++) {
		list[i] = v->appraisals[i];
		list[i].evidence = strdup(v->appraisals[i].evidence);
		list[i].by = strdup(v->appraisals[i].by);
		if (list[i].evidence == NULL || list[i].by == NULL) {
			appraisals_free(list, i + (size_t)1);
			return -ENOMEM;
		}
	}
	qsort(list, v->appraisal_count, sizeof *list, compare_appraisals);
	*out = list;
	return 0;
}

int values_copy_measured(const struct values *v, struct measured **out)
{
	struct measured *list = calloc(v->measured_count + (size_t)1, sizeof *list);

	if (list == NULL)
		return -ENOMEM;
	for (uint32_t i = 0; i < v->measured_count; i++) {
		list[i] = v->measured[i];
		list[i].evidence = strdup(v->measured[i].evidence);
		if (list[i].evidence == NULL) {
			measured_free(list, i + (size_t)1);
			return -ENOMEM;
		}
	}
	qsort(list, v->measured_count, sizeof *list, compare_measured);
	*out = list;
	return 0;
}
