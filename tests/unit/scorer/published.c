#include "tests/unit/scorer/published.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "services/scorer/publish.h"

static char *words(const char *text)
{
	return (char *)(uintptr_t)text;
}

static void make_tree(struct build *b)
{
	build_criterion(b, "1", NULL, "60", SOURCE_NONE);
	build_criterion(b, "1.1", "1", "40", SOURCE_NONE);
	build_criterion(b, "1.1.1", "1.1", "25", SOURCE_SURVEY);
	build_criterion(b, "1.1.2", "1.1", "15", SOURCE_SURVEY);
	build_criterion(b, "1.2", "1", "20", SOURCE_APPRAISED);
	build_criterion(b, "2", NULL, "40", SOURCE_SURVEY);
	made_name(&b->round.criteria[5].name, "Thủ tục", "Procedures");
}

static void make_units(struct build *b)
{
	static const char *const codes[UNITS] = {"U0", "U1", "U2", "U3", "U4", "U5"};

	made_text(&b->round.blocks[0].name, "Sở");
	b->round.blocks[0].full_rank = 50;
	b->round.blocks[0].rank = 10;
	build_block(b, "Huyện", 40, 20);
	for (uint32_t u = 0; u < UNITS; u++)
		build_unit(b, codes[u], u == RANKED);
	made_name(&b->round.units[RANKED].name, "Huyện Mẫu", "Model district");
	build_exclude(b, APPRAISED, "1.1");
	build_exclude(b, APPRAISED, "2");
}

/* What a rater says of a unit; NULL: nothing. */
static const char *answers_of(uint32_t rater, uint32_t unit)
{
	static const char *const ranked[] = {"343", "544"};
	static const char *const warned[] = {"132", "243", "354"};

	if (unit == RANKED)
		return ranked[rater % 2];
	if (unit == WARNED)
		return rater < 15 ? warned[rater % 3] : NULL;
	if (unit == SILENT)
		return rater < 20 ? "nnn" : NULL;
	if ((unit == WARNED_FEW && rater < 14) || (unit == FEW && rater < 9))
		return warned[rater % 3];
	return NULL;
}

/* 40 raters, cells from 15 on; points of what is appraised for U0 and U3. */
struct build *published_round(void)
{
	struct build *b = build_new(5);

	made_text(&b->round.code, "mau-2024");
	made_name(&b->round.title, "Tỉnh Mẫu", "Model province");
	b->round.cell_show = 15;
	b->round.bonus_max.micro = 2 * DECIMAL_ONE;
	b->round.penalty_max.micro = DECIMAL_ONE / 2;
	build_band(b, "40", false);
	made_name(&b->round.bands[0].name, "Tốt", "Good");
	make_tree(b);
	make_units(b);
	build_finish(b);
	b->sample.invited = 4000;
	for (uint32_t rater = 0; rater < 40; rater++) {
		for (uint32_t u = 0; u < UNITS; u++) {
			if (answers_of(rater, u) != NULL)
				build_sheet(b, rater, u, 0, 0, answers_of(rater, u));
		}
	}
	build_points(b, RANKED, "1.2", "15");
	build_points(b, APPRAISED, "1.2", "9");
	return b;
}

struct build *published_strata(uint32_t of_d)
{
	struct build *b = build_new(5);
	uint32_t rater = 0;

	build_columns(b, 1);
	build_stratum(b, "a", 300);
	build_stratum(b, "b", 24);
	build_stratum(b, "c", 7);
	build_stratum(b, "d", 9);
	build_criterion(b, "1", NULL, "100", SOURCE_SURVEY);
	build_unit(b, "U0", 0);
	build_unit(b, "U1", 0);
	build_finish(b);
	for (; rater < 30; rater++)
		build_sheet(b, rater, 0, 0, 0, rater % 2 ? "3" : "4");
	for (; rater < 42; rater++)
		build_sheet(b, rater, 0, 1, 0, rater % 2 ? "1" : "2");
	for (; rater < 42 + of_d; rater++)
		build_sheet(b, rater, 1, 3, 0, "3");
	return b;
}

/* ---- what is public of them ---- */

struct fold_release published_release(uint32_t number, enum release_kind kind)
{
	return (struct fold_release){
	    .ordinal = 3,
	    .number = number,
	    .kind = kind,
	    .time = 1735664400,
	    .decision = words("12/QĐ"),
	    .note = words("ghi chú"),
	};
}

Par__V1__ReleaseItem *published_decode(struct buf *out)
{
	Par__V1__ReleaseItem *item =
	    par__v1__release_item__unpack(NULL, out->len, out->data);

	assert_non_null(item);
	buf_free(out);
	return item;
}

static Par__V1__ReleaseItem *published(const struct analysis *a)
{
	struct fold_release release = published_release(2, RELEASE_OFFICIAL);
	struct buf out;

	buf_init(&out, PUBLISH_BYTES_MAX);
	assert_int_equal(publish_release(a, &release, &out), 0);
	return published_decode(&out);
}

void published_open(struct build *b, struct analysis *a, struct published *m)
{
	m->build = b;
	m->analysis = a;
	made_compute(a);
	m->item = published(a);
	assert_int_equal(m->item->what_case, PAR__V1__RELEASE_ITEM__WHAT_RELEASE);
	m->release = m->item->release;
}

void published_close(struct published *m)
{
	par__v1__release_item__free_unpacked(m->item, NULL);
	analysis_free(m->analysis);
	build_free(m->build);
}

int published_setup(void **state)
{
	struct published *m = calloc(1, sizeof(*m));
	struct build *b = published_round();

	assert_non_null(m);
	published_open(b, made_release(b), m);
	*state = m;
	return 0;
}

int published_teardown(void **state)
{
	published_close(*state);
	free(*state);
	return 0;
}

const Par__V1__PublicUnit *published_unit(const struct published *m, const char *code)
{
	for (size_t b = 0; b < m->release->n_blocks; b++) {
		const Par__V1__PublicBlock *block = m->release->blocks[b];

		for (size_t u = 0; u < block->n_units; u++) {
			if (made_is(block->units[u]->code, code))
				return block->units[u];
		}
	}
	fail_msg("no unit %s", code);
	return NULL;
}
