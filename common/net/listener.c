#include "common/net/listener.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "common/base/err.h"
#include "common/base/text.h"

enum { HOST_MAX = 64 };

/* "HOST:PORT" or "[HOST]:PORT"; the host is taken without brackets. */
static int split(const char *where, char host[HOST_MAX], uint16_t *port)
{
	const char *colon = strrchr(where, ':');
	uint64_t number;

	if (!colon || text_uint(colon + 1, UINT16_MAX, &number))
		return ERR_CONFIG;
	size_t len = (size_t)(colon - where);
	if (len >= 2 && where[0] == '[' && colon[-1] == ']') {
		where++;
		len -= 2;
	}
	if (!len || len >= HOST_MAX)
		return ERR_CONFIG;
	memcpy(host, where, len);
	host[len] = '\0';
	*port = (uint16_t)number;
	return 0;
}

int listener_parse(const char *where, union listener_address *out, socklen_t *len)
{
	char host[HOST_MAX];
	uint16_t port;
	union listener_address a = {0};
	int err = split(where, host, &port);
	if (err)
		return err;
	if (inet_pton(AF_INET, host, &a.v4.sin_addr) == 1) {
		a.v4.sin_family = AF_INET;
		a.v4.sin_port = htons(port);
		*len = sizeof(a.v4);
	} else if (inet_pton(AF_INET6, host, &a.v6.sin6_addr) == 1) {
		a.v6.sin6_family = AF_INET6;
		a.v6.sin6_port = htons(port);
		*len = sizeof(a.v6);
	} else {
		return ERR_CONFIG;
	}
	*out = a;
	return 0;
}

static int bind_at(int fd, const union listener_address *a, socklen_t len)
{
	const int on = 1;

	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)))
		return err_errno(-EINVAL);
	if (bind(fd, &a->any, len) || listen(fd, SOMAXCONN))
		return err_errno(-EADDRINUSE);
	return 0;
}

int listener_open(const char *where, int *out, unsigned *port)
{
	union listener_address a;
	socklen_t len;
	int err = listener_parse(where, &a, &len);
	if (err)
		return err;
	int fd = socket(a.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return err_errno(-EMFILE);
	err = bind_at(fd, &a, len);
	if (!err && getsockname(fd, &a.any, &len))
		err = err_errno(-EINVAL);
	if (err) {
		close(fd);
		return err;
	}
	*port = ntohs(a.any.sa_family == AF_INET ? a.v4.sin_port : a.v6.sin6_port);
	*out = fd;
	return 0;
}
