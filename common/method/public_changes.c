/* P6: how far two cuts of a round are apart, in raters. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/method/public_internal.h"
#include "common/method/tally.h"

enum { MANY = 10 }; /* P6: 1 to 9 raters are few */

/* What a rater said about a unit in the two cuts; NULL: nothing. */
struct pair {
	uint32_t rater, stratum, unit;
	const uint8_t *from, *to;
};

/* Sheets stand by rater, then unit, in both. */
struct walk {
	const struct sample *from, *to;
	size_t i, j;
};

/* Counts stop at MANY. */
struct counts {
	const struct round *round;
	uint8_t *cells; /* unit x criterion: leaves and fields */
	uint8_t *units;
	uint8_t *blocks;
	uint32_t *block_seen; /* 1 + the last rater counted */
	uint8_t *changed;     /* by place in criteria, of the pair at hand */
	uint8_t *strata;      /* respondents in one cut only */
	uint32_t *from, *to;  /* by stratum: m_h, which do not stop */
};

static int compare(const struct sample_sheet *a, const struct sample_sheet *b)
{
	if (a->rater != b->rater)
		return a->rater < b->rater ? -1 : 1;
	return (a->unit > b->unit) - (a->unit < b->unit);
}

static bool walk_next(struct walk *w, struct pair *p)
{
	const struct sample_sheet *a = NULL, *b = NULL, *first;
	int order;

	if (w->i < w->from->sheet_count)
		a = &w->from->sheets[w->i];
	if (w->j < w->to->sheet_count)
		b = &w->to->sheets[w->j];
	if (!a && !b)
		return false;
	order = !a ? 1 : !b ? -1 : compare(a, b);
	first = order <= 0 ? a : b;
	*p = (struct pair){
	    .rater = first->rater, .stratum = first->stratum, .unit = first->unit};
	if (order <= 0) {
		p->from = a->answers;
		w->i++;
	}
	if (order >= 0) {
		p->to = b->answers;
		w->j++;
	}
	return true;
}

/* Of the kinds of no score none is ever in a public figure. */
static uint8_t score_at(const uint8_t *answers, uint32_t place)
{
	return answers && tally_is_score(answers[place]) ? answers[place] : 0;
}

static bool differs(const struct round *r, const struct pair *p, uint32_t answer)
{
	return model_applies(r, p->unit, r->surveyed[answer]) &&
	       score_at(p->from, answer) != score_at(p->to, answer);
}

static bool any_differs(const struct round *r, const struct pair *p)
{
	for (uint32_t a = 0; a < r->answer_count; a++)
		if (differs(r, p, a))
			return true;
	return false;
}

static bool is_few(uint64_t count)
{
	return count > 0 && count < MANY;
}

static void count_up(uint8_t *count)
{
	if (*count < MANY)
		++*count;
}

/* One rater's other scores about one unit. */
static void count_pair(struct counts *n, const struct pair *p)
{
	const struct round *r = n->round;
	uint8_t *cells = n->cells + (size_t)p->unit * r->criterion_count;
	uint32_t block = r->units[p->unit].block;

	memset(n->changed, 0, r->criterion_count);
	for (uint32_t a = 0; a < r->answer_count; a++) {
		if (!differs(r, p, a))
			continue;
		n->changed[r->surveyed[a]] = 1;
		n->changed[r->criteria[r->surveyed[a]].field] = 1;
	}
	for (uint32_t c = 0; c < r->criterion_count; c++)
		if (n->changed[c])
			count_up(&cells[c]);
	count_up(&n->units[p->unit]);
	if (n->block_seen[block] == p->rater + 1)
		return;
	n->block_seen[block] = p->rater + 1;
	count_up(&n->blocks[block]);
}

/* One rater's sheets in the two cuts: whether scores differ, and who has none. */
struct standing {
	uint32_t rater, stratum;
	bool from, to, differs;
};

static void close_standing(const struct standing *s, struct counts *n,
			   struct public_changes *out)
{
	bool one_only = s->from != s->to;

	n->from[s->stratum] += s->from;
	n->to[s->stratum] += s->to;
	if (one_only)
		count_up(&n->strata[s->stratum]);
	out->respondents += one_only;
	out->raters += one_only || s->differs;
}

static void count_all(struct walk *w, struct counts *n, struct public_changes *out)
{
	struct standing now = {0};
	struct pair p;

	while (walk_next(w, &p)) {
		if (p.rater != now.rater) {
			close_standing(&now, n, out);
			now = (struct standing){.rater = p.rater};
		}
		now.stratum = p.stratum;
		now.from = now.from || p.from;
		now.to = now.to || p.to;
		if (!any_differs(n->round, &p))
			continue;
		now.differs = true;
		count_pair(n, &p);
	}
	close_standing(&now, n, out);
}

static bool unit_is_few(const struct counts *n, uint32_t unit)
{
	const struct round *r = n->round;
	const uint8_t *cells = n->cells + (size_t)unit * r->criterion_count;

	for (uint32_t c = 0; c < r->criterion_count; c++)
		if (is_few(cells[c]))
			return true;
	return is_few(n->units[unit]) || is_few(n->blocks[r->units[unit].block]);
}

static void mark_units(struct counts *n, struct public_changes *out)
{
	const struct round *r = n->round;
	bool all = is_few(out->raters) || is_few(out->respondents);

	for (uint32_t u = 0; u < r->unit_count; u++)
		out->few[u] = all || unit_is_few(n, u);
	if (!r->composite.minmax)
		return;
	/* S6: the others' least and greatest are in every figure of the block */
	for (uint32_t u = 0; u < r->unit_count; u++)
		if (out->few[u])
			n->blocks[r->units[u].block] = 1;
	for (uint32_t u = 0; u < r->unit_count; u++)
		out->few[u] = is_few(n->blocks[r->units[u].block]) || out->few[u];
}

static struct sample_annulment annulled(const struct sample *s, const char *reason)
{
	for (size_t i = 0; i < s->annulment_count; i++)
		if (strcmp(s->annulments[i].reason, reason) == 0)
			return s->annulments[i];
	return (struct sample_annulment){0};
}

/*
 * Annulments are never taken back, but a sheet may go over to an earlier reason; and of
 * raters who are counted already another sheet may go.
 */
static bool annulments_are_few(const struct sample *from, const struct sample *to)
{
	for (size_t i = 0; i < to->annulment_count; i++) {
		struct sample_annulment after = to->annulments[i];
		struct sample_annulment before = annulled(from, after.reason);
		uint64_t raters = after.raters > before.raters
				      ? after.raters - before.raters
				      : before.raters - after.raters;

		if (raters < MANY && (raters > 0 || after.sheets != before.sheets))
			return true;
	}
	return false;
}

/* Names of groups that change tell of each stratum what made them change. */
static int names_are_few(const struct sample *from, const struct sample *to,
			 const struct counts *n, bool *few)
{
	bool differ;
	int err = public_names_differ(from, n->from, to, n->to, &differ);

	if (err)
		return err;
	*few = false;
	for (uint32_t h = 0; differ && h < to->stratum_count; h++)
		*few = *few || is_few(n->strata[h]);
	return 0;
}

/* Whether any figure of a pooled round could tell 1 to 9 raters. */
static int pool_changes(const struct sample *from, const struct sample *to, bool *few)
{
	*few = from->pool_count != to->pool_count;
	for (size_t i = 0; !*few && i < from->pool_count; i++) {
		struct public_changes c;
		int err = public_changes_find(&from->pool[i], &to->pool[i], &c);

		if (err)
			return err;
		for (uint32_t u = 0; u < from->pool[i].round->unit_count; u++)
			*few = *few || c.few[u];
		public_changes_free(&c);
	}
	return 0;
}

static int counts_open(const struct round *r, uint32_t strata, struct counts *n)
{
	*n = (struct counts){
	    .round = r,
	    .cells = calloc((size_t)r->unit_count * r->criterion_count + 1, 1),
	    .units = calloc(r->unit_count + 1u, 1),
	    .blocks = calloc(r->block_count + 1u, 1),
	    .block_seen = calloc(r->block_count + 1u, sizeof *n->block_seen),
	    .changed = calloc(r->criterion_count + 1u, 1),
	    .strata = calloc(strata + 1u, 1),
	    .from = calloc(strata + 1u, sizeof *n->from),
	    .to = calloc(strata + 1u, sizeof *n->to),
	};
	return n->cells && n->units && n->blocks && n->block_seen && n->changed &&
		       n->strata && n->from && n->to
		   ? 0
		   : -ENOMEM;
}

static void counts_close(struct counts *n)
{
	free(n->cells);
	free(n->units);
	free(n->blocks);
	free(n->block_seen);
	free(n->changed);
	free(n->strata);
	free(n->from);
	free(n->to);
}

static void judge_changes(const struct sample *from, const struct sample *to,
			  struct counts *n, struct public_changes *out)
{
	struct walk w = {.from = from, .to = to};

	count_all(&w, n, out);
	mark_units(n, out);
	out->round_few = is_few(out->respondents) || annulments_are_few(from, to);
}

int public_changes_find(const struct sample *from, const struct sample *to,
			struct public_changes *out)
{
	uint32_t units = to->round->unit_count;
	struct public_changes c = {.few = calloc(units + 1u, 1)};
	struct counts n;
	bool pool = false, names = false;
	int err = counts_open(to->round, to->stratum_count, &n);

	if (!err && !c.few)
		err = -ENOMEM;
	if (!err)
		err = pool_changes(from, to, &pool);
	if (!err) {
		judge_changes(from, to, &n, &c);
		if (pool)
			memset(c.few, 1, units);
		err = names_are_few(from, to, &n, &names);
		c.round_few = c.round_few || names;
	}
	counts_close(&n);
	if (err) {
		public_changes_free(&c);
		return err;
	}
	*out = c;
	return 0;
}

void public_changes_free(struct public_changes *c)
{
	free(c->few);
	memset(c, 0, sizeof *c);
}
