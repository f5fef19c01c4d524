/* Opening, roster, annulments, values, closing and voiding: what control entries do. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/err.h"
#include "common/round/fold_internal.h"
#include "common/round/list.h"
#include "common/round/manifest.h"
#include "common/round/proto.h"
#include "par/v1/entry.pb-c.h"

uint32_t fold_rater_bound(uint64_t roster_rows)
{
	return (uint32_t)(2 * roster_rows);
}

/* -ENOMEM and ERR_VERSION stop the fold; any other fault is an entry that does nothing.
 */
static int is_fatal(int err)
{
	return err == -ENOMEM || err == ERR_VERSION ? err : 0;
}

static int read_manifest(struct bytes body, struct round *model)
{
	struct faults faults;
	int err;

	faults_init(&faults);
	err = manifest_decode(body, model, &faults);
	faults_free(&faults);
	return err;
}

/* Takes the model over. */
static int make_round(struct fold *f, struct round *model, struct fold_round **out)
{
	struct fold_round *r = calloc(1, sizeof *r);
	int err;

	if (r == NULL) {
		model_free(model);
		return -ENOMEM;
	}
	r->fold = f;
	r->number = f->round_count + 1;
	r->model = *model;
	r->roster_rows = model->roster_rows;
	values_init(&r->values);
	err = sheets_init(&r->sheets, f->keep_answers);
	if (err == 0)
		err = manifest_rules_digest(&r->model, r->rules);
	if (err == 0)
		err = model_strata_copy(r->model.strata, r->model.stratum_count,
					r->model.strata_column_count, &r->strata);
	if (err == 0) {
		r->stratum_count = r->model.stratum_count;
		err = sheets_grow(&r->sheets, fold_rater_bound(r->roster_rows),
				  r->stratum_count);
	}
	if (err != 0) {
		fold_round_free(r);
		return err;
	}
	*out = r;
	return 0;
}

int fold_apply_open(struct fold *f, uint64_t n, const struct entry *e)
{
	struct fold_round **list, *r;
	struct round model;
	int err = read_manifest(e->body, &model);

	if (err != 0)
		return is_fatal(err);
	if (e->round != f->round_count + 1 || model.roster_rows > FOLD_ROSTER_MAX ||
	    fold_round_by_code(f, bytes_str(model.code)) != NULL) {
		model_free(&model);
		return 0;
	}
	list = list_room(f->rounds, f->round_count, sizeof *list);
	if (list == NULL) {
		model_free(&model);
		return -ENOMEM;
	}
	f->rounds = list;
	err = make_round(f, &model, &r);
	if (err != 0)
		return err;
	r->changed = n;
	f->rounds[f->round_count++] = r;
	return 0;
}

/* The frame of a roster entry keeps what was there before, and is a frame. */
static bool frame_follows(const struct fold_round *r, const Par__V1__RosterEntry *m)
{
	uint64_t rows = 0;

	if (m->n_strata < r->stratum_count || m->n_strata > MODEL_STRATA_MAX)
		return false;
	for (size_t i = 0; i < m->n_strata; i++) {
		const Par__V1__Stratum *s = m->strata[i];

		if (s->n_labels != r->model.strata_column_count ||
		    s->rows > FOLD_ROSTER_MAX || s->members < s->rows ||
		    s->members > MODEL_MEMBERS_MAX)
			return false;
		rows += s->rows;
		for (size_t k = 0; k < s->n_labels; k++) {
			struct bytes label = proto_bytes(s->labels[k]);

			if (label.len > MODEL_CODE_MAX || !text_is_nfc(label))
				return false;
			if (i < r->stratum_count &&
			    !bytes_equal(label, bytes_str(r->strata[i].labels[k])))
				return false;
		}
		if (i < r->stratum_count && s->rows < r->strata[i].rows)
			return false;
	}
	return m->roster != NULL && m->roster->rows == rows && rows >= r->roster_rows &&
	       rows <= FOLD_ROSTER_MAX;
}

static int take_labels(const Par__V1__Stratum *m, struct stratum *out)
{
	out->labels = calloc(m->n_labels + 1, sizeof *out->labels);
	if (out->labels == NULL)
		return -ENOMEM;
	for (size_t k = 0; k < m->n_labels; k++) {
		out->labels[k] = bytes_dup(proto_bytes(m->labels[k]));
		if (out->labels[k] == NULL)
			return -ENOMEM;
	}
	return 0;
}

static int take_frame(struct fold_round *r, const Par__V1__RosterEntry *m)
{
	uint32_t columns = r->model.strata_column_count;
	uint32_t count = (uint32_t)m->n_strata;
	struct stratum *frame = calloc(count + (size_t)1, sizeof *frame);

	if (frame == NULL)
		return -ENOMEM;
	for (uint32_t i = 0; i < count; i++) {
		if (take_labels(m->strata[i], &frame[i]) != 0) {
			model_strata_free(frame, i + 1, columns);
			return -ENOMEM;
		}
		frame[i].members = m->strata[i]->members;
		frame[i].rows = m->strata[i]->rows;
	}
	model_strata_free(r->strata, r->stratum_count, columns);
	r->strata = frame;
	r->stratum_count = count;
	return 0;
}

int fold_apply_roster(struct fold *f, struct fold_round *r, struct bytes body,
		      struct fold_command *done)
{
	void *parsed;
	const Par__V1__RosterEntry *m;
	int err = fold_parse(f, &par__v1__roster_entry__descriptor, body, &parsed);

	m = parsed;
	if (err != 0 || m == NULL)
		return err;
	if (r->state != ROUND_OPEN || !frame_follows(r, m))
		return 0;
	err = sheets_grow(&r->sheets, fold_rater_bound(m->roster->rows),
			  (uint32_t)m->n_strata);
	if (err == 0)
		err = take_frame(r, m);
	if (err != 0)
		return err;
	done->rows = m->roster->rows - r->roster_rows;
	r->roster_rows = m->roster->rows;
	return 0;
}

int fold_apply_annul(struct fold *f, struct fold_round *r, uint64_t n,
		     struct bytes body, struct fold_command *done)
{
	void *parsed;
	const Par__V1__AnnulEntry *m;
	int err = fold_parse(f, &par__v1__annul_entry__descriptor, body, &parsed);

	m = parsed;
	if (err != 0 || m == NULL)
		return err;
	done->rows = sheets_live_of_import(&r->sheets, m->import_id);
	sheets_annul_import(&r->sheets, m->import_id);
	for (size_t i = 0; i < m->n_raters; i++) {
		uint32_t rater = m->raters[i] - 1; /* of a 0 no rater there is */

		done->rows += sheets_live_of_rater(&r->sheets, rater);
		sheets_annul_rater(&r->sheets, rater);
	}
	if (done->rows > 0)
		r->annulled_n = n;
	return 0;
}

static bool target_in(Par__V1__AppraisalTarget wire, enum appraisal_target *out)
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

static int put_appraisal(struct fold_round *r, const Par__V1__Appraisal *m,
			 struct fold_command *done)
{
	struct appraisal a = {.unit = m->unit - 1, .points.micro = m->points};
	int err;

	if (!target_in(m->target, &a.target) ||
	    (a.target != TARGET_CRITERION && m->criterion != 0))
		return 0;
	if (a.target == TARGET_CRITERION)
		a.criterion = m->criterion - 1;
	a.evidence = bytes_dup(proto_bytes(m->evidence));
	a.by = bytes_dup(proto_bytes(m->by));
	if (a.evidence == NULL || a.by == NULL) {
		err = -ENOMEM;
	} else if (appraisal_fault(&r->model, &a) != NULL) {
		err = 0;
	} else {
		err = values_put_appraisal(&r->values, &a);
		if (err == 0) {
			done->rows++;
			return 0;
		}
	}
	free(a.evidence);
	free(a.by);
	return err;
}

static int put_measured(struct fold_round *r, const Par__V1__Measured *m,
			struct fold_command *done)
{
	struct measured x = {.unit = m->unit - 1,
			     .criterion = m->criterion - 1,
			     .value.micro = m->value,
			     .evidence = bytes_dup(proto_bytes(m->evidence))};
	int err = 0;

	if (x.evidence == NULL)
		return -ENOMEM;
	if (measured_fault(&r->model, &x) == NULL) {
		err = values_put_measured(&r->values, &x);
		if (err == 0) {
			done->rows++;
			return 0;
		}
	}
	free(x.evidence);
	return err;
}

int fold_apply_values(struct fold *f, struct fold_round *r, const struct entry *e,
		      struct fold_command *done)
{
	bool appraisals = e->kind == ENTRY_APPRAISALS;
	void *parsed;
	int err = fold_parse(f,
			     appraisals ? &par__v1__appraisals_entry__descriptor
					: &par__v1__measured_entry__descriptor,
			     e->body, &parsed);

	if (err != 0 || parsed == NULL)
		return err;
	if (appraisals) {
		const Par__V1__AppraisalsEntry *m = parsed;

		for (size_t i = 0; err == 0 && i < m->n_rows; i++)
			err = put_appraisal(r, m->rows[i], done);
	} else {
		const Par__V1__MeasuredEntry *m = parsed;

		for (size_t i = 0; err == 0 && i < m->n_rows; i++)
			err = put_measured(r, m->rows[i], done);
	}
	return err;
}

int fold_apply_state(struct fold *f, struct fold_round *r, const struct entry *e)
{
	bool closes = e->kind == ENTRY_CLOSE;
	void *parsed;
	int err = fold_parse(f,
			     closes ? &par__v1__close_entry__descriptor
				    : &par__v1__void_entry__descriptor,
			     e->body, &parsed);

	if (err != 0 || parsed == NULL)
		return err;
	if (closes && r->state == ROUND_OPEN)
		r->state = ROUND_CLOSED;
	if (!closes && r->release_count == 0)
		r->state = ROUND_VOID;
	return 0;
}
