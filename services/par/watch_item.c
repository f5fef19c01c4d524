#include "services/par/watch_item.h"

#include "common/base/err.h"
#include "services/par/position.h"
#include "services/par/show.h"
#include "services/par/watch_line.h"

#include <errno.h>
#include <stdlib.h>

static int write_line(const struct link4_item *item, FILE *out)
{
	char *line = watch_line(item);
	if (!line)
		return -ENOMEM;
	bool written = fprintf(out, "%s\n", line) >= 0 && fflush(out) == 0;
	free(line);
	return written ? 0 : -EIO;
}

/* A release that could not be computed has nothing to tell; a lost one is taken back,
 * where it is known which it was. */
static bool has_line(const Par__V1__ReleaseItem *m)
{
	return m->what_case != PAR__V1__RELEASE_ITEM__WHAT_FAILURE ||
	       (m->failure->lost && m->number > 0);
}

int watch_item(const struct link4_item *item, const char *state, FILE *out)
{
	int err = 0;
	if (has_line(item->message))
		err = write_line(item, out);
	if (err != 0 || state[0] == '\0')
		return err;
	err = position_save(state, &item->position);
	if (err != 0)
		show_say("%s: %s", state, err_str(err));
	return err;
}
