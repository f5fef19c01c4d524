#include "services/par/commands.h"

#include "common/base/err.h"
#include "services/par/link4.h"
#include "services/par/position.h"
#include "services/par/show.h"
#include "services/par/watch_item.h"

#include <errno.h>
#include <stdio.h>

struct watcher {
	const char *state; /* "": none */
};

static int on_item(void *ctx, const struct link4_item *item)
{
	const struct watcher *w = ctx;
	return watch_item(item, w->state, stdout);
}

static int start_position(const struct options *o, struct position *out)
{
	int err = position_parse(o->from, out);
	if (err != 0) {
		show_say("--from wants 0 or a position as the --state file holds it");
		return ERR_CONFIG;
	}
	if (o->state[0] == '\0')
		return 0;
	err = position_load(o->state, out);
	if (err == ERR_NOT_FOUND)
		return 0;
	if (err != 0) {
		show_say("%s: %s; remove it to start at --from", o->state,
			 err == ERR_FORMAT ? "this is no position" : err_str(err));
		return ERR_CONFIG;
	}
	return 0;
}

int watch(const struct options *o, char *const words[])
{
	(void)words;
	struct watcher w = {.state = o->state};
	struct position from;
	struct link4 k;
	int err = start_position(o, &from);
	if (err == 0)
		err = link4_open(o, ROLE_DOWNSTREAM, &from, true, on_item, &w, &k);
	if (err != 0)
		return err;
	err = link4_run(&k);
	link4_close(&k);
	if (err == ERR_FORKED)
		show_say("what was read so far is not among what is published now. If "
			 "the journal was restored from a copy, start again from the "
			 "first item (remove the --state file): n and release stay "
			 "what they were, and what was lost comes as a retraction");
	if (err == -EIO && show_reader_left())
		return 0;
	return err == -EINTR ? 0 : err;
}
