#include "scene.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static int listen_at(char endpoint[32])
{
	struct sockaddr_in at = {.sin_family = AF_INET,
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, len), 0);
	assert_int_equal(listen(fd, 8), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &len), 0);
	snprintf(endpoint, 32, "tcp://127.0.0.1:%u", ntohs(at.sin_port));
	return fd;
}

static void write_file(const char *path)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs("text\n", f);
	fclose(f);
}

int scene_open(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));
	char file[SCENE_PATH + 16];

	assert_non_null(s);
	snprintf(s->dir, sizeof(s->dir), "/tmp/par-guard-XXXXXX");
	assert_non_null(mkdtemp(s->dir));
	snprintf(s->data, SCENE_PATH, "%s/data", s->dir);
	snprintf(s->allow, SCENE_PATH, "%s/allow", s->dir);
	snprintf(s->secret, SCENE_PATH, "%s/secret", s->dir);
	assert_int_equal(mkdir(s->data, 0700), 0);
	assert_int_equal(mkdir(s->allow, 0700), 0);
	write_file(s->secret);
	snprintf(file, sizeof(file), "%s/one.pub", s->allow);
	write_file(file);
	s->listeners[0] = listen_at(s->known);
	s->listeners[1] = listen_at(s->other);
	s->needs = (struct guard_needs){.data = s->data,
					.allow = s->allow,
					.connects = {s->known},
					.threads = true};
	*state = s;
	return 0;
}

int scene_close(void **state)
{
	struct scene *s = *state;
	char command[SCENE_PATH];
	int err;

	close(s->listeners[0]);
	close(s->listeners[1]);
	snprintf(command, sizeof(command), "rm -rf %s", s->dir);
	err = system(command);
	free(s);
	return err;
}

static void act(struct scene *s, enum scene_steps steps, attempt_fn *attempt)
{
	if (guard_begin())
		_exit(101);
	if (steps >= SCENE_ENCLOSED && guard_enclose(&s->needs, &s->guard))
		_exit(102);
	if (steps >= SCENE_SEALED && guard_seal(&s->guard))
		_exit(103);
	_exit(attempt(s));
}

int scene_try(struct scene *s, enum scene_steps steps, attempt_fn *attempt)
{
	int status = 0;
	pid_t child;

	fflush(NULL);
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		act(s, steps, attempt);
	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}
