#include "tests/unit/collector/roster_made.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "common/base/err.h"
#include "common/round/code.h"

enum { NAME_TEXT = 32 };

const uint8_t roster_made_key[ROSTER_KEY] = {1, 2, 3};

int roster_made_add(struct roster *r, const char *name, const char *code,
		    const char *cluster, uint32_t stratum, bool *added)
{
	struct roster_input in = {bytes_str(name), bytes_str(code), bytes_str(cluster),
				  stratum};
	struct faults faults;
	int err;

	faults_init(&faults);
	err = roster_add(r, &in, &faults, added);
	assert_int_equal(faults.count > 0, err == ERR_REFUSED);
	faults_free(&faults);
	return err;
}

void roster_made_add_new(struct roster *r, const char *name, const char *code,
			 const char *cluster, uint32_t stratum)
{
	bool added = false;

	assert_int_equal(roster_made_add(r, name, code, cluster, stratum, &added), 0);
	assert_true(added);
}

void roster_made_add_many(struct roster *r, uint32_t from, uint32_t to)
{
	for (uint32_t i = from; i < to; i++) {
		char name[NAME_TEXT], code[NAME_TEXT], cluster[NAME_TEXT];

		(void)snprintf(name, sizeof name, "Công ty %u", i);
		(void)snprintf(code, sizeof code, "MA-%u", i);
		(void)snprintf(cluster, sizeof cluster, "chu%u", i / 3);
		roster_made_add_new(r, name, i % 2 ? code : "", i % 2 ? cluster : "",
				    i % 5);
	}
}

struct rater roster_made_rater(const struct roster *r, const char *name)
{
	const struct rater *rater = roster_by_respondent(r, bytes_str(name));

	assert_non_null(rater);
	return *rater;
}

static void code_of(uint32_t n, uint8_t turn, uint8_t out[CODE_BYTES])
{
	for (int i = 0; i < CODE_BYTES; i++)
		out[i] = 0;
	be32_put(out, n);
	out[4] = turn;
}

int roster_made_code(const struct roster *r, uint32_t n, uint8_t turn,
		     struct roster_code *out)
{
	char name[NAME_TEXT];
	uint8_t code[CODE_BYTES];
	struct faults faults;
	int err;

	(void)snprintf(name, sizeof name, "Công ty %u", n);
	code_of(n, turn, code);
	faults_init(&faults);
	err = roster_new_code(r, bytes_str(name), bytes_of(code, sizeof code), out,
			      &faults);
	assert_int_equal(faults.count > 0, err == ERR_REFUSED);
	faults_free(&faults);
	return err;
}

int roster_made_whose(const struct roster *r, uint32_t n, uint8_t turn)
{
	uint8_t code[CODE_BYTES];
	char text[CODE_TEXT];
	const struct rater *rater;

	code_of(n, turn, code);
	rater = roster_by_code(r, bytes_str(code_text(code, text)));
	return rater ? (int)rater->number : -1;
}
