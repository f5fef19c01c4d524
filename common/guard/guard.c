#include "common/guard/guard.h"

#include <errno.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "common/base/err.h"

int guard_begin(void)
{
	const struct rlimit none = {0, 0};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_DUMPABLE, 0) ||
	    setrlimit(RLIMIT_CORE, &none))
		return err_errno(-EPERM);
	return 0;
}

const char *guard_words(const struct guard *g, char out[GUARD_WORDS])
{
	snprintf(out, GUARD_WORDS,
		 "no_new_privs=%s dumpable=%s landlock=%d ports=%s seccomp=%s%s%s%s",
		 prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ? "true" : "false",
		 prctl(PR_GET_DUMPABLE) == 0 ? "false" : "true", g->landlock,
		 g->network ? "true" : "false", g->seccomp ? "true" : "false",
		 g->without ? " words=\"" : "", g->without ? g->without : "",
		 g->without ? "\"" : "");
	return out;
}
