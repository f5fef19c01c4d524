/* From a round to its manifest. protobuf-c packs in order of field numbers. */

#include "common/round/manifest.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>

#include "common/base/err.h"
#include "common/round/proto.h"
#include "par/v1/manifest.pb-c.h"

enum { VERSION = 1, CHUNK = 64 * 1024 };

/*
 * The message lies in an arena. `full` is set when that has no memory: whoever gets
 * looks at it before writing, and encoding looks at it before packing.
 */
struct writer {
	struct arena arena;
	bool full;
};

static void *get(struct writer *w, size_t count, size_t size)
{
	void *p = arena_get(&w->arena, (count + 1) * size);

	if (p == NULL)
		w->full = true;
	return p;
}

static ProtobufCBinaryData text(const char *t)
{
	return proto_view(bytes_str(t));
}

static Par__V1__Text *text2(struct writer *w, const struct text2 *t)
{
	Par__V1__Text *m = get(w, 1, sizeof *m);

	if (m == NULL)
		return NULL;
	*m = (Par__V1__Text)PAR__V1__TEXT__INIT;
	m->vi = text(t->vi);
	m->en = text(t->en);
	return m;
}

/* Places are sent as 1 + place, so that 0 says nothing. */
static uint32_t *places(struct writer *w, const uint32_t *list, uint32_t count)
{
	uint32_t *m = get(w, count, sizeof *m);

	for (uint32_t i = 0; m != NULL && i < count; i++)
		m[i] = list[i] + 1;
	return m;
}

static ProtobufCBinaryData *texts(struct writer *w, char *const *list, uint32_t count)
{
	ProtobufCBinaryData *m = get(w, count, sizeof *m);

	for (uint32_t i = 0; m != NULL && i < count; i++)
		m[i] = text(list[i]);
	return m;
}

static void put_values(struct writer *w, const struct scale *s, Par__V1__Scale *m)
{
	m->values = get(w, s->levels, sizeof *m->values);
	if (w->full)
		return;
	m->n_values = s->levels;
	for (uint32_t k = 0; k < s->levels; k++)
		m->values[k] = s->values[k].micro;
}

static void put_labels(struct writer *w, const struct scale *s, Par__V1__Scale *m)
{
	m->labels = get(w, s->levels, sizeof *m->labels);
	if (w->full)
		return;
	m->n_labels = s->levels;
	for (uint32_t k = 0; k < s->levels; k++)
		m->labels[k] = text2(w, &s->labels[k]);
}

static void put_scales(struct writer *w, const struct round *r, Par__V1__Manifest *m)
{
	Par__V1__Scale *all = get(w, r->scale_count, sizeof *all);

	m->scales = get(w, r->scale_count, sizeof *m->scales);
	if (w->full)
		return;
	m->n_scales = r->scale_count;
	for (uint32_t i = 0; i < r->scale_count; i++) {
		const struct scale *s = &r->scales[i];

		m->scales[i] = &all[i];
		all[i] = (Par__V1__Scale)PAR__V1__SCALE__INIT;
		all[i].name = text(s->name);
		all[i].levels = s->levels;
		if (s->values != NULL)
			put_values(w, s, &all[i]);
		if (s->labels != NULL)
			put_labels(w, s, &all[i]);
	}
}

static void put_bands(struct writer *w, const struct round *r, Par__V1__Manifest *m)
{
	Par__V1__Band *all = get(w, r->band_count, sizeof *all);

	m->bands = get(w, r->band_count, sizeof *m->bands);
	if (w->full)
		return;
	m->n_bands = r->band_count;
	for (uint32_t i = 0; i < r->band_count; i++) {
		m->bands[i] = &all[i];
		all[i] = (Par__V1__Band)PAR__V1__BAND__INIT;
		all[i].edge = r->bands[i].edge.micro;
		all[i].above = r->bands[i].above;
		all[i].name = text2(w, &r->bands[i].name);
	}
}

static Par__V1__Source source_out(enum source s)
{
	static const Par__V1__Source words[] = {
	    [SOURCE_NONE] = PAR__V1__SOURCE__SOURCE_UNSPECIFIED,
	    [SOURCE_SURVEY] = PAR__V1__SOURCE__SOURCE_SURVEY,
	    [SOURCE_APPRAISED] = PAR__V1__SOURCE__SOURCE_APPRAISED,
	    [SOURCE_MEASURED] = PAR__V1__SOURCE__SOURCE_MEASURED,
	};

	return words[s];
}

static void put_criterion(struct writer *w, const struct criterion *c,
			  Par__V1__Criterion *m)
{
	*m = (Par__V1__Criterion)PAR__V1__CRITERION__INIT;
	m->code = text(c->code);
	m->parent = (uint32_t)(c->parent + 1);
	m->points = c->points.micro;
	m->source = source_out(c->source);
	m->scale = (uint32_t)(c->scale + 1);
	m->name = text2(w, &c->name);
	m->n_blocks = c->block_count;
	m->blocks = places(w, c->blocks, c->block_count);
	m->lo = c->lo.micro;
	m->hi = c->hi.micro;
	m->down = c->down;
}

static void put_criteria(struct writer *w, const struct round *r, Par__V1__Manifest *m)
{
	Par__V1__Criterion *all = get(w, r->criterion_count, sizeof *all);

	m->criteria = get(w, r->criterion_count, sizeof *m->criteria);
	if (w->full)
		return;
	m->n_criteria = r->criterion_count;
	for (uint32_t i = 0; i < r->criterion_count; i++) {
		m->criteria[i] = &all[i];
		put_criterion(w, &r->criteria[i], &all[i]);
	}
}

static void put_blocks(struct writer *w, const struct round *r, Par__V1__Manifest *m)
{
	Par__V1__Block *all = get(w, r->block_count, sizeof *all);

	m->blocks = get(w, r->block_count, sizeof *m->blocks);
	if (w->full)
		return;
	m->n_blocks = r->block_count;
	for (uint32_t i = 0; i < r->block_count; i++) {
		m->blocks[i] = &all[i];
		all[i] = (Par__V1__Block)PAR__V1__BLOCK__INIT;
		all[i].name = text(r->blocks[i].name);
		all[i].full_rank = r->blocks[i].full_rank;
		all[i].rank = r->blocks[i].rank;
	}
}

static void put_units(struct writer *w, const struct round *r, Par__V1__Manifest *m)
{
	Par__V1__Unit *all = get(w, r->unit_count, sizeof *all);

	m->units = get(w, r->unit_count, sizeof *m->units);
	if (w->full)
		return;
	m->n_units = r->unit_count;
	for (uint32_t i = 0; i < r->unit_count; i++) {
		const struct unit *u = &r->units[i];

		m->units[i] = &all[i];
		all[i] = (Par__V1__Unit)PAR__V1__UNIT__INIT;
		all[i].code = text(u->code);
		all[i].block = u->block + 1;
		all[i].name = text2(w, &u->name);
		all[i].n_excludes = u->exclude_count;
		all[i].excludes = places(w, u->excludes, u->exclude_count);
	}
}

static void put_strata(struct writer *w, const struct round *r, bool with_roster,
		       Par__V1__Manifest *m)
{
	Par__V1__Stratum *all = get(w, r->stratum_count, sizeof *all);

	m->strata_columns = texts(w, r->strata_columns, r->strata_column_count);
	m->strata = get(w, r->stratum_count, sizeof *m->strata);
	if (w->full)
		return;
	m->n_strata_columns = r->strata_column_count;
	m->n_strata = r->stratum_count;
	for (uint32_t i = 0; i < r->stratum_count; i++) {
		const struct stratum *s = &r->strata[i];

		m->strata[i] = &all[i];
		all[i] = (Par__V1__Stratum)PAR__V1__STRATUM__INIT;
		all[i].n_labels = r->strata_column_count;
		all[i].labels = texts(w, s->labels, r->strata_column_count);
		all[i].members = s->members;
		all[i].rows = s->rows;
	}
	if (!with_roster)
		return;
	m->roster = get(w, 1, sizeof *m->roster);
	if (w->full)
		return;
	*m->roster = (Par__V1__RosterSeal)PAR__V1__ROSTER_SEAL__INIT;
	m->roster->digest = proto_view(bytes_of(r->roster_digest, 32));
	m->roster->rows = r->roster_rows;
}

static Par__V1__Design design_out(enum design d)
{
	static const Par__V1__Design words[] = {
	    [DESIGN_OPEN] = PAR__V1__DESIGN__DESIGN_OPEN,
	    [DESIGN_CENSUS] = PAR__V1__DESIGN__DESIGN_CENSUS,
	    [DESIGN_PROBABILITY] = PAR__V1__DESIGN__DESIGN_PROBABILITY,
	};

	return words[d];
}

static void put_rules(struct writer *w, const struct round *r, Par__V1__Manifest *m)
{
	m->version = VERSION;
	m->code = text(r->code);
	m->title = text2(w, &r->title);
	m->mode = r->mode == MODE_POINTS ? PAR__V1__MODE__MODE_POINTS
					 : PAR__V1__MODE__MODE_COMPOSITE;
	m->collapse_first = r->collapse_first;
	m->design = design_out(r->design);
	m->minimum->cell_score = r->cell_score;
	m->minimum->cell_show = r->cell_show;
	m->rounding->decimals = r->decimals;
	m->rounding->half_even = r->half_even;
	m->dense_ties = r->dense_ties;
	m->rank_on_exact = r->rank_on_exact;
	m->bonus_max = r->bonus_max.micro;
	m->penalty_max = r->penalty_max.micro;
	m->trial = r->trial;
	m->auto_close = r->auto_close;
	m->opens = text(r->opens);
	m->closes = text(r->closes);
}

static Par__V1__Composite *composite(struct writer *w, const struct composite *c)
{
	Par__V1__Composite *m = get(w, 1, sizeof *m);

	if (m == NULL)
		return NULL;
	*m = (Par__V1__Composite)PAR__V1__COMPOSITE__INIT;
	m->lo = c->lo.micro;
	m->hi = c->hi.micro;
	m->factor = c->factor.micro;
	m->minmax = c->minmax;
	m->n_pool = c->pool_count;
	m->pool = texts(w, c->pool, c->pool_count);
	if (!c->has_max_eq_min)
		return m;
	m->max_eq_min = get(w, 1, sizeof *m->max_eq_min);
	if (m->max_eq_min == NULL)
		return NULL;
	*m->max_eq_min = (Par__V1__MaxEqMin)PAR__V1__MAX_EQ_MIN__INIT;
	m->max_eq_min->value = c->max_eq_min.micro;
	return m;
}

static Par__V1__Flags *flags(struct writer *w, const struct flag_rules *f)
{
	Par__V1__Flags *m = get(w, 1, sizeof *m);

	if (m == NULL)
		return NULL;
	*m = (Par__V1__Flags)PAR__V1__FLAGS__INIT;
	m->identical_scores = f->identical_scores;
	m->identical_raters = f->identical_raters;
	m->straight_scores = f->straight_scores;
	m->ballots_hour = f->ballots_hour;
	return m;
}

/* What a round need not say is left out, so that the rules of those without it stay. */
static void put_options(struct writer *w, const struct round *r, Par__V1__Manifest *m)
{
	if (r->mode == MODE_COMPOSITE)
		m->composite = composite(w, &r->composite);
	if (!model_flags_are_default(&r->flags))
		m->flags = flags(w, &r->flags);
	m->annulment_reasons =
	    texts(w, r->annulment_reasons, r->annulment_reason_count);
	m->n_annulment_reasons = r->annulment_reason_count;
}

static int pack(const Par__V1__Manifest *m, struct buf *out)
{
	size_t size = par__v1__manifest__get_packed_size(m);
	int err;

	if (size > MANIFEST_BYTES_MAX)
		return ERR_LIMIT;
	err = buf_reserve(out, size);
	if (err != 0)
		return err;
	out->len += par__v1__manifest__pack(m, out->data + out->len);
	return 0;
}

int manifest_encode(const struct round *r, bool with_roster, struct buf *out)
{
	Par__V1__Manifest m = PAR__V1__MANIFEST__INIT;
	Par__V1__Minimum minimum = PAR__V1__MINIMUM__INIT;
	Par__V1__Rounding rounding = PAR__V1__ROUNDING__INIT;
	struct writer w = {0};
	int err;

	arena_init(&w.arena, CHUNK);
	m.minimum = &minimum;
	m.rounding = &rounding;
	put_rules(&w, r, &m);
	put_scales(&w, r, &m);
	put_bands(&w, r, &m);
	put_criteria(&w, r, &m);
	put_blocks(&w, r, &m);
	put_units(&w, r, &m);
	put_strata(&w, r, with_roster, &m);
	put_options(&w, r, &m);
	err = w.full ? -ENOMEM : pack(&m, out);
	arena_free(&w.arena);
	return err;
}

int manifest_rules_digest(const struct round *r, uint8_t digest[32])
{
	struct buf b;
	int err;

	buf_init(&b, MANIFEST_BYTES_MAX);
	err = manifest_encode(r, false, &b);
	if (err == 0)
		crypto_hash_sha256(digest, b.data, b.len);
	buf_free(&b);
	return err;
}
