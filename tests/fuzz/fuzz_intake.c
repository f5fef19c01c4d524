/*
 * What comes in on link 1, to the whole collector with a journal and rosters on disk.
 * An input is a series of messages after the opening of the example, each a head of 4
 * bytes (role; 0 a request, 1 a command to be cut into its parts, 2 a ballot with a
 * code that is good; 2 of length) and its bytes. Nothing that a peer says ends the
 * process, every message gets one answer at most, which fits into a message, and what
 * came to the journal can be folded again.
 */

#include <assert.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "common/base/err.h"
#include "common/base/log.h"
#include "common/net/part_wire.h"
#include "common/round/folder.h"
#include "common/round/manifest.h"
#include "common/round/proto.h"
#include "services/collector/answer.h"
#include "services/collector/collector.h"
#include "services/par/wire_rows.h"
#include "tests/fuzz/example.h"
#include "tests/fuzz/scratch.h"
#include "tests/fuzz/target.h"
#include "tests/fuzz/wrapped.h"

enum { HEAD = 4, AT_LENGTH = 2, MESSAGES_MAX = 64, JOURNAL_BYTES = 32 << 20 };
enum kind { A_REQUEST, A_COMMAND, A_BALLOT, KINDS };

static size_t answers;

static void on_sent(const struct wire_peer *to, struct bytes payload)
{
	Par__V1__IntakeReply *r =
	    par__v1__intake_reply__unpack(NULL, payload.len, payload.data);

	assert(to->route_len == 1 && payload.len <= INTAKE_MESSAGE_MAX);
	assert(r != NULL && r->version == WIRE_VERSION && r->id.len == WIRE_ID_SIZE);
	assert(r->outcome != PAR__V1__OUTCOME__OUTCOME_UNSPECIFIED);
	par__v1__intake_reply__free_unpacked(r, NULL);
	answers++;
}

/* ---- messages that a fuzzer cannot guess ---- */

static void give(enum role role, Par__V1__IntakeRequest *request, uint8_t id)
{
	uint8_t bytes[WIRE_ID_SIZE] = {id, 1};
	struct buf out;
	int err;

	request->version = WIRE_VERSION;
	request->id = proto_view(bytes_of(bytes, sizeof bytes));
	buf_init(&out, INTAKE_MESSAGE_MAX + 1024);
	err = buf_reserve(&out, par__v1__intake_request__get_packed_size(request));
	assert(err == 0);
	out.len = par__v1__intake_request__pack(request, out.data);
	wrapped_give(role, 1, buf_bytes(&out));
	buf_free(&out);
}

/* How many messages that takes. */
static size_t give_command(enum role role, struct bytes command, uint8_t id)
{
	struct whole whole;
	struct part part;

	whole_init(&whole, command, PART_INTAKE_MAX);
	for (uint32_t i = 1; whole_part(&whole, i, &part); i++) {
		Par__V1__Part message = part_wire_message(&part);
		Par__V1__IntakeRequest request = PAR__V1__INTAKE_REQUEST__INIT;

		request.what_case = PAR__V1__INTAKE_REQUEST__WHAT_COMMAND;
		request.command = &message;
		give(role, &request, id);
	}
	return whole.count;
}

static void give_ballot(enum role role, struct bytes ballot)
{
	Par__V1__Submit submit = PAR__V1__SUBMIT__INIT;
	Par__V1__IntakeRequest request = PAR__V1__INTAKE_REQUEST__INIT;

	submit.credential_case = PAR__V1__SUBMIT__CREDENTIAL_CODE;
	submit.code = proto_view(bytes_str("abc"));
	if (role != ROLE_INTAKE) {
		submit.credential_case = PAR__V1__SUBMIT__CREDENTIAL_RESPONDENT;
		submit.respondent = proto_view(bytes_str("DN 2"));
	}
	submit.ballot = proto_view(ballot);
	request.what_case = PAR__V1__INTAKE_REQUEST__WHAT_SUBMIT;
	request.submit = &submit;
	give(role, &request, 0xff);
}

/* ---- the collector ---- */

static void open_collector(struct loop *loop, struct collector **out)
{
	static char data[PATH_MAX];
	static struct key own;
	static struct collector_config config = {.intake = "",
						 .feed = "",
						 .allow = "",
						 .health = "",
						 .journal_bytes = JOURNAL_BYTES,
						 .connections = 16,
						 .ballots_per_second = 1 << 20};
	struct faults faults;
	int err;

	snprintf(data, sizeof data, "%s/data", scratch_dir());
	config.data = data;
	scratch_remove("data");
	err = mkdir(data, 0700);
	assert(err == 0);
	faults_init(&faults);
	err = collector_open(loop, &config, &own, out, &faults);
	assert(err == 0);
	faults_free(&faults);
}

static void pack_opening(const struct round *r, const struct roster_rows *rows,
			 struct buf *out)
{
	Par__V1__Command command = PAR__V1__COMMAND__INIT;
	Par__V1__OpenRound open = PAR__V1__OPEN_ROUND__INIT;
	struct wire_rows wire;
	struct buf rules;
	int err;

	buf_init(&rules, MANIFEST_BYTES_MAX);
	err = manifest_encode(r, false, &rules);
	assert(err == 0);
	open.manifest = par__v1__manifest__unpack(NULL, rules.len, rules.data);
	buf_free(&rules);
	err = wire_rows_make(rows, r->strata, r->strata_column_count, &wire);
	assert(err == 0);
	open.n_rows = wire.count;
	open.rows = wire.list;
	command.what_case = PAR__V1__COMMAND__WHAT_OPEN;
	command.open = &open;
	err = buf_reserve(out, par__v1__command__get_packed_size(&command));
	assert(err == 0);
	out->len = par__v1__command__pack(&command, out->data);
	wire_rows_free(&wire);
	par__v1__manifest__free_unpacked(open.manifest, NULL);
}

/* The command that opens the example. */
static struct bytes opening(void)
{
	static struct buf command;
	struct roster_rows rows;
	struct faults faults;
	struct round r;
	int err;

	if (command.data != NULL)
		return buf_bytes(&command);
	buf_init(&command, PARTS_WHOLE_MAX);
	faults_init(&faults);
	example_folder();
	err = folder_read(scratch_dir(), &r, &rows, &faults);
	assert(err == 0);
	pack_opening(&r, &rows, &command);
	roster_rows_free(&rows);
	model_free(&r);
	faults_free(&faults);
	return buf_bytes(&command);
}

static void open_example(const struct collector *c)
{
	give_command(ROLE_OPERATOR, opening(), 0xfe);
	assert(fold_round_count(c->fold) == 1);
}

/* As after a restart. */
static void check_journal(const struct collector *c)
{
	struct faults faults;
	struct fold *again;
	int err;

	faults_init(&faults);
	err = view_open(c->journal, &again, &faults);
	assert(err == 0 && fold_n(again) == fold_n(c->fold));
	assert(fold_round_count(again) == fold_round_count(c->fold));
	fold_free(again);
	faults_free(&faults);
}

static bool give_next(const struct collector *c, struct bytes *in, uint8_t id)
{
	const uint8_t *at = in->data;
	size_t before = answers, sent = 1, len;

	if (in->len < HEAD || id == MESSAGES_MAX)
		return false;
	enum role role = 1u << at[0] % 6;
	enum kind kind = at[1] % KINDS;
	len = be16_get(at + AT_LENGTH);
	if (len > in->len - HEAD)
		len = in->len - HEAD;
	struct bytes body = bytes_of(at + HEAD, len);
	if (kind == A_REQUEST)
		wrapped_give(role, 1, body);
	else if (kind == A_COMMAND)
		sent = give_command(role, body, id);
	else
		give_ballot(role, body);
	assert(c->failed == 0);
	assert(answers == before + sent);
	*in = bytes_of(at + HEAD + len, in->len - HEAD - len);
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct loop *loop;
	struct bytes in = bytes_of(data, size);
	struct collector *c;
	int err = loop == NULL ? loop_open(&loop) : 0;

	assert(err == 0);
	log_setup("collector", LOG_ERROR);
	wrapped_init(on_sent);
	open_collector(loop, &c);
	open_example(c);
	for (uint8_t id = 0; give_next(c, &in, id); id++)
		continue;
	check_journal(c);
	collector_close(c);
	return 0;
}
