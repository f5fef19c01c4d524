#include "tests/bench/requests.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/err.h"
#include "common/round/ballot.h"
#include "common/round/index.h"
#include "par/v1/intake.pb-c.h"
#include "tests/bench/bench.h"

enum {
	AHEAD_MAX = 400000,
	REQUEST_MAX = 64 * 1024,
	AT_ID = 4, /* after the version and the tag and length of the id */
	NONCE = 32,
	LEVELS = 5,
};

void requests_init(struct requests *r, const struct request_plan *plan,
		   const struct round *round, const uint8_t rules[32])
{
	*r = (struct requests){.plan = *plan, .round = round};
	memcpy(r->rules, rules, sizeof r->rules);
	r->answers = malloc(round->answer_count);
	bench_must("answers", r->answers ? 0 : -ENOMEM);
	buf_init(&r->data, SIZE_MAX / 2);
}

void requests_free(struct requests *r)
{
	buf_free(&r->data);
	free(r->answers);
	free(r->list);
}

/* Evenly spread, the same in every run. */
static enum kind kind_of(const struct requests *r, uint64_t i)
{
	uint64_t draw = hash_number(i) % 100;

	if (draw < r->plan.duplicates && r->fresh > r->plan.lag)
		return KIND_DUPLICATE;
	if (draw >= 100 - r->plan.invalid)
		return KIND_INVALID;
	return KIND_FRESH;
}

static void fill_nonce(uint64_t sheet, uint8_t nonce[NONCE])
{
	for (uint64_t i = 0; i < NONCE / 8; i++)
		be64_put(nonce + 8 * i, hash_number(sheet * 4 + i));
}

static void encode_ballot(struct requests *r, uint64_t number, bool valid,
			  struct buf *out)
{
	const struct round *round = r->round;
	struct sheet sheet = {
	    .unit = r->plan.unit_first + (uint32_t)(number % r->plan.units),
	    .revision = 1 + (uint32_t)(number / r->plan.units / r->plan.respondents),
	    .answers = bytes_of(r->answers, round->answer_count)};
	uint8_t nonce[NONCE];
	struct ballot ballot = {.round = bytes_str(round->code),
				.rules = bytes_of(r->rules, sizeof r->rules),
				.nonce = bytes_of(nonce, sizeof nonce),
				.sheets = &sheet,
				.sheet_count = 1};

	for (uint32_t i = 0; i < round->answer_count; i++)
		r->answers[i] = (uint8_t)(1 + (number * 31 + i * 7) % LEVELS);
	if (!valid)
		r->answers[0] = LEVELS + 1;
	fill_nonce(number, nonce);
	bench_must("ballot", ballot_encode(&ballot, out));
}

static void encode_request(struct requests *r, uint64_t number, struct bytes body)
{
	static uint8_t id[WIRE_ID_SIZE];
	Par__V1__IntakeRequest request = PAR__V1__INTAKE_REQUEST__INIT;
	Par__V1__Submit submit = PAR__V1__SUBMIT__INIT;
	uint64_t respondent = number / r->plan.units % r->plan.respondents + 1;
	char name[32];

	snprintf(name, sizeof name, "R%llu", (unsigned long long)respondent);
	submit.credential_case = PAR__V1__SUBMIT__CREDENTIAL_RESPONDENT;
	submit.respondent.data = (uint8_t *)name;
	submit.respondent.len = strlen(name);
	submit.ballot.data = (uint8_t *)(uintptr_t)body.data;
	submit.ballot.len = body.len;
	request.version = WIRE_VERSION;
	request.id.data = id;
	request.id.len = sizeof id;
	request.what_case = PAR__V1__INTAKE_REQUEST__WHAT_SUBMIT;
	request.submit = &submit;
	bench_must("request", buf_reserve(&r->data, REQUEST_MAX));
	r->data.len +=
	    par__v1__intake_request__pack(&request, r->data.data + r->data.len);
}

/* The next one, behind what `data` holds. */
static struct made_request make(struct requests *r)
{
	struct made_request made = {.at = r->data.len, .kind = kind_of(r, r->made)};
	uint64_t number = r->plan.first + r->fresh;
	struct buf body;

	if (made.kind == KIND_DUPLICATE)
		number -= r->plan.lag;
	else
		r->fresh++;
	buf_init(&body, BALLOT_BYTES_MAX);
	encode_ballot(r, number, made.kind != KIND_INVALID, &body);
	encode_request(r, number, buf_bytes(&body));
	buf_free(&body);
	made.len = r->data.len - made.at;
	r->made++;
	return made;
}

void requests_make_ahead(struct requests *r, uint64_t count)
{
	r->ahead = count < AHEAD_MAX ? count : AHEAD_MAX;
	r->list = calloc(r->ahead, sizeof *r->list);
	bench_must("requests", r->list ? 0 : -ENOMEM);
	for (uint64_t i = 0; i < r->ahead; i++)
		r->list[i] = make(r);
}

struct bytes requests_next(struct requests *r, uint64_t i,
			   const uint8_t id[WIRE_ID_SIZE], enum kind *kind)
{
	struct made_request made;

	if (i < r->ahead) {
		made = r->list[i];
	} else {
		r->data.len = 0;
		made = make(r);
	}
	memcpy(r->data.data + made.at + AT_ID, id, WIRE_ID_SIZE);
	*kind = made.kind;
	return bytes_of(r->data.data + made.at, made.len);
}
