#include "common/report/analysis.h"

#include <errno.h>
#include <stdlib.h>

#include "common/base/err.h"
#include "common/report/holding.h"

/* ---- what the fold gives ---- */

int analysis_take(const struct fold_round *r, uint64_t n, struct analysis **out)
{
	struct analysis *a = calloc(1, sizeof(*a));
	int err = a == NULL ? -ENOMEM : fold_sample_at(r, n, n, &a->sample);

	if (err == 0 && a->sample.annulment_count > 0) {
		err = fold_sample_unannulled(r, n, &a->unannulled);
		a->annulled = err == 0;
	}
	if (err != 0) {
		analysis_free(a);
		return err;
	}
	*out = a;
	return 0;
}

int analysis_take_release(const struct fold_round *r, uint64_t n, uint32_t number,
			  struct analysis **out)
{
	struct analysis *a;
	int err = analysis_take(r, n, &a);

	if (err != 0)
		return err;
	a->earlier = calloc(number, sizeof(*a->earlier));
	if (a->earlier == NULL)
		err = -ENOMEM;
	for (a->number = 1; err == 0 && a->number < number; a->number++) {
		const struct fold_release *before = fold_release_of(r, a->number);
		uint64_t cut = before->n - 1;

		if (!before->lost)
			err = fold_sample_at(r, cut, cut, &a->earlier[a->number - 1]);
	}
	if (err != 0) {
		analysis_free(a);
		return err;
	}
	*out = a;
	return 0;
}

/* ---- what the worker makes of it ---- */

/* Without them there may be no result: that of the release must not suffer from it. */
static int find_with_annulled(struct analysis *a, uint32_t threads)
{
	struct faults faults;
	int err;

	faults_init(&faults);
	err = result_figures(&a->unannulled, threads, a->with_annulled, &faults);
	faults_free(&faults);
	if (err != ERR_REFUSED && err != ERR_OVERFLOW)
		return err;
	free(a->with_annulled);
	a->with_annulled = NULL;
	return 0;
}

/* O3: the figures as if nothing had been annulled. */
static int score_annulled(struct analysis *a, uint32_t threads)
{
	size_t places = (size_t)a->result.unit_count + 1;

	if (!a->annulled)
		return 0;
	a->with_annulled = calloc(places, sizeof(*a->with_annulled));
	if (a->with_annulled == NULL)
		return -ENOMEM;
	return find_with_annulled(a, threads);
}

static int compute_columns(struct analysis *a, uint32_t threads)
{
	int err = response_count(&a->result, &a->response);

	if (err == 0)
		err = flags_find(&a->sample, &a->flags);
	if (err == 0)
		err = reliability_compute(&a->result, &a->reliability);
	if (err == 0)
		err = leave_out_compute(&a->result, &a->leave_out);
	if (err != 0)
		return err;
	a->uncertainty = calloc(a->result.unit_count + 1, sizeof(*a->uncertainty));
	if (a->uncertainty == NULL)
		return -ENOMEM;
	err = uncertainty_compute(&a->result, UNCERTAINTY_DRAWS, a->uncertainty);
	if (err == 0)
		err = score_annulled(a, threads);
	return err;
}

int analysis_compute(struct analysis *a, uint32_t threads, struct faults *faults)
{
	int err = result_compute(&a->sample, threads, &a->result, faults);

	if (err == 0)
		err = compute_columns(a, threads);
	if (err == 0 && a->number > 0)
		err = holding_publish(&a->result, a->earlier, a->number, threads,
				      &a->public, faults);
	return err;
}

void analysis_free(struct analysis *a)
{
	if (a == NULL)
		return;
	public_free(&a->public);
	leave_out_free(&a->leave_out);
	flags_free(&a->flags);
	reliability_free(&a->reliability);
	response_free(&a->response);
	free(a->uncertainty);
	free(a->with_annulled);
	result_free(&a->result);
	for (uint32_t i = 0; a->earlier != NULL && i + 1 < a->number; i++)
		sample_free(&a->earlier[i]);
	free(a->earlier);
	sample_free(&a->unannulled);
	sample_free(&a->sample);
	free(a);
}
