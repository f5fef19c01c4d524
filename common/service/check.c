#include "common/service/check.h"

#include <stdio.h>

#include "common/base/bytes.h"
#include "common/base/err.h"
#include "common/net/http_get.h"

enum { WAIT_S = 5, WORDS_MAX = 1 << 16, OK = 200, UNAVAILABLE = 503 };

static int tell_silence(const char *listen, int err, struct faults *faults)
{
	if (err == ERR_CONFIG) {
		faults_add(
		    faults, NULL, 0,
		    "--health asks at --health-listen: \"%s\" is no ADDRESS:PORT",
		    listen);
		return err;
	}
	if (err == ERR_TIMEOUT)
		printf("not answering at %s within %d s: it hangs, or the machine is "
		       "overloaded\n",
		       listen, WAIT_S);
	else if (err == ERR_FORMAT || err == ERR_LIMIT)
		printf("not ready: something else answers at %s; is this the "
		       "--health-listen of this service?\n",
		       listen);
	else
		printf("not answering at %s: %s; is it running, with this "
		       "--health-listen?\n",
		       listen, err_str(err));
	return ERR_RETRY;
}

static int tell_answer(const char *listen, unsigned status, const struct buf *words)
{
	if (status == OK || status == UNAVAILABLE)
		printf("%.*s", (int)words->len, (const char *)words->data);
	else
		printf("not ready: %s answers with HTTP status %u; is this the "
		       "--health-listen of this service?\n",
		       listen, status);
	return status == OK ? ERR_GONE : ERR_RETRY;
}

int check_health(const char *listen, struct faults *faults)
{
	struct buf words;
	unsigned status;

	buf_init(&words, WORDS_MAX);
	int err = http_get(listen, "/readyz", WAIT_S * 1000, &status, &words);
	err = err ? tell_silence(listen, err, faults)
		  : tell_answer(listen, status, &words);
	buf_free(&words);
	return err;
}
