/* `composite` of round.json: METHOD S6. */

#include "common/round/folder_internal.h"

/* [lo, hi] */
static void read_scale(struct folder *f, struct jsonplace at, struct composite *c)
{
	struct jsonfile *j = &f->json;
	char number[JSON_NUMBER];

	if (!jsonfile_is_array(j, at))
		return;
	if (json_array_size(at.value) != 2) {
		jsonfile_fault(
		    j, at, "scale is its two ends, lowest first, as [\"1\", \"10\"]");
		return;
	}
	jsonfile_decimal(j, jsonfile_item(at, 0, number), &c->lo);
	jsonfile_decimal(j, jsonfile_item(at, 1, number), &c->hi);
}

static void read_composite(struct folder *f, struct jsonplace at)
{
	static const char *const known[] = {"scale", "factor",     "minmax",
					    "pool",  "max_eq_min", NULL};
	struct jsonfile *j = &f->json;
	struct composite *c = &f->r->composite;
	struct jsonplace equal = jsonfile_child(at, "max_eq_min");

	jsonfile_keys(j, at, known);
	if (jsonfile_child(at, "scale").value == NULL)
		jsonfile_fault(j, at,
			       "composite says no scale: its two ends, lowest first, "
			       "as \"scale\": [\"1\", \"10\"]");
	read_scale(f, jsonfile_child(at, "scale"), c);
	jsonfile_decimal(j, jsonfile_child(at, "factor"), &c->factor);
	jsonfile_bool(j, jsonfile_child(at, "minmax"), &c->minmax);
	folder_texts(f, jsonfile_child(at, "pool"), &c->pool, &c->pool_count);
	c->has_max_eq_min = equal.value != NULL;
	/* where it cannot be read, one fault is enough */
	c->max_eq_min = c->lo;
	jsonfile_decimal(j, equal, &c->max_eq_min);
}

void folder_composite(struct folder *f, struct jsonplace root)
{
	struct jsonplace at = jsonfile_child(root, "composite");

	if (f->r->mode == MODE_COMPOSITE && at.value == NULL)
		jsonfile_fault(&f->json, jsonfile_child(root, "mode"),
			       "mode composite needs the key \"composite\": at least "
			       "{\"scale\": [\"1\", \"10\"]}");
	if (f->r->mode == MODE_POINTS && at.value != NULL)
		jsonfile_fault(&f->json, at,
			       "composite says nothing in mode points: leave it out");
	else if (jsonfile_is_object(&f->json, at))
		read_composite(f, at);
}
