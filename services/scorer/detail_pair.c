#include "services/scorer/detail_internal.h"

#include "common/method/figure.h"

/* U1: V[t,t], V[u,t], and the SE of the difference. */
static void fill_covariance(struct detail *d, uint32_t block, uint32_t i, uint32_t j,
			    Par__V1__PairDetail *out)
{
	const struct result *r = &d->a->result;
	char text[FIGURE_TEXT];
	mpq_t own, other, both;

	mpq_inits(own, other, both, NULL);
	if (result_covariance(r, block, i, i, own) &&
	    result_covariance(r, block, j, j, other) &&
	    result_covariance(r, block, i, j, both)) {
		out->variance = detail_fraction(d, other);
		out->covariance = detail_fraction(d, both);
		mpq_add(own, own, other);
		mpq_sub(own, own, both);
		mpq_sub(own, own, both);
		figure_root_12g(own, text);
		out->se = detail_text(d, text);
	}
	mpq_clears(own, other, both, NULL);
}

static void fill_pair(struct detail *d, uint32_t block, uint32_t i, uint32_t j,
		      Par__V1__PairDetail *out)
{
	const struct result *r = &d->a->result;
	const struct block_result *b = &r->blocks[block];
	uint32_t other = b->units[j];
	const struct unit_result *u = &r->units[other];
	Par__V1__Text *name = detail_get(d, sizeof(*name));
	mpq_t difference;

	par__v1__pair_detail__init(out);
	if (name != NULL) {
		*name = edge_text2(&r->round->units[other].name);
		out->name = name;
	}
	out->unit = edge_text(r->round->units[other].code);
	out->score = edge_text(u->score);
	out->status = edge_status(u->status);
	out->rank = u->rank;
	out->rank_low = u->rank_low;
	out->rank_high = u->rank_high;
	out->surely_better = b->better[(size_t)i * b->count + j];
	out->surely_worse = b->better[(size_t)j * b->count + i];
	mpq_init(difference);
	mpq_sub(difference, r->exact[d->unit].index, r->exact[other].index);
	out->difference = detail_fraction(d, difference);
	out->difference_six = detail_rounded(d, difference, DETAIL_DECIMALS);
	mpq_clear(difference);
	fill_covariance(d, block, i, j, out);
}

void detail_pairs(struct detail *d, Par__V1__UnitDetail *out)
{
	const struct result *r = &d->a->result;
	uint32_t block = r->round->units[d->unit].block;
	const struct block_result *b = &r->blocks[block];
	Par__V1__PairDetail *list = detail_get(d, (size_t)b->count * sizeof(*list));
	uint32_t i = 0;

	out->pairs = detail_get(d, b->count * sizeof(Par__V1__PairDetail *));
	while (i < b->count && b->units[i] != d->unit)
		i++;
	if (i == b->count || list == NULL || out->pairs == NULL)
		return;
	for (uint32_t j = 0; j < b->count; j++) {
		if (j == i)
			continue;
		fill_pair(d, block, i, j, &list[j]);
		out->pairs[out->n_pairs++] = &list[j];
	}
}
