#include "tests/unit/scorer/small.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/report/edge.h"
#include "common/round/ballot.h"
#include "common/round/manifest.h"
#include "par/v1/entry.pb-c.h"

enum { RAW_MAX = 4 << 20, LONG_NAME = 900, OPENED = 1735664400 };

static char *text(const char *t)
{
	char *copy = strdup(t);

	assert_non_null(copy);
	return copy;
}

static struct text2 both(const char *vi, const char *en)
{
	return (struct text2){text(vi), text(en)};
}

static void *many(size_t count, size_t size)
{
	void *p = calloc(count, size);

	assert_non_null(p);
	return p;
}

/* ---- the round ---- */

static void make_scale(struct round *r)
{
	r->scales = many(1, sizeof(*r->scales));
	r->scale_count = 1;
	r->scales[0].name = text("S");
	r->scales[0].levels = 5;
}

static void make_criteria(struct round *r)
{
	static const char *const codes[] = {"1", "1.1", "1.2"};
	static const int64_t points[] = {100, 60, 40};

	r->criteria = many(3, sizeof(*r->criteria));
	r->criterion_count = 3;
	for (int i = 0; i < 3; i++) {
		struct criterion *c = &r->criteria[i];

		c->code = text(codes[i]);
		c->name = both("Tiêu chí", "Criterion");
		c->points.micro = points[i] * DECIMAL_ONE;
		c->parent = i == 0 ? -1 : 0;
		c->scale = i == 0 ? -1 : 0;
		c->source = i == 0 ? SOURCE_NONE : SOURCE_SURVEY;
	}
}

static void make_unit(struct unit *u, uint32_t place)
{
	char code[16], name[LONG_NAME + 1] = "Sở Mẫu";

	snprintf(code, sizeof(code), "U%u", place + 1);
	if (place >= SMALL_UNITS) {
		memset(name, 'x', LONG_NAME);
		name[LONG_NAME] = '\0';
	}
	u->code = text(code);
	u->name = both(name, "Model department");
}

static void make_units(struct round *r, uint32_t count)
{
	r->blocks = many(1, sizeof(*r->blocks));
	r->block_count = 1;
	r->blocks[0] = (struct block){text("Sở"), 10, 10};
	r->units = many(count, sizeof(*r->units));
	r->unit_count = count;
	for (uint32_t i = 0; i < count; i++)
		make_unit(&r->units[i], i);
}

static void make_round(struct round *r, const char *code, bool trial, uint32_t units)
{
	model_init(r);
	r->code = text(code);
	r->title = both("Kỳ nhỏ", "Small round");
	r->opens = text("");
	r->closes = text("");
	r->trial = trial;
	r->bonus_max.micro = 3 * DECIMAL_ONE;
	make_scale(r);
	make_criteria(r);
	make_units(r, units);
	r->strata = many(1, sizeof(*r->strata));
	r->strata[0].labels = many(1, sizeof(char *));
	r->stratum_count = 1;
	r->strata[0].members = 40;
	r->strata[0].rows = 40;
	r->roster_rows = 40;
}

/* ---- entries ---- */

struct position small_head(const struct small *j)
{
	struct position p = {.n = j->count};

	memcpy(p.journal, j->journal, sizeof(p.journal));
	memcpy(p.chain, j->chains[j->count], sizeof(p.chain));
	return p;
}

static struct seal seal_of(const struct small *j, enum entry_kind kind)
{
	struct seal seal = {.time = OPENED + 3600 * (int64_t)j->count};

	strcpy(seal.via, "operator.00000000");
	memset(seal.random, (int)j->count, sizeof(seal.random));
	if (kind != ENTRY_BALLOT)
		memset(seal.command, (int)j->count + 1, sizeof(seal.command));
	return seal;
}

static void append(struct small *j, enum entry_kind kind, const struct seal *seal,
		   struct bytes body)
{
	struct buf *record = &j->records[j->count];
	struct entry e;

	assert_true(j->count < SMALL_ENTRIES_MAX);
	buf_init(record, RAW_MAX);
	assert_int_equal(entry_encode(kind, j->turn, seal, body, record), 0);
	assert_int_equal(entry_decode(buf_bytes(record), true, &e), 0);
	j->count++;
	memcpy(j->chains[j->count], j->chains[j->count - 1], CHAIN_SIZE);
	entry_chain_next(j->chains[j->count], j->count, e.header);
}

static void append_message(struct small *j, enum entry_kind kind,
			   const ProtobufCMessage *message)
{
	struct seal seal = seal_of(j, kind);
	struct buf body;

	buf_init(&body, RAW_MAX);
	assert_int_equal(edge_pack(message, &body), 0);
	append(j, kind, &seal, buf_bytes(&body));
	buf_free(&body);
}

/* The model is made; here it is finished and opened. */
static void open_round(struct small *j)
{
	struct round *r = &j->rounds[j->round_count];
	struct seal seal = seal_of(j, ENTRY_OPEN);
	struct buf body;

	assert_int_equal(model_finish(r), 0);
	assert_int_equal(manifest_rules_digest(r, j->rules[j->round_count]), 0);
	j->turn = ++j->round_count;
	buf_init(&body, RAW_MAX);
	assert_int_equal(manifest_encode(r, true, &body), 0);
	append(j, ENTRY_OPEN, &seal, buf_bytes(&body));
	buf_free(&body);
}

void small_init(struct small *j, bool trial, uint32_t units)
{
	memset(j, 0, sizeof(*j));
	memset(j->journal, 0x42, sizeof(j->journal));
	entry_chain_start(j->journal, 0, j->chains[0]);
	make_round(&j->rounds[0], "nho-2024", trial, units);
	open_round(j);
}

void small_open_flat(struct small *j)
{
	struct round *r = &j->rounds[1];

	assert_int_equal(j->round_count, 1);
	make_round(r, "bang-2024", false, SMALL_UNITS);
	r->mode = MODE_COMPOSITE;
	r->composite.lo.micro = 1 * DECIMAL_ONE;
	r->composite.hi.micro = 10 * DECIMAL_ONE;
	r->composite.minmax = true;
	open_round(j);
}

void small_turn(struct small *j, uint32_t number)
{
	assert_true(number >= 1 && number <= j->round_count);
	j->turn = number;
}

void small_free(struct small *j)
{
	for (uint64_t i = 0; i < j->count; i++)
		buf_free(&j->records[i]);
	for (uint32_t i = 0; i < j->round_count; i++)
		model_free(&j->rounds[i]);
}

void small_ballot(struct small *j, uint32_t rater, const uint8_t scores[SMALL_UNITS])
{
	uint8_t answers[SMALL_UNITS][SMALL_CRITERIA];
	uint8_t nonce[32];
	struct sheet sheets[SMALL_UNITS];
	struct ballot ballot = {.sheets = sheets};
	struct seal seal = seal_of(j, ENTRY_BALLOT);
	struct buf body;

	for (uint32_t u = 0; u < SMALL_UNITS; u++) {
		if (scores[u] == 0)
			continue;
		memset(answers[u], scores[u], SMALL_CRITERIA);
		sheets[ballot.sheet_count++] = (struct sheet){
		    .unit = u,
		    .revision = 1,
		    .answers = bytes_of(answers[u], SMALL_CRITERIA),
		};
	}
	memset(nonce, (int)rater, sizeof(nonce));
	ballot.round = bytes_str(j->rounds[j->turn - 1].code);
	ballot.rules = bytes_of(j->rules[j->turn - 1], sizeof(j->rules[0]));
	ballot.nonce = bytes_of(nonce, sizeof(nonce));
	buf_init(&body, RAW_MAX);
	assert_int_equal(ballot_encode(&ballot, &body), 0);
	seal.rater = rater;
	seal.time = OPENED;
	append(j, ENTRY_BALLOT, &seal, buf_bytes(&body));
	buf_free(&body);
}

void small_ballots(struct small *j)
{
	for (uint32_t rater = 0; rater < 25; rater++) {
		const uint8_t scores[SMALL_UNITS] = {
		    (uint8_t)(3 + rater % 3),
		    (uint8_t)(1 + rater % 4),
		    rater < 5 ? 5 : 0,
		};

		small_ballot(j, rater, scores);
	}
}

void small_ballots_flat(struct small *j)
{
	for (uint32_t rater = 0; rater < 20; rater++) {
		const uint8_t scores[SMALL_UNITS] = {rater % 2 ? 2 : 4, 3, 0};

		small_ballot(j, rater, scores);
	}
}

void small_annul(struct small *j, uint32_t first, uint32_t count)
{
	uint32_t raters[SMALL_ENTRIES_MAX];
	uint8_t nonce[32] = {1};
	Par__V1__AnnulEntry body = PAR__V1__ANNUL_ENTRY__INIT;

	assert_true(count <= SMALL_ENTRIES_MAX);
	for (uint32_t i = 0; i < count; i++)
		raters[i] = first + i + 1;
	body.n_raters = count;
	body.raters = raters;
	body.reason = edge_text("trùng phiếu");
	body.nonce.data = nonce;
	body.nonce.len = sizeof(nonce);
	append_message(j, ENTRY_ANNUL, &body.base);
}

void small_bonus(struct small *j, uint32_t rows, uint32_t bytes)
{
	Par__V1__AppraisalsEntry body = PAR__V1__APPRAISALS_ENTRY__INIT;
	Par__V1__Appraisal *list = many(rows, sizeof(*list));
	uint8_t *evidence = many(rows, bytes);

	assert_true(bytes > 8);
	body.n_rows = rows;
	body.rows = many(rows, sizeof(*body.rows));
	for (uint32_t i = 0; i < rows; i++) {
		uint8_t *at = evidence + (size_t)i * bytes;

		memset(at, 'x', bytes);
		for (uint32_t digit = 0, rest = i; digit < 8; digit++, rest /= 10)
			at[digit] = (uint8_t)('0' + rest % 10);
		par__v1__appraisal__init(&list[i]);
		list[i].unit = 1;
		list[i].target = PAR__V1__APPRAISAL_TARGET__APPRAISAL_TARGET_BONUS;
		list[i].points = DECIMAL_ONE;
		list[i].evidence.data = at;
		list[i].evidence.len = bytes;
		list[i].by = edge_text("Hội đồng");
		body.rows[i] = &list[i];
	}
	append_message(j, ENTRY_APPRAISALS, &body.base);
	free(body.rows);
	free(evidence);
	free(list);
}

void small_close(struct small *j)
{
	Par__V1__CloseEntry body = PAR__V1__CLOSE_ENTRY__INIT;

	append_message(j, ENTRY_CLOSE, &body.base);
}

void small_release(struct small *j, uint32_t number, enum release_kind kind,
		   uint64_t off)
{
	static const Par__V1__ReleaseKind wire[] = {
	    [RELEASE_OFFICIAL] = PAR__V1__RELEASE_KIND__RELEASE_KIND_OFFICIAL,
	    [RELEASE_CORRECTION] = PAR__V1__RELEASE_KIND__RELEASE_KIND_CORRECTION,
	    [RELEASE_TRIAL] = PAR__V1__RELEASE_KIND__RELEASE_KIND_TRIAL,
	};
	struct position head = small_head(j);
	Par__V1__Position cut = edge_position(&head);
	Par__V1__Position *cuts[] = {&cut};
	Par__V1__ReleaseEntry body = PAR__V1__RELEASE_ENTRY__INIT;

	cut.n += off;
	body.number = number;
	body.kind = wire[kind];
	body.decision = edge_text("12/QĐ-UBND");
	body.n_cut = 1;
	body.cut = cuts;
	append_message(j, ENTRY_RELEASE, &body.base);
}

void small_retract(struct small *j, uint32_t number, const char *reason)
{
	Par__V1__RetractEntry body = PAR__V1__RETRACT_ENTRY__INIT;

	body.number = number;
	body.reason = edge_text(reason);
	append_message(j, ENTRY_RETRACT, &body.base);
}

void small_released(struct small *j)
{
	small_ballots(j);
	small_close(j);
	small_release(j, 1, RELEASE_OFFICIAL, 0);
}
