/* A round folder as a secretariat makes it, and a roster alone. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "common/base/err.h"
#include "common/round/folder.h"
#include "dir.h"
#include "world.h"

/* Reads a folder that must be good, and removes it. */
static void read_good(const struct dir *d, struct round *r, struct roster_rows *rows)
{
	struct faults f;
	int err;

	faults_init(&f);
	err = folder_read(d->path, r, rows, &f);
	if (err != 0)
		dir_show(&f);
	assert_int_equal(err, 0);
	assert_int_equal(f.count, 0);
	faults_free(&f);
	dir_drop(d);
}

static void a_good_folder_is_read(void **state)
{
	struct round r;
	struct roster_rows rows;
	struct dir d;

	(void)state;
	dir_put_good(&d);
	read_good(&d, &r, &rows);
	assert_string_equal(r.title.en, "One");
	assert_string_equal(r.scales[0].name, "a");
	assert_int_equal(r.scales[0].values[1].micro, 37500000);
	assert_int_equal(r.decimals, 2);
	assert_int_equal(r.cell_score, 3);
	assert_int_equal(r.design, DESIGN_OPEN);
	assert_int_equal(r.band_count, 3);
	assert_string_equal(r.bands[0].name.en, "Fair");
	assert_false(r.bands[1].above);
	assert_true(r.bands[2].above);
	assert_string_equal(r.blocks[0].name, "SỞ");
	assert_int_equal(r.blocks[0].rank, 10);
	assert_int_equal(r.blocks[1].full_rank, 20);
	assert_int_equal(r.blocks[1].rank, 12);
	assert_int_equal(r.criteria[5].lo.micro, 500000);
	assert_int_equal(r.criteria[5].block_count, 2);
	assert_int_equal(r.criteria[5].blocks[0], 0);
	assert_int_equal(r.units[2].excludes[0], 2);
	assert_int_equal(r.units[2].excludes[1], 4);
	assert_false(model_applies(&r, 0, 5));
	assert_false(model_applies(&r, 0, 2));
	assert_true(model_applies(&r, 1, 2));
	assert_int_equal(r.stratum_count, 2);
	assert_int_equal(r.strata[0].members, 3);
	assert_int_equal(r.strata[0].rows, 2);
	assert_int_equal(r.roster_rows, 3);
	assert_string_equal(rows.list[2].respondent, "DN 3");
	assert_string_equal(rows.list[2].code, "k3");
	assert_int_equal(rows.list[2].stratum, 1);
	roster_rows_free(&rows);
	model_free(&r);
}

static void what_excel_makes_of_it_is_the_same_round(void **state)
{
	struct round plain, other;
	struct roster_rows rows;
	struct buf a, b;
	struct dir d;

	(void)state;
	dir_put_good(&d);
	read_good(&d, &plain, &rows);
	roster_rows_free(&rows);
	dir_put_good(&d);
	/* BOM, semicolons, CRLF, decimal comma, other order of columns, NFD. */
	dir_put(
	    &d, "criteria.csv",
	    "\xef\xbb\xbfpoints;code;parent;source;scale;name_vi;name_en;blocks;lo;hi;"
	    "direction\r\n"
	    "60;1;;;;M\xc3\xb4\xcc\xa3t;One;;;;\r\n"
	    "30,0;1.1;1;survey;a;M\xc3\xb4\xcc\xa3t m\xc3\xb4\xcc\xa3t;;;;;down\r\n"
	    "30;1.2;1;survey;z; M\xc3\xb4\xcc\xa3t hai ;;XA\xcc\x83;;;\r\n"
	    "40;2;;;;Hai;;;;;\r\n"
	    "10;2.1;2;appraised;;Hai m\xc3\xb4\xcc\xa3t;;;;;\r\n"
	    "30;2.2;2;measured;;Hai hai;;XA\xcc\x83 SO\xcc\x9b\xcc\x89;0,5;10;down\r\n"
	    ";;;;;;;;;;\r\n");
	read_good(&d, &other, &rows);
	roster_rows_free(&rows);
	buf_init(&a, MANIFEST_BYTES_MAX);
	buf_init(&b, MANIFEST_BYTES_MAX);
	assert_int_equal(manifest_encode(&plain, true, &a), 0);
	assert_int_equal(manifest_encode(&other, true, &b), 0);
	assert_true(bytes_equal(buf_bytes(&a), buf_bytes(&b)));
	buf_free(&a);
	buf_free(&b);
	model_free(&plain);
	model_free(&other);
}

static void without_a_frame_the_roster_is_counted(void **state)
{
	struct round r;
	struct roster_rows rows;
	char path[300];
	struct dir d;

	(void)state;
	dir_put_good(&d);
	dir_path(&d, "strata.csv", path);
	assert_int_equal(unlink(path), 0);
	read_good(&d, &r, &rows);
	assert_false(r.has_frame);
	assert_int_equal(r.stratum_count, 2);
	assert_string_equal(r.strata[0].labels[1], "to");
	assert_int_equal(r.strata[0].members, 2);
	assert_int_equal(r.strata[1].members, 1);
	roster_rows_free(&rows);
	model_free(&r);
}

static void without_strata_all_are_one_stratum(void **state)
{
	struct round r;
	struct roster_rows rows;
	char path[300];
	struct dir d;

	(void)state;
	dir_put_good(&d);
	dir_path(&d, "strata.csv", path);
	assert_int_equal(unlink(path), 0);
	dir_put(&d, "round.json",
		"{\"round\": \"v\", \"title\": {\"vi\": \"V\"}, \"scales\": "
		"{\"a\": {\"levels\": 3}, \"z\": {\"levels\": 2}}}");
	dir_put(&d, "roster.csv", "respondent\nr1\nr2\n");
	read_good(&d, &r, &rows);
	assert_int_equal(r.strata_column_count, 0);
	assert_int_equal(r.stratum_count, 1);
	assert_int_equal(r.strata[0].members, 2);
	assert_int_equal(r.blocks[1].full_rank, 50);
	assert_int_equal(r.blocks[1].rank, 30);
	roster_rows_free(&rows);
	model_free(&r);
}

static void a_composite_is_read(void **state)
{
	struct round r;
	struct roster_rows rows;
	struct dir d;

	(void)state;
	dir_put_good(&d);
	dir_put(&d, "round.json",
		"{\"round\": \"v\", \"title\": \"V\",\n"
		"\"scales\": {\"a\": {\"levels\": 3}, \"z\": {\"levels\": 2}},\n"
		"\"strata\": [\"hội\", \"size\"], \"mode\": \"composite\",\n"
		"\"composite\": {\"scale\": [\"1\", \"10\"], \"factor\": \"2,5\",\n"
		"  \"minmax\": true, \"pool\": [\"v0\", \" Kỳ-1 \"],\n"
		"  \"max_eq_min\": \"5.5\"},\n"
		"\"flags\": {\"identical_scores\": 8, \"ballots_hour\": 30},\n"
		"\"annulment_reasons\": [\"Trả lời thay\", \"Phiếu trùng\"]}\n");
	read_good(&d, &r, &rows);
	assert_int_equal(r.mode, MODE_COMPOSITE);
	assert_int_equal(r.composite.lo.micro, DECIMAL_ONE);
	assert_int_equal(r.composite.hi.micro, 10 * DECIMAL_ONE);
	assert_int_equal(r.composite.factor.micro, 2500000);
	assert_true(r.composite.minmax);
	assert_int_equal(r.composite.pool_count, 2);
	assert_string_equal(r.composite.pool[1], "Kỳ-1");
	assert_true(r.composite.has_max_eq_min);
	assert_int_equal(r.composite.max_eq_min.micro, 5500000);
	assert_int_equal(r.flags.identical_scores, 8);
	assert_int_equal(r.flags.identical_raters, 3);
	assert_int_equal(r.flags.straight_scores, 10);
	assert_int_equal(r.flags.ballots_hour, 30);
	assert_int_equal(r.annulment_reason_count, 2);
	assert_string_equal(r.annulment_reasons[1], "Phiếu trùng");
	roster_rows_free(&rows);
	model_free(&r);
}

static void a_composite_says_its_scale_and_no_more(void **state)
{
	struct round r;
	struct roster_rows rows;
	struct dir d;

	(void)state;
	dir_put_good(&d);
	dir_put(&d, "round.json",
		"{\"round\": \"v\", \"title\": \"V\",\n"
		"\"scales\": {\"a\": {\"levels\": 3}, \"z\": {\"levels\": 2}},\n"
		"\"strata\": [\"hội\", \"size\"], \"mode\": \"composite\",\n"
		"\"composite\": {\"scale\": [\"0\", \"10\"]}}\n");
	read_good(&d, &r, &rows);
	assert_int_equal(r.composite.factor.micro, DECIMAL_ONE);
	assert_false(r.composite.minmax);
	assert_false(r.composite.has_max_eq_min);
	assert_int_equal(r.composite.pool_count, 0);
	assert_true(model_flags_are_default(&r.flags));
	roster_rows_free(&rows);
	model_free(&r);
}

static void the_golden_round_has_no_fault(void **state)
{
	struct round r;
	struct roster_rows rows;
	struct folder_sheets sheets;
	struct faults f;

	(void)state;
	faults_init(&f);
	assert_int_equal(
	    folder_read(SOURCE_DIR "/tests/golden/insteval", &r, &rows, &f), 0);
	assert_int_equal(rows.count, 2972);
	assert_int_equal(r.unit_count, 1128);
	assert_int_equal(r.block_count, 14);
	assert_int_equal(folder_read_ballots(SOURCE_DIR
					     "/tests/golden/insteval/ballots.csv",
					     &r, &sheets, &f),
			 0);
	assert_int_equal(sheets.count, 73421);
	assert_int_equal(sheets.refused, 0);
	assert_int_equal(f.count, 0);
	folder_sheets_free(&sheets);
	roster_rows_free(&rows);
	model_free(&r);
	faults_free(&f);
}

static void a_roster_alone_adds_strata_unless_they_are_fixed(void **state)
{
	static const char *const columns[] = {"size"};
	struct stratum *strata = NULL;
	struct roster_rows rows = {0};
	struct faults f;
	uint32_t count = 0;
	char path[300];
	struct dir d;

	(void)state;
	dir_make(&d);
	dir_put(&d, "roster.csv", "respondent,size\nr1,x\nr2,y\nr3,x\n");
	dir_path(&d, "roster.csv", path);
	faults_init(&f);
	assert_int_equal(
	    folder_read_roster(path, columns, 1, false, &strata, &count, &rows, &f), 0);
	assert_int_equal(count, 2);
	assert_int_equal(rows.list[2].stratum, 0);
	roster_rows_free(&rows);

	dir_put(&d, "roster.csv", "respondent,size\nr4,y\nr5,z\nr6,\n");
	assert_int_equal(
	    folder_read_roster(path, columns, 1, true, &strata, &count, &rows, &f),
	    ERR_REFUSED);
	assert_int_equal(count, 2);
	assert_int_equal(rows.count, 0);
	assert_true(world_says_at(&f, "roster.csv", 3, "stratum \"z\""));
	assert_true(world_says_at(&f, "roster.csv", 4, "size is empty"));
	model_strata_free(strata, count, 1);
	faults_free(&f);
	dir_drop(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_good_folder_is_read),
	    cmocka_unit_test(what_excel_makes_of_it_is_the_same_round),
	    cmocka_unit_test(without_a_frame_the_roster_is_counted),
	    cmocka_unit_test(without_strata_all_are_one_stratum),
	    cmocka_unit_test(a_composite_is_read),
	    cmocka_unit_test(a_composite_says_its_scale_and_no_more),
	    cmocka_unit_test(the_golden_round_has_no_fault),
	    cmocka_unit_test(a_roster_alone_adds_strata_unless_they_are_fixed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
