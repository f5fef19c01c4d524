/* Items of link 4 as they are handed out: what is told, what is passed over, nonsense.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/base/err.h"
#include "common/client/release_item.h"

#include "par/v1/release.pb-c.h"

static ProtobufCBinaryData view(const char *text)
{
	return (ProtobufCBinaryData){strlen(text), (uint8_t *)(uintptr_t)text};
}

/* The message, packed; give it back with free(). */
static struct bytes packed(const Par__V1__ReleaseItem *m)
{
	size_t size = par__v1__release_item__get_packed_size(m);
	uint8_t *data = malloc(size + 1);

	assert_non_null(data);
	return bytes_of(data, par__v1__release_item__pack(m, data));
}

/* What release_item_make() says; with 0 the item goes to `seen` first. */
static int made(const Par__V1__ReleaseItem *m, void (*seen)(const struct par_item *))
{
	const struct position at = {.n = 4, .journal = {1}};
	struct bytes payload = packed(m);
	struct held_item item;
	int err = release_item_make(&at, payload, "https://par.example", &item);

	if (err == 0) {
		assert_int_equal(item.public.n, 4);
		assert_int_equal(item.public.message_size, payload.len);
		assert_int_equal(strncmp(item.public.position, "01000", 5), 0);
		seen(&item.public);
		release_item_free(&item);
	}
	free((void *)(uintptr_t)payload.data);
	return err;
}

static void init(Par__V1__ReleaseItem *m)
{
	par__v1__release_item__init(m);
	m->version = 1;
	m->round = view("kỳ 1");
	m->number = 2;
	m->time = 1735664400;
}

/* ---- a release of one criterion and two units ---- */

struct release {
	Par__V1__ReleaseItem item;
	Par__V1__PublicRelease release;
	Par__V1__PublicBlock block;
	Par__V1__PublicUnit units[2];
	Par__V1__PublicCriterion criteria[2];
	Par__V1__PublicCell cells[2];
	Par__V1__Text name;
	Par__V1__PublicBlock *blocks[1];
	Par__V1__PublicUnit *unit_list[2];
	Par__V1__PublicCriterion *criterion_list[2];
	Par__V1__PublicCell *cell_list[2];
};

static void init_units(struct release *r)
{
	for (size_t i = 0; i < 2; i++) {
		par__v1__public_unit__init(&r->units[i]);
		par__v1__public_cell__init(&r->cells[i]);
		par__v1__public_criterion__init(&r->criteria[i]);
		r->cells[i].state = PAR__V1__CELL_STATE__CELL_STATE_SHOWN;
		r->cells[i].score = view("71.50");
		r->criteria[i].code = view(i == 0 ? "1" : "1.1");
		r->criteria[i].field = (uint32_t)i;
		r->unit_list[i] = &r->units[i];
		r->criterion_list[i] = &r->criteria[i];
		r->cell_list[i] = &r->cells[i];
	}
	r->units[0].code = view("SNV");
	r->units[0].name = &r->name;
	r->units[0].status = PAR__V1__UNIT_STATUS__UNIT_STATUS_RANKED;
	r->units[0].state = PAR__V1__CELL_STATE__CELL_STATE_HIGH;
	r->units[0].score = view(">= 95.00");
	r->units[0].rank = 1;
	r->units[0].cells = r->cell_list;
	r->units[0].n_cells = 2;
	r->units[1].code = view("STC");
	r->units[1].status = PAR__V1__UNIT_STATUS__UNIT_STATUS_INSUFFICIENT;
}

static void init_release(struct release *r)
{
	init(&r->item);
	par__v1__public_release__init(&r->release);
	par__v1__public_block__init(&r->block);
	par__v1__text__init(&r->name);
	init_units(r);
	r->name.vi = view("Sở Nội vụ");
	r->block.name = view("sở");
	r->block.units = r->unit_list;
	r->block.n_units = 2;
	r->blocks[0] = &r->block;
	r->release.kind = PAR__V1__RELEASE_KIND__RELEASE_KIND_CORRECTION;
	r->release.title = &r->name;
	r->release.result_hash = view("11111111111111111111111111111111");
	r->release.respondents_tens = 120;
	r->release.criteria = r->criterion_list;
	r->release.n_criteria = 2;
	r->release.blocks = r->blocks;
	r->release.n_blocks = 1;
	r->item.what_case = PAR__V1__RELEASE_ITEM__WHAT_RELEASE;
	r->item.release = &r->release;
}

static void see_release(const struct par_item *item)
{
	const struct par_release *r = item->release;

	assert_non_null(r);
	assert_string_equal(item->round, "kỳ 1");
	assert_int_equal(item->number, 2);
	assert_int_equal(item->time, 1735664400);
	assert_string_equal(item->url, "https://par.example/k%E1%BB%B3%201/2/");
	assert_string_equal(item->reason, "");
	assert_int_equal(r->kind, PAR_KIND_CORRECTION);
	assert_string_equal(r->title_vi, "Sở Nội vụ");
	assert_string_equal(r->title_en, "");
	assert_int_equal(strlen(r->result_hash), 64);
	assert_int_equal(r->respondents, 120);
	assert_int_equal(r->criterion_count, 2);
	assert_int_equal(r->criteria[0]->field, 0);
	assert_int_equal(r->criteria[1]->field, 0);
	assert_int_equal(r->unit_count, 2);
	assert_string_equal(r->units[0]->block, "sở");
	assert_int_equal(r->units[0]->score.shown, PAR_SHOWN_HIGH);
	assert_string_equal(r->units[0]->score.text, ">= 95.00");
	assert_string_equal(r->units[0]->criteria[1].text, "71.50");
	assert_int_equal(r->units[1]->status, PAR_STATUS_INSUFFICIENT);
	assert_int_equal(r->units[1]->rank, 0);
	assert_int_equal(r->units[1]->score.shown, PAR_SHOWN_NONE);
	assert_string_equal(r->units[1]->score.text, "");
	assert_null(r->units[1]->criteria);
}

static void release_in_full(void **state)
{
	(void)state;
	struct release r;

	init_release(&r);
	assert_int_equal(made(&r.item, see_release), 0);
}

static void see_none(const struct par_item *item)
{
	fail_msg("item %u was told", item->number);
}

/* Each by itself makes the item nonsense. */
static void nonsense(void **state)
{
	(void)state;
	struct release r;

	init_release(&r);
	r.release.kind = (Par__V1__ReleaseKind)9;
	assert_int_equal(made(&r.item, see_none), ERR_FORMAT);
	init_release(&r);
	r.units[0].state = (Par__V1__CellState)7;
	assert_int_equal(made(&r.item, see_none), ERR_FORMAT);
	init_release(&r);
	r.units[0].n_cells = 1;
	assert_int_equal(made(&r.item, see_none), ERR_FORMAT);
	init_release(&r);
	r.criteria[0].field = 2;
	assert_int_equal(made(&r.item, see_none), ERR_FORMAT);
	init_release(&r);
	r.units[1].code = view("\xc3(");
	assert_int_equal(made(&r.item, see_none), ERR_FORMAT);
	init_release(&r);
	r.release.result_hash = view("short");
	assert_int_equal(made(&r.item, see_none), ERR_FORMAT);
	init_release(&r);
	r.item.what_case = PAR__V1__RELEASE_ITEM__WHAT__NOT_SET;
	assert_int_equal(made(&r.item, see_none), ERR_FORMAT);
}

static void newer_version(void **state)
{
	(void)state;
	struct release r;

	init_release(&r);
	r.item.version = 2;
	assert_int_equal(made(&r.item, see_none), ERR_VERSION);
}

/* ---- what is no release ---- */

static void see_retraction(const struct par_item *item)
{
	assert_null(item->release);
	assert_string_equal(item->reason, "sai số liệu");
}

static void see_lost(const struct par_item *item)
{
	assert_null(item->release);
	assert_string_equal(item->reason, "");
}

static void taken_back(void **state)
{
	(void)state;
	Par__V1__PublicRetraction retraction = PAR__V1__PUBLIC_RETRACTION__INIT;
	Par__V1__PublicFailure failure = PAR__V1__PUBLIC_FAILURE__INIT;
	Par__V1__ReleaseItem m;

	init(&m);
	m.what_case = PAR__V1__RELEASE_ITEM__WHAT_RETRACTION;
	m.retraction = &retraction;
	retraction.reason = view("sai số liệu");
	assert_int_equal(made(&m, see_retraction), 0);
	m.what_case = PAR__V1__RELEASE_ITEM__WHAT_FAILURE;
	m.failure = &failure;
	assert_int_equal(made(&m, see_none), 1); /* could not be computed */
	failure.lost = true;
	assert_int_equal(made(&m, see_lost), 0);
	m.number = 0;
	assert_int_equal(made(&m, see_none), 1); /* not known which */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(release_in_full),
	    cmocka_unit_test(nonsense),
	    cmocka_unit_test(newer_version),
	    cmocka_unit_test(taken_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
