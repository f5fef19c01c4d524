#include "tests/unit/publisher/example.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "par/v1/release.pb-c.h"

static ProtobufCBinaryData text(const char *from)
{
	union {
		const char *from;
		uint8_t *to;
	} u = {.from = from};

	return (ProtobufCBinaryData){strlen(from), u.to};
}

struct row {
	const char *code, *vi, *en, *score;
	uint32_t rank;
	const char *band, *se, *low, *high;
	uint32_t raters;
	Par__V1__UnitStatus status;
};

enum { ROWS = 5, BLOCK_1 = 4 };

static const struct row rows[ROWS] = {
    {"S-DL", "Sở Du lịch", "", "", 0, "", "", "", "", 0,
     PAR__V1__UNIT_STATUS__UNIT_STATUS_INSUFFICIENT},
    {"S-KH", "Sở \"KH&ĐT\" <b>'tỉnh'", "Planning <&\"", "72.35", 2, "Khá", "1.1",
     "70.1", "74.6", 1234, PAR__V1__UNIT_STATUS__UNIT_STATUS_RANKED},
    {"S-YT", "Sở Y tế", "Health", "80.00", 1, "Tốt", "2.0", "76.0", "84.0", 41,
     PAR__V1__UNIT_STATUS__UNIT_STATUS_RANKED_WARNING},
    {"S-TC", "Sở Tài chính", "Finance", "72.35", 2, "Khá", "", "", "", 0,
     PAR__V1__UNIT_STATUS__UNIT_STATUS_RANKED},
    {"H-01", "UBND huyện Ví Dụ", "Example district", "65.00", 1, "", "0.5", "64.0",
     "66.0", 120, PAR__V1__UNIT_STATUS__UNIT_STATUS_RANKED},
};

struct made {
	Par__V1__PublicUnit units[ROWS];
	Par__V1__PublicUnit *unit_list[ROWS];
	Par__V1__Text names[ROWS], bands[ROWS];
	Par__V1__PublicBlock blocks[2];
	Par__V1__PublicBlock *block_list[2];
};

static void make_unit(const struct row *r, struct made *m, size_t i)
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
	u->score = text(r->score);
	u->rank = r->rank;
	u->band = &m->bands[i];
	u->se = text(r->se);
	u->ci_low = text(r->low);
	u->ci_high = text(r->high);
	u->raters = r->raters;
	u->criteria_counted = 33;
	u->criteria_applicable = 35;
	m->unit_list[i] = u;
}

static void make_blocks(struct made *m)
{
	static const char *const names[2] = {"Sở, ban & ngành", "Cấp huyện"};

	for (size_t i = 0; i < ROWS; i++)
		make_unit(&rows[i], m, i);
	for (size_t b = 0; b < 2; b++) {
		par__v1__public_block__init(&m->blocks[b]);
		m->blocks[b].name = text(names[b]);
		m->blocks[b].full_rank = 50;
		m->blocks[b].rank = 30;
		m->blocks[b].units = m->unit_list + (b == 0 ? 0 : BLOCK_1);
		m->blocks[b].n_units = b == 0 ? BLOCK_1 : ROWS - BLOCK_1;
		m->block_list[b] = &m->blocks[b];
	}
}

static void pack(const Par__V1__ReleaseItem *item, struct buf *out)
{
	buf_init(out, 1 << 20);
	assert_int_equal(buf_reserve(out, par__v1__release_item__get_packed_size(item)),
			 0);
	out->len = par__v1__release_item__pack(item, out->data);
}

void example_release(const struct example *e, struct buf *out)
{
	Par__V1__ReleaseItem item = PAR__V1__RELEASE_ITEM__INIT;
	Par__V1__PublicRelease release = PAR__V1__PUBLIC_RELEASE__INIT;
	Par__V1__Text title = PAR__V1__TEXT__INIT;
	ProtobufCBinaryData thin = text("Hội A <nhỏ>");
	uint8_t hash[32] = {0xab, 0x01};
	struct made made;

	make_blocks(&made);
	title.vi = text("Khảo sát 2024 – dữ liệu sinh ngẫu nhiên");
	title.en = text("Survey 2024 – generated data");
	release.kind = e->trial ? PAR__V1__RELEASE_KIND__RELEASE_KIND_TRIAL
				: PAR__V1__RELEASE_KIND__RELEASE_KIND_OFFICIAL;
	release.decision = text("12/QĐ-UBND");
	release.note = text(e->note == NULL ? "" : e->note);
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
	item.version = 1;
	item.round = text(e->round);
	item.number = e->number;
	item.time = EXAMPLE_TIME;
	item.what_case = PAR__V1__RELEASE_ITEM__WHAT_RELEASE;
	item.release = &release;
	pack(&item, out);
}

void example_retraction(const char *round, uint32_t number, const char *reason,
			struct buf *out)
{
	Par__V1__ReleaseItem item = PAR__V1__RELEASE_ITEM__INIT;
	Par__V1__PublicRetraction retraction = PAR__V1__PUBLIC_RETRACTION__INIT;

	retraction.reason = text(reason);
	item.version = 1;
	item.round = text(round);
	item.number = number;
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
