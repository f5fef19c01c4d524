/* par codes new: a code for each enterprise of a round that came with none. */

#include "services/par/commands.h"

#include "common/base/csv.h"
#include "common/base/err.h"
#include "common/base/text.h"
#include "common/round/code.h"
#include "common/round/proto.h"
#include "services/par/intake.h"
#include "services/par/show.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CODES_A_COMMAND = 50000, CODES_TEXT_MAX = 64 << 20 };

/* Who gets a code, and the codes; places are the same in all three. */
struct codes {
	const char *round;
	size_t count;
	const Par__V1__Respondent **whom; /* of the list that was asked for */
	uint8_t (*codes)[CODE_BYTES];
	Par__V1__CodeRow *rows;
	Par__V1__CodeRow **list;
};

static void codes_free(struct codes *c)
{
	free(c->whom);
	if (c->codes)
		sodium_memzero(c->codes, c->count * sizeof *c->codes);
	free(c->codes);
	free(c->rows);
	free(c->list);
}

static bool gets_code(const Par__V1__Respondent *r, bool replace)
{
	if (r->code == PAR__V1__CODE_ORIGIN__CODE_ORIGIN_NONE)
		return true;
	return replace && r->code == PAR__V1__CODE_ORIGIN__CODE_ORIGIN_MADE;
}

static void make_code(struct codes *c, const Par__V1__Respondent *r)
{
	size_t i = c->count++;
	c->whom[i] = r;
	randombytes_buf(c->codes[i], CODE_BYTES);
	par__v1__code_row__init(&c->rows[i]);
	c->rows[i].respondent = r->name;
	c->rows[i].code = proto_view(bytes_of(c->codes[i], CODE_BYTES));
	c->list[i] = &c->rows[i];
}

static int codes_make(const char *round, const Par__V1__Respondents *all, bool replace,
		      struct codes *out)
{
	size_t room = all->n_rows + 1;
	struct codes c = {.round = round,
			  .whom = calloc(room, sizeof *c.whom),
			  .codes = calloc(room, sizeof *c.codes),
			  .rows = calloc(room, sizeof *c.rows),
			  .list = calloc(room, sizeof *c.list)};
	if (!c.whom || !c.codes || !c.rows || !c.list) {
		codes_free(&c);
		return -ENOMEM;
	}
	for (size_t i = 0; i < all->n_rows; i++) {
		if (gets_code(all->rows[i], replace))
			make_code(&c, all->rows[i]);
	}
	*out = c;
	return 0;
}

/* ---- setting them ---- */

/* Whatever is not a refusal may have come after the collector did it. */
static void tell_unknown(const struct codes *c, int err)
{
	if (err == ERR_REFUSED || err == ERR_CONFIG || err == ERR_LIMIT)
		return;
	show_say("it is not known whether these codes were set; run `par codes new %s "
		 "--replace`: it makes new ones, and all that were made before stop "
		 "working, also those handed out already",
		 c->round);
}

static int set_codes(const struct options *o, const struct codes *c, size_t from,
		     size_t count)
{
	Par__V1__SetCodes set = PAR__V1__SET_CODES__INIT;
	set.round = ask_text(c->round);
	set.n_rows = count;
	set.rows = c->list + from;
	set.replace = o->replace;
	Par__V1__Command command = PAR__V1__COMMAND__INIT;
	command.what_case = PAR__V1__COMMAND__WHAT_CODES;
	command.codes = &set;
	struct intake_done done;
	int err = intake_command(o, ROLE_OPERATOR, &command, &done);
	if (err != 0)
		tell_unknown(c, err);
	return err;
}

/* ---- printing them ---- */

static int put_row(const struct codes *c, size_t i, struct buf *out)
{
	char text[CODE_TEXT];
	char *name = bytes_dup(proto_bytes(c->whom[i]->name));
	int err = name ? csv_put_cell(out, name) : -ENOMEM;
	if (err == 0)
		err = buf_printf(out, ",%s\n", code_text(c->codes[i], text));
	sodium_memzero(text, sizeof text);
	free(name);
	return err;
}

static int put_rows(const struct codes *c, size_t from, size_t count, struct buf *out)
{
	int err = from == 0 ? buf_put_str(out, "respondent,code\n") : 0;
	for (size_t i = from; err == 0 && i < from + count; i++)
		err = put_row(c, i, out);
	return err;
}

static int print_codes(const struct codes *c, size_t from, size_t count)
{
	struct buf text;
	buf_init(&text, CODES_TEXT_MAX);
	int err = put_rows(c, from, count, &text);
	if (err == 0)
		fwrite(text.data, 1, text.len, stdout);
	if (text.data)
		sodium_memzero(text.data, text.cap);
	buf_free(&text);
	if (err == 0 && (fflush(stdout) != 0 || ferror(stdout)))
		err = -EIO;
	if (err != 0)
		show_say("%zu codes were set and cannot be written: run `par codes new "
			 "%s --replace`",
			 count, c->round);
	return err;
}

/* ---- the whole ---- */

static int set_and_print(const struct options *o, const struct codes *c)
{
	int err = 0;
	for (size_t from = 0; err == 0 && from < c->count; from += CODES_A_COMMAND) {
		size_t left = c->count - from;
		size_t count = left < CODES_A_COMMAND ? left : CODES_A_COMMAND;
		err = set_codes(o, c, from, count);
		if (err == 0)
			err = print_codes(c, from, count);
	}
	return err;
}

static int make_all(const struct options *o, const char *round,
		    const Par__V1__Respondents *all)
{
	struct codes c;
	int err = codes_make(round, all, o->replace, &c);
	if (err != 0)
		return err;
	if (c.count == 0)
		show_say("round %s: nothing to do, each of its %zu enterprises has a "
			 "code%s",
			 round, all->n_rows,
			 o->replace ? " that came with the roster" : "");
	else if (isatty(STDOUT_FILENO))
		show_say(
		    "these codes are secrets and shown only this once: better write "
		    "them to a file (`par codes new %s > codes.csv`)",
		    round);
	err = set_and_print(o, &c);
	if (err == 0 && c.count > 0)
		show_say("round %s: %zu codes made", round, c.count);
	codes_free(&c);
	return err;
}

/* Printed as they are: an escape sequence in one could do anything to a terminal. */
static bool names_are_text(const Par__V1__Respondents *all)
{
	for (size_t i = 0; i < all->n_rows; i++) {
		if (!text_is_utf8(proto_bytes(all->rows[i]->name)))
			return false;
	}
	return true;
}

int codes_new(const struct options *o, char *const words[])
{
	struct buf whole;
	int err = intake_roster(o, words[0],
				PAR__V1__ROSTER_PART__ROSTER_PART_RESPONDENTS, &whole);
	if (err != 0)
		return err;
	Par__V1__Respondents *all =
	    par__v1__respondents__unpack(NULL, whole.len, whole.data);
	err = all && names_are_text(all) ? make_all(o, words[0], all) : ERR_FORMAT;
	if (all)
		par__v1__respondents__free_unpacked(all, NULL);
	buf_free(&whole);
	return err;
}
