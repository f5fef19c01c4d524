#include "services/par/scores_print.h"

#include "common/base/err.h"
#include "services/par/scores_out.h"
#include "services/par/show.h"

#include <string.h>

int scores_print_check(const char *format)
{
	if (strcmp(format, "table") == 0 || strcmp(format, "csv") == 0 ||
	    strcmp(format, "json") == 0)
		return 0;
	show_say("--format is table, csv or json, not %s", format);
	return ERR_CONFIG;
}

int scores_print(const char *format, const Par__V1__Scores *s)
{
	if (strcmp(format, "table") == 0)
		return scores_out_table(s, stdout);
	struct buf out;
	buf_init(&out, SCORES_TEXT_MAX);
	bool csv = strcmp(format, "csv") == 0;
	int err = csv ? scores_out_csv(s, &out) : scores_out_json(s, &out);
	if (err == 0)
		fwrite(out.data, 1, out.len, stdout);
	buf_free(&out);
	return err;
}
