/*
 * METHOD section 8, vcci_pci and published: the Provincial Competitiveness Index as
 * VCCI printed it, ten sub-indices of 1..10 to a total of 10..100: mode composite
 * (S6), scale 1..10, factor 10, each sub-index a measured leaf.
 *
 * The weights were fitted by whoever collected 2019 and 2021. That they are VCCI's is
 * shown by 2013 and 2015: 126 totals to seven digits, with ten weights.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/method/figure.h"
#include "tests/golden/measures.h"
#include "tests/golden/table.h"

enum { SUBINDICES = 10, POLICY_BIAS = 5, PROVINCES = 63 };

/* entry, land, transparency, time, informal, bias, proactivity, support, labour, law */
static const char *const weights[SUBINDICES] = {"5", "5", "20", "5",  "10",
						"5", "5", "20", "20", "5"};

struct pci {
	struct table table;
	struct measures measures;
	struct result result;
};

static void declare(struct pci *p, const char *path, unsigned power)
{
	int64_t lo = digits_scaled("1", power);

	p->table = table_read(path);
	measures_open(&p->measures, "1", "10", "10");
	for (int i = 0; i < SUBINDICES; i++) {
		char code[] = {(char)('a' + i), '\0'};

		measures_leaf(&p->measures, code, NULL, weights[i], lo, 10 * lo, power);
	}
	for (size_t u = 0; u < p->table.count; u++)
		build_unit(p->measures.build, p->table.rows[u].cells[0], 0);
}

/* The first sub-index stands in column 1. */
static void finish(struct pci *p)
{
	measures_finish(&p->measures);
	for (uint32_t u = 0; u < p->table.count; u++)
		for (uint32_t i = 0; i < SUBINDICES; i++)
			measures_give(&p->measures, u, i,
				      p->table.rows[u].cells[1 + i]);
	p->result = build_result(p->measures.build);
}

static void pci_close(struct pci *p)
{
	result_free(&p->result);
	measures_close(&p->measures);
	table_free(&p->table);
}

static unsigned long whole(const struct pci *p, size_t row, const char *column)
{
	return strtoul(table_cell(&p->table, row, column), NULL, 10);
}

/* Sub-indices in single precision: the totals are known to seven digits. */
static void open_summary(struct pci *p, const char *path, bool rank_on_exact)
{
	declare(p, path, 17);
	p->measures.build->round.rank_on_exact = rank_on_exact;
	finish(p);
	assert_int_equal(p->result.unit_count, PROVINCES);
}

static void assert_summary(const char *path)
{
	struct pci p;

	open_summary(&p, path, true);
	for (uint32_t u = 0; u < PROVINCES; u++) {
		/* the sub-indices are rounded likewise: 10 x 0.0000005, and itself */
		digits_within(p.result.exact[u].index, table_cell(&p.table, u, "pci"),
			      "0.00001");
		assert_int_equal(p.result.units[u].rank, whole(&p, u, "rank"));
	}
	pci_close(&p);
}

static void pci_2013(void **state)
{
	(void)state;
	assert_summary("tests/golden/vcci_pci/pci_2013_summary.csv");
}

static void pci_2015(void **state)
{
	(void)state;
	assert_summary("tests/golden/vcci_pci/pci_2015_summary.csv");
}

static void assert_place(const struct pci *p, const char *province, const char *score,
			 uint32_t rank)
{
	int32_t u = model_unit(p->result.round, bytes_str(province));

	assert_true(u >= 0);
	assert_string_equal(p->result.units[u].score, score);
	assert_int_equal(p->result.units[u].rank, rank);
}

/*
 * METHOD section 7: PCI 2015 prints 59.04 with ranks 21 and 22, for it ranks what it
 * does not print. S8 by default ranks what is printed: the two tie.
 */
static void what_prints_the_same_ranks_the_same(void **state)
{
	static const char path[] = "tests/golden/vcci_pci/pci_2015_summary.csv";
	struct pci p;

	(void)state;
	open_summary(&p, path, true);
	assert_place(&p, "Lâm Đồng", "59.04", 21);
	assert_place(&p, "Sóc Trăng", "59.04", 22);
	assert_place(&p, "Đắk Lắk", "59.00", 23);
	assert_place(&p, "Hà Nội", "59.00", 24);
	pci_close(&p);
	open_summary(&p, path, false);
	assert_place(&p, "Lâm Đồng", "59.04", 21);
	assert_place(&p, "Sóc Trăng", "59.04", 21);
	assert_place(&p, "Đắk Lắk", "59.00", 23);
	assert_place(&p, "Hà Nội", "59.00", 23);
	assert_place(&p, "Bình Dương", "58.89", 25);
	pci_close(&p);
}

/* Our exact total - the printed one, to two decimals. */
static void assert_difference(const struct pci *p, uint32_t u)
{
	const char *printed = table_cell(&p->table, u, "published_total");
	char text[FIGURE_TEXT];
	mpq_t difference;

	mpq_init(difference);
	digits_read(printed, difference);
	mpq_sub(difference, p->result.exact[u].index, difference);
	figure_text_signed(difference, 2, false, text);
	assert_string_equal(text, table_cell(&p->table, u, "diff"));
	/* METHOD section 7: so much may come of rounded sub-indices */
	digits_within(p->result.exact[u].index, printed, "0.055");
	mpq_clear(difference);
}

static void assert_printed(const struct pci *p)
{
	for (uint32_t u = 0; u < p->table.count; u++) {
		assert_string_equal(p->result.units[u].score,
				    table_cell(&p->table, u, "recomputed"));
		assert_difference(p, u);
	}
}

/* Hồ Chí Minh City was printed with N/A in every cell, and with rank 14. */
static void pci_2019(void **state)
{
	struct pci p;
	uint32_t absent;

	(void)state;
	declare(&p, "tests/golden/published/pci_2019.csv", 6);
	absent = (uint32_t)p.table.count;
	build_unit(p.measures.build, "TP.HCM", 0);
	finish(&p);
	assert_printed(&p);
	assert_false(p.result.units[absent].has_figure);
	assert_int_equal(p.result.units[absent].status, STATUS_INSUFFICIENT);
	/* S9: who has no figure takes no place; VCCI left it the 14th */
	for (uint32_t u = 0; u < p.table.count; u++) {
		unsigned long printed = whole(&p, u, "published_rank");

		assert_int_equal(p.result.units[u].rank, printed - (printed > 14));
	}
	pci_close(&p);
}

static void pci_2021(void **state)
{
	struct pci p;

	(void)state;
	declare(&p, "tests/golden/published/pci_2021.csv", 6);
	finish(&p);
	assert_printed(&p);
	for (uint32_t u = 0; u < p.table.count; u++)
		assert_int_equal(p.result.units[u].rank,
				 whole(&p, u, "published_rank"));
	pci_close(&p);
}

/* 2015 as a web page printed it: nine sub-indices of ten. */
static void open_nine(struct pci *p, bool excluded, const char *bias)
{
	struct round *r;

	declare(p, "tests/golden/published/pci_2015_missing_component.csv", 6);
	r = &p->measures.build->round;
	for (uint32_t u = 0; excluded && u < r->unit_count; u++)
		build_exclude(p->measures.build, u, r->criteria[POLICY_BIAS].code);
	measures_finish(&p->measures);
	for (uint32_t u = 0; u < r->unit_count; u++)
		for (uint32_t i = 0, column = 1; i < SUBINDICES; i++) {
			if (i != POLICY_BIAS)
				measures_give(&p->measures, u, i,
					      p->table.rows[u].cells[column++]);
			else if (bias != NULL)
				measures_give(&p->measures, u, i,
					      table_cell(&p->table, u, bias));
		}
	p->result = build_result(p->measures.build);
}

/* S7: a field without its value gives no figure; it is not taken for 0. */
static void without_a_component_there_is_no_figure(void **state)
{
	struct pci p;

	(void)state;
	open_nine(&p, false, NULL);
	assert_int_equal(p.result.unit_count, 25);
	for (uint32_t u = 0; u < p.result.unit_count; u++) {
		assert_false(p.result.units[u].has_figure);
		assert_int_equal(p.result.units[u].criteria_counted, SUBINDICES - 1);
		assert_int_equal(p.result.units[u].criteria_applicable, SUBINDICES);
	}
	pci_close(&p);
}

/* S6: what does not apply is re-based, so T is over 95 of the 100 points. */
static void the_nine_components_alone(void **state)
{
	char text[FIGURE_TEXT];
	struct pci p;
	mpq_t share;

	(void)state;
	mpq_init(share);
	open_nine(&p, true, NULL);
	for (uint32_t u = 0; u < p.result.unit_count; u++) {
		mpq_set_ui(share, 95, 100);
		mpq_canonicalize(share);
		mpq_mul(share, share, p.result.exact[u].index);
		figure_text_signed(share, 2, false, text);
		assert_string_equal(text, table_cell(&p.table, u, "partial"));
	}
	pci_close(&p);
	mpq_clear(share);
}

/* The tenth, as the total implies it, gives the total; and it is the one of VCCI. */
static void the_component_that_the_total_implies(void **state)
{
	struct table full = table_read("tests/golden/vcci_pci/pci_2015_summary.csv");
	struct pci p;
	mpq_t implied;

	(void)state;
	mpq_init(implied);
	open_nine(&p, false, "implied_policy_bias");
	for (uint32_t u = 0; u < p.result.unit_count; u++) {
		/* half a point each, known to 0.005 */
		digits_within(p.result.exact[u].index,
			      table_cell(&p.table, u, "published_total"), "0.0025");
		assert_int_equal(whole(&p, u, "published_rank"), u + 1);
		assert_string_equal(table_cell(&full, u, "rank"),
				    table_cell(&p.table, u, "published_rank"));
		digits_read(table_cell(&p.table, u, "implied_policy_bias"), implied);
		digits_within(implied, table_cell(&full, u, "policy_bias"), "0.11");
	}
	pci_close(&p);
	mpq_clear(implied);
	table_free(&full);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(pci_2013),
	    cmocka_unit_test(pci_2015),
	    cmocka_unit_test(what_prints_the_same_ranks_the_same),
	    cmocka_unit_test(pci_2019),
	    cmocka_unit_test(pci_2021),
	    cmocka_unit_test(without_a_component_there_is_no_figure),
	    cmocka_unit_test(the_nine_components_alone),
	    cmocka_unit_test(the_component_that_the_total_implies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
