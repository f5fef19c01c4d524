#include "tests/unit/scorer/detailed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "services/scorer/detail.h"
#include "services/scorer/publish.h"

static void make_round(struct build *b)
{
	made_text(&b->round.code, "mau-2024");
	made_name(&b->round.title, "Tỉnh Mẫu", "Model province");
	b->round.bonus_max.micro = 3 * DECIMAL_ONE;
	b->round.penalty_max.micro = 2 * DECIMAL_ONE;
	build_columns(b, 1);
	build_stratum(b, "a", 6);
	build_stratum(b, "b", 8);
	build_block(b, "Khối hai", 5, 5);
	build_criterion(b, "1", NULL, "60", SOURCE_NONE);
	build_criterion(b, "1.1", "1", "30", SOURCE_SURVEY);
	build_criterion(b, "1.2", "1", "20", SOURCE_APPRAISED);
	build_criterion(b, "1.3", "1", "10", SOURCE_MEASURED);
	build_criterion(b, "2", NULL, "40", SOURCE_SURVEY);
	made_name(&b->round.criteria[1].name, "Thái độ", "Attitude");
	made_name(&b->round.criteria[0].name, "Phục vụ", "Service");
	build_unit(b, "A", 0);
	build_unit(b, "B", 0);
	build_unit(b, "C", 0);
	build_unit(b, "E", 1);
	made_name(&b->round.units[B].name, "Sở B", "Department B");
	build_exclude(b, B, "1");
	build_exclude(b, E, "1");
	build_finish(b);
}

static void make_sheets(struct build *b)
{
	build_sheet(b, 0, A, 0, 7, "51");
	build_sheet(b, 0, B, 0, 7, "-4");
	build_sheet(b, 0, C, 0, 7, "33");
	build_sheet(b, 1, A, 0, 0, "33");
	build_sheet(b, 1, B, 0, 0, "-4");
	build_sheet(b, 2, A, 0, 0, "1n");
	build_sheet(b, 2, E, 0, 0, "-3");
	build_sheet(b, 3, A, 1, 7, "45");
	build_sheet(b, 3, B, 1, 7, "-2");
	build_sheet(b, 3, E, 1, 7, "-3");
	build_sheet(b, 4, A, 1, 0, "d3");
	build_sheet(b, 4, B, 1, 0, "-2");
	build_sheet(b, 4, E, 1, 0, "-3");
	build_points(b, A, "1.2", "15");
	b->appraisals[0].by = (char *)(uintptr_t) "Hội đồng";
	build_bonus(b, A, TARGET_BONUS, "1.5", "bằng khen");
	build_bonus(b, A, TARGET_BONUS, "2", "sáng kiến");
	build_bonus(b, A, TARGET_PENALTY, "0.5", "trễ hạn");
	b->appraisals[3].by = (char *)(uintptr_t) "Thanh tra";
	build_measured(b, A, "1.3", "40");
}

Par__V1__UnitDetail *detailed_unit(const struct analysis *a, uint32_t unit,
				   uint32_t number)
{
	const struct position cut = {.journal = {1}, .n = 17, .chain = {9}};
	Par__V1__UnitDetail *d;
	struct buf out;

	buf_init(&out, PUBLISH_BYTES_MAX);
	assert_int_equal(detail_encode(a, unit, number, &cut, &out), 0);
	d = par__v1__unit_detail__unpack(NULL, out.len, out.data);
	assert_non_null(d);
	buf_free(&out);
	return d;
}

int detailed_setup(void **state)
{
	struct detailed *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	f->build = build_new(5);
	make_round(f->build);
	make_sheets(f->build);
	f->analysis = made_draft(f->build);
	made_compute(f->analysis);
	f->a = detailed_unit(f->analysis, A, 0);
	f->b = detailed_unit(f->analysis, B, 3);
	f->c = detailed_unit(f->analysis, C, 0);
	f->e = detailed_unit(f->analysis, E, 0);
	*state = f;
	return 0;
}

int detailed_teardown(void **state)
{
	struct detailed *f = *state;

	par__v1__unit_detail__free_unpacked(f->a, NULL);
	par__v1__unit_detail__free_unpacked(f->b, NULL);
	par__v1__unit_detail__free_unpacked(f->c, NULL);
	par__v1__unit_detail__free_unpacked(f->e, NULL);
	analysis_free(f->analysis);
	build_free(f->build);
	free(f);
	return 0;
}
