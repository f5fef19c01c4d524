/* Checks of units.csv and strata.csv: units, blocks, the frame. */

#include <inttypes.h>
#include <string.h>

#include "common/round/index.h"
#include "common/round/model_check.h"

enum { RANK_MIN = 10, RANK_MAX = 1000000 };

static void check_block(struct checker *k, uint32_t i)
{
	const struct block *b = &k->r->blocks[i];
	struct model_path full =
	    (struct model_path){{"minimum", "blocks", b->name, "full_rank"}};
	struct model_path rank =
	    (struct model_path){{"minimum", "blocks", b->name, "rank"}};

	if (b->full_rank < RANK_MIN || b->full_rank > RANK_MAX)
		check_rule(k, full,
			   "block %s: full_rank is %" PRIu32 ": never under %d",
			   b->name, b->full_rank, RANK_MIN);
	if (b->rank < RANK_MIN || b->rank > RANK_MAX)
		check_rule(k, rank, "block %s: rank is %" PRIu32 ": never under %d",
			   b->name, b->rank, RANK_MIN);
	if (b->rank > b->full_rank)
		check_rule(k, rank,
			   "block %s: rank %" PRIu32 " is more than full_rank %" PRIu32,
			   b->name, b->rank, b->full_rank);
	for (uint32_t n = 0; n < i; n++) {
		if (strcmp(k->r->blocks[n].name, b->name) == 0)
			faults_add(k->faults, "units.csv", 0, "block %s stands twice",
				   b->name);
	}
}

/* A block stands first with its first unit: that line is the one to name. */
static unsigned block_line(const struct round *r, uint32_t block)
{
	for (uint32_t u = 0; u < r->unit_count; u++) {
		if (r->units[u].block == block)
			return r->units[u].line;
	}
	return 0;
}

static void check_blocks(struct checker *k)
{
	const struct round *r = k->r;

	if (r->block_count > MODEL_BLOCKS_MAX) {
		faults_add(k->faults, "units.csv", 0,
			   "%" PRIu32 " blocks: at most %d are possible",
			   r->block_count, MODEL_BLOCKS_MAX);
		return;
	}
	for (uint32_t i = 0; i < r->block_count; i++) {
		check_name(
		    k, check_at_line("units.csv", block_line(r, i), "a block's name"),
		    r->blocks[i].name);
		check_block(k, i);
	}
}

static void check_unit(struct checker *k, struct index *ix, uint32_t i)
{
	const struct unit *u = &k->r->units[i];
	uint64_t hash = hash_bytes(bytes_str(u->code));
	struct index_cursor at = index_seek(ix, hash);

	check_text(k, check_at_line("units.csv", u->line, "a unit's code"), u->code,
		   MODEL_CODE_MAX);
	check_text2(k, check_at_line("units.csv", u->line, "a unit's name"), &u->name);
	while (index_next(ix, &at)) {
		if (strcmp(k->r->units[at.place].code, u->code) == 0)
			faults_add(k->faults, "units.csv", u->line,
				   "unit %s stands twice", u->code);
	}
	if (index_add(ix, hash, i) != 0)
		faults_add(k->faults, NULL, 0, "out of memory");
	for (uint32_t n = 1; n < u->exclude_count; n++) {
		if (u->excludes[n] <= u->excludes[n - 1])
			faults_add(k->faults, "units.csv", u->line,
				   "unit %s: a code stands twice in excludes", u->code);
	}
}

void check_units(struct checker *k)
{
	struct index ix;

	if (k->r->unit_count == 0)
		faults_add(k->faults, "units.csv", 0, "there is no unit");
	check_blocks(k);
	if (k->r->unit_count > MODEL_UNITS_MAX) {
		faults_add(k->faults, "units.csv", 0,
			   "%" PRIu32 " units: at most %d are possible",
			   k->r->unit_count, MODEL_UNITS_MAX);
		return;
	}
	index_init(&ix);
	for (uint32_t i = 0; i < k->r->unit_count; i++)
		check_unit(k, &ix, i);
	index_free(&ix);
}

static void check_stratum(struct checker *k, uint32_t i)
{
	const struct round *r = k->r;
	const struct stratum *s = &r->strata[i];
	const char *file = s->line > 0 ? "strata.csv" : "roster.csv";

	for (uint32_t n = 0; n < r->strata_column_count; n++)
		check_text(k, check_at_line(file, s->line, r->strata_columns[n]),
			   s->labels[n], MODEL_CODE_MAX);
	if (model_stratum(r->strata, i, (const char *const *)s->labels,
			  r->strata_column_count) >= 0)
		faults_add(k->faults, file, s->line, "this stratum stands twice");
	if (s->members > MODEL_MEMBERS_MAX)
		faults_add(k->faults, file, s->line,
			   "%" PRIu64 " members: at most %d are possible", s->members,
			   MODEL_MEMBERS_MAX);
	if (s->members < s->rows)
		faults_add(
		    k->faults, file, s->line,
		    "%" PRIu64 " members, but the roster has %" PRIu64
		    " of this stratum: a frame cannot be smaller than its sample",
		    s->members, s->rows);
}

void check_strata(struct checker *k)
{
	const struct round *r = k->r;
	const char *file = r->has_frame ? "strata.csv" : "roster.csv";

	if (r->stratum_count == 0)
		faults_add(k->faults, file, 0, "there is no stratum: who is asked?");
	if (r->stratum_count > MODEL_STRATA_MAX) {
		faults_add(k->faults, file, 0,
			   "%" PRIu32 " strata: at most %d are possible",
			   r->stratum_count, MODEL_STRATA_MAX);
		return;
	}
	for (uint32_t i = 0; i < r->stratum_count; i++)
		check_stratum(k, i);
}
