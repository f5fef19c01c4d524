/* `minimum` of round.json: how many answers a figure needs. */

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/round/folder_internal.h"

enum { RANK_MIN = 10 };

/* Told here, once, and not again for every block that would take it. */
static void read_rank(struct folder *f, struct jsonplace at, uint32_t *out)
{
	uint32_t number = *out;

	jsonfile_uint(&f->json, at, &number);
	if (number < RANK_MIN)
		jsonfile_fault(&f->json, at, "%" PRIu32 " is never enough: at least %d",
			       number, RANK_MIN);
	else
		*out = number;
}

void folder_minimum(struct folder *f, struct jsonplace at)
{
	static const char *const known[] = {"full_rank", "rank",   "cell_score",
					    "cell_show", "blocks", NULL};
	struct jsonfile *j = &f->json;

	if (!jsonfile_is_object(j, at))
		return;
	jsonfile_keys(j, at, known);
	read_rank(f, jsonfile_child(at, "full_rank"), &f->full_rank);
	read_rank(f, jsonfile_child(at, "rank"), &f->rank);
	jsonfile_uint(j, jsonfile_child(at, "cell_score"), &f->r->cell_score);
	jsonfile_uint(j, jsonfile_child(at, "cell_show"), &f->r->cell_show);
	if (f->rank <= f->full_rank)
		return;
	jsonfile_fault(j, at, "rank %" PRIu32 " is more than full_rank %" PRIu32,
		       f->rank, f->full_rank);
	f->rank = f->full_rank;
}

static void set_block(struct folder *f, struct jsonplace at, struct block *b)
{
	static const char *const known[] = {"full_rank", "rank", NULL};

	if (!jsonfile_is_object(&f->json, at))
		return;
	jsonfile_keys(&f->json, at, known);
	jsonfile_uint(&f->json, jsonfile_child(at, "full_rank"), &b->full_rank);
	jsonfile_uint(&f->json, jsonfile_child(at, "rank"), &b->rank);
}

static struct block *find_block(struct round *r, const char *name)
{
	for (uint32_t i = 0; i < r->block_count; i++) {
		if (strcmp(r->blocks[i].name, name) == 0)
			return &r->blocks[i];
	}
	return NULL;
}

void folder_block_minimums(struct folder *f)
{
	struct jsonplace root = jsonfile_root(&f->json);
	struct jsonplace at = jsonfile_child(jsonfile_child(root, "minimum"), "blocks");
	const char *key;
	json_t *value;

	for (uint32_t i = 0; i < f->r->block_count; i++) {
		f->r->blocks[i].full_rank = f->full_rank;
		f->r->blocks[i].rank = f->rank;
	}
	if (!jsonfile_is_object(&f->json, at))
		return;
	json_object_foreach(at.value, key, value)
	{
		struct jsonplace block = jsonfile_child(at, key);
		struct block *b = NULL;
		char *name;

		if (text_clean(bytes_str(key), &name) == 0) {
			b = find_block(f->r, name);
			free(name);
		}
		if (b == NULL)
			jsonfile_fault(&f->json, block,
				       "block \"%s\" is not in units.csv", key);
		else
			set_block(f, block, b);
	}
}
