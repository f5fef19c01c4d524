/* From the bytes of a manifest to a round. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/err.h"
#include "common/round/fault.h"
#include "common/round/manifest.h"
#include "common/round/proto.h"
#include "par/v1/manifest.pb-c.h"

enum { VERSION = 1, CHUNK = 64 * 1024, DIGEST = 32 };

/* The first error stays; whoever reads goes on, and decoding looks once at the end. */
struct reader {
	struct faults *faults;
	int err;
};

static void bad(struct reader *d, const char *what)
{
	if (d->err == 0)
		d->err = fault_add(d->faults, "the manifest is damaged: %s", what);
}

/* An array for `count` things; never NULL without an error. */
static void *make(struct reader *d, size_t count, size_t size)
{
	void *p = calloc(count + 1, size);

	if (p == NULL)
		d->err = -ENOMEM;
	return p;
}

/* A byte 0 within would cut the text; the check of UTF-8 refuses it later. */
static char *text(struct reader *d, ProtobufCBinaryData b)
{
	char *copy = bytes_dup(proto_bytes(b));

	if (copy == NULL)
		d->err = -ENOMEM;
	else if (strlen(copy) != b.len)
		bad(d, "a text has a byte 0");
	return copy;
}

static struct text2 text2(struct reader *d, const Par__V1__Text *m)
{
	static const ProtobufCBinaryData none;

	return (struct text2){
	    .vi = text(d, m == NULL ? none : m->vi),
	    .en = text(d, m == NULL ? none : m->en),
	};
}

/* 1 + place, ascending, each below `limit`. */
static uint32_t *places(struct reader *d, const uint32_t *list, size_t count,
			size_t limit)
{
	uint32_t *out;

	if (count == 0)
		return NULL;
	out = make(d, count, sizeof *out);
	for (size_t i = 0; out != NULL && i < count; i++) {
		if (list[i] == 0 || list[i] > limit ||
		    (i > 0 && list[i] <= list[i - 1]))
			bad(d, "a list of places is out of range or order");
		out[i] = list[i] - 1;
	}
	return out;
}

static void take_scale(struct reader *d, const Par__V1__Scale *m, struct scale *s)
{
	s->name = text(d, m->name);
	if (m->levels > MODEL_LEVELS_MAX ||
	    (m->n_values != 0 && m->n_values != m->levels) ||
	    (m->n_labels != 0 && m->n_labels != m->levels)) {
		bad(d, "a scale's values or labels are not as many as its levels");
		return;
	}
	s->levels = m->levels;
	if (m->n_values != 0)
		s->values = make(d, m->n_values, sizeof *s->values);
	for (size_t k = 0; s->values != NULL && k < m->n_values; k++)
		s->values[k].micro = m->values[k];
	if (m->n_labels != 0)
		s->labels = make(d, m->n_labels, sizeof *s->labels);
	for (size_t k = 0; s->labels != NULL && k < m->n_labels; k++)
		s->labels[k] = text2(d, m->labels[k]);
}

static void take_scales(struct reader *d, const Par__V1__Manifest *m, struct round *r)
{
	r->scales = make(d, m->n_scales, sizeof *r->scales);
	for (size_t i = 0; d->err == 0 && i < m->n_scales; i++) {
		r->scale_count++;
		take_scale(d, m->scales[i], &r->scales[i]);
	}
}

static void take_bands(struct reader *d, const Par__V1__Manifest *m, struct round *r)
{
	r->bands = make(d, m->n_bands, sizeof *r->bands);
	for (size_t i = 0; d->err == 0 && i < m->n_bands; i++) {
		r->band_count++;
		r->bands[i].edge.micro = m->bands[i]->edge;
		r->bands[i].above = m->bands[i]->above != 0;
		r->bands[i].name = text2(d, m->bands[i]->name);
	}
}

static enum source source_in(struct reader *d, Par__V1__Source s)
{
	if (s == PAR__V1__SOURCE__SOURCE_SURVEY)
		return SOURCE_SURVEY;
	if (s == PAR__V1__SOURCE__SOURCE_APPRAISED)
		return SOURCE_APPRAISED;
	if (s == PAR__V1__SOURCE__SOURCE_MEASURED)
		return SOURCE_MEASURED;
	if (s != PAR__V1__SOURCE__SOURCE_UNSPECIFIED)
		bad(d, "a source that is not known");
	return SOURCE_NONE;
}

static void take_criterion(struct reader *d, const Par__V1__Manifest *m, size_t i,
			   struct criterion *c)
{
	const Par__V1__Criterion *from = m->criteria[i];

	if (from->parent > i)
		bad(d, "a criterion stands before its parent");
	if (from->scale > m->n_scales)
		bad(d, "a criterion's scale is out of range");
	c->code = text(d, from->code);
	c->parent = (int32_t)from->parent - 1;
	c->points.micro = from->points;
	c->source = source_in(d, from->source);
	c->scale = (int32_t)from->scale - 1;
	c->name = text2(d, from->name);
	c->blocks = places(d, from->blocks, from->n_blocks, m->n_blocks);
	c->block_count = (uint32_t)from->n_blocks;
	c->lo.micro = from->lo;
	c->hi.micro = from->hi;
	c->down = from->down != 0;
}

static void take_criteria(struct reader *d, const Par__V1__Manifest *m, struct round *r)
{
	if (m->n_criteria > MODEL_CRITERIA_MAX) {
		bad(d, "too many criteria");
		return;
	}
	r->criteria = make(d, m->n_criteria, sizeof *r->criteria);
	for (size_t i = 0; d->err == 0 && i < m->n_criteria; i++) {
		r->criterion_count++;
		take_criterion(d, m, i, &r->criteria[i]);
	}
}

static void take_blocks(struct reader *d, const Par__V1__Manifest *m, struct round *r)
{
	if (m->n_blocks > MODEL_BLOCKS_MAX) {
		bad(d, "too many blocks");
		return;
	}
	r->blocks = make(d, m->n_blocks, sizeof *r->blocks);
	for (size_t i = 0; d->err == 0 && i < m->n_blocks; i++) {
		r->block_count++;
		r->blocks[i].name = text(d, m->blocks[i]->name);
		r->blocks[i].full_rank = m->blocks[i]->full_rank;
		r->blocks[i].rank = m->blocks[i]->rank;
	}
}

static void take_units(struct reader *d, const Par__V1__Manifest *m, struct round *r)
{
	if (m->n_units > MODEL_UNITS_MAX) {
		bad(d, "too many units");
		return;
	}
	r->units = make(d, m->n_units, sizeof *r->units);
	for (size_t i = 0; d->err == 0 && i < m->n_units; i++) {
		const Par__V1__Unit *from = m->units[i];
		struct unit *u = &r->units[i];

		r->unit_count++;
		if (from->block == 0 || from->block > m->n_blocks)
			bad(d, "a unit's block is out of range");
		u->code = text(d, from->code);
		u->block = from->block - 1;
		u->name = text2(d, from->name);
		u->excludes =
		    places(d, from->excludes, from->n_excludes, m->n_criteria);
		u->exclude_count = (uint32_t)from->n_excludes;
	}
}

static char **texts(struct reader *d, const ProtobufCBinaryData *list, size_t count,
		    uint32_t *made)
{
	char **out = make(d, count, sizeof *out);

	for (size_t i = 0; d->err == 0 && i < count; i++) {
		out[i] = text(d, list[i]);
		++*made;
	}
	return out;
}

static void take_columns(struct reader *d, const Par__V1__Manifest *m, struct round *r)
{
	if (m->n_strata_columns > MODEL_STRATA_COLUMNS_MAX) {
		bad(d, "too many strata columns");
		return;
	}
	r->strata_columns =
	    texts(d, m->strata_columns, m->n_strata_columns, &r->strata_column_count);
}

static void take_strata(struct reader *d, const Par__V1__Manifest *m, struct round *r)
{
	if (m->n_strata > MODEL_STRATA_MAX) {
		bad(d, "too many strata");
		return;
	}
	r->strata = make(d, m->n_strata, sizeof *r->strata);
	for (size_t i = 0; d->err == 0 && i < m->n_strata; i++) {
		const Par__V1__Stratum *from = m->strata[i];
		struct stratum *s = &r->strata[i];

		r->stratum_count++;
		if (from->n_labels != m->n_strata_columns) {
			bad(d, "a stratum's labels are not as many as the columns");
			return;
		}
		s->labels = make(d, from->n_labels, sizeof *s->labels);
		for (size_t k = 0; s->labels != NULL && k < from->n_labels; k++)
			s->labels[k] = text(d, from->labels[k]);
		s->members = from->members;
		s->rows = from->rows;
	}
}

static void take_seal(struct reader *d, const Par__V1__RosterSeal *m, struct round *r)
{
	uint64_t rows = 0;

	if (m == NULL)
		return;
	if (m->digest.len != DIGEST) {
		bad(d, "the roster's digest is not 32 bytes");
		return;
	}
	for (uint32_t i = 0; i < r->stratum_count; i++)
		rows += r->strata[i].rows;
	if (rows != m->rows)
		bad(d, "the rows of the strata are not those of the roster");
	memcpy(r->roster_digest, m->digest.data, DIGEST);
	r->roster_rows = m->rows;
}

static enum design design_in(struct reader *d, Par__V1__Design w)
{
	if (w == PAR__V1__DESIGN__DESIGN_CENSUS)
		return DESIGN_CENSUS;
	if (w == PAR__V1__DESIGN__DESIGN_PROBABILITY)
		return DESIGN_PROBABILITY;
	if (w != PAR__V1__DESIGN__DESIGN_OPEN)
		bad(d, "a design that is not known");
	return DESIGN_OPEN;
}

static void take_rules(struct reader *d, const Par__V1__Manifest *m, struct round *r)
{
	if (m->minimum == NULL || m->rounding == NULL) {
		bad(d, "no minimum or no rounding");
		return;
	}
	if (m->mode != PAR__V1__MODE__MODE_POINTS &&
	    m->mode != PAR__V1__MODE__MODE_COMPOSITE)
		bad(d, "a mode that is not known");
	r->code = text(d, m->code);
	r->title = text2(d, m->title);
	r->mode = m->mode == PAR__V1__MODE__MODE_POINTS ? MODE_POINTS : MODE_COMPOSITE;
	r->collapse_first = m->collapse_first != 0;
	r->design = design_in(d, m->design);
	r->cell_score = m->minimum->cell_score;
	r->cell_show = m->minimum->cell_show;
	r->decimals = m->rounding->decimals;
	r->half_even = m->rounding->half_even != 0;
	r->dense_ties = m->dense_ties != 0;
	r->rank_on_exact = m->rank_on_exact != 0;
	r->bonus_max.micro = m->bonus_max;
	r->penalty_max.micro = m->penalty_max;
	r->trial = m->trial != 0;
	r->auto_close = m->auto_close != 0;
	r->opens = text(d, m->opens);
	r->closes = text(d, m->closes);
}

static void take_composite(struct reader *d, const Par__V1__Manifest *m,
			   struct round *r)
{
	const Par__V1__Composite *from = m->composite;
	struct composite *c = &r->composite;

	if ((from != NULL) != (r->mode == MODE_COMPOSITE))
		bad(d, "mode composite and what it needs do not go together");
	if (from == NULL)
		return;
	if (from->n_pool > MODEL_POOL_MAX) {
		bad(d, "too many pooled rounds");
		return;
	}
	c->lo.micro = from->lo;
	c->hi.micro = from->hi;
	c->factor.micro = from->factor;
	c->minmax = from->minmax != 0;
	c->pool = texts(d, from->pool, from->n_pool, &c->pool_count);
	c->has_max_eq_min = from->max_eq_min != NULL;
	if (from->max_eq_min != NULL)
		c->max_eq_min.micro = from->max_eq_min->value;
}

/* One round is one sequence of bytes: what is so without being said is not said. */
static void take_flags(struct reader *d, const Par__V1__Flags *m, struct round *r)
{
	if (m == NULL)
		return;
	r->flags = (struct flag_rules){
	    .identical_scores = m->identical_scores,
	    .identical_raters = m->identical_raters,
	    .straight_scores = m->straight_scores,
	    .ballots_hour = m->ballots_hour,
	};
	if (model_flags_are_default(&r->flags))
		bad(d, "flags that are those of every round");
}

static void take_reasons(struct reader *d, const Par__V1__Manifest *m, struct round *r)
{
	if (m->n_annulment_reasons > MODEL_REASONS_MAX) {
		bad(d, "too many annulment reasons");
		return;
	}
	r->annulment_reasons = texts(d, m->annulment_reasons, m->n_annulment_reasons,
				     &r->annulment_reason_count);
}

static int take_all(const Par__V1__Manifest *m, struct round *r, struct faults *faults)
{
	struct reader d = {.faults = faults};

	take_rules(&d, m, r);
	take_scales(&d, m, r);
	take_bands(&d, m, r);
	take_criteria(&d, m, r);
	take_blocks(&d, m, r);
	take_units(&d, m, r);
	take_columns(&d, m, r);
	take_strata(&d, m, r);
	take_seal(&d, m->roster, r);
	take_composite(&d, m, r);
	take_flags(&d, m->flags, r);
	take_reasons(&d, m, r);
	return d.err;
}

static int check_message(const Par__V1__Manifest *m, struct bytes in,
			 struct faults *faults)
{
	if (m == NULL)
		return fault_add(faults, "the manifest's bytes are not a message");
	if (m->version > VERSION) {
		fault_add(
		    faults,
		    "the manifest has version %lu, and this software knows %d: it "
		    "needs a newer version of this software",
		    (unsigned long)m->version, VERSION);
		return ERR_VERSION;
	}
	if (m->version == 0)
		return fault_add(faults, "the manifest names no version");
	if (proto_has_unknown(&m->base))
		return fault_add(
		    faults, "the manifest has a field that version %d does not know",
		    VERSION);
	if (!proto_is_canonical(&m->base, in))
		return fault_add(faults,
				 "the manifest is not in the one encoding that is "
				 "taken: fields in order of their numbers, numbers as "
				 "short as they can be, no default values");
	return 0;
}

static int build(const Par__V1__Manifest *m, struct round *r, struct faults *faults)
{
	size_t before = faults->count;
	int err = take_all(m, r, faults);

	if (err == 0)
		err = model_finish(r);
	if (err != 0)
		return err;
	model_check(r, faults);
	return faults->count == before ? 0 : ERR_REFUSED;
}

int manifest_decode(struct bytes in, struct round *r, struct faults *faults)
{
	struct arena arena;
	ProtobufCAllocator allocator = proto_allocator(&arena);
	Par__V1__Manifest *m;
	struct round built;
	int err;

	if (in.len > MANIFEST_BYTES_MAX)
		return fault_add(faults, "the manifest is larger than %d bytes",
				 MANIFEST_BYTES_MAX);
	arena_init(&arena, CHUNK);
	m = par__v1__manifest__unpack(&allocator, in.len, in.data);
	model_init(&built);
	err = arena.failed ? -ENOMEM : check_message(m, in, faults);
	if (err == 0)
		err = build(m, &built, faults);
	if (err == 0)
		*r = built;
	else
		model_free(&built);
	arena_free(&arena);
	return err;
}
