/* par roster forget, and par roster backup, which keeps a copy of what is sealed. */

#include "services/par/commands.h"

#include "common/base/err.h"
#include "services/par/intake.h"
#include "services/par/roster_copy.h"
#include "services/par/show.h"

#include <inttypes.h>

/* ---- forget ---- */

int roster_forget(const struct options *o, char *const words[])
{
	Par__V1__ForgetRoster forget = PAR__V1__FORGET_ROSTER__INIT;
	forget.round = ask_text(words[0]);
	Par__V1__Command command = PAR__V1__COMMAND__INIT;
	command.what_case = PAR__V1__COMMAND__WHAT_FORGET;
	command.forget = &forget;
	struct intake_done done;
	int err = intake_command(o, ROLE_OPERATOR, &command, &done);
	if (err != 0)
		return err;
	printf("forgotten %s\n", words[0]);
	show_say("copies that were made of its key file by hand must be destroyed too");
	return 0;
}

/* ---- backup ---- */

static void tell_key(uint32_t number)
{
	show_say(
	    "these records are sealed: without roster/%" PRIu32 ".key of the "
	    "collector's data directory they open nothing. Copy that file by hand, "
	    "to another place than this: who has both has the roster. When the "
	    "roster is forgotten, destroy the copies of the key",
	    number);
}

static int keep(const char *top, const Par__V1__RosterCopy *copy)
{
	int err = copy->number > 0 ? roster_copy_write(top, copy) : ERR_FORMAT;
	if (err == ERR_VERSION)
		show_say("the collector keeps rosters as this version of par does not "
			 "know them: use its own version");
	else if (err != 0)
		show_say("%s: the copy cannot be written: %s", top, err_str(err));
	if (err != 0)
		return err;
	printf("roster %s/roster/%" PRIu32 "\nrecords %zu\n", top, copy->number,
	       copy->n_records);
	tell_key(copy->number);
	return 0;
}

int roster_backup(const struct options *o, char *const words[])
{
	struct buf whole;
	int err =
	    intake_roster(o, words[0], PAR__V1__ROSTER_PART__ROSTER_PART_COPY, &whole);
	if (err != 0)
		return err;
	Par__V1__RosterCopy *copy =
	    par__v1__roster_copy__unpack(NULL, whole.len, whole.data);
	err = copy ? keep(words[1], copy) : ERR_FORMAT;
	if (copy)
		par__v1__roster_copy__free_unpacked(copy, NULL);
	buf_free(&whole);
	return err;
}
