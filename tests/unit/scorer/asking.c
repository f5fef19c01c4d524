#include "tests/unit/scorer/asking.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "services/scorer/edge.h"

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

Par__V1__Scores *asking_scores(struct world *w, uint32_t number)
{
	Par__V1__ScoresQuery q = asking_query(number);
	const Par__V1__InspectReply *reply = world_ask(w, &q);
	uint8_t digest[crypto_hash_sha256_BYTES];
	const Par__V1__Part *part;
	Par__V1__Scores *scores;

	assert_int_equal(reply->outcome, PAR__V1__OUTCOME__OUTCOME_DONE);
	assert_int_equal(reply->what_case, PAR__V1__INSPECT_REPLY__WHAT_SCORES);
	part = reply->scores;
	assert_int_equal(part->index, 1);
	assert_int_equal(part->count, 1);
	crypto_hash_sha256(digest, part->data.data, part->data.len);
	assert_int_equal(part->digest.len, sizeof(digest));
	assert_memory_equal(part->digest.data, digest, sizeof(digest));
	scores = par__v1__scores__unpack(NULL, part->data.len, part->data.data);
	assert_non_null(scores);
	return scores;
}

void asking_refused(struct world *w, Par__V1__ScoresQuery q, const char *why)
{
	const Par__V1__InspectReply *reply = world_ask(w, &q);

	assert_int_equal(reply->outcome, PAR__V1__OUTCOME__OUTCOME_REFUSED);
	assert_true(reply->n_faults > 0);
	assert_non_null(
	    memmem(reply->faults[0].data, reply->faults[0].len, why, strlen(why)));
}
