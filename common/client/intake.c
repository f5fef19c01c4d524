/* Link 1 for one who brings ballots: client.h's par_intake. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "common/base/err.h"
#include "common/base/sha256.h"
#include "common/base/text.h"
#include "common/client/acknowledgement.h"
#include "common/client/exchange.h"
#include "common/client/round.h"
#include "common/client/words.h"
#include "common/net/part_wire.h"
#include "common/round/code.h"
#include "common/round/proto.h"

enum { WHOLE_TRIES = 5 };

struct par_intake {
	struct exchange exchange;
};

int par_intake_open(const char *endpoint, const char *server_pub, const char *own_key,
		    struct par_intake **out, char *words)
{
	words_clear(words);
	struct par_intake *in = calloc(1, sizeof(*in));
	if (!in)
		return words_end(words, -ENOMEM);
	int err = exchange_open(endpoint, server_pub, own_key, &in->exchange, words);
	if (err != 0) {
		par_intake_close(in);
		return words_end(words, err);
	}
	*out = in;
	return 0;
}

void par_intake_close(struct par_intake *intake)
{
	if (!intake)
		return;
	exchange_close(&intake->exchange);
	free(intake);
}

/* ---- the round ---- */

static int ask_part(struct exchange *x, const char *code, uint64_t deadline_ms,
		    struct joiner *joiner, char *words)
{
	Par__V1__ManifestQuery query = PAR__V1__MANIFEST_QUERY__INIT;
	Par__V1__IntakeRequest request = PAR__V1__INTAKE_REQUEST__INIT;
	Par__V1__IntakeReply *reply;

	query.round = proto_view(bytes_str(code));
	query.part = joiner->taken + 1;
	request.what_case = PAR__V1__INTAKE_REQUEST__WHAT_MANIFEST;
	request.manifest = &query;
	int err = exchange_ask(x, &request, deadline_ms, &reply, words);
	if (err != 0)
		return err;
	err = ERR_FORMAT;
	if (reply->what_case == PAR__V1__INTAKE_REPLY__WHAT_MANIFEST) {
		struct part part = part_wire_read(reply->manifest);
		err = joiner_take(joiner, &part);
	}
	par__v1__intake_reply__free_unpacked(reply, NULL);
	return err;
}

/* Until one whole has come; another one took its place: from the first part again. */
static int ask_whole(struct exchange *x, const char *code, uint64_t deadline_ms,
		     struct joiner *joiner, char *words)
{
	int err = 0;

	for (int tries = 0; tries < WHOLE_TRIES; tries++) {
		joiner_reset(joiner);
		do
			err = ask_part(x, code, deadline_ms, joiner, words);
		while (err == 0);
		if (err != ERR_RETRY)
			break;
	}
	return err == 1 ? 0 : err;
}

static int make_round(struct buf *manifest, struct par_round **out, char *words)
{
	struct held_round *round = NULL;
	struct faults faults;

	faults_init(&faults);
	int err = round_make(manifest, &round, &faults);
	words_faults(words, &faults);
	faults_free(&faults);
	if (err == 0)
		*out = &round->public;
	/* What the collector opened is refused here only by another method. */
	return err == ERR_REFUSED ? ERR_VERSION : err;
}

int par_intake_round(struct par_intake *intake, const char *code, int timeout_ms,
		     struct par_round **out, char *words)
{
	uint64_t deadline_ms = link_deadline(timeout_ms);
	struct joiner joiner;

	words_clear(words);
	joiner_init(&joiner);
	int err = ask_whole(&intake->exchange, code, deadline_ms, &joiner, words);
	if (err == 0)
		err = make_round(&joiner.whole, out, words);
	joiner_free(&joiner);
	return words_end(words, err);
}

/* ---- a ballot ---- */

bool par_code_is_mistyped(const char *code)
{
	char *clean = NULL;

	if (text_clean(bytes_str(code), &clean) != 0)
		return false;
	bool mistyped = code_is_mistyped(bytes_str(clean));
	sodium_memzero(clean, strlen(clean));
	free(clean);
	return mistyped;
}

/* As it was meant, malloc. */
static int clean_code(const char *code, char **out, char *words)
{
	const char *wrong = NULL;
	char *clean = NULL;
	int err = text_clean(bytes_str(code), &clean);

	if (err == -ENOMEM)
		return err;
	if (err != 0 || clean[0] == '\0' || strchr(clean, '\n'))
		wrong = "this is no code: it has to be one line of text";
	else if (code_is_mistyped(bytes_str(clean)))
		wrong = "a character of this code is wrong; compare it with the letter "
			"it came in";
	if (!wrong) {
		*out = clean;
		return 0;
	}
	words_say(words, "%s", wrong);
	if (clean)
		sodium_memzero(clean, strlen(clean));
	free(clean);
	return ERR_REFUSED;
}

/* The collector must have received what was sent, to the byte. */
static int check_digest(const Par__V1__Acknowledgement *ack, struct bytes ballot,
			char *words)
{
	uint8_t digest[SHA256_SIZE];

	sha256(ballot, digest);
	if (bytes_equal(proto_bytes(ack->digest), bytes_of(digest, sizeof(digest))))
		return 0;
	words_say(words, "the collector acknowledges another ballot than was sent");
	return ERR_CORRUPT;
}

static int take_reply(const Par__V1__IntakeReply *reply, struct bytes ballot,
		      struct par_acknowledgement **out, char *words)
{
	if (reply->what_case != PAR__V1__INTAKE_REPLY__WHAT_ACK)
		return ERR_FORMAT;
	int err = check_digest(reply->ack, ballot, words);
	return err != 0 ? err : acknowledgement_make(reply->ack, out);
}

static int submit(struct exchange *x, const char *code, struct bytes ballot,
		  uint64_t deadline_ms, struct par_acknowledgement **out, char *words)
{
	Par__V1__Submit message = PAR__V1__SUBMIT__INIT;
	Par__V1__IntakeRequest request = PAR__V1__INTAKE_REQUEST__INIT;
	Par__V1__IntakeReply *reply;

	message.credential_case = PAR__V1__SUBMIT__CREDENTIAL_CODE;
	message.code = proto_view(bytes_str(code));
	message.ballot = proto_view(ballot);
	request.what_case = PAR__V1__INTAKE_REQUEST__WHAT_SUBMIT;
	request.submit = &message;
	int err = exchange_ask(x, &request, deadline_ms, &reply, words);
	if (err != 0)
		return err;
	err = take_reply(reply, ballot, out, words);
	par__v1__intake_reply__free_unpacked(reply, NULL);
	return err;
}

int par_intake_send(struct par_intake *intake, const char *code,
		    const struct par_ballot *ballot, int timeout_ms,
		    struct par_acknowledgement **out, char *words)
{
	uint64_t deadline_ms = link_deadline(timeout_ms);
	char *clean = NULL;

	words_clear(words);
	int err = clean_code(code, &clean, words);
	if (err != 0)
		return words_end(words, err);
	err = submit(&intake->exchange, clean, bytes_of(ballot->bytes, ballot->size),
		     deadline_ms, out, words);
	sodium_memzero(clean, strlen(clean));
	free(clean);
	return words_end(words, err);
}
