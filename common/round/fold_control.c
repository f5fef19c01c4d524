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

/* Takes the strata over on success. */
static int add_frame(struct fold_round *r, const struct fold_frame *frame)
{
	struct fold_frame *list = list_room(r->frames, r->frame_count, sizeof *list);

	if (list == NULL)
		return -ENOMEM;
	r->frames = list;
	list[r->frame_count++] = *frame;
	return 0;
}

static int first_frame(struct fold_round *r, uint64_t n)
{
	struct fold_frame frame = {.n = n,
				   .stratum_count = r->model.stratum_count,
				   .rows = r->model.roster_rows};
	uint32_t columns = r->model.strata_column_count;
	int err = model_strata_copy(r->model.strata, r->model.stratum_count, columns,
				    &frame.strata);

	if (err != 0)
		return err;
	memcpy(frame.digest, r->model.roster_digest, sizeof frame.digest);
	err = add_frame(r, &frame);
	if (err != 0)
		model_strata_free(frame.strata, frame.stratum_count, columns);
	return err;
}

/* Takes the model over. */
static int make_round(struct fold *f, uint64_t n, uint32_t number, struct round *model,
		      struct fold_round **out)
{
	struct fold_round *r = calloc(1, sizeof *r);
	int err;

	if (r == NULL) {
		model_free(model);
		return -ENOMEM;
	}
	r->fold = f;
	r->number = number;
	r->model = *model;
	r->changed = n;
	values_init(&r->values);
	err = sheets_init(&r->sheets, f->keep_answers, r->model.answer_count);
	if (err == 0)
		err = manifest_rules_digest(&r->model, r->rules);
	if (err == 0)
		err = first_frame(r, n);
	if (err == 0)
		err = sheets_grow(&r->sheets, fold_rater_bound(r->model.roster_rows),
				  r->model.stratum_count);
	if (err != 0) {
		fold_round_free(r);
		return err;
	}
	*out = r;
	return 0;
}

/* METHOD S6: what pooled rounds hold must not change any more. */
static bool pool_is_closed(const struct fold *f, const struct round *model)
{
	for (uint32_t i = 0; i < model->composite.pool_count; i++) {
		const struct fold_round *r =
		    fold_round_by_code(f, bytes_str(model->composite.pool[i]));

		if (r == NULL || r->state != ROUND_CLOSED)
			return false;
	}
	return true;
}

/* Whether an opening had its number. One that was skipped may have done nothing. */
static bool is_next(const struct fold *f, uint32_t number)
{
	return number == f->round_count + 1 ||
	       (number > 0 && number == f->round_count &&
		f->rounds[number - 1] == NULL);
}

int fold_apply_open(struct fold *f, uint64_t n, const struct entry *e)
{
	struct fold_round *r;
	struct round model;
	int err = read_manifest(e->body, &model);

	if (err != 0)
		return is_fatal(err);
	if (!is_next(f, e->round) || model.roster_rows > FOLD_ROSTER_MAX ||
	    fold_round_by_code(f, bytes_str(model.code)) != NULL ||
	    !pool_is_closed(f, &model)) {
		model_free(&model);
		return 0;
	}
	err = make_round(f, n, e->round, &model, &r);
	if (err != 0)
		return err;
	err = fold_put_round(f, e->round, r);
	if (err != 0)
		fold_round_free(r);
	return err != 0 ? err : fold_adopt_lost(f, r);
}

/* The frame of a roster entry keeps what was there before, and is a frame. */
static bool frame_follows(const struct fold_round *r, const Par__V1__RosterEntry *m)
{
	const struct fold_frame *now = fold_round_frame(r);
	uint64_t rows = 0;

	if (m->n_strata < now->stratum_count || m->n_strata > MODEL_STRATA_MAX)
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
			if (i < now->stratum_count &&
			    !bytes_equal(label, bytes_str(now->strata[i].labels[k])))
				return false;
		}
		if (i < now->stratum_count && s->rows < now->strata[i].rows)
			return false;
	}
	return m->roster != NULL && m->roster->rows == rows && rows >= now->rows &&
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

static int take_frame(struct fold_round *r, uint64_t n, const Par__V1__RosterEntry *m)
{
	uint32_t columns = r->model.strata_column_count;
	struct fold_frame frame = {
	    .n = n, .stratum_count = (uint32_t)m->n_strata, .rows = m->roster->rows};
	int err = 0;

	frame.strata = calloc(m->n_strata + 1, sizeof *frame.strata);
	if (frame.strata == NULL)
		return -ENOMEM;
	if (m->roster->digest.len == sizeof frame.digest)
		memcpy(frame.digest, m->roster->digest.data, sizeof frame.digest);
	for (uint32_t i = 0; err == 0 && i < frame.stratum_count; i++) {
		err = take_labels(m->strata[i], &frame.strata[i]);
		frame.strata[i].members = m->strata[i]->members;
		frame.strata[i].rows = m->strata[i]->rows;
	}
	if (err == 0)
		err = add_frame(r, &frame);
	if (err != 0)
		model_strata_free(frame.strata, frame.stratum_count, columns);
	return err;
}

int fold_apply_roster(struct fold *f, struct fold_round *r, uint64_t n,
		      struct bytes body, struct fold_command *done)
{
	uint64_t before = fold_round_roster_rows(r);
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
		err = take_frame(r, n, m);
	if (err == 0)
		done->rows = m->roster->rows - before;
	return err;
}

int fold_apply_annul(struct fold *f, struct fold_round *r, uint64_t n,
		     struct bytes body, struct fold_command *done)
{
	void *parsed;
	const Par__V1__AnnulEntry *m;
	struct bytes reason;
	int err = fold_parse(f, &par__v1__annul_entry__descriptor, body, &parsed);

	m = parsed;
	if (err != 0 || m == NULL)
		return err;
	reason = proto_bytes(m->reason);
	if (!text_is_nfc(reason) || !fold_round_takes_reason(r, reason))
		return 0;
	err = sheets_annul(&r->sheets, n, reason);
	if (err != 0)
		return err;
	done->rows = sheets_annul_import(&r->sheets, m->import_id);
	for (size_t i = 0; i < m->n_raters; i++) /* of a 0 no rater there is */
		done->rows += sheets_annul_rater(&r->sheets, m->raters[i] - 1);
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

static int put_appraisal(struct fold_round *r, uint64_t n, const Par__V1__Appraisal *m,
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
		err = values_put_appraisal(&r->values, n, &a);
		if (err == 0) {
			done->rows++;
			return 0;
		}
	}
	free(a.evidence);
	free(a.by);
	return err;
}

static int put_measured(struct fold_round *r, uint64_t n, const Par__V1__Measured *m,
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
		err = values_put_measured(&r->values, n, &x);
		if (err == 0) {
			done->rows++;
			return 0;
		}
	}
	free(x.evidence);
	return err;
}

int fold_apply_values(struct fold *f, struct fold_round *r, uint64_t n,
		      const struct entry *e, struct fold_command *done)
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
			err = put_appraisal(r, n, m->rows[i], done);
	} else {
		const Par__V1__MeasuredEntry *m = parsed;

		for (size_t i = 0; err == 0 && i < m->n_rows; i++)
			err = put_measured(r, n, m->rows[i], done);
	}
	return err;
}

int fold_apply_state(struct fold *f, struct fold_round *r, uint64_t n,
		     const struct entry *e)
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
	if (!closes && r->release_count == 0) {
		r->state = ROUND_VOID;
		r->void_n = n;
	}
	return 0;
}
