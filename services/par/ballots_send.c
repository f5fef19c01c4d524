#include "services/par/commands.h"

#include "common/base/err.h"
#include "common/round/ballot.h"
#include "common/round/code.h"
#include "common/round/manifest.h"
#include "common/round/proto.h"
#include "services/par/ballot_file.h"
#include "services/par/intake.h"
#include "services/par/show.h"
#include "services/par/submit.h"
#include "common/client/verdict.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { CODE_MAX = 1024, DIGEST = 32, SHEET_OVERHEAD = 16, BALLOT_OVERHEAD = 512 };

/* One enterprise sending its sheets. */
struct sender {
	const char *code;
	const struct ballot_file *file;
	uint8_t rules[DIGEST];
	struct ask ask;
	bool bad; /* a sheet was refused or conflicts */
};

static int read_code(const char *path, char **out)
{
	char text[CODE_MAX];
	FILE *file = fopen(path, "re");
	if (!file) {
		show_say("%s: %s", path, strerror(errno));
		return ERR_CONFIG;
	}
	size_t len = fread(text, 1, sizeof text, file);
	fclose(file);
	struct bytes code = bytes_of(text, len);
	/* an editor's byte order mark */
	if (code.len >= 3 && memcmp(code.data, "\xef\xbb\xbf", 3) == 0)
		code = bytes_of(text + 3, len - 3);
	int err = len < sizeof text ? text_clean(code, out) : ERR_FORMAT;
	sodium_memzero(text, sizeof text);
	if (err == 0 && ((*out)[0] == '\0' || strchr(*out, '\n'))) {
		free(*out);
		err = ERR_FORMAT;
	}
	if (err == ERR_FORMAT)
		show_say("%s: this file has to hold the code and nothing else", path);
	return err == ERR_FORMAT ? ERR_CONFIG : err;
}

static int check_one_respondent(const struct folder_sheets *sheets, const char *path)
{
	for (size_t i = 1; i < sheets->count; i++) {
		if (strcmp(sheets->list[i].respondent, sheets->list[0].respondent) == 0)
			continue;
		show_say("%s:%u: a second respondent; a code sends the sheets of one "
			 "enterprise",
			 path, sheets->list[i].first_line);
		return ERR_CONFIG;
	}
	return 0;
}

/* Sheets of one revision that fit a ballot together. */
static size_t ballot_end(const struct ballot_file *f, size_t from)
{
	size_t end = submit_group_end(&f->sheets, from);
	size_t fit = (BALLOT_BYTES_MAX - BALLOT_OVERHEAD) /
		     (f->round.answer_count + SHEET_OVERHEAD);
	if (fit > BALLOT_SHEETS_MAX)
		fit = BALLOT_SHEETS_MAX;
	if (fit == 0)
		fit = 1;
	return end - from < fit ? end : from + fit;
}

static void print_sheet(struct sender *s, const Par__V1__Acknowledgement *ack, size_t n)
{
	const Par__V1__SheetVerdict *v = ack->sheets[n];
	char first[SHOW_HASH], words[ASK_WORDS];
	enum verdict verdict = verdict_of(ack, n);
	const struct round *round = &s->file->round;
	bool known = v->unit >= 1 && v->unit <= round->unit_count;
	const char *unit = known ? round->units[v->unit - 1].code : "?";
	printf("unit %s revision %u %s", unit, v->revision, verdict_name(verdict));
	if (v->first_digest.len > 0)
		printf(" first %s", show_hash(v->first_digest, first));
	putchar('\n');
	for (size_t i = 0; i < v->n_faults; i++)
		show_say("unit %s: %s", unit,
			 show_text(v->faults[i], words, sizeof words));
	if (verdict == VERDICT_CONFLICT)
		show_say("unit %s: %s", unit, verdict_conflict(v, words));
	if (verdict == VERDICT_CONFLICT || verdict == VERDICT_REFUSED)
		s->bad = true;
}

/* The collector must have received what was sent, to the byte. */
static int print_ack(struct sender *s, struct bytes ballot,
		     const Par__V1__Acknowledgement *ack)
{
	uint8_t digest[DIGEST];
	char hex[2 * DIGEST + 1], round[MODEL_CODE_MAX + 1];
	crypto_hash_sha256(digest, ballot.data, ballot.len);
	if (!bytes_equal(proto_bytes(ack->digest), bytes_of(digest, sizeof digest))) {
		show_say("the collector acknowledges another ballot than was sent");
		return ERR_CORRUPT;
	}
	hex_encode(bytes_of(digest, sizeof digest), hex);
	printf("round %s\n", show_text(ack->round, round, sizeof round));
	printf("ballot %s\n", hex);
	for (size_t i = 0; i < ack->n_sheets; i++)
		print_sheet(s, ack, i);
	return 0;
}

static int ask_ballot(struct sender *s, struct bytes ballot)
{
	uint8_t id[WIRE_ID_SIZE];
	randombytes_buf(id, sizeof id);
	Par__V1__Submit submit = PAR__V1__SUBMIT__INIT;
	submit.credential_case = PAR__V1__SUBMIT__CREDENTIAL_CODE;
	submit.code = ask_text(s->code);
	submit.ballot = proto_view(ballot);
	Par__V1__IntakeRequest request = PAR__V1__INTAKE_REQUEST__INIT;
	request.what_case = PAR__V1__INTAKE_REQUEST__WHAT_SUBMIT;
	request.submit = &submit;
	Par__V1__IntakeReply *reply = NULL;
	int err = intake_ask(&s->ask, id, &request, &reply);
	if (err != 0)
		return err;
	err = ERR_FORMAT;
	if (reply->what_case == PAR__V1__INTAKE_REPLY__WHAT_ACK)
		err = print_ack(s, ballot, reply->ack);
	par__v1__intake_reply__free_unpacked(reply, NULL);
	return err;
}

static int send_sheets(struct sender *s)
{
	struct buf ballot;
	buf_init(&ballot, BALLOT_BYTES_MAX);
	int err = manifest_rules_digest(&s->file->round, s->rules);
	size_t end = 0;
	for (size_t from = 0; err == 0 && from < s->file->sheets.count; from = end) {
		end = ballot_end(s->file, from);
		err = ballot_file_encode(&s->file->round, s->rules,
					 &s->file->sheets.list[from], end - from,
					 &ballot);
		if (err == 0)
			err = ask_ballot(s, buf_bytes(&ballot));
	}
	buf_free(&ballot);
	return err;
}

static int send_file(const struct options *o, const char *path, const char *code)
{
	struct ballot_file file;
	struct sender s = {.code = code, .file = &file};
	int err = ballot_file_read(o, ROLE_INTAKE, path, &file);
	if (err != 0)
		return err;
	err = check_one_respondent(&file.sheets, path);
	if (err == 0)
		err = ask_open(o, &intake_link, ROLE_INTAKE, &s.ask);
	if (err == 0) {
		err = send_sheets(&s);
		ask_close(&s.ask);
	}
	if (err == 0 && (s.bad || file.faulty))
		err = ERR_REFUSED;
	ballot_file_free(&file);
	return err;
}

/* A mistyped code would cost a try. Not which character it is: that would help to
 * guess. */
static int check_code(const char *path, const char *code)
{
	if (!code_is_mistyped(bytes_str(code)))
		return 0;
	show_say("%s: a character of this code is wrong; compare it with the letter it "
		 "came in",
		 path);
	return ERR_CONFIG;
}

int ballots_send(const struct options *o, char *const words[])
{
	char *code = NULL;
	int err = read_code(o->code_file, &code);
	if (err != 0)
		return err;
	err = check_code(o->code_file, code);
	if (err == 0)
		err = send_file(o, words[0], code);
	sodium_memzero(code, strlen(code));
	free(code);
	return err;
}
