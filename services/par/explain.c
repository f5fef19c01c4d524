#include "services/par/commands.h"

#include "common/base/err.h"
#include "services/par/explain_out.h"
#include "services/par/show.h"

#include <string.h>

static int print_unit(bool json, const struct inspected *i)
{
	if (!json)
		return explain_out_table(i, stdout);
	struct buf out;
	buf_init(&out, EXPLAIN_TEXT_MAX);
	int err = explain_out_json(i, &out);
	if (err == 0)
		fwrite(out.data, 1, out.len, stdout);
	buf_free(&out);
	return err;
}

int explain(const struct options *o, char *const words[])
{
	bool json = strcmp(o->format, "json") == 0;
	if (!json && strcmp(o->format, "table") != 0) {
		show_say("--format is table or json, not %s", o->format);
		return ERR_CONFIG;
	}
	struct inspected_which which;
	struct inspected i;
	struct ask a;
	int err = inspected_open(o, words[0], &which, &a);
	if (err != 0)
		return err;
	err = inspected_unit(&a, &which, words[1], &i);
	ask_close(&a);
	if (err != 0)
		return err;
	inspected_say_cut(i.scores);
	err = print_unit(json, &i);
	inspected_free(&i);
	return err;
}
