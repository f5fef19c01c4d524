#include "common/method/digest.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "common/round/manifest.h"

struct stream {
	crypto_hash_sha256_state state;
};

static void put_number(struct stream *s, uint64_t v)
{
	uint8_t bytes[8];

	be64_put(bytes, v);
	crypto_hash_sha256_update(&s->state, bytes, sizeof bytes);
}

static void put_text(struct stream *s, const char *text)
{
	size_t len = strlen(text);

	put_number(s, len);
	crypto_hash_sha256_update(&s->state, (const uint8_t *)text, len);
}

static void put_frame(struct stream *s, const struct tally *t)
{
	const struct sample *sample = t->sample;

	put_number(s, sample->stratum_count);
	for (uint32_t h = 0; h < sample->stratum_count; h++) {
		for (uint32_t i = 0; i < sample->round->strata_column_count; i++)
			put_text(s, sample->strata[h].labels[i]);
		put_number(s, sample->strata[h].members);
		put_number(s, t->responded[h]);
	}
}

static void put_row(struct stream *s, const struct tally *t, uint32_t unit, size_t row)
{
	const struct round *r = t->sample->round;
	const uint32_t *counts = tally_row(t, row);

	for (uint32_t a = 0; a < r->answer_count; a++) {
		if (!model_applies(r, unit, r->surveyed[a]))
			continue;
		for (size_t i = t->offset[a]; i < t->offset[a + 1]; i++) {
			if (counts[i] == 0)
				continue;
			put_number(s, unit);
			put_number(s, t->row_stratum[row]);
			put_number(s, a);
			put_number(s, i - t->offset[a]);
			put_number(s, counts[i]);
		}
	}
}

static void put_counters(struct stream *s, const struct tally *t)
{
	for (uint32_t u = 0; u < t->sample->round->unit_count; u++)
		for (size_t row = t->row_first[u]; row < t->row_first[u + 1]; row++)
			put_row(s, t, u, row);
	put_number(s, UINT64_MAX);
}

/* Rows about one bonus or penalty differ by evidence alone. */
static int compare_appraisals(const void *left, const void *right)
{
	const struct appraisal *a = *(const struct appraisal *const *)left;
	const struct appraisal *b = *(const struct appraisal *const *)right;

	if (a->unit != b->unit)
		return a->unit < b->unit ? -1 : 1;
	if (a->target != b->target)
		return a->target < b->target ? -1 : 1;
	if (a->target == TARGET_CRITERION && a->criterion != b->criterion)
		return a->criterion < b->criterion ? -1 : 1;
	return strcmp(a->evidence, b->evidence);
}

static int put_appraisals(struct stream *s, const struct sample *sample)
{
	const struct appraisal **list;

	list = malloc((sample->appraisal_count + 1) * sizeof *list);
	if (!list)
		return -ENOMEM;
	for (size_t i = 0; i < sample->appraisal_count; i++)
		list[i] = &sample->appraisals[i];
	qsort(list, sample->appraisal_count, sizeof *list, compare_appraisals);
	put_number(s, sample->appraisal_count);
	for (size_t i = 0; i < sample->appraisal_count; i++) {
		const struct appraisal *a = list[i];

		put_number(s, a->unit);
		put_number(s, a->target);
		put_number(s, a->target == TARGET_CRITERION ? a->criterion : 0);
		put_number(s, (uint64_t)a->points.micro);
		put_text(s, a->evidence);
	}
	free(list);
	return 0;
}

static void put_measured(struct stream *s, const struct sample *sample)
{
	put_number(s, sample->measured_count);
	for (size_t i = 0; i < sample->measured_count; i++) {
		const struct measured *m = &sample->measured[i];

		put_number(s, m->unit);
		put_number(s, m->criterion);
		put_number(s, (uint64_t)m->value.micro);
		put_text(s, m->evidence);
	}
}

static void put_unit(struct stream *s, const struct unit_result *u)
{
	put_text(s, u->exact);
	put_text(s, u->score);
	put_number(s, u->status);
	put_number(s, u->rank);
	put_number(s, u->rank_low);
	put_number(s, u->rank_high);
	put_number(s, (uint64_t)(u->band + 1));
	put_number(s, u->band_certain);
	put_text(s, u->se);
	put_text(s, u->ci_low);
	put_text(s, u->ci_high);
	put_number(s, u->raters);
	put_number(s, u->criteria_counted);
	put_number(s, u->criteria_applicable);
}

int digest_result(struct result *r)
{
	const struct tally *t = r->tally;
	uint8_t rules[crypto_hash_sha256_BYTES];
	struct stream s;
	int err = manifest_rules_digest(r->round, rules);

	if (err)
		return err;
	crypto_hash_sha256_init(&s.state);
	put_text(&s, "par-result/2");
	crypto_hash_sha256_update(&s.state, rules, sizeof rules);
	put_frame(&s, t);
	put_counters(&s, t);
	err = put_appraisals(&s, t->sample);
	if (err)
		return err;
	put_measured(&s, t->sample);
	put_number(&s, r->unit_count);
	for (uint32_t u = 0; u < r->unit_count; u++)
		put_unit(&s, &r->units[u]);
	crypto_hash_sha256_final(&s.state, r->hash);
	return 0;
}
