#include "common/method/frame.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/bytes.h"

enum { THIN_RESPONDED = 20, THIN_TIMES_MEDIAN = 5, NAME_BYTES_MAX = INT_MAX };

__extension__ typedef unsigned __int128 wide;

/* A group while merging goes on. */
struct part {
	uint32_t first;
	uint32_t family; /* equal in columns 1..j-1, numbered from 0 */
	uint64_t members;
	uint64_t responded;
	bool thin;
};

struct work {
	struct part *parts;
	uint32_t count;
	uint32_t *family_size;
	struct part *sorted; /* for the median */
};

/* N_a / m_a against N_b / m_b, both m > 0. */
static int weight_compare(const void *left, const void *right)
{
	const struct part *a = left;
	const struct part *b = right;
	wide x = (wide)a->members * b->responded;
	wide y = (wide)b->members * a->responded;

	return (x > y) - (x < y);
}

/* S2: thin if m < 20, or w > 5 x the lower median of the weights of groups with m > 0.
 */
static void mark_thin(struct work *w)
{
	const struct part *median;
	uint32_t k = 0;

	for (uint32_t i = 0; i < w->count; i++)
		if (w->parts[i].responded)
			w->sorted[k++] = w->parts[i];
	qsort(w->sorted, k, sizeof *w->sorted, weight_compare);
	median = k ? &w->sorted[(k - 1) / 2] : NULL;
	for (uint32_t i = 0; i < w->count; i++) {
		struct part *p = &w->parts[i];

		p->thin = p->responded < THIN_RESPONDED ||
			  (wide)p->members * median->responded >
			      (wide)median->members * p->responded * THIN_TIMES_MEDIAN;
	}
}

static bool same_labels(const struct stratum *a, const struct stratum *b,
			uint32_t columns)
{
	for (uint32_t i = 0; i < columns; i++)
		if (strcmp(a->labels[i], b->labels[i]) != 0)
			return false;
	return true;
}

/* Siblings are equal in the first `columns` columns. */
static void find_families(struct work *w, const struct stratum *strata,
			  uint32_t columns)
{
	for (uint32_t i = 0; i < w->count; i++) {
		uint32_t like = 0;

		while (like < i && !same_labels(&strata[w->parts[like].first],
						&strata[w->parts[i].first], columns))
			like++;
		w->family_size[i] = 0;
		w->parts[i].family = like < i ? w->parts[like].family : i;
		w->family_size[w->parts[i].family]++;
	}
}

/* The thin group with a sibling that has the smallest m; count if there is none. */
static uint32_t thinnest(const struct work *w)
{
	uint32_t best = w->count;

	for (uint32_t i = 0; i < w->count; i++) {
		const struct part *p = &w->parts[i];

		if (!p->thin || w->family_size[p->family] < 2)
			continue;
		if (best == w->count || p->responded < w->parts[best].responded)
			best = i;
	}
	return best;
}

static uint32_t smallest_sibling(const struct work *w, uint32_t of)
{
	uint32_t best = w->count;

	for (uint32_t i = 0; i < w->count; i++) {
		const struct part *p = &w->parts[i];

		if (i == of || p->family != w->parts[of].family)
			continue;
		if (best == w->count || p->responded < w->parts[best].responded)
			best = i;
	}
	return best;
}

/* N and m add up; the earlier place remains. */
static void merge(struct work *w, uint32_t *group_of, uint32_t stratum_count,
		  uint32_t a, uint32_t b)
{
	uint32_t keep = a < b ? a : b;
	uint32_t gone = a < b ? b : a;

	w->parts[keep].members += w->parts[gone].members;
	w->parts[keep].responded += w->parts[gone].responded;
	w->family_size[w->parts[gone].family]--;
	memmove(&w->parts[gone], &w->parts[gone + 1],
		(w->count - gone - 1) * sizeof *w->parts);
	w->count--;
	for (uint32_t h = 0; h < stratum_count; h++) {
		if (group_of[h] == gone)
			group_of[h] = keep;
		else if (group_of[h] > gone)
			group_of[h]--;
	}
}

/* S2: one level of the strata columns, until no thin group has a sibling. */
static void collapse_level(struct work *w, const struct stratum *strata,
			   uint32_t stratum_count, uint32_t columns, uint32_t *group_of)
{
	find_families(w, strata, columns);
	for (;;) {
		uint32_t thin;

		mark_thin(w);
		thin = thinnest(w);
		if (thin == w->count)
			return;
		merge(w, group_of, stratum_count, thin, smallest_sibling(w, thin));
	}
}

/* w_h = N_h / m_h, brought to whole numbers by the least common multiple of the m_h. */
static void set_weights(struct frame *f, bool unweighted)
{
	mpz_t common;

	mpz_init_set_ui(common, 1);
	for (uint32_t g = 0; g < f->group_count; g++)
		if (f->groups[g].responded)
			mpz_lcm_ui(common, common, f->groups[g].responded);
	for (uint32_t g = 0; g < f->group_count; g++) {
		struct frame_group *group = &f->groups[g];

		if (group->responded == 0)
			continue;
		if (unweighted) {
			mpz_set_ui(group->weight, 1);
			continue;
		}
		mpz_divexact_ui(group->weight, common, group->responded);
		mpz_mul_ui(group->weight, group->weight, group->members);
	}
	mpz_clear(common);
}

static int keep_groups(const struct work *w, bool unweighted, struct frame *f)
{
	f->groups = calloc(w->count + 1u, sizeof *f->groups);
	if (!f->groups)
		return -ENOMEM;
	for (uint32_t g = 0; g < w->count; g++) {
		f->groups[g].first = w->parts[g].first;
		f->groups[g].members = w->parts[g].members;
		f->groups[g].responded = w->parts[g].responded;
		f->groups[g].thin = w->parts[g].thin && !unweighted;
		mpz_init(f->groups[g].weight);
	}
	f->group_count = w->count;
	set_weights(f, unweighted);
	return 0;
}

static void collapse(struct work *w, const struct round *r,
		     const struct stratum *strata, uint32_t stratum_count,
		     uint32_t *group_of)
{
	uint32_t last = r->collapse_first ? 1 : 2;

	for (uint32_t j = r->strata_column_count; j >= last; j--)
		collapse_level(w, strata, stratum_count, j - 1, group_of);
	mark_thin(w);
}

int frame_make(const struct round *r, const struct stratum *strata,
	       uint32_t stratum_count, const uint32_t *responded, struct frame *out)
{
	struct work w = {.count = stratum_count};
	struct frame f = {0};
	int err = -ENOMEM;

	w.parts = calloc(stratum_count + 1u, sizeof *w.parts);
	w.sorted = calloc(stratum_count + 1u, sizeof *w.sorted);
	w.family_size = calloc(stratum_count + 1u, sizeof *w.family_size);
	f.group_of = calloc(stratum_count + 1u, sizeof *f.group_of);
	if (w.parts && w.sorted && w.family_size && f.group_of) {
		for (uint32_t h = 0; h < stratum_count; h++) {
			w.parts[h].first = h;
			w.parts[h].members = strata[h].members;
			w.parts[h].responded = responded[h];
			f.group_of[h] = h;
		}
		collapse(&w, r, strata, stratum_count, f.group_of);
		err = keep_groups(&w, r->strata_column_count == 0, &f);
	}
	free(w.parts);
	free(w.sorted);
	free(w.family_size);
	if (err) {
		frame_free(&f);
		return err;
	}
	*out = f;
	return 0;
}

void frame_free(struct frame *f)
{
	for (uint32_t g = 0; g < f->group_count; g++)
		mpz_clear(f->groups[g].weight);
	free(f->groups);
	free(f->group_of);
	memset(f, 0, sizeof *f);
}

static int put_labels(struct buf *b, const struct stratum *s, uint32_t column_count)
{
	int err = 0;

	for (uint32_t i = 0; !err && i < column_count; i++) {
		err = i ? buf_put_str(b, " / ") : 0;
		if (!err)
			err = buf_put_str(b, s->labels[i]);
	}
	return err;
}

static char *take_name(struct buf *b, int err)
{
	char *name = err ? NULL : bytes_dup(buf_bytes(b));

	buf_free(b);
	return name;
}

char *frame_stratum_name(const struct stratum *s, uint32_t column_count)
{
	struct buf b;

	buf_init(&b, NAME_BYTES_MAX);
	return take_name(&b, put_labels(&b, s, column_count));
}

char *frame_group_name(const struct frame *f, uint32_t group,
		       const struct stratum *strata, uint32_t stratum_count,
		       uint32_t column_count)
{
	struct buf b;
	int err = 0;

	buf_init(&b, NAME_BYTES_MAX);
	for (uint32_t h = 0; !err && h < stratum_count; h++) {
		if (f->group_of[h] != group)
			continue;
		err = b.len ? buf_put_str(&b, " + ") : 0;
		if (!err)
			err = put_labels(&b, &strata[h], column_count);
	}
	return take_name(&b, err);
}
