#include "tests/unit/publisher/example.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* NULL is "". */
static ProtobufCBinaryData text(const char *from)
{
	union {
		const char *from;
		uint8_t *to;
	} u = {.from = from == NULL ? "" : from};

	return (ProtobufCBinaryData){strlen(u.from), u.to};
}

enum { ROWS = 6, BLOCK_1 = 4, CRITERIA = 5 };

#define STATE(name)  PAR__V1__CELL_STATE__CELL_STATE_##name
#define STATUS(name) PAR__V1__UNIT_STATUS__UNIT_STATUS_##name

struct cell {
	Par__V1__CellState state;
	const char *score;
};

struct row {
	const char *code, *vi, *en;
	struct cell index;
	uint32_t rank, rank_low, rank_high;
	const char *band;
	bool certain;
	const char *se, *low, *high;
	uint32_t raters;
	Par__V1__UnitStatus status;
	struct cell cells[CRITERIA];
	struct cell survey, appraised;
};

static const struct row rows[ROWS] = {
    {.code = "S-DL", .vi = "Sở Du lịch", .status = STATUS(INSUFFICIENT)},
    {.code = "S-KH",
     .vi = "Sở \"KH&ĐT\" <b>'tỉnh'",
     .en = "Planning <&\"",
     .index = {STATE(SHOWN), "72.35"},
     .rank = 2,
     .rank_low = 1,
     .rank_high = 3,
     .band = "Khá",
     .se = "1.1",
     .low = "70.1",
     .high = "74.6",
     .raters = 1234,
     .status = STATUS(RANKED),
     .cells = {{STATE(SHOWN), "70.25"},
	       {STATE(SHOWN), "68.00"},
	       {STATE(NONE), ""},
	       {STATE(SHOWN), "81.00"},
	       {STATE(HIDDEN), ""}},
     .survey = {STATE(SHOWN), "71.10"},
     .appraised = {STATE(SHOWN), "81.00"}},
    {.code = "S-YT",
     .vi = "Sở Y tế",
     .en = "Health",
     .index = {STATE(SHOWN), "80.00"},
     .rank = 1,
     .rank_low = 1,
     .rank_high = 1,
     .band = "Tốt",
     .certain = true,
     .se = "2.0",
     .low = "76.0",
     .high = "84.0",
     .raters = 41,
     .status = STATUS(RANKED_WARNING),
     .cells = {{STATE(SHOWN), "80.50"},
	       {STATE(LOW), "<= 5.00"},
	       {STATE(SHOWN), "82.00"},
	       {STATE(SHOWN), "79.00"},
	       {STATE(NO_SE), "77.70"}},
     .survey = {STATE(HIDDEN), ""},
     .appraised = {STATE(SHOWN), "79.00"}},
    {.code = "S-TC",
     .vi = "Sở Tài chính",
     .en = "Finance",
     .index = {STATE(NO_SE), "72.35"},
     .rank = 2,
     .band = "Khá",
     .status = STATUS(RANKED),
     .cells = {{STATE(NONE), ""},
	       {STATE(NONE), ""},
	       {STATE(NONE), ""},
	       {STATE(NONE), ""},
	       {STATE(SHOWN), "72.35"}},
     .survey = {STATE(SHOWN), "72.35"},
     .appraised = {STATE(NONE), ""}},
    {.code = "H-01",
     .vi = "UBND huyện Ví Dụ",
     .en = "Example district",
     .index = {STATE(SHOWN), "65.00"},
     .rank = 2,
     .rank_low = 2,
     .rank_high = 2,
     .band = "",
     .se = "0.5",
     .low = "64.0",
     .high = "66.0",
     .raters = 120,
     .status = STATUS(RANKED),
     .cells = {{STATE(SHOWN), "65.00"},
	       {STATE(SHOWN), "65.00"},
	       {STATE(SHOWN), "65.00"},
	       {STATE(SHOWN), "65.00"},
	       {STATE(SHOWN), "65.00"}},
     .survey = {STATE(SHOWN), "65.00"},
     .appraised = {STATE(SHOWN), "65.00"}},
    {.code = "H 02/x",
     .vi = "UBND huyện Hai",
     .en = "District two",
     .index = {STATE(HIGH), ">= 95.00"},
     .rank = 1,
     .band = "Tốt",
     .raters = 12,
     .status = STATUS(RANKED),
     .cells = {{STATE(HIGH), ">= 95.00"},
	       {STATE(HIDDEN), ""},
	       {STATE(HIDDEN), ""},
	       {STATE(SHOWN), "90.00"},
	       {STATE(HIGH), ">= 95.00"}},
     .survey = {STATE(HIGH), ">= 95.00"},
     .appraised = {STATE(SHOWN), "90.00"}},
};

/* A field with two surveyed leaves and an appraised one, and a field that is a leaf. */
static const struct {
	const char *code, *vi, *en, *points;
	uint32_t field;
	Par__V1__Source source;
	bool leaf;
} tree[CRITERIA] = {
    {"1", "Thủ tục & hồ sơ", "Procedures", "60", 0, PAR__V1__SOURCE__SOURCE_UNSPECIFIED,
     false},
    {"1.1", "Đúng hạn <5 ngày>", "In time", "20", 1, PAR__V1__SOURCE__SOURCE_SURVEY,
     true},
    {"1.2", "Thái độ", "Manner", "20", 1, PAR__V1__SOURCE__SOURCE_SURVEY, true},
    {"1.3", "Niêm yết", "", "20", 1, PAR__V1__SOURCE__SOURCE_APPRAISED, true},
    {"2", "Dịch vụ công", "Online", "40", 0, PAR__V1__SOURCE__SOURCE_SURVEY, true},
};

struct made {
	Par__V1__PublicUnit units[ROWS];
	Par__V1__PublicUnit *unit_list[ROWS];
	Par__V1__Text names[ROWS], bands[ROWS];
	Par__V1__PublicCell cells[ROWS][CRITERIA], survey[ROWS], appraised[ROWS];
	Par__V1__PublicCell *cell_list[ROWS][CRITERIA];
	Par__V1__PublicBlock blocks[2];
	Par__V1__PublicBlock *block_list[2];
	Par__V1__PublicCriterion criteria[CRITERIA];
	Par__V1__PublicCriterion *criterion_list[CRITERIA];
	Par__V1__Text criterion_names[CRITERIA];
	Par__V1__PublicAnnulment annulments[2];
	Par__V1__PublicAnnulment *annulment_list[2];
};

static void make_cell(const struct cell *from, Par__V1__PublicCell *to)
{
	par__v1__public_cell__init(to);
	to->state = from->state;
	to->score = text(from->score);
}

/* What a unit has that is not insufficient, and no old release told. */
static void make_details(const struct example *e, const struct row *r, struct made *m,
			 size_t i)
{
	Par__V1__PublicUnit *u = &m->units[i];

	for (size_t c = 0; c < CRITERIA; c++) {
		make_cell(&r->cells[c], &m->cells[i][c]);
		m->cell_list[i][c] = &m->cells[i][c];
	}
	make_cell(&r->survey, &m->survey[i]);
	make_cell(&r->appraised, &m->appraised[i]);
	u->cells = m->cell_list[i];
	u->n_cells = CRITERIA;
	u->survey_part = &m->survey[i];
	u->appraised_part = &m->appraised[i];
	u->state = r->index.state;
	u->rank_low = r->rank_low;
	u->rank_high = r->rank_high;
	u->band_certain = r->certain;
	if (r->status == STATUS(RANKED_WARNING))
		u->held_from = e->held_from;
}

static void make_unit(const struct example *e, const struct row *r, struct made *m,
		      size_t i)
{
	Par__V1__PublicUnit *u = &m->units[i];

	par__v1__public_unit__init(u);
	par__v1__text__init(&m->names[i]);
	par__v1__text__init(&m->bands[i]);
	m->names[i].vi = text(r->vi);
	m->names[i].en = text(r->en);
	m->bands[i].vi = text(r->band);
	u->code = text(r->code);
	u->name = &m->names[i];
	u->status = r->status;
	u->score = text(r->index.score);
	u->rank = r->rank;
	u->band = &m->bands[i];
	u->se = text(r->se);
	u->ci_low = text(r->low);
	u->ci_high = text(r->high);
	u->raters = r->raters;
	u->criteria_counted = r->status == STATUS(INSUFFICIENT) ? 0 : 3;
	u->criteria_applicable = r->status == STATUS(INSUFFICIENT) ? 0 : 4;
	m->unit_list[i] = u;
	if (!e->old && r->status != STATUS(INSUFFICIENT))
		make_details(e, r, m, i);
}

static void make_blocks(const struct example *e, struct made *m)
{
	static const char *const names[2] = {"Sở, ban & ngành", "Cấp huyện"};

	for (size_t i = 0; i < ROWS; i++)
		make_unit(e, &rows[i], m, i);
	for (size_t b = 0; b < 2; b++) {
		par__v1__public_block__init(&m->blocks[b]);
		m->blocks[b].name = text(names[b]);
		m->blocks[b].full_rank = 50;
		m->blocks[b].rank = 30;
		m->blocks[b].units = m->unit_list + (b == 0 ? 0 : BLOCK_1);
		m->blocks[b].n_units = b == 0 ? BLOCK_1 : ROWS - BLOCK_1;
		m->block_list[b] = &m->blocks[b];
	}
	if (e->old) /* old programs did not know bounds */
		m->blocks[1].n_units = 1;
}

static void make_criteria(struct made *m)
{
	for (size_t i = 0; i < CRITERIA; i++) {
		Par__V1__PublicCriterion *c = &m->criteria[i];

		par__v1__public_criterion__init(c);
		par__v1__text__init(&m->criterion_names[i]);
		m->criterion_names[i].vi = text(tree[i].vi);
		m->criterion_names[i].en = text(tree[i].en);
		c->code = text(tree[i].code);
		c->field = tree[i].field;
		c->name = &m->criterion_names[i];
		c->points = text(tree[i].points);
		c->source = tree[i].source;
		c->leaf = tree[i].leaf;
		m->criterion_list[i] = c;
	}
}

static void make_annulments(struct made *m)
{
	for (size_t i = 0; i < 2; i++) {
		par__v1__public_annulment__init(&m->annulments[i]);
		m->annulment_list[i] = &m->annulments[i];
	}
	m->annulments[0].reason = text("trùng <phiếu>");
	m->annulments[0].sheets = 1012;
	m->annulments[1].reason = text("không phải hội viên");
}

static void pack(const Par__V1__ReleaseItem *item, struct buf *out)
{
	buf_init(out, 1 << 20);
	assert_int_equal(buf_reserve(out, par__v1__release_item__get_packed_size(item)),
			 0);
	out->len = par__v1__release_item__pack(item, out->data);
}

static void make_more(const struct example *e, struct made *m,
		      Par__V1__PublicRelease *release)
{
	static uint8_t rules[32] = {0xcd, 0x02}, method[32] = {0xef, 0x03};
	static ProtobufCBinaryData merged;

	merged = text("Hội B / nhỏ + Hội B / <vừa>");
	make_criteria(m);
	make_annulments(m);
	release->mode =
	    e->composite ? PAR__V1__MODE__MODE_COMPOSITE : PAR__V1__MODE__MODE_POINTS;
	release->minmax = e->composite;
	release->criteria = m->criterion_list;
	release->n_criteria = CRITERIA;
	release->merged = &merged;
	release->n_merged = 1;
	release->annulments = m->annulment_list;
	release->n_annulments = 2;
	release->bonus_max = text("2.5");
	release->penalty_max = text("0");
	release->rules_digest = (ProtobufCBinaryData){sizeof(rules), rules};
	release->method_digest = (ProtobufCBinaryData){sizeof(method), method};
	release->seed = 0x00f1e2d3c4b5a697;
	release->cell_show = 10;
}

static void item_init(Par__V1__ReleaseItem *item, const char *round, uint32_t number)
{
	par__v1__release_item__init(item);
	item->version = 1;
	item->round = text(round);
	item->number = number;
	item->time = EXAMPLE_TIME;
}

static Par__V1__ReleaseKind kind_of(const struct example *e)
{
	if (e->correction)
		return PAR__V1__RELEASE_KIND__RELEASE_KIND_CORRECTION;
	return e->trial ? PAR__V1__RELEASE_KIND__RELEASE_KIND_TRIAL
			: PAR__V1__RELEASE_KIND__RELEASE_KIND_OFFICIAL;
}

void example_release(const struct example *e, struct buf *out)
{
	Par__V1__ReleaseItem item;
	Par__V1__PublicRelease release = PAR__V1__PUBLIC_RELEASE__INIT;
	Par__V1__Text title = PAR__V1__TEXT__INIT;
	ProtobufCBinaryData thin = text("Hội A <nhỏ>");
	uint8_t hash[32] = {0xab, 0x01};
	struct made made;

	make_blocks(e, &made);
	title.vi = text("Khảo sát 2024 – dữ liệu sinh ngẫu nhiên");
	title.en = text("Survey 2024 – generated data");
	release.kind = kind_of(e);
	release.decision = text("12/QĐ-UBND");
	release.note = text(e->note);
	release.title = &title;
	release.trial = e->trial;
	release.design = PAR__V1__DESIGN__DESIGN_OPEN;
	release.unweighted = e->unweighted;
	release.respondents_tens = 1790;
	release.invited = 4000;
	release.blocks = made.block_list;
	release.n_blocks = 2;
	release.thin = &thin;
	release.n_thin = 1;
	release.result_hash = (ProtobufCBinaryData){sizeof(hash), hash};
	release.decimals = 2;
	if (!e->old)
		make_more(e, &made, &release);
	item_init(&item, e->round, e->number);
	item.what_case = PAR__V1__RELEASE_ITEM__WHAT_RELEASE;
	item.release = &release;
	if (e->spoil != NULL)
		e->spoil(&item);
	pack(&item, out);
}

void example_failure(const char *round, uint32_t number, struct buf *out)
{
	Par__V1__ReleaseItem item;
	Par__V1__PublicFailure failure = PAR__V1__PUBLIC_FAILURE__INIT;

	failure.kind = PAR__V1__RELEASE_KIND__RELEASE_KIND_CORRECTION;
	item_init(&item, round, number);
	item.what_case = PAR__V1__RELEASE_ITEM__WHAT_FAILURE;
	item.failure = &failure;
	pack(&item, out);
}

void example_lost(const char *round, uint32_t number, struct buf *out)
{
	Par__V1__ReleaseItem item;
	Par__V1__PublicFailure failure = PAR__V1__PUBLIC_FAILURE__INIT;

	failure.lost = true;
	item_init(&item, round, number);
	item.what_case = PAR__V1__RELEASE_ITEM__WHAT_FAILURE;
	item.failure = &failure;
	pack(&item, out);
}

void example_retraction(const char *round, uint32_t number, const char *reason,
			struct buf *out)
{
	Par__V1__ReleaseItem item;
	Par__V1__PublicRetraction retraction = PAR__V1__PUBLIC_RETRACTION__INIT;

	retraction.reason = text(reason);
	item_init(&item, round, number);
	item.time = EXAMPLE_TIME + 86400;
	item.what_case = PAR__V1__RELEASE_ITEM__WHAT_RETRACTION;
	item.retraction = &retraction;
	pack(&item, out);
}

void example_heads(struct buf *out)
{
	Par__V1__Heads heads = PAR__V1__HEADS__INIT;
	Par__V1__RoundHead rounds[2];
	Par__V1__RoundHead *list[2] = {&rounds[0], &rounds[1]};
	Par__V1__Text title = PAR__V1__TEXT__INIT;

	title.vi = text("Kỳ <mới>");
	for (size_t i = 0; i < 2; i++) {
		par__v1__round_head__init(&rounds[i]);
		rounds[i].round = text(i == 0 ? "mới" : "cũ");
		rounds[i].title = &title;
		rounds[i].state = i == 0 ? PAR__V1__ROUND_STATE__ROUND_STATE_OPEN
					 : PAR__V1__ROUND_STATE__ROUND_STATE_CLOSED;
		rounds[i].respondents_tens = i == 0 ? 1240 : 0;
		rounds[i].trial = i == 1;
	}
	heads.n_rounds = 2;
	heads.rounds = list;
	buf_init(out, 1 << 20);
	assert_int_equal(buf_reserve(out, par__v1__heads__get_packed_size(&heads)), 0);
	out->len = par__v1__heads__pack(&heads, out->data);
}

size_t example_count(const struct buf *in, const char *needle)
{
	size_t len = strlen(needle);
	size_t count = 0;

	for (size_t i = 0; i + len <= in->len; i++)
		count += memcmp(in->data + i, needle, len) == 0;
	return count;
}
