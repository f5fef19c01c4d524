#include "common/net/http_get.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/err.h"
#include "common/net/listener.h"

enum { REQUEST_MAX = 256, ANSWER_MAX = 1 << 16, STATUS_MAX = 999 };

static int to_this_machine(union listener_address *a)
{
	if (a->any.sa_family == AF_INET) {
		if (a->v4.sin_addr.s_addr == htonl(INADDR_ANY))
			a->v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		return a->v4.sin_port ? 0 : ERR_CONFIG;
	}
	if (IN6_IS_ADDR_UNSPECIFIED(&a->v6.sin6_addr))
		a->v6.sin6_addr = in6addr_loopback;
	return a->v6.sin6_port ? 0 : ERR_CONFIG;
}

static int await(int fd, short events, uint64_t until_ms)
{
	struct pollfd item = {.fd = fd, .events = events};
	uint64_t now = clock_mono_ms();
	int ready = now < until_ms ? poll(&item, 1, (int)(until_ms - now)) : 0;

	if (ready < 0)
		return err_errno(-EINTR);
	return ready ? 0 : ERR_TIMEOUT;
}

static int dial(int fd, const union listener_address *to, socklen_t len,
		uint64_t until_ms)
{
	int failed = 0;
	socklen_t size = sizeof(failed);

	if (connect(fd, &to->any, len) && errno != EINPROGRESS)
		return err_errno(-ECONNREFUSED);
	int err = await(fd, POLLOUT, until_ms);
	if (err)
		return err;
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &failed, &size))
		return err_errno(-EINVAL);
	return -failed;
}

static int ask(int fd, const char *path)
{
	char request[REQUEST_MAX];
	int len = snprintf(
	    request, sizeof(request),
	    "GET %s HTTP/1.0\r\nHost: localhost\r\nConnection: close\r\n\r\n", path);

	if (len >= REQUEST_MAX)
		return -ENAMETOOLONG;
	/* It is small: an open connection takes it whole. */
	return send(fd, request, (size_t)len, MSG_NOSIGNAL) == len
		   ? 0
		   : err_errno(-ECONNRESET);
}

static int read_all(int fd, uint64_t until_ms, struct buf *out)
{
	char part[4096];
	ssize_t got = 1;
	int err = 0;

	while (got > 0 && !err) {
		err = await(fd, POLLIN, until_ms);
		if (err)
			return err;
		got = recv(fd, part, sizeof(part), 0);
		if (got < 0)
			return err_errno(-ECONNRESET);
		err = buf_put(out, part, (size_t)got);
	}
	return err;
}

/* `answer` ends with a 0. */
static int take(const struct buf *answer, unsigned *status, struct buf *body)
{
	const char *text = (const char *)answer->data;
	const char *end = strstr(text, "\r\n\r\n");
	unsigned number;

	/* A sign makes it large. */
	if (!end || sscanf(text, "HTTP/%*c.%*c %3u ", &number) != 1 ||
	    number > STATUS_MAX)
		return ERR_FORMAT;
	int err = buf_put_str(body, end + strlen("\r\n\r\n"));
	if (!err)
		*status = number;
	return err;
}

static int exchange(int fd, const char *path, uint64_t until_ms, unsigned *status,
		    struct buf *body)
{
	struct buf answer;

	buf_init(&answer, ANSWER_MAX);
	int err = ask(fd, path);
	if (!err)
		err = read_all(fd, until_ms, &answer);
	if (!err && answer.len == 0)
		err = -ECONNRESET;
	if (!err)
		err = buf_put(&answer, "", 1);
	if (!err)
		err = take(&answer, status, body);
	buf_free(&answer);
	return err;
}

int http_get(const char *where, const char *path, unsigned timeout_ms, unsigned *status,
	     struct buf *body)
{
	uint64_t until = clock_mono_ms() + timeout_ms;
	union listener_address to;
	socklen_t len;
	int err = listener_parse(where, &to, &len);
	if (!err)
		err = to_this_machine(&to);
	if (err)
		return err;
	int fd =
	    socket(to.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return err_errno(-EMFILE);
	err = dial(fd, &to, len, until);
	if (!err)
		err = exchange(fd, path, until, status, body);
	close(fd);
	return err;
}
