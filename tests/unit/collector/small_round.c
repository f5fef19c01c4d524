#include "tests/unit/collector/small_round.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/round/manifest.h"
#include "common/round/proto.h"

static ProtobufCBinaryData text(const char *s)
{
	return proto_view(bytes_str(s));
}

static void set_text(Par__V1__Text *t, const char *vi, const char *en)
{
	par__v1__text__init(t);
	t->vi = text(vi);
	t->en = text(en);
}

static void set_criterion(Par__V1__Criterion *c, Par__V1__Text *name, const char *code,
			  uint32_t parent, int64_t points)
{
	par__v1__criterion__init(c);
	set_text(name, code, code);
	c->code = text(code);
	c->name = name;
	c->parent = parent;
	c->points = points * DECIMAL_ONE;
	if (parent) {
		c->source = PAR__V1__SOURCE__SOURCE_SURVEY;
		c->scale = 1;
	}
}

static void set_stratum(Par__V1__Stratum *s, ProtobufCBinaryData *label,
			const char *name, uint64_t members, uint64_t rows)
{
	par__v1__stratum__init(s);
	*label = text(name);
	s->labels = label;
	s->n_labels = 1;
	s->members = members;
	s->rows = rows;
}

static void pack(const ProtobufCMessage *m, struct buf *out)
{
	buf_init(out, 1 << 20);
	if (buf_reserve(out, protobuf_c_message_get_packed_size(m)))
		abort();
	out->len = protobuf_c_message_pack(m, out->data);
}

void small_manifest(const char *code, bool trial, const char *auto_close,
		    const uint64_t rows[2], const uint64_t members[2], struct buf *out)
{
	Par__V1__Manifest m = PAR__V1__MANIFEST__INIT;
	Par__V1__Text title, names[3], units_names[2];
	Par__V1__Scale scale = PAR__V1__SCALE__INIT, *scales[] = {&scale};
	Par__V1__Minimum minimum = PAR__V1__MINIMUM__INIT;
	Par__V1__Rounding rounding = PAR__V1__ROUNDING__INIT;
	Par__V1__Criterion c[3], *criteria[] = {&c[0], &c[1], &c[2]};
	Par__V1__Block block = PAR__V1__BLOCK__INIT, *blocks[] = {&block};
	Par__V1__Unit u[2], *units[] = {&u[0], &u[1]};
	Par__V1__Stratum s[2], *strata[] = {&s[0], &s[1]};
	ProtobufCBinaryData labels[2], column = text("quy_mo");

	m.version = 1;
	m.code = text(code);
	set_text(&title, "Kỳ thử", "Test round");
	m.title = &title;
	m.mode = PAR__V1__MODE__MODE_POINTS;
	scale.name = text("muc5");
	scale.levels = 5;
	m.scales = scales;
	m.n_scales = 1;
	m.strata_columns = &column;
	m.n_strata_columns = 1;
	m.design = PAR__V1__DESIGN__DESIGN_OPEN;
	minimum.cell_score = 3;
	minimum.cell_show = 10;
	m.minimum = &minimum;
	rounding.decimals = 2;
	m.rounding = &rounding;
	m.trial = trial;
	m.auto_close = auto_close != NULL;
	m.closes = text(auto_close ? auto_close : "");
	set_criterion(&c[0], &names[0], "A", 0, 100);
	set_criterion(&c[1], &names[1], "A1", 1, 60);
	set_criterion(&c[2], &names[2], "A2", 1, 40);
	m.criteria = criteria;
	m.n_criteria = 3;
	block.name = text("so");
	block.full_rank = 50;
	block.rank = 30;
	m.blocks = blocks;
	m.n_blocks = 1;
	for (int i = 0; i < 2; i++) {
		par__v1__unit__init(&u[i]);
		u[i].code = text(i ? "S2" : "S1");
		u[i].block = 1;
		set_text(&units_names[i], i ? "Sở Hai" : "Sở Một", "");
		u[i].name = &units_names[i];
	}
	m.units = units;
	m.n_units = 2;
	set_stratum(&s[0], &labels[0], "lon", members[0], rows[0]);
	set_stratum(&s[1], &labels[1], "nho", members[1], rows[1]);
	m.strata = strata;
	m.n_strata = 2;
	pack(&m.base, out);
}

void small_ballot(const char *code, const uint8_t rules[32], uint32_t unit,
		  uint32_t revision, uint8_t answer, struct buf *out)
{
	uint8_t answers[SMALL_ANSWERS], nonce[32];
	struct sheet sheet = {unit, revision, {answers, sizeof answers}};
	struct ballot b = {
	    .round = bytes_str(code),
	    .rules = bytes_of(rules, 32),
	    .nonce = bytes_of(nonce, sizeof nonce),
	    .sheets = &sheet,
	    .sheet_count = 1,
	};

	memset(answers, answer, sizeof answers);
	randombytes_buf(nonce, sizeof nonce);
	buf_init(out, BALLOT_BYTES_MAX);
	if (ballot_encode(&b, out))
		abort();
}

int small_apply(struct fold *f, enum entry_kind kind, uint32_t round,
		const struct seal *seal, struct bytes body)
{
	struct seal none = {.via = "test"};
	struct buf record;
	struct entry e;
	int err;

	buf_init(&record, 1 << 20);
	err = entry_encode(kind, round, seal ? seal : &none, body, &record);
	if (!err)
		err = entry_decode(buf_bytes(&record), true, &e);
	if (!err)
		err = fold_apply(f, fold_n(f) + 1, &e);
	buf_free(&record);
	return err;
}

struct fold *small_fold(void)
{
	static const uint64_t rows[2] = {3, 1};
	struct fold *f = fold_new(false);
	struct faults faults;
	struct round model;
	struct buf manifest;
	int err;

	faults_init(&faults);
	small_manifest("r1", false, NULL, rows, rows, &manifest);
	err = manifest_decode(buf_bytes(&manifest), &model, &faults);
	for (size_t i = 0; i < faults.listed; i++)
		fprintf(stderr, "%s\n", faults.list[i].text);
	if (err)
		abort();
	model.roster_rows = SMALL_ROWS;
	buf_reset(&manifest);
	if (manifest_encode(&model, true, &manifest) ||
	    small_apply(f, ENTRY_OPEN, 1, NULL, buf_bytes(&manifest)))
		abort();
	model_free(&model);
	buf_free(&manifest);
	faults_free(&faults);
	return f;
}

char *small_dir(void)
{
	const char *base = getenv("TMPDIR");
	char path[256];

	(void)snprintf(path, sizeof path, "%s/par-collector-XXXXXX",
		       base ? base : "/tmp");
	if (!mkdtemp(path))
		abort();
	return strdup(path);
}
