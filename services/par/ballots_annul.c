#include "services/par/commands.h"

#include "common/base/err.h"
#include "services/par/intake.h"
#include "services/par/show.h"

#include <inttypes.h>

static int parse_import(const char *text, uint64_t *out)
{
	uint8_t id[8];
	if (hex_decode(text, id, sizeof id) != 0 || be64_get(id) == 0) {
		show_say(
		    "--import wants the 16 digits that `par ballots import` printed");
		return ERR_CONFIG;
	}
	*out = be64_get(id);
	return 0;
}

static int fill_whom(const struct options *o, Par__V1__Annul *annul)
{
	bool respondent = o->respondent[0] != '\0';
	if (respondent == (o->import[0] != '\0')) {
		show_say("say either --respondent or --import");
		return ERR_CONFIG;
	}
	if (respondent) {
		annul->whom_case = PAR__V1__ANNUL__WHOM_RESPONDENT;
		annul->respondent = ask_text(o->respondent);
		return 0;
	}
	annul->whom_case = PAR__V1__ANNUL__WHOM_IMPORT_ID;
	return parse_import(o->import, &annul->import_id);
}

int ballots_annul(const struct options *o, char *const words[])
{
	Par__V1__Annul annul = PAR__V1__ANNUL__INIT;
	annul.round = ask_text(words[0]);
	annul.reason = ask_text(o->reason);
	int err = fill_whom(o, &annul);
	if (err != 0)
		return err;
	Par__V1__Command command = PAR__V1__COMMAND__INIT;
	command.what_case = PAR__V1__COMMAND__WHAT_ANNUL;
	command.annul = &annul;
	struct intake_done done;
	err = intake_command(o, ROLE_RELEASER, &command, &done);
	if (err == 0)
		printf("annulled %" PRIu64 "\n", done.rows);
	return err;
}
