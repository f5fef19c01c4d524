#include "services/par/commands.h"

#include "common/base/err.h"
#include "common/round/proto.h"
#include "services/par/intake.h"
#include "services/par/link4.h"
#include "services/par/show.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- making one ---- */

static int parse_kind(const char *text, Par__V1__ReleaseKind *out)
{
	static const Par__V1__ReleaseKind kinds[] = {
	    PAR__V1__RELEASE_KIND__RELEASE_KIND_OFFICIAL,
	    PAR__V1__RELEASE_KIND__RELEASE_KIND_CORRECTION,
	    PAR__V1__RELEASE_KIND__RELEASE_KIND_TRIAL,
	};
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		if (strcmp(text, link4_kind(kinds[i])) == 0) {
			*out = kinds[i];
			return 0;
		}
	}
	show_say("--kind is official, correction or trial, not %s", text);
	return ERR_CONFIG;
}

static int record(const struct options *o, const char *round, Par__V1__ReleaseKind kind,
		  struct intake_done *out)
{
	Par__V1__Release release = PAR__V1__RELEASE__INIT;
	release.round = ask_text(round);
	release.kind = kind;
	release.decision = ask_text(o->decision);
	release.note = ask_text(o->note);
	Par__V1__Command command = PAR__V1__COMMAND__INIT;
	command.what_case = PAR__V1__COMMAND__WHAT_RELEASE;
	command.release = &release;
	return intake_command(o, ROLE_RELEASER, &command, out);
}

/* ---- waiting for it ---- */

struct wanted {
	struct bytes round;
	uint32_t number;
	bool failed; /* it was recorded and could not be made */
};

static int print_published(const Par__V1__ReleaseItem *m, const char *site)
{
	char hex[SHOW_HASH];
	char *url = link4_url(site, m);
	if (!url)
		return -ENOMEM;
	printf("release %" PRIu32 "\n", m->number);
	printf("result_hash %s\n", show_hash(m->release->result_hash, hex));
	printf("address %s\n", url);
	free(url);
	return 0;
}

static int on_item(void *ctx, const struct link4_item *item)
{
	struct wanted *w = ctx;
	const Par__V1__ReleaseItem *m = item->message;
	if (m->number != w->number || !bytes_equal(w->round, proto_bytes(m->round)))
		return 0;
	if (m->what_case == PAR__V1__RELEASE_ITEM__WHAT_FAILURE) {
		w->failed = true;
		return 1;
	}
	if (m->what_case != PAR__V1__RELEASE_ITEM__WHAT_RELEASE)
		return 0;
	int err = print_published(m, item->site);
	return err != 0 ? err : 1;
}

static int tell_failed(const char *round, uint32_t number)
{
	show_say("release %" PRIu32
		 " is recorded, but its rules cannot compute it; `par "
		 "scores %s --draft` says why",
		 number, round);
	return ERR_REFUSED;
}

/* Until link 4 has it, as what it became. */
static int await(const struct options *o, struct wanted *wanted)
{
	struct options downstream = *o;
	downstream.key = "";
	const struct position start = {0};
	struct link4 k;
	int err = link4_open(&downstream, ROLE_DOWNSTREAM, &start, false, on_item,
			     wanted, &k);
	if (err != 0)
		return err;
	err = link4_run(&k);
	link4_close(&k);
	return err;
}

static int await_told(const struct options *o, const char *round, uint32_t number)
{
	struct wanted wanted = {.round = bytes_str(round), .number = number};
	int err = await(o, &wanted);
	if (err != 0)
		show_say("release %" PRIu32 " is recorded, not yet published; the same "
			 "command waits for it again",
			 number);
	else if (wanted.failed)
		err = tell_failed(round, number);
	return err;
}

int release_make(const struct options *o, char *const words[])
{
	Par__V1__ReleaseKind kind;
	int err = parse_kind(o->kind, &kind);
	if (err != 0)
		return err;
	if (!peer_has_key(o, ROLE_DOWNSTREAM)) {
		show_say(
		    "%s/downstream.key is missing: a release is awaited on link 4 with "
		    "that key",
		    o->keys);
		return ERR_CONFIG;
	}
	struct intake_done done;
	err = record(o, words[0], kind, &done);
	if (err != 0)
		return err;
	show_say("release %" PRIu32 " recorded", done.number);
	return await_told(o, words[0], done.number);
}

/* ---- taking one back ---- */

int release_retract(const struct options *o, char *const words[])
{
	uint64_t number;
	if (text_uint(words[1], UINT32_MAX, &number) != 0 || number == 0) {
		show_say("%s is no number of a release", words[1]);
		return ERR_CONFIG;
	}
	Par__V1__Retract retract = PAR__V1__RETRACT__INIT;
	retract.round = ask_text(words[0]);
	retract.number = (uint32_t)number;
	retract.reason = ask_text(o->reason);
	Par__V1__Command command = PAR__V1__COMMAND__INIT;
	command.what_case = PAR__V1__COMMAND__WHAT_RETRACT;
	command.retract = &retract;
	struct intake_done done;
	int err = intake_command(o, ROLE_RELEASER, &command, &done);
	if (err == 0)
		printf("release %" PRIu64 " of %s is retracted\n", number, words[0]);
	return err;
}
