/* Two lists: what holds, with an index, and what was replaced. Rows are few. */

#include "common/round/values.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/round/list.h"

void values_init(struct values *v)
{
	*v = (struct values){0};
}

static void free_list(struct value *list, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		free(list[i].row.evidence);
		free(list[i].row.by);
	}
	free(list);
}

void values_free(struct values *v)
{
	free_list(v->held, v->held_count);
	free_list(v->replaced, v->replaced_count);
	index_free(&v->by_key);
	values_init(v);
}

static uint64_t key_hash(const struct appraisal *a)
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

static struct value *find(const struct values *v, const struct appraisal *key)
{
	struct index_cursor at = index_seek(&v->by_key, key_hash(key));

	while (index_next(&v->by_key, &at)) {
		struct value *held = &v->held[at.place];

		if (compare_appraisals(&held->row, key) == 0)
			return held;
	}
	return NULL;
}

static int replace(struct values *v, struct value *held, const struct value *by)
{
	struct value *list = list_room(v->replaced, v->replaced_count, sizeof *list);

	if (list == NULL)
		return -ENOMEM;
	v->replaced = list;
	held->until = by->since;
	list[v->replaced_count++] = *held;
	*held = *by;
	return 0;
}

static int put(struct values *v, const struct value *value)
{
	struct value *held = find(v, &value->row), *list;
	int err;

	if (held != NULL)
		return replace(v, held, value);
	list = list_room(v->held, v->held_count, sizeof *list);
	if (list == NULL)
		return -ENOMEM;
	v->held = list;
	err = index_add(&v->by_key, key_hash(&value->row), v->held_count);
	if (err == 0)
		v->held[v->held_count++] = *value;
	return err;
}

int values_put_appraisal(struct values *v, uint64_t n, const struct appraisal *a)
{
	return put(v, &(struct value){.row = *a, .since = n});
}

int values_put_measured(struct values *v, uint64_t n, const struct measured *m)
{
	struct value value = {.row = {.unit = m->unit,
				      .target = TARGET_CRITERION,
				      .criterion = m->criterion,
				      .points = m->value,
				      .evidence = m->evidence},
			      .measured = true,
			      .since = n};

	return put(v, &value);
}

static bool holds(const struct value *value, uint64_t n)
{
	return value->since <= n && (value->until == 0 || n < value->until);
}

struct rows {
	struct appraisal *list; /* text borrowed */
	size_t count;
};

static void take(const struct value *list, uint32_t count, bool measured, uint64_t n,
		 struct rows *out)
{
	for (uint32_t i = 0; i < count; i++) {
		if (list[i].measured == measured && holds(&list[i], n))
			out->list[out->count++] = list[i].row;
	}
}

/* What holds after entry n of one kind, sorted. */
static int take_rows(const struct values *v, bool measured, uint64_t n,
		     struct rows *out)
{
	out->count = 0;
	out->list =
	    calloc(v->held_count + v->replaced_count + (size_t)1, sizeof *out->list);
	if (out->list == NULL)
		return -ENOMEM;
	take(v->held, v->held_count, measured, n, out);
	take(v->replaced, v->replaced_count, measured, n, out);
	qsort(out->list, out->count, sizeof *out->list, compare_appraisals);
	return 0;
}

int values_copy_appraisals(const struct values *v, uint64_t n, struct appraisal **out,
			   size_t *count)
{
	struct rows rows;
	int err = take_rows(v, false, n, &rows);

	if (err != 0)
		return err;
	for (size_t i = 0; i < rows.count; i++) {
		struct appraisal *a = &rows.list[i];

		a->evidence = strdup(a->evidence);
		a->by = strdup(a->by);
		if (a->evidence == NULL || a->by == NULL) {
			appraisals_free(rows.list, i + 1);
			return -ENOMEM;
		}
	}
	*out = rows.list;
	*count = rows.count;
	return 0;
}

int values_copy_measured(const struct values *v, uint64_t n, struct measured **out,
			 size_t *count)
{
	struct measured *list;
	struct rows rows;
	int err = take_rows(v, true, n, &rows);

	if (err != 0)
		return err;
	list = calloc(rows.count + 1, sizeof *list);
	for (size_t i = 0; list != NULL && i < rows.count; i++) {
		const struct appraisal *a = &rows.list[i];

		list[i] = (struct measured){.unit = a->unit,
					    .criterion = a->criterion,
					    .value = a->points,
					    .evidence = strdup(a->evidence)};
		if (list[i].evidence == NULL) {
			measured_free(list, i + 1);
			list = NULL;
		}
	}
	free(rows.list);
	if (list == NULL)
		return -ENOMEM;
	*out = list;
	*count = rows.count;
	return 0;
}
