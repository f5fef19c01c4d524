/* Appraisals and measured values: all rows or none. */

#include "services/collector/order.h"

#include <errno.h>
#include <stdlib.h>

#include "common/base/err.h"
#include "services/collector/decoder.h"

/* Faults of one row get its number before them. */
static void move_faults(struct faults *from, size_t row, struct faults *to)
{
	for (size_t i = 0; i < from->listed; i++)
		faults_add(to, NULL, 0, "row %zu: %s", row + 1, from->list[i].text);
	faults_free(from);
}

/* Faults of one row; negative: out of memory. */
typedef int check_fn(const struct round *model, const ProtobufCMessage *row,
		     struct faults *faults);

/* All rows, of a round that order_round() has found, or with its fault has not. */
static int check_rows(const struct fold_round *r, ProtobufCMessage *const *rows,
		      size_t count, check_fn *check, struct faults *faults)
{
	if (!count)
		faults_add(faults, NULL, 0, "there are no rows");
	for (size_t i = 0; r && i < count; i++) {
		struct faults own;
		int err;

		faults_init(&own);
		err = check(fold_round_model(r), rows[i], &own);
		move_faults(&own, i, faults);
		if (err)
			return err;
	}
	return faults->count ? ERR_REFUSED : 0;
}

static bool target_of(Par__V1__AppraisalTarget wire, enum appraisal_target *out)
{
	if (wire == PAR__V1__APPRAISAL_TARGET__APPRAISAL_TARGET_CRITERION)
		*out = TARGET_CRITERION;
	else if (wire == PAR__V1__APPRAISAL_TARGET__APPRAISAL_TARGET_BONUS)
		*out = TARGET_BONUS;
	else if (wire == PAR__V1__APPRAISAL_TARGET__APPRAISAL_TARGET_PENALTY)
		*out = TARGET_PENALTY;
	else
		return false;
	return true;
}

/* Units and criteria travel as 1 + place, so 0 is nobody's. */
static bool places_exist(const struct round *model, uint32_t unit, uint32_t criterion,
			 struct faults *faults)
{
	size_t before = faults->count;

	if (!unit || unit > model->unit_count)
		faults_add(faults, NULL, 0, "there is no unit number %u", unit);
	if (!criterion || criterion > model->criterion_count)
		faults_add(faults, NULL, 0, "there is no criterion number %u",
			   criterion);
	return faults->count == before;
}

static void check_appraisal_texts(const Par__V1__Appraisal *in, struct faults *faults)
{
	order_check_text(in->evidence, "evidence", MODEL_TEXT_MAX, false, faults);
	order_check_text(in->by, "name of who appraised", MODEL_TEXT_MAX, false,
			 faults);
}

static int check_appraisal(const struct round *model, const ProtobufCMessage *row,
			   struct faults *faults)
{
	const Par__V1__Appraisal *in = (const Par__V1__Appraisal *)row;
	struct appraisal a = {.points = {in->points}};
	const char *words;

	check_appraisal_texts(in, faults);
	if (!target_of(in->target, &a.target)) {
		faults_add(faults, NULL, 0,
			   "it is neither of a criterion, nor bonus, nor "
			   "penalty");
		return 0;
	}
	if (!places_exist(model, in->unit,
			  a.target == TARGET_CRITERION ? in->criterion : 1, faults))
		return 0;
	a.unit = in->unit - 1;
	a.criterion = a.target == TARGET_CRITERION ? in->criterion - 1 : 0;
	a.evidence = bytes_dup(proto_bytes(in->evidence));
	a.by = bytes_dup(proto_bytes(in->by));
	words = a.evidence && a.by ? appraisal_fault(model, &a) : NULL;
	if (words)
		faults_add(faults, NULL, 0, "%s", words);
	free(a.evidence);
	free(a.by);
	return a.evidence && a.by ? 0 : -ENOMEM;
}

int order_appraisals(const struct order_context *x, const Par__V1__Command *m,
		     struct order *o, struct faults *faults)
{
	const Par__V1__AddAppraisals *in = m->appraisals;
	const struct fold_round *r = order_round(x, in->round, o, faults);
	Par__V1__AppraisalsEntry entry = PAR__V1__APPRAISALS_ENTRY__INIT;

	int err = check_rows(r, (ProtobufCMessage *const *)in->rows, in->n_rows,
			     check_appraisal, faults);

	if (err)
		return err;
	entry.n_rows = in->n_rows;
	entry.rows = in->rows;
	entry.nonce = order_nonce(o);
	return order_fill(o, ENTRY_APPRAISALS, &entry.base);
}

static int check_measured(const struct round *model, const ProtobufCMessage *row,
			  struct faults *faults)
{
	const Par__V1__Measured *in = (const Par__V1__Measured *)row;
	struct measured m = {.value = {in->value}};
	const char *words;

	order_check_text(in->evidence, "evidence", MODEL_TEXT_MAX, false, faults);
	if (!places_exist(model, in->unit, in->criterion, faults))
		return 0;
	m.unit = in->unit - 1;
	m.criterion = in->criterion - 1;
	m.evidence = bytes_dup(proto_bytes(in->evidence));
	if (!m.evidence)
		return -ENOMEM;
	words = measured_fault(model, &m);
	if (words)
		faults_add(faults, NULL, 0, "%s", words);
	free(m.evidence);
	return 0;
}

int order_measured(const struct order_context *x, const Par__V1__Command *m,
		   struct order *o, struct faults *faults)
{
	const Par__V1__AddMeasured *in = m->measured;
	const struct fold_round *r = order_round(x, in->round, o, faults);
	Par__V1__MeasuredEntry entry = PAR__V1__MEASURED_ENTRY__INIT;

	int err = check_rows(r, (ProtobufCMessage *const *)in->rows, in->n_rows,
			     check_measured, faults);

	if (err)
		return err;
	entry.n_rows = in->n_rows;
	entry.rows = in->rows;
	entry.nonce = order_nonce(o);
	return order_fill(o, ENTRY_MEASURED, &entry.base);
}
