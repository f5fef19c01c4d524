#include "tests/unit/scorer/asking.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "common/report/edge.h"

bool asking_is(ProtobufCBinaryData b, const char *text)
{
	return bytes_equal(bytes_of(b.data, b.len), bytes_str(text));
}

Par__V1__ScoresQuery asking_query(uint32_t number)
{
	Par__V1__ScoresQuery q = PAR__V1__SCORES_QUERY__INIT;

	q.round = edge_text("nho-2024");
	q.part = 1;
	q.which_case = number > 0 ? PAR__V1__SCORES_QUERY__WHICH_NUMBER
				  : PAR__V1__SCORES_QUERY__WHICH_DRAFT;
	if (number > 0)
		q.number = number;
	else
		q.draft = true;
	return q;
}

/* The one part there is, whole. */
static void assert_only(const Par__V1__Part *part)
{
	uint8_t digest[crypto_hash_sha256_BYTES];

	assert_int_equal(part->index, 1);
	assert_int_equal(part->count, 1);
	crypto_hash_sha256(digest, part->data.data, part->data.len);
	assert_int_equal(part->digest.len, sizeof(digest));
	assert_memory_equal(part->digest.data, digest, sizeof(digest));
}

static void assert_refused(const Par__V1__InspectReply *reply, const char *why)
{
	assert_int_equal(reply->outcome, PAR__V1__OUTCOME__OUTCOME_REFUSED);
	assert_int_equal(reply->what_case, PAR__V1__INSPECT_REPLY__WHAT__NOT_SET);
	assert_true(reply->n_faults > 0);
	assert_non_null(
	    memmem(reply->faults[0].data, reply->faults[0].len, why, strlen(why)));
}

Par__V1__Scores *asking_scores(struct world *w, uint32_t number)
{
	Par__V1__ScoresQuery q = asking_query(number);
	const Par__V1__InspectReply *reply = world_ask(w, &q);
	Par__V1__Scores *scores;

	assert_int_equal(reply->outcome, PAR__V1__OUTCOME__OUTCOME_DONE);
	assert_int_equal(reply->what_case, PAR__V1__INSPECT_REPLY__WHAT_SCORES);
	assert_only(reply->scores);
	scores = par__v1__scores__unpack(NULL, reply->scores->data.len,
					 reply->scores->data.data);
	assert_non_null(scores);
	return scores;
}

void asking_refused(struct world *w, Par__V1__ScoresQuery q, const char *why)
{
	assert_refused(world_ask(w, &q), why);
}

Par__V1__UnitQuery asking_unit_query(uint32_t number, const char *unit)
{
	Par__V1__UnitQuery q = PAR__V1__UNIT_QUERY__INIT;

	q.round = edge_text("nho-2024");
	q.unit = edge_text(unit);
	q.part = 1;
	q.which_case = number > 0 ? PAR__V1__UNIT_QUERY__WHICH_NUMBER
				  : PAR__V1__UNIT_QUERY__WHICH_DRAFT;
	if (number > 0)
		q.number = number;
	else
		q.draft = true;
	return q;
}

Par__V1__UnitDetail *asking_unit(struct world *w, Par__V1__UnitQuery q)
{
	const Par__V1__InspectReply *reply = world_ask_unit(w, &q);
	Par__V1__UnitDetail *detail;

	assert_int_equal(reply->outcome, PAR__V1__OUTCOME__OUTCOME_DONE);
	assert_int_equal(reply->what_case, PAR__V1__INSPECT_REPLY__WHAT_UNIT);
	assert_only(reply->unit);
	detail = par__v1__unit_detail__unpack(NULL, reply->unit->data.len,
					      reply->unit->data.data);
	assert_non_null(detail);
	return detail;
}

void asking_unit_refused(struct world *w, Par__V1__UnitQuery q, const char *why)
{
	assert_refused(world_ask_unit(w, &q), why);
}

Par__V1__ReleaseItem *asking_item(const struct world *w, size_t place)
{
	Par__V1__ReleaseItem *item;

	assert_true(place < w->item_count);
	item = par__v1__release_item__unpack(NULL, w->items[place].len,
					     w->items[place].data);
	assert_non_null(item);
	return item;
}
