#include "services/collector/order.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "common/base/err.h"
#include "services/collector/decoder.h"

void order_init(struct order *o)
{
	*o = (struct order){0};
	buf_init(&o->body, ENTRY_BODY_MAX);
}

void order_free(struct order *o)
{
	assert(!o->enrolment.roster);
	buf_free(&o->body);
}

struct fold_round *order_round(const struct order_context *x, ProtobufCBinaryData code,
			       struct order *o, struct faults *faults)
{
	struct fold_round *r = fold_round_by_code(x->fold, proto_bytes(code));

	if (!r) {
		faults_add(faults, NULL, 0, "there is no round %.*s", (int)code.len,
			   (const char *)code.data);
		return NULL;
	}
	o->round = fold_round_number(r);
	if (fold_round_state(r) == ROUND_VOID) {
		faults_add(faults, NULL, 0, "round %.*s is void", (int)code.len,
			   (const char *)code.data);
		return NULL;
	}
	return r;
}

void order_check_text(ProtobufCBinaryData text, const char *what, size_t max,
		      bool required, struct faults *faults)
{
	if (required && !text.len)
		faults_add(faults, NULL, 0, "the %s is missing", what);
	if (text.len > max)
		faults_add(faults, NULL, 0,
			   "the %s has %zu bytes; at most %zu are taken", what,
			   text.len, max);
	else if (!text_is_nfc(proto_bytes(text)))
		faults_add(faults, NULL, 0, "the %s is not UTF-8 text in form NFC",
			   what);
}

ProtobufCBinaryData order_nonce(struct order *o)
{
	randombytes_buf(o->nonce, sizeof o->nonce);
	return proto_view(bytes_of(o->nonce, sizeof o->nonce));
}

int order_fill(struct order *o, enum entry_kind kind, const ProtobufCMessage *body)
{
	size_t size = protobuf_c_message_get_packed_size(body);
	int err = buf_reserve(&o->body, size);

	if (err)
		return err;
	o->body.len += protobuf_c_message_pack(body, o->body.data + o->body.len);
	o->append = true;
	o->kind = kind;
	return 0;
}

static const char *code_of(const struct fold_round *r)
{
	return fold_round_model(r)->code;
}

/* ---- annul ---- */

static const struct rater *annulled_rater(const struct order_context *x,
					  const struct fold_round *r,
					  ProtobufCBinaryData respondent,
					  struct faults *faults)
{
	const struct roster *roster = rosters_of(x->rosters, fold_round_number(r));
	const struct rater *rater = NULL;

	if (roster)
		rater = roster_by_respondent(roster, proto_bytes(respondent));
	if (!roster)
		faults_add(faults, NULL, 0, "the roster of round %s was forgotten",
			   code_of(r));
	else if (!rater)
		faults_add(faults, NULL, 0,
			   "this respondent is not in the roster of round %s",
			   code_of(r));
	else if (fold_round_rater_annulled(r, rater->number))
		faults_add(faults, NULL, 0,
			   "this respondent is annulled in round %s already",
			   code_of(r));
	else if (!fold_round_live_of_rater(r, rater->number))
		faults_add(faults, NULL, 0,
			   "no sheet of this respondent counts in round %s: there is "
			   "nothing to annul",
			   code_of(r));
	return rater;
}

static void check_import(const struct fold_round *r, uint64_t id, struct faults *faults)
{
	if (!id || !fold_round_has_import(r, id))
		faults_add(faults, NULL, 0, "round %s has no import %llu", code_of(r),
			   (unsigned long long)id);
	else if (!fold_round_live_of_import(r, id))
		faults_add(
		    faults, NULL, 0,
		    "no sheet of import %llu counts in round %s: there is nothing "
		    "to annul",
		    (unsigned long long)id, code_of(r));
}

static void check_reason(const struct fold_round *r, ProtobufCBinaryData reason,
			 struct faults *faults)
{
	const struct round *model = fold_round_model(r);

	if (fold_round_takes_reason(r, proto_bytes(reason)))
		return;
	faults_add(faults, NULL, 0,
		   "round %s declares the reasons of annulments, and this is none of "
		   "them; give one of these:",
		   code_of(r));
	for (uint32_t i = 0; i < model->annulment_reason_count; i++)
		faults_add(faults, NULL, 0, "%s", model->annulment_reasons[i]);
}

int order_annul(const struct order_context *x, const Par__V1__Command *m,
		struct order *o, struct faults *faults)
{
	const Par__V1__Annul *in = m->annul;
	const struct fold_round *r = order_round(x, in->round, o, faults);
	const struct rater *rater = NULL;
	Par__V1__AnnulEntry entry = PAR__V1__ANNUL_ENTRY__INIT;
	uint32_t number;

	order_check_text(in->reason, "reason", MODEL_TEXT_MAX, true, faults);
	if (r && in->reason.len)
		check_reason(r, in->reason, faults);
	if (r && in->whom_case == PAR__V1__ANNUL__WHOM_RESPONDENT)
		rater = annulled_rater(x, r, in->respondent, faults);
	else if (r && in->whom_case == PAR__V1__ANNUL__WHOM_IMPORT_ID)
		check_import(r, in->import_id, faults);
	else if (r)
		faults_add(faults, NULL, 0, "name a respondent or an import");
	if (faults->count)
		return ERR_REFUSED;
	if (rater) {
		number = rater->number + 1;
		entry.n_raters = 1;
		entry.raters = &number;
	} else {
		entry.import_id = in->import_id;
	}
	entry.nonce = order_nonce(o);
	entry.reason = in->reason;
	return order_fill(o, ENTRY_ANNUL, &entry.base);
}

/* ---- close and void ---- */

static int fill_close(const struct fold_round *r, bool automatic, struct order *o)
{
	Par__V1__CloseEntry entry = PAR__V1__CLOSE_ENTRY__INIT;

	entry.automatic = automatic;
	entry.nonce = order_nonce(o);
	o->round = fold_round_number(r);
	return order_fill(o, ENTRY_CLOSE, &entry.base);
}

int order_close_automatic(const struct fold_round *r, struct order *o)
{
	return fill_close(r, true, o);
}

int order_close(const struct order_context *x, const Par__V1__Command *m,
		struct order *o, struct faults *faults)
{
	const struct fold_round *r = order_round(x, m->close->round, o, faults);

	if (r && fold_round_state(r) == ROUND_CLOSED)
		faults_add(faults, NULL, 0, "round %s is closed already", code_of(r));
	return faults->count ? ERR_REFUSED : fill_close(r, false, o);
}

int order_void(const struct order_context *x, const Par__V1__Command *m,
	       struct order *o, struct faults *faults)
{
	const Par__V1__VoidRound *in = m->void_;
	const struct fold_round *r = order_round(x, in->round, o, faults);
	Par__V1__VoidEntry entry = PAR__V1__VOID_ENTRY__INIT;

	order_check_text(in->reason, "reason", MODEL_TEXT_MAX, true, faults);
	if (r && fold_round_releases(r))
		faults_add(
		    faults, NULL, 0,
		    "round %s has a release, so it cannot be made void: retract the "
		    "release",
		    code_of(r));
	if (faults->count)
		return ERR_REFUSED;
	entry.reason = in->reason;
	entry.nonce = order_nonce(o);
	return order_fill(o, ENTRY_VOID, &entry.base);
}

/* ---- release and retract ---- */

static bool kind_of(Par__V1__ReleaseKind wire, enum release_kind *out)
{
	if (wire == PAR__V1__RELEASE_KIND__RELEASE_KIND_OFFICIAL)
		*out = RELEASE_OFFICIAL;
	else if (wire == PAR__V1__RELEASE_KIND__RELEASE_KIND_TRIAL)
		*out = RELEASE_TRIAL;
	else if (wire == PAR__V1__RELEASE_KIND__RELEASE_KIND_CORRECTION)
		*out = RELEASE_CORRECTION;
	else
		return false;
	return true;
}

static void check_kind(const struct fold_round *r, enum release_kind kind,
		       struct faults *faults)
{
	bool trial = fold_round_model(r)->trial;

	if (trial && kind != RELEASE_TRIAL)
		faults_add(
		    faults, NULL, 0,
		    "round %s is a trial: it can have releases of kind trial only",
		    code_of(r));
	else if (!trial && kind == RELEASE_TRIAL)
		faults_add(
		    faults, NULL, 0,
		    "round %s is no trial: it cannot have a release of kind trial",
		    code_of(r));
	else if (kind == RELEASE_CORRECTION && !fold_round_has_official(r))
		faults_add(faults, NULL, 0,
			   "round %s has no official release that could be corrected: "
			   "make one of kind official first",
			   code_of(r));
}

static void check_releasable(const struct fold_round *r, struct faults *faults)
{
	bool trial = fold_round_model(r)->trial;

	if (!trial && fold_round_state(r) != ROUND_CLOSED)
		faults_add(faults, NULL, 0,
			   "round %s is still open: close it before its release",
			   code_of(r));
}

static int fill_release(const struct order_context *x, const struct fold_round *r,
			const Par__V1__Release *in, struct order *o)
{
	Par__V1__ReleaseEntry entry = PAR__V1__RELEASE_ENTRY__INIT;
	Par__V1__Position position = PAR__V1__POSITION__INIT;
	Par__V1__Position *cut[] = {&position};

	position.journal =
	    proto_view(bytes_of(x->head.journal, sizeof x->head.journal));
	position.shard = x->head.shard;
	position.n = x->head.n;
	position.chain = proto_view(bytes_of(x->head.chain, sizeof x->head.chain));
	entry.number = fold_round_releases(r) + 1;
	entry.kind = in->kind;
	entry.decision = in->decision;
	entry.note = in->note;
	entry.n_cut = 1;
	entry.cut = cut;
	entry.nonce = order_nonce(o);
	return order_fill(o, ENTRY_RELEASE, &entry.base);
}

int order_release(const struct order_context *x, const Par__V1__Command *m,
		  struct order *o, struct faults *faults)
{
	const Par__V1__Release *in = m->release;
	const struct fold_round *r = order_round(x, in->round, o, faults);
	enum release_kind kind = RELEASE_OFFICIAL;

	order_check_text(in->decision, "decision", MODEL_TEXT_MAX, false, faults);
	order_check_text(in->note, "note", MODEL_TEXT_MAX, false, faults);
	if (!kind_of(in->kind, &kind))
		faults_add(faults, NULL, 0, "the kind of the release is missing");
	else if (r)
		check_kind(r, kind, faults);
	if (r)
		check_releasable(r, faults);
	if (faults->count)
		return ERR_REFUSED;
	if (fold_round_unchanged(r, kind)) {
		o->release = fold_round_releases(r);
		return 0;
	}
	return fill_release(x, r, in, o);
}

int order_retract(const struct order_context *x, const Par__V1__Command *m,
		  struct order *o, struct faults *faults)
{
	const Par__V1__Retract *in = m->retract;
	const struct fold_round *r = order_round(x, in->round, o, faults);
	Par__V1__RetractEntry entry = PAR__V1__RETRACT_ENTRY__INIT;

	order_check_text(in->reason, "reason", MODEL_TEXT_MAX, true, faults);
	if (r && (!in->number || in->number > fold_round_releases(r)))
		faults_add(faults, NULL, 0, "round %s has no release %u", code_of(r),
			   in->number);
	else if (r && fold_round_retracted(r, in->number))
		faults_add(faults, NULL, 0,
			   "release %u of round %s is retracted already", in->number,
			   code_of(r));
	if (faults->count)
		return ERR_REFUSED;
	entry.number = in->number;
	entry.reason = in->reason;
	entry.nonce = order_nonce(o);
	return order_fill(o, ENTRY_RETRACT, &entry.base);
}
