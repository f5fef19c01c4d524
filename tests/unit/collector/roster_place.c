#include "tests/unit/collector/roster_place.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "services/collector/roster_files.h"
#include "services/collector/roster_store.h"
#include "tests/unit/collector/small_round.h"

struct roster_place roster_place_make(uint32_t rows)
{
	struct roster_place p = {.dir = small_dir(),
				 .roster = roster_new(roster_made_key)};

	roster_made_add_many(p.roster, 0, rows);
	assert_int_equal(roster_number(p.roster, 0), 0);
	assert_int_equal(roster_digest(p.roster, rows, p.digest), 0);
	assert_int_equal(roster_files_put_key(p.dir, 1, roster_made_key), 0);
	assert_int_equal(roster_store_write(p.dir, 1, p.roster, 0), 0);
	return p;
}

void roster_place_free(struct roster_place *p)
{
	assert_int_equal(roster_files_remove(p->dir, 1), 0);
	assert_int_equal(rmdir(p->dir), 0);
	free(p->dir);
	roster_free(p->roster);
}

int roster_place_load(const struct roster_place *p, uint64_t rows, uint64_t digest_rows,
		      struct roster **out)
{
	struct faults faults;
	int err;

	faults_init(&faults);
	err = roster_store_load(p->dir, 1, rows, digest_rows, p->digest, out, &faults);
	assert_int_equal(faults.count > 0, err != 0);
	faults_free(&faults);
	return err;
}

char *roster_place_path(const struct roster_place *p, const char *name)
{
	char *path = NULL;

	assert_true(asprintf(&path, "%s/%s", p->dir, name) > 0);
	return path;
}

void roster_place_codes(const struct roster_place *p, uint32_t rows, uint8_t turn)
{
	struct roster_code list[64] = {0};
	size_t count = 0;

	for (uint32_t n = 0; n < rows; n += 2)
		assert_int_equal(roster_made_code(p->roster, n, turn, &list[count++]),
				 0);
	assert_int_equal(roster_store_write_codes(p->dir, 1, p->roster, list, count),
			 0);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(roster_put_code(p->roster, &list[i]), 0);
}

bool roster_place_has(const struct roster_place *p, const char *name)
{
	char *path = roster_place_path(p, name);
	bool is = access(path, F_OK) == 0;

	free(path);
	return is;
}
