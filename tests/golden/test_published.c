/*
 * METHOD section 8, published: PAPI 2023, whose dimension is the plain sum of four
 * parts, and DDCI Hà Tĩnh 2021, whose printed totals do not follow from what is printed
 * beside them: each in mode composite (S6), fields measured, of equal weight.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/method/figure.h"
#include "tests/golden/measures.h"
#include "tests/golden/table.h"

enum { POWER = 6 };

struct published {
	struct table table;
	struct measures measures;
	struct result result;
};

static void declare(struct published *p, const char *path, const char *lo,
		    const char *hi, const char *factor)
{
	p->table = table_read(path);
	measures_open(&p->measures, lo, hi, factor);
}

/* Fields in the columns `first` .. `first + count - 1`. */
static void add_fields(struct published *p, size_t first, uint32_t count)
{
	const struct composite *c = &p->measures.build->round.composite;

	for (uint32_t i = 0; i < count; i++)
		measures_leaf(&p->measures, p->table.names[first + i], NULL, "1",
			      c->lo.micro, c->hi.micro, POWER);
}

static void finish(struct published *p, size_t first)
{
	const struct round *r = &p->measures.build->round;

	measures_finish(&p->measures);
	for (uint32_t u = 0; u < r->unit_count; u++)
		for (uint32_t i = 0; i < r->criterion_count; i++)
			if (*p->table.rows[u].cells[first + i] != '\0')
				measures_give(&p->measures, u, i,
					      p->table.rows[u].cells[first + i]);
	p->result = build_result(p->measures.build);
}

static void published_close(struct published *p)
{
	result_free(&p->result);
	measures_close(&p->measures);
	table_free(&p->table);
}

/* Our exact figure - the printed one, with so many decimals. */
static void difference(const struct published *p, uint32_t u, const char *printed,
		       uint32_t decimals, char text[FIGURE_TEXT])
{
	mpq_t x;

	mpq_init(x);
	digits_read(table_cell(&p->table, u, printed), x);
	mpq_sub(x, p->result.exact[u].index, x);
	figure_text_signed(x, decimals, false, text);
	mpq_clear(x);
}

/* A sum of four is four times their mean. */
static void papi_2023(void **state)
{
	struct published p;
	char text[FIGURE_TEXT];

	(void)state;
	declare(&p, "tests/golden/published/papi_2023_dim6.csv", "0.25", "2.5", "4");
	add_fields(&p, 1, 4);
	p.measures.build->round.decimals = 4;
	for (size_t u = 0; u < p.table.count; u++)
		build_unit(p.measures.build, p.table.rows[u].cells[0], 0);
	finish(&p, 1);
	assert_int_equal(p.result.unit_count, 18);
	for (uint32_t u = 0; u < p.result.unit_count; u++) {
		assert_string_equal(p.result.units[u].score,
				    table_cell(&p.table, u, "sum"));
		difference(&p, u, "published_d6", 4, text);
		assert_string_equal(text, table_cell(&p.table, u, "diff"));
		digits_within(p.result.exact[u].index,
			      table_cell(&p.table, u, "published_d6"), "0.0001");
	}
	published_close(&p);
}

enum { DDCI_UNITS = 17, DDCI_FIRST = 3, DDCI_FIELDS = 9 };

/* Departments have no sub-index of land: not applicable, printed as a gap. */
static void open_ddci(struct published *p)
{
	struct build *b;

	declare(p, "tests/golden/published/ddci_ha_tinh_2021.csv", "1", "10", "10");
	b = p->measures.build;
	add_fields(p, DDCI_FIRST, DDCI_FIELDS);
	build_block(b, "so", 1, 1);
	assert_int_equal(p->table.count, DDCI_UNITS + 1);
	for (uint32_t u = 0; u < DDCI_UNITS; u++) {
		bool department = strcmp(table_cell(&p->table, u, "block"), "so") == 0;

		build_unit(b, p->table.rows[u].cells[0], department);
		if (department)
			build_exclude(b, u, "tiep_can_dat_dai");
	}
	finish(p, DDCI_FIRST);
}

/* METHOD section 7: up to 0.055 is rounding, more is flagged. */
static bool recomputes(const struct published *p, uint32_t u)
{
	mpq_t printed, limit;
	bool agree;

	mpq_inits(printed, limit, NULL);
	digits_read(table_cell(&p->table, u, "published_total"), printed);
	digits_read("0.055", limit);
	agree = digits_agree(p->result.exact[u].index, printed, limit, 0);
	mpq_clears(printed, limit, NULL);
	return agree;
}

/*
 * S4 holds a measured value to its ends: 50 on a scale of 1..10 is worth 10, where the
 * plain mean of what is printed would be 134 of 100.
 */
static void assert_out_of_scale(const struct published *p, uint32_t u)
{
	assert_string_equal(table_cell(&p->table, u, "nang_dong_hieu_luc"), "50");
	assert_string_equal(table_cell(&p->table, u, "mean10"), "134.00");
	assert_string_equal(p->result.units[u].score, "84.00");
}

static void ddci_means(void **state)
{
	struct published p;
	char text[FIGURE_TEXT];
	uint32_t out_of_scale;

	(void)state;
	open_ddci(&p);
	out_of_scale = (uint32_t)table_find(&p.table, "unit", "Sở Tài chính");
	for (uint32_t u = 0; u < DDCI_UNITS; u++) {
		if (u == out_of_scale) {
			assert_out_of_scale(&p, u);
			continue;
		}
		assert_string_equal(p.result.units[u].score,
				    table_cell(&p.table, u, "mean10"));
		difference(&p, u, "published_total", 2, text);
		assert_string_equal(text, table_cell(&p.table, u, "diff"));
	}
	published_close(&p);
}

/*
 * Fifteen of the seventeen totals are not the mean of what stands beside them. With no
 * weights that anybody published there is nothing to set against them.
 */
static void ddci_totals_do_not_recompute(void **state)
{
	static const char *const by_chance[] = {"Huyện Vũ Quang", "Thành phố Hà Tĩnh"};
	struct published p;

	(void)state;
	open_ddci(&p);
	for (uint32_t u = 0; u < DDCI_UNITS; u++) {
		const char *unit = p.table.rows[u].cells[0];
		bool expected =
		    strcmp(unit, by_chance[0]) == 0 || strcmp(unit, by_chance[1]) == 0;

		assert_int_equal(recomputes(&p, u), expected);
	}
	published_close(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(papi_2023),
	    cmocka_unit_test(ddci_means),
	    cmocka_unit_test(ddci_totals_do_not_recompute),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
