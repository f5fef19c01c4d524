#include "world.h"

#include <assert.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/round/proto.h"
#include "par/v1/entry.pb-c.h"

static char *text(const char *t)
{
	char *copy = strdup(t);

	assert(copy != NULL);
	return copy;
}

static struct text2 text2(const char *vi, const char *en)
{
	return (struct text2){.vi = text(vi), .en = text(en)};
}

static void *make(size_t count, size_t size)
{
	void *p = calloc(count, size);

	assert(p != NULL);
	return p;
}

static uint32_t *one_place(uint32_t place)
{
	uint32_t *list = make(1, sizeof *list);

	list[0] = place;
	return list;
}

static void put_scales(struct round *r)
{
	r->scale_count = 2;
	r->scales = make(2, sizeof *r->scales);
	r->scales[0] = (struct scale){.name = text("five"), .levels = 5};
	r->scales[1] = (struct scale){.name = text("three"), .levels = 3};
	r->scales[1].values = make(3, sizeof *r->scales[1].values);
	r->scales[1].values[1].micro = 40 * DECIMAL_ONE;
	r->scales[1].values[2].micro = 100 * DECIMAL_ONE;
	r->scales[1].labels = make(3, sizeof *r->scales[1].labels);
	for (int i = 0; i < 3; i++)
		r->scales[1].labels[i] = text2("Mức", "Level");
}

static struct criterion criterion(const char *code, int32_t parent, int64_t points,
				  enum source source, int32_t scale)
{
	return (struct criterion){.code = text(code),
				  .parent = parent,
				  .points.micro = points * DECIMAL_ONE,
				  .source = source,
				  .scale = scale,
				  .name = text2("Tiêu chí", "")};
}

static void put_criteria(struct round *r)
{
	r->criterion_count = 7;
	r->criteria = make(7, sizeof *r->criteria);
	r->criteria[0] = criterion("1", -1, 60, SOURCE_NONE, -1);
	r->criteria[1] = criterion("1.1", 0, 20, SOURCE_SURVEY, 0);
	r->criteria[2] = criterion("1.2", 0, 25, SOURCE_SURVEY, 0);
	r->criteria[3] = criterion("1.3", 0, 15, SOURCE_SURVEY, 1);
	r->criteria[3].blocks = one_place(0);
	r->criteria[3].block_count = 1;
	r->criteria[4] = criterion("2", -1, 40, SOURCE_NONE, -1);
	r->criteria[5] = criterion("2.1", 4, 30, SOURCE_APPRAISED, -1);
	r->criteria[6] = criterion("2.2", 4, 10, SOURCE_MEASURED, -1);
	r->criteria[6].hi.micro = 50 * DECIMAL_ONE;
	r->criteria[6].down = true;
}

static void put_units(struct round *r)
{
	static const char *const codes[] = {"u1", "u2", "u3"};

	r->block_count = 2;
	r->blocks = make(2, sizeof *r->blocks);
	r->blocks[0] = (struct block){text("A"), 50, 30};
	r->blocks[1] = (struct block){text("B"), 12, 10};
	r->unit_count = WORLD_UNITS;
	r->units = make(WORLD_UNITS, sizeof *r->units);
	for (uint32_t i = 0; i < WORLD_UNITS; i++)
		r->units[i] = (struct unit){.code = text(codes[i]),
					    .block = i == 2,
					    .name = text2("Sở", "Department")};
	r->units[2].excludes = one_place(6);
	r->units[2].exclude_count = 1;
}

static void put_strata(struct round *r)
{
	r->strata_column_count = 1;
	r->strata_columns = make(1, sizeof *r->strata_columns);
	r->strata_columns[0] = text("size");
	r->stratum_count = 2;
	r->strata = make(2, sizeof *r->strata);
	for (uint32_t i = 0; i < 2; i++)
		r->strata[i].labels = make(1, sizeof *r->strata[i].labels);
	r->strata[0].labels[0] = text("x");
	r->strata[0].members = 10;
	r->strata[0].rows = 6;
	r->strata[1].labels[0] = text("y");
	r->strata[1].members = 4;
	r->strata[1].rows = 4;
	r->has_frame = true;
	r->roster_rows = WORLD_ROWS;
	memset(r->roster_digest, 7, sizeof r->roster_digest);
}

static void put_bands(struct round *r)
{
	r->band_count = 2;
	r->bands = make(2, sizeof *r->bands);
	r->bands[0] = (struct band){{50 * DECIMAL_ONE}, false, text2("Khá", "")};
	r->bands[1] = (struct band){{90 * DECIMAL_ONE}, true, text2("", "Good")};
}

void world_round(struct round *r)
{
	model_init(r);
	r->code = text("vòng-1");
	r->title = text2("Kỳ đánh giá", "Round");
	r->bonus_max.micro = 3 * DECIMAL_ONE;
	r->opens = text("2026-01-01T00:00:00+07:00");
	r->closes = text("2026-02-01T00:00:00+07:00");
	put_scales(r);
	put_criteria(r);
	put_units(r);
	put_strata(r);
	put_bands(r);
}

void world_model(struct round *r)
{
	world_round(r);
	assert(model_finish(r) == 0);
}

void world_composite(struct round *r)
{
	world_model(r);
	r->mode = MODE_COMPOSITE;
	r->composite.lo.micro = DECIMAL_ONE;
	r->composite.hi.micro = 10 * DECIMAL_ONE;
	r->composite.factor.micro = 10 * DECIMAL_ONE;
	r->composite.minmax = true;
	r->composite.has_max_eq_min = true;
	r->composite.max_eq_min.micro = 5500000;
	r->composite.pool = make(2, sizeof(char *));
	r->composite.pool_count = 2;
	r->composite.pool[0] = text("vòng-0");
	r->composite.pool[1] = text("a");
	r->flags.ballots_hour = 61;
	r->annulment_reasons = make(1, sizeof(char *));
	r->annulment_reason_count = 1;
	r->annulment_reasons[0] = text("Trả lời thay");
}

bool world_says(const struct faults *f, const char *words)
{
	for (size_t i = 0; i < f->listed; i++) {
		if (strstr(f->list[i].text, words) != NULL)
			return true;
	}
	return false;
}

bool world_says_at(const struct faults *f, const char *file, unsigned line,
		   const char *words)
{
	for (size_t i = 0; i < f->listed; i++) {
		const struct fault *x = &f->list[i];

		if (x->file != NULL && strcmp(x->file, file) == 0 && x->line == line &&
		    strstr(x->text, words) != NULL)
			return true;
	}
	return false;
}

void world_ballot(const struct round *r, const struct world_sheet *s, struct buf *out)
{
	uint8_t rules[32], nonce[BALLOT_NONCE];
	struct sheet sheet = {s->unit, s->revision,
			      bytes_of(s->answers, WORLD_ANSWERS)};
	struct ballot b = {.round = bytes_str(r->code),
			   .rules = bytes_of(rules, sizeof rules),
			   .nonce = bytes_of(nonce, sizeof nonce),
			   .sheets = &sheet,
			   .sheet_count = 1};

	assert(manifest_rules_digest(r, rules) == 0);
	randombytes_buf(nonce, sizeof nonce);
	assert(ballot_encode(&b, out) == 0);
}

int world_apply(struct world *w, enum entry_kind kind, uint32_t round,
		const struct seal *seal, struct bytes body)
{
	struct buf record;
	struct entry e;
	int err;

	buf_init(&record, ENTRY_BODY_MAX + 1024);
	assert(entry_encode(kind, round, seal, body, &record) == 0);
	assert(entry_decode(buf_bytes(&record), true, &e) == 0);
	err = fold_apply(w->fold, w->n + 1, &e);
	if (err == 0)
		w->n++;
	buf_free(&record);
	return err;
}

static struct seal next_command(struct world *w)
{
	struct seal seal = {.time = 1000};

	be32_put(seal.command, ++w->commands);
	return seal;
}

int world_control(struct world *w, enum entry_kind kind, const void *message)
{
	struct seal seal = next_command(w);
	struct buf body;
	int err;

	buf_init(&body, ENTRY_BODY_MAX);
	assert(buf_reserve(&body, protobuf_c_message_get_packed_size(message)) == 0);
	body.len += protobuf_c_message_pack(message, body.data);
	err = world_apply(w, kind, 1, &seal, buf_bytes(&body));
	buf_free(&body);
	return err;
}

void world_init(struct world *w, bool keep_answers)
{
	*w = (struct world){.fold = fold_new(keep_answers)};
	assert(w->fold != NULL);
	world_model(&w->model);
}

void world_put_open(struct world *w, uint32_t number)
{
	struct seal seal = next_command(w);
	struct buf body;

	buf_init(&body, MANIFEST_BYTES_MAX);
	assert(manifest_encode(&w->model, true, &body) == 0);
	assert(world_apply(w, ENTRY_OPEN, number, &seal, buf_bytes(&body)) == 0);
	buf_free(&body);
}

void world_open(struct world *w, bool trial)
{
	world_init(w, true);
	w->model.trial = trial;
	world_put_open(w, 1);
	assert(fold_round_count(w->fold) == 1);
}

void world_close(struct world *w)
{
	model_free(&w->model);
	fold_free(w->fold);
}

struct fold_round *world_first(const struct world *w)
{
	return fold_round_by_number(w->fold, 1);
}

void world_send(struct world *w, const struct world_sheet *s)
{
	struct seal seal = {.rater = s->rater,
			    .stratum = s->rater % 2,
			    .cluster = s->rater / 4,
			    .import_id = s->import_id,
			    .time = 7200 + 3600 * (int64_t)s->hour};
	struct buf body;

	buf_init(&body, BALLOT_BYTES_MAX);
	world_ballot(&w->model, s, &body);
	assert(world_apply(w, ENTRY_BALLOT, 1, &seal, buf_bytes(&body)) == 0);
	buf_free(&body);
}

void world_annul_rater(struct world *w, uint32_t rater)
{
	Par__V1__AnnulEntry m = PAR__V1__ANNUL_ENTRY__INIT;

	rater++;
	m.raters = &rater;
	m.n_raters = 1;
	assert(world_control(w, ENTRY_ANNUL, &m) == 0);
}

void world_annul_import(struct world *w, uint64_t id)
{
	Par__V1__AnnulEntry m = PAR__V1__ANNUL_ENTRY__INIT;

	m.import_id = id;
	assert(world_control(w, ENTRY_ANNUL, &m) == 0);
}

void world_close_round(struct world *w)
{
	Par__V1__CloseEntry m = PAR__V1__CLOSE_ENTRY__INIT;

	assert(world_control(w, ENTRY_CLOSE, &m) == 0);
}

void world_release(struct world *w, uint32_t number, bool trial)
{
	Par__V1__ReleaseEntry m = PAR__V1__RELEASE_ENTRY__INIT;

	m.number = number;
	m.kind = trial ? PAR__V1__RELEASE_KIND__RELEASE_KIND_TRIAL
		       : PAR__V1__RELEASE_KIND__RELEASE_KIND_OFFICIAL;
	m.decision = proto_view(bytes_str("QĐ 12"));
	assert(world_control(w, ENTRY_RELEASE, &m) == 0);
}

void world_void(struct world *w)
{
	Par__V1__VoidEntry m = PAR__V1__VOID_ENTRY__INIT;

	assert(world_control(w, ENTRY_VOID, &m) == 0);
}

void world_retract(struct world *w, uint32_t number)
{
	Par__V1__RetractEntry m = PAR__V1__RETRACT_ENTRY__INIT;

	m.number = number;
	m.reason = proto_view(bytes_str("sai"));
	assert(world_control(w, ENTRY_RETRACT, &m) == 0);
}

void world_enlarge(struct world *w, uint64_t rows_x, uint64_t rows_z, const char *x)
{
	Par__V1__RosterEntry m = PAR__V1__ROSTER_ENTRY__INIT;
	Par__V1__RosterSeal seal = PAR__V1__ROSTER_SEAL__INIT;
	Par__V1__Stratum s[3], *list[3];
	ProtobufCBinaryData labels[3] = {proto_view(bytes_str(x)),
					 proto_view(bytes_str("y")),
					 proto_view(bytes_str("z"))};
	uint64_t rows[3] = {rows_x, 4, rows_z};

	for (int i = 0; i < 3; i++) {
		par__v1__stratum__init(&s[i]);
		s[i].n_labels = 1;
		s[i].labels = &labels[i];
		s[i].rows = rows[i];
		s[i].members = 20;
		list[i] = &s[i];
	}
	seal.rows = rows_x + 4 + rows_z;
	m.roster = &seal;
	m.strata = list;
	m.n_strata = 3;
	assert(world_control(w, ENTRY_ROSTER, &m) == 0);
}

void world_appraise(struct world *w, uint32_t unit, Par__V1__AppraisalTarget target,
		    uint32_t criterion, int64_t points, const char *evidence)
{
	Par__V1__AppraisalsEntry m = PAR__V1__APPRAISALS_ENTRY__INIT;
	Par__V1__Appraisal row = PAR__V1__APPRAISAL__INIT, *rows = &row;

	row.unit = unit + 1;
	row.target = target;
	row.criterion = criterion;
	row.points = points * DECIMAL_ONE;
	row.evidence = proto_view(bytes_str(evidence));
	row.by = proto_view(bytes_str("HĐ"));
	m.rows = &rows;
	m.n_rows = 1;
	assert(world_control(w, ENTRY_APPRAISALS, &m) == 0);
}

void world_measure(struct world *w, uint32_t unit, uint32_t criterion, int64_t value)
{
	Par__V1__MeasuredEntry m = PAR__V1__MEASURED_ENTRY__INIT;
	Par__V1__Measured row = PAR__V1__MEASURED__INIT, *rows = &row;

	row.unit = unit + 1;
	row.criterion = criterion + 1;
	row.value = value * DECIMAL_ONE;
	m.rows = &rows;
	m.n_rows = 1;
	assert(world_control(w, ENTRY_MEASURED, &m) == 0);
}

char *world_sample(const struct world *w)
{
	struct sample s;
	struct buf out;
	char *result;

	assert(fold_sample(world_first(w), &s) == 0);
	buf_init(&out, 1 << 20);
	for (size_t i = 0; i < s.sheet_count; i++) {
		const struct sample_sheet *x = &s.sheets[i];

		assert(buf_printf(&out, "%u/%u/%u:%u=%u,%u,%u ", x->rater, x->stratum,
				  x->cluster, x->unit, x->answers[0], x->answers[1],
				  x->answers[2]) == 0);
	}
	sample_free(&s);
	result = bytes_dup(buf_bytes(&out));
	assert(result != NULL);
	buf_free(&out);
	return result;
}
