#include "services/collector/query.h"

#include <errno.h>

#include "common/base/err.h"
#include "common/net/part_wire.h"
#include "common/round/manifest.h"
#include "services/collector/throttle.h"

void query_position(const struct position *p, Par__V1__Position *out)
{
	par__v1__position__init(out);
	out->journal = proto_view(bytes_of(p->journal, sizeof p->journal));
	out->shard = p->shard;
	out->n = p->n;
	out->chain = proto_view(bytes_of(p->chain, sizeof p->chain));
}

static void say_no_round(struct collector *c, const struct request *q,
			 struct bytes code)
{
	struct faults faults;

	faults_init(&faults);
	faults_add(&faults, NULL, 0, "there is no round %.*s", (int)code.len,
		   (const char *)code.data);
	answer_refuse(c, q, PAR__V1__OUTCOME__OUTCOME_REFUSED, &faults);
	faults_free(&faults);
}

/* ---- the manifest ---- */

/* Encodes it once for all the parts that are asked for in a row. */
static int prepare(struct collector *c, const struct fold_round *r)
{
	int err;

	if (c->manifest_round == fold_round_number(r))
		return 0;
	c->manifest_round = 0;
	buf_reset(&c->manifest);
	err = manifest_encode(fold_round_model(r), true, &c->manifest);
	if (err)
		return err;
	whole_init(&c->manifest_whole, buf_bytes(&c->manifest), PART_INTAKE_MAX);
	c->manifest_round = fold_round_number(r);
	return 0;
}

static void send_part(struct collector *c, const struct request *q,
		      const struct part *part)
{
	Par__V1__Part message = part_wire_message(part);
	Par__V1__IntakeReply reply;

	answer_init(&reply, q->id, PAR__V1__OUTCOME__OUTCOME_DONE);
	reply.what_case = PAR__V1__INTAKE_REPLY__WHAT_MANIFEST;
	reply.manifest = &message;
	answer_send(c, q, &reply);
}

void on_manifest_query(struct collector *c, const struct request *q)
{
	const Par__V1__ManifestQuery *m = q->message->manifest;
	struct bytes code = proto_bytes(m->round);
	const struct fold_round *r = fold_round_by_code(c->fold, code);
	struct part part;
	int err;

	if (throttle_holds_question(c, q))
		return;
	if (!r) {
		say_no_round(c, q, code);
		return;
	}
	err = prepare(c, r);
	if (err) {
		collector_fail(c, "manifest-failed", err);
		return;
	}
	if (whole_part(&c->manifest_whole, m->part, &part))
		send_part(c, q, &part);
	else
		answer_say(c, q, PAR__V1__OUTCOME__OUTCOME_REFUSED,
			   "the manifest has no such part");
}

/* ---- the status ---- */

static Par__V1__RoundState wire_state(enum round_state s)
{
	static const Par__V1__RoundState names[] = {
	    [ROUND_OPEN] = PAR__V1__ROUND_STATE__ROUND_STATE_OPEN,
	    [ROUND_CLOSED] = PAR__V1__ROUND_STATE__ROUND_STATE_CLOSED,
	    [ROUND_VOID] = PAR__V1__ROUND_STATE__ROUND_STATE_VOID,
	};

	return names[s];
}

static int put_labels(struct collector *c, const struct stratum *s, uint32_t columns,
		      Par__V1__StratumStatus *out)
{
	out->labels = arena_get(&c->answers, (columns + 1) * sizeof *out->labels);
	if (!out->labels)
		return -ENOMEM;
	for (uint32_t i = 0; i < columns; i++)
		out->labels[i] = proto_view(bytes_str(s->labels[i]));
	out->n_labels = columns;
	return 0;
}

static int put_strata(struct collector *c, const struct fold_round *r,
		      Par__V1__RoundStatus *out)
{
	uint32_t columns = fold_round_model(r)->strata_column_count;
	uint32_t count;
	const struct stratum *strata = fold_round_strata(r, &count);
	Par__V1__StratumStatus *list = arena_get(&c->answers, count * sizeof *list);

	out->strata = arena_get(&c->answers, count * sizeof *out->strata);
	if (!list || !out->strata)
		return -ENOMEM;
	for (uint32_t i = 0; i < count; i++) {
		int err;

		par__v1__stratum_status__init(&list[i]);
		err = put_labels(c, &strata[i], columns, &list[i]);
		if (err)
			return err;
		list[i].members = strata[i].members;
		list[i].invited = strata[i].rows;
		list[i].responded = fold_round_counts(r, (int32_t)i).responded;
		out->strata[i] = &list[i];
	}
	out->n_strata = count;
	return 0;
}

static int put_title(struct collector *c, const struct text2 *title,
		     Par__V1__RoundStatus *out)
{
	out->title = arena_get(&c->answers, sizeof *out->title);
	if (!out->title)
		return -ENOMEM;
	par__v1__text__init(out->title);
	out->title->vi = proto_view(bytes_str(title->vi));
	out->title->en = proto_view(bytes_str(title->en));
	return 0;
}

static int put_round(struct collector *c, const struct fold_round *r,
		     Par__V1__RoundStatus *out)
{
	const struct round *model = fold_round_model(r);
	struct fold_counts counts = fold_round_counts(r, -1);
	int err;

	par__v1__round_status__init(out);
	out->code = proto_view(bytes_str(model->code));
	out->state = wire_state(fold_round_state(r));
	out->trial = model->trial;
	out->closes = proto_view(bytes_str(model->closes));
	out->invited = fold_round_roster_rows(r);
	out->responded = counts.responded;
	out->sheets_live = counts.sheets_live;
	out->sheets_taken = counts.sheets_taken;
	out->sheets_annulled = counts.sheets_annulled;
	out->releases = fold_round_releases(r);
	out->rules = proto_view(bytes_of(fold_round_rules(r), 32));
	err = put_title(c, &model->title, out);
	return err ? err : put_strata(c, r, out);
}

/* Rounds first..last by number. */
static int put_rounds(struct collector *c, uint32_t first, uint32_t last,
		      Par__V1__StatusReply *out)
{
	size_t room = (size_t)last - first + 1;
	Par__V1__RoundStatus *list = arena_get(&c->answers, (room + 1) * sizeof *list);

	out->rounds = arena_get(&c->answers, (room + 1) * sizeof *out->rounds);
	if (!list || !out->rounds)
		return -ENOMEM;
	for (uint32_t i = first; i <= last; i++) {
		Par__V1__RoundStatus *one = &list[i - first];
		int err = put_round(c, fold_round_by_number(c->fold, i), one);

		if (err)
			return err;
		out->rounds[out->n_rounds++] = one;
	}
	return 0;
}

/* What does not fit into a message goes: first the strata, then the oldest rounds. */
static void fit(Par__V1__StatusReply *status)
{
	for (size_t i = 0; i < status->n_rounds; i++) {
		if (par__v1__status_reply__get_packed_size(status) <= ANSWER_BYTES_MAX)
			return;
		status->rounds[i]->n_strata = 0;
	}
	while (status->n_rounds > 1 &&
	       par__v1__status_reply__get_packed_size(status) > ANSWER_BYTES_MAX) {
		status->rounds++;
		status->n_rounds--;
	}
}

static void send_status(struct collector *c, const struct request *q, uint32_t first,
			uint32_t last)
{
	struct journal_usage usage = journal_usage(c->journal);
	struct position head = journal_head(c->journal, 0);
	Par__V1__StatusReply status = PAR__V1__STATUS_REPLY__INIT;
	Par__V1__Position position;
	Par__V1__IntakeReply reply;
	int err = put_rounds(c, first, last, &status);

	if (err) {
		collector_fail(c, "status-failed", err);
		return;
	}
	query_position(&head, &position);
	status.head = &position;
	status.used_bytes = usage.used;
	status.limit_bytes = usage.limit;
	fit(&status);
	answer_init(&reply, q->id, PAR__V1__OUTCOME__OUTCOME_DONE);
	reply.what_case = PAR__V1__INTAKE_REPLY__WHAT_STATUS;
	reply.status = &status;
	answer_send(c, q, &reply);
}

void on_status_query(struct collector *c, const struct request *q)
{
	struct bytes code = proto_bytes(q->message->status->round);
	const struct fold_round *r;

	if (throttle_holds_question(c, q))
		return;
	if (!code.len) {
		send_status(c, q, 1, fold_round_count(c->fold));
		return;
	}
	r = fold_round_by_code(c->fold, code);
	if (r)
		send_status(c, q, fold_round_number(r), fold_round_number(r));
	else
		say_no_round(c, q, code);
}
