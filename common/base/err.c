#include "common/base/err.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

struct words {
	int code;
	const char *text;
};

static const struct words own[] = {
    {ERR_RETRY, "not now, or the outcome is unknown: send the same again"},
    {ERR_FENCED, "a newer writer has the journal"},
    {ERR_FORKED, "the position is not in this journal"},
    {ERR_GONE, "what was asked for has been erased"},
    {ERR_FULL, "the declared limit of the store is reached"},
    {ERR_CORRUPT, "a checksum or a chain does not hold: stored data are damaged"},
    {ERR_FORMAT, "the bytes cannot be parsed"},
    {ERR_VERSION, "made by a newer version of this software"},
    {ERR_REFUSED, "refused"},
    {ERR_LOCKED, "another process has it; stop it first"},
    {ERR_NOT_FOUND, "not found"},
    {ERR_LIMIT, "larger than is accepted"},
    {ERR_TIMEOUT, "the time to wait has passed"},
    {ERR_DENIED, "this key is not admitted, or not in that role"},
    {ERR_CONFIG, "a flag, a setting or a file is wrong"},
    {ERR_OVERFLOW, "a sum does not fit"},
    {ERR_OLD, "made by an older version of this software, and not read by this one"},
};

/* By number, so that nothing above common/store has to know lmdb.h. */
static const struct words lmdb[] = {
    {-30799, "store: the key is there already"},
    {-30798, "store: no such key"},
    {-30797, "store: a page is missing, the file is damaged"},
    {-30796, "store: a page is of the wrong kind, the file is damaged"},
    {-30795, "store: a fatal error happened before"},
    {-30794, "store: made by another version of LMDB"},
    {-30793, "store: not an LMDB file"},
    {-30792, "store: the map is full"},
    {-30791, "store: too many tables"},
    {-30790, "store: too many readers"},
    {-30789, "store: too many thread keys"},
    {-30788, "store: too many changes in one transaction"},
    {-30787, "store: a cursor is too deep"},
    {-30786, "store: a page has no room"},
    {-30785, "store: the map grew in another process"},
    {-30784, "store: the table is of another kind"},
    {-30783, "store: a reader slot is used wrongly"},
    {-30782, "store: the transaction cannot go on"},
    {-30781, "store: a key or a value has a wrong size"},
    {-30780, "store: the table was changed or closed"},
    {-30779, "store: an unexpected problem, the transaction must end"},
};

enum { ZMQ_BASE = 156384712 };

/* Numbers that libzmq makes up where the system has none, and its own. */
static const struct words zmq[] = {
    {ZMQ_BASE + 1, "not supported"},
    {ZMQ_BASE + 2, "the protocol is not supported"},
    {ZMQ_BASE + 3, "no buffer space"},
    {ZMQ_BASE + 4, "the network is down"},
    {ZMQ_BASE + 5, "the address is in use"},
    {ZMQ_BASE + 6, "the address is not available"},
    {ZMQ_BASE + 7, "the connection was refused"},
    {ZMQ_BASE + 8, "already under way"},
    {ZMQ_BASE + 9, "not a socket"},
    {ZMQ_BASE + 10, "the message is too large"},
    {ZMQ_BASE + 11, "the address family is not supported"},
    {ZMQ_BASE + 12, "the network cannot be reached"},
    {ZMQ_BASE + 13, "the connection was aborted"},
    {ZMQ_BASE + 14, "the connection was reset"},
    {ZMQ_BASE + 15, "not connected"},
    {ZMQ_BASE + 16, "timed out"},
    {ZMQ_BASE + 17, "the host cannot be reached"},
    {ZMQ_BASE + 18, "the network dropped the connection"},
    {ZMQ_BASE + 51, "the socket is in another state"},
    {ZMQ_BASE + 52, "the protocol does not fit the socket"},
    {ZMQ_BASE + 53, "the context was terminated"},
    {ZMQ_BASE + 54, "no I/O thread is left"},
};

int err_errno(int fallback)
{
	return errno > 0 ? -errno : fallback;
}

static const char *look_up(const struct words *words, size_t count, int code)
{
	for (size_t i = 0; i < count; i++) {
		if (words[i].code == code)
			return words[i].text;
	}
	return NULL;
}

const char *err_str(int code)
{
	const char *text = NULL;

	if (code >= 0)
		return "no error";
	if (code <= -ZMQ_BASE)
		text = look_up(zmq, sizeof(zmq) / sizeof(zmq[0]), -code);
	else if (code <= -30000)
		text = look_up(lmdb, sizeof(lmdb) / sizeof(lmdb[0]), code);
	else if (code <= ERR_RETRY)
		text = look_up(own, sizeof(own) / sizeof(own[0]), code);
	else
		text = strerrordesc_np(-code);
	return text ? text : "unknown error";
}
