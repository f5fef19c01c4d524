/*
 * The roster of a round: who may answer, as which rater, with which code. Rows are told
 * of by the journal, so that none can be missing. Codes are not: a root page with
 * another number may bring those back that held before the last command.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <sodium.h>

#include "services/collector/roster_store.h"
#include "tests/rot/rot.h"
#include "tests/unit/collector/roster_place.h"

enum { FLIPS = 2000, ROWS = 1500, CODED = 60, TURNS = 3 };

static void add(crypto_generichash_state *d, uint32_t n)
{
	uint8_t bytes[4];

	be32_put(bytes, n);
	crypto_generichash_update(d, bytes, sizeof bytes);
}

static void add_row(crypto_generichash_state *d, const struct roster *r, uint32_t n)
{
	struct bytes name = roster_respondent(r, n);
	const struct rater *rater = roster_by_respondent(r, name);

	crypto_generichash_update(d, name.data, name.len);
	add(d, rater->number);
	add(d, rater->stratum);
	add(d, rater->cluster);
	add(d, (uint32_t)roster_code_origin(r, n));
}

/* Items are the commands that made codes. */
static void take_content(const struct roster *r, struct rot_content *out)
{
	crypto_generichash_state d;

	out->items = 0;

	crypto_generichash_init(&d, NULL, 0, ROT_DIGEST);
	for (uint32_t n = 0; n < roster_count(r); n++)
		add_row(&d, r, n);
	for (uint32_t n = 0; n < CODED; n++) {
		for (uint8_t turn = 1; turn <= TURNS; turn++) {
			int whose = roster_made_whose(r, n, turn);

			add(&d, (uint32_t)whose);
			if (whose >= 0 && turn > out->items)
				out->items = turn;
		}
	}
	crypto_generichash_final(&d, out->digest, ROT_DIGEST);
}

static int read_roster(void *ctx, struct rot_content *out)
{
	const struct roster_place *p = ctx;
	struct roster *r;
	struct faults faults;
	int err;

	faults_init(&faults);
	err = roster_store_load(p->dir, 1, ROWS, ROWS, p->digest, &r, &faults);
	faults_free(&faults);
	if (err != 0)
		return err;
	take_content(r, out);
	roster_free(r);
	return 0;
}

static void no_flip_changes_who_may_answer(void **state)
{
	static struct rot_content older[TURNS];
	struct roster_place p = roster_place_make(ROWS);
	char *data = roster_place_path(&p, "1/data.mdb");
	char *key = roster_place_path(&p, "1.key");
	struct rot rot = {.name = "roster",
			  .files = {data, key},
			  .file_count = 2,
			  .read = read_roster,
			  .ctx = &p,
			  .older = older,
			  .older_count = TURNS};

	(void)state;
	for (uint8_t turn = 1; turn <= TURNS; turn++) {
		assert_int_equal(read_roster(&p, &older[turn - 1]), 0);
		roster_place_codes(&p, CODED, turn);
	}
	rot_run(&rot, FLIPS);
	free(data);
	free(key);
	roster_place_free(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(no_flip_changes_who_may_answer),
	};

	rot_in_memory();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
