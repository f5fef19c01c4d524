/*
 * Releases as large as provinces have them: they fit, and the time that it takes to
 * render them is printed.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "services/publisher/page.h"
#include "services/publisher/table.h"
#include "tests/unit/publisher/example.h"

/* The item is at most what a link carries, a file what a telephone can bear. */
enum { ITEM_BYTES = 16 << 20, FILE_BYTES = 4 << 20 };

struct size {
	size_t units, leaves;
};

static struct size size; /* of the release that enlarge() makes */

static void *many(size_t count, size_t bytes)
{
	void *array = calloc(count + 1, bytes);

	assert_non_null(array);
	return array;
}

/* Its own code for each of them, in `room`. */
static ProtobufCBinaryData code(char of, size_t number, char room[16])
{
	int len = snprintf(room, 16, "%c%zu", of, number);

	return (ProtobufCBinaryData){(size_t)len, (uint8_t *)room};
}

static char (*names)[16];
static Par__V1__PublicCriterion *criteria;
static Par__V1__PublicCriterion **criterion_list;
static Par__V1__PublicUnit *units;
static Par__V1__PublicUnit **unit_list;
static Par__V1__PublicCell **cell_list;

/* Field 1 with its leaves, each like the example's. */
static void enlarge_criteria(Par__V1__PublicRelease *r)
{
	size_t count = size.leaves + 1;

	criteria = many(count, sizeof(criteria[0]));
	criterion_list = many(count, sizeof(criterion_list[0]));
	for (size_t i = 0; i < count; i++) {
		criteria[i] = *r->criteria[i == 0 ? 0 : 1];
		if (i > 0)
			criteria[i].code = code('C', i, names[i]);
		criterion_list[i] = &criteria[i];
	}
	r->criteria = criterion_list;
	r->n_criteria = count;
}

/* All like the example's second, whose first two cells are shown. */
static void enlarge_units(Par__V1__PublicRelease *r)
{
	Par__V1__PublicUnit *like = r->blocks[0]->units[1];
	size_t cells = size.leaves + 1;

	units = many(size.units, sizeof(units[0]));
	unit_list = many(size.units, sizeof(unit_list[0]));
	cell_list = many(cells, sizeof(cell_list[0]));
	for (size_t i = 0; i < cells; i++)
		cell_list[i] = like->cells[i % 2];
	for (size_t i = 0; i < size.units; i++) {
		units[i] = *like;
		units[i].code = code('U', i, names[size.leaves + 1 + i]);
		units[i].cells = cell_list;
		units[i].n_cells = cells;
		unit_list[i] = &units[i];
	}
	r->blocks[0]->units = unit_list;
	r->blocks[0]->n_units = size.units;
	r->n_blocks = 1;
}

static void enlarge(Par__V1__ReleaseItem *item)
{
	names = many(size.leaves + 1 + size.units, sizeof(names[0]));
	enlarge_criteria(item->release);
	enlarge_units(item->release);
}

static void forget(void)
{
	free(names);
	free(criteria);
	free(criterion_list);
	free(units);
	free(unit_list);
	free(cell_list);
}

static double milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void render_files(const struct publication *p)
{
	struct buf out;
	size_t all = 0;

	buf_init(&out, FILE_BYTES);
	assert_int_equal(page_release(p, LANGUAGE_VI, &out), 0);
	all += out.len;
	buf_reset(&out);
	assert_int_equal(page_release(p, LANGUAGE_EN, &out), 0);
	all += out.len;
	buf_reset(&out);
	assert_int_equal(table_scores(p->release, &out), 0);
	all += out.len;
	buf_reset(&out);
	assert_int_equal(table_criteria(p->release, &out), 0);
	all += out.len;
	buf_reset(&out);
	assert_int_equal(table_json(p, &out), 0);
	all += out.len;
	printf("%zu units x %zu leaves: five files of %zu bytes", size.units,
	       size.leaves, all);
	buf_free(&out);
}

static void render_units(const struct publication *p)
{
	const struct item_block *block = &p->release->blocks[0];
	struct buf out;
	size_t most = 0;

	buf_init(&out, FILE_BYTES);
	for (size_t i = 0; i < block->unit_count; i++) {
		buf_reset(&out);
		assert_int_equal(
		    page_unit(p, block, &block->units[i], LANGUAGE_VI, &out), 0);
		most = out.len > most ? out.len : most;
	}
	printf("; a page a unit of at most %zu bytes", most);
	buf_free(&out);
}

static void render(size_t unit_count, size_t leaf_count)
{
	const struct example e = {.round = "lon", .number = 1, .spoil = enlarge};
	struct item item;
	struct publication p = {.n = 1, .release = &item};
	struct buf payload;
	double start, end;

	size = (struct size){unit_count, leaf_count};
	example_release(&e, &payload);
	forget();
	assert_true(payload.len <= ITEM_BYTES);
	start = milliseconds();
	assert_int_equal(item_decode(buf_bytes(&payload), &item), 0);
	end = milliseconds();
	printf("item of %zu bytes, %.1f ms. ", payload.len, end - start);
	buf_free(&payload);
	start = end;
	render_files(&p);
	end = milliseconds();
	printf(", %.1f ms", end - start);
	start = end;
	render_units(&p);
	printf(", all %.1f ms\n", milliseconds() - start);
	item_free(&item);
}

static void a_thousand_units_fit(void **state)
{
	(void)state;
	render(1128, 1);
}

static void a_province_fits(void **state)
{
	(void)state;
	render(166, 60);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_thousand_units_fit),
	    cmocka_unit_test(a_province_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
