#include "services/par/doctor.h"

#include "common/base/err.h"
#include "services/par/commands.h"
#include "services/par/show.h"

enum { STATUS_WAIT_S = 10 };

static int check_given(const struct options *o)
{
	const struct {
		const char *flag, *value;
	} needed[] = {
	    {"keys", o->keys},     {"collector", o->collector}, {"journal", o->journal},
	    {"scorer", o->scorer}, {"publisher", o->publisher},
	};
	int err = 0;
	for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
		if (needed[i].value[0] != '\0')
			continue;
		show_say("--%s is needed, or --data DIR to look at files",
			 needed[i].flag);
		err = ERR_CONFIG;
	}
	return err;
}

/* A service that is down is told soon; --wait is for what takes long to read. */
static int ask_status(const struct options *o, char *const words[])
{
	struct options soon = *o;
	if (soon.wait > STATUS_WAIT_S)
		soon.wait = STATUS_WAIT_S;
	return status(&soon, words);
}

int doctor(const struct options *o, char *const words[])
{
	if (o->data[0] != '\0')
		return doctor_files(o->data);
	int err = check_given(o);
	if (err == 0)
		err = ask_status(o, words);
	if (err == 0)
		err = doctor_links(o);
	if (err == ERR_TIMEOUT)
		show_say(
		    "a service that meets damaged data ends: its log says why, and "
		    "once all are stopped `par doctor --data` names the record");
	return err;
}
