#include "common/service/notify.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/base/err.h"
#include "common/base/text.h"

enum { AGAIN_MS = 1000, US_A_MS = 1000 };

/* A path, or "@NAME" for the abstract socket of that name, which begins with a 0. */
static int address_of(const char *name, struct sockaddr_un *out, socklen_t *len)
{
	size_t count = strlen(name);

	if (count < 2 || count >= sizeof(out->sun_path) ||
	    (name[0] != '/' && name[0] != '@'))
		return -EINVAL;
	*out = (struct sockaddr_un){.sun_family = AF_UNIX};
	memcpy(out->sun_path, name, count);
	if (name[0] == '@')
		out->sun_path[0] = '\0';
	*len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + count);
	return 0;
}

static int dial(const char *name, int *out)
{
	struct sockaddr_un to;
	socklen_t len;
	int err = address_of(name, &to, &len);
	int fd;

	if (err)
		return err;
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return err_errno(-EMFILE);
	if (connect(fd, (const struct sockaddr *)&to, len)) {
		err = err_errno(-ECONNREFUSED);
		close(fd);
		return err;
	}
	*out = fd;
	return 0;
}

/* Of our watchdog, 0: there is none, or it is another process's. */
static uint64_t watchdog_ms(void)
{
	const char *pid = getenv("WATCHDOG_PID");
	const char *every = getenv("WATCHDOG_USEC");
	uint64_t number;

	if (pid && (text_uint(pid, INT32_MAX, &number) || number != (uint64_t)getpid()))
		return 0;
	if (!every || text_uint(every, UINT64_MAX, &number))
		return 0;
	return number / US_A_MS;
}

/* Never waits: the loop has others to serve. */
static int tell(const struct notify *n, const char *state)
{
	return send(n->fd, state, strlen(state), MSG_NOSIGNAL) < 0 ? err_errno(-EAGAIN)
								   : 0;
}

static void on_timer(void *ctx)
{
	struct notify *n = ctx;

	if (tell(n, n->ready ? "WATCHDOG=1" : "READY=1")) {
		bool soon = n->every_ms && n->every_ms < AGAIN_MS;
		loop_timer_set(n->loop, &n->timer, soon ? n->every_ms : AGAIN_MS);
		return;
	}
	n->ready = true;
	if (n->every_ms)
		loop_timer_set(n->loop, &n->timer, n->every_ms);
}

int notify_open(struct notify *out)
{
	const char *name = getenv("NOTIFY_SOCKET");
	int err;

	*out = (struct notify){.fd = -1};
	if (!name)
		return 0;
	err = dial(name, &out->fd);
	if (!err)
		out->every_ms = watchdog_ms() / 2;
	return err;
}

void notify_ready(struct notify *n, struct loop *l)
{
	if (n->fd < 0)
		return;
	n->loop = l;
	loop_timer_init(&n->timer, on_timer, n);
	on_timer(n);
}

void notify_close(struct notify *n)
{
	if (n->fd < 0)
		return;
	/* If it is not heard, systemd sees the end itself. */
	(void)tell(n, "STOPPING=1");
	if (n->loop)
		loop_timer_stop(n->loop, &n->timer);
	close(n->fd);
	n->fd = -1;
}
