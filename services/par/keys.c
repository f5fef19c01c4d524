#include "services/par/commands.h"

#include "common/base/err.h"
#include "common/net/keys.h"
#include "services/par/show.h"

#include <errno.h>
#include <stdio.h>

static const char *directory(const struct options *o)
{
	if (o->dir[0] != '\0')
		return o->dir;
	return o->keys[0] != '\0' ? o->keys : ".";
}

static int write_key(const char *dir, const char *name, enum role role)
{
	struct key key;
	int err = key_make(name, role, &key);
	if (err != 0) {
		show_say("%s is no name of a key: letters, digits, - and _, at most %d",
			 name, KEY_NAME_MAX);
		return ERR_CONFIG;
	}
	err = key_write(&key, dir);
	key_wipe(&key);
	if (err != 0)
		show_say("%s/%s.key: %s", dir, name, err_str(err));
	return err == -EEXIST ? ERR_CONFIG : err;
}

int keys_new(const struct options *o, char *const words[])
{
	enum role role = role_parse(o->role);
	const char *dir = directory(o);
	if (role == ROLE_NONE) {
		show_say("--role is intake, operator, releaser, auditor, downstream or "
			 "internal, not %s",
			 o->role);
		return ERR_CONFIG;
	}
	int err = write_key(dir, words[0], role);
	if (err != 0)
		return err;
	printf("%s/%s.key\n%s/%s.pub\n", dir, words[0], dir, words[0]);
	show_say(
	    "keep %s.key to yourself: give it to par with --key, or put it as %s.key "
	    "into the directory of PAR_KEYS",
	    words[0], role_name(role));
	show_say(
	    "copy %s.pub into the allow-list of the services, then send them SIGHUP",
	    words[0]);
	return 0;
}
