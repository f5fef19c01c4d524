/* What goes on in a sealed process, and where files and ports end. */

#include "scene.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static void expect(struct scene *s, enum scene_steps steps, attempt_fn *attempt,
		   int end)
{
	int status = scene_try(s, steps, attempt);

	if (WIFEXITED(status) && WEXITSTATUS(status) == SCENE_TOO_OLD) {
		print_message("not in this kernel\n");
		return;
	}
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), end);
}

static int try_open(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC, 0600);

	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

/* ---- what goes on ---- */

static int work_on_a_file(int dir)
{
	int fd = openat(dir, "new", O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	char text[4];

	if (fd < 0 || pwrite(fd, "text", 4, 0) != 4 || fsync(fd) || fdatasync(fd) ||
	    pread(fd, text, 4, 0) != 4 || ftruncate(fd, 100) ||
	    posix_fallocate(fd, 0, 200))
		return errno;
	close(fd);
	return renameat(dir, "new", dir, "old") || unlinkat(dir, "old", 0) ? errno : 0;
}

static int keep_files(const struct scene *s)
{
	char path[SCENE_PATH + 16], moved[SCENE_PATH + 16];
	int dir, err;

	snprintf(path, sizeof(path), "%s/one.tmp", s->data);
	snprintf(moved, sizeof(moved), "%s/one", s->data);
	if (mkdir(path, 0700) || rename(path, moved))
		return errno;
	dir = open(moved, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return errno;
	err = work_on_a_file(dir);
	if (!err && fsync(dir))
		err = errno;
	close(dir);
	return err || rmdir(moved) == 0 ? err : errno;
}

static int read_the_list(const struct scene *s)
{
	DIR *dir = opendir(s->allow);
	char path[SCENE_PATH + 16];

	if (!dir)
		return errno;
	if (!readdir(dir))
		return ENOENT;
	closedir(dir);
	snprintf(path, sizeof(path), "%s/one.pub", s->allow);
	return try_open(path, O_RDONLY);
}

static void *allocate(void *ctx)
{
	void *memory = malloc(1 << 20);

	(void)ctx;
	if (memory)
		memset(memory, 1, 1 << 20);
	free(memory);
	return memory ? ctx : NULL;
}

static int compute(const struct scene *s)
{
	pthread_t threads[4];
	int err = 0;

	(void)s;
	for (size_t i = 0; i < 4 && !err; i++)
		err = pthread_create(&threads[i], NULL, allocate, NULL);
	for (size_t i = 0; i < 4 && !err; i++)
		err = pthread_join(threads[i], NULL);
	return err ? err : try_open("/dev/urandom", O_RDONLY);
}

/* Of a number in a register only the lower half is defined. */
static int call_carelessly(const struct scene *s)
{
	const long above = 1L << 32;
	long fd = syscall(SYS_socket, above | AF_INET, above | SOCK_STREAM, above);

	(void)s;
	if (fd < 0 || syscall(SYS_fcntl, fd, above | F_GETFL) < 0)
		return errno;
	return close((int)fd) ? errno : 0;
}

static int connect_to(const char *endpoint)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return errno;
	to.sin_port = htons((uint16_t)atoi(strrchr(endpoint, ':') + 1));
	if (connect(fd, (struct sockaddr *)&to, sizeof(to)))
		return errno;
	close(fd);
	return 0;
}

static int connect_to_known(const struct scene *s)
{
	return connect_to(s->known);
}

static void work_goes_on(void **state)
{
	expect(*state, SCENE_SEALED, keep_files, 0);
	expect(*state, SCENE_SEALED, read_the_list, 0);
	expect(*state, SCENE_SEALED, compute, 0);
	expect(*state, SCENE_SEALED, call_carelessly, 0);
	expect(*state, SCENE_SEALED, connect_to_known, 0);
}

static int look_up(const struct scene *s)
{
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
	struct addrinfo *found;

	setenv("RES_OPTIONS", "timeout:1 attempts:1", 1);
	if (getaddrinfo("localhost", NULL, &hints, &found))
		return 1;
	freeaddrinfo(found);
	/* Not there or no server: it only has to come back. */
	if (getaddrinfo("nowhere.invalid", NULL, &hints, &found) == 0)
		freeaddrinfo(found);
	return connect_to(s->known);
}

static void names_are_looked_up(void **state)
{
	struct scene *s = *state;
	char named[32];

	snprintf(named, sizeof(named), "tcp://localhost%s", strrchr(s->known, ':'));
	s->needs.connects[0] = named;
	expect(s, SCENE_SEALED, look_up, 0);
}

static int fail_an_assert(const struct scene *s)
{
	(void)s;
	abort();
}

static void a_broken_invariant_still_aborts(void **state)
{
	int status = scene_try(*state, SCENE_SEALED, fail_an_assert);

	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGABRT);
	assert_false(WCOREDUMP(status));
}

/* ---- where it ends ---- */

static int read_outside(const struct scene *s)
{
	return s->guard.landlock ? try_open(s->secret, O_RDONLY) : SCENE_TOO_OLD;
}

static int write_outside(const struct scene *s)
{
	return s->guard.landlock ? try_open(s->secret, O_WRONLY) : SCENE_TOO_OLD;
}

static int write_in_the_list(const struct scene *s)
{
	char path[SCENE_PATH + 16];

	snprintf(path, sizeof(path), "%s/two.pub", s->allow);
	if (!s->guard.landlock)
		return SCENE_TOO_OLD;
	return try_open(path, O_WRONLY | O_CREAT);
}

static int read_passwords(const struct scene *s)
{
	return s->guard.landlock ? try_open("/etc/passwd", O_RDONLY) : SCENE_TOO_OLD;
}

static int list_outside(const struct scene *s)
{
	if (!s->guard.landlock)
		return SCENE_TOO_OLD;
	return try_open(s->dir, O_RDONLY | O_DIRECTORY);
}

static int remove_outside(const struct scene *s)
{
	if (!s->guard.landlock)
		return SCENE_TOO_OLD;
	return unlink(s->secret) ? errno : 0;
}

static int look_at_another(const struct scene *s)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/mem", (int)getppid());
	return s->guard.landlock ? try_open(path, O_RDONLY) : SCENE_TOO_OLD;
}

static int make_a_link(const struct scene *s)
{
	char path[SCENE_PATH + 16];

	snprintf(path, sizeof(path), "%s/link", s->data);
	if (!s->guard.landlock)
		return SCENE_TOO_OLD;
	return symlink("/etc/passwd", path) ? errno : 0;
}

static int connect_to_other(const struct scene *s)
{
	return s->guard.network ? connect_to(s->other) : SCENE_TOO_OLD;
}

static int signal_another(const struct scene *s)
{
	if (s->guard.landlock < 6)
		return SCENE_TOO_OLD;
	return kill(getppid(), 0) ? errno : 0;
}

static void files_end_at_the_data_directory(void **state)
{
	expect(*state, SCENE_SEALED, read_outside, EACCES);
	expect(*state, SCENE_SEALED, write_outside, EACCES);
	expect(*state, SCENE_SEALED, write_in_the_list, EACCES);
	expect(*state, SCENE_SEALED, read_passwords, EACCES);
	expect(*state, SCENE_SEALED, list_outside, EACCES);
	expect(*state, SCENE_SEALED, remove_outside, EACCES);
}

static void it_holds_before_the_seal(void **state)
{
	expect(*state, SCENE_ENCLOSED, read_outside, EACCES);
	expect(*state, SCENE_ENCLOSED, look_at_another, EACCES);
	expect(*state, SCENE_ENCLOSED, make_a_link, EACCES);
	expect(*state, SCENE_ENCLOSED, connect_to_other, EACCES);
	expect(*state, SCENE_ENCLOSED, signal_another, EPERM);
}

static void ports_end_at_those_given(void **state)
{
	struct scene *s = *state;

	expect(s, SCENE_SEALED, connect_to_other, EACCES);
	s->needs.binds[0] = s->other;
	expect(s, SCENE_SEALED, connect_to_other, 0);
}

static int has_no_ports(const struct scene *s)
{
	return s->guard.network;
}

static void a_port_free_to_choose_leaves_ports_open(void **state)
{
	struct scene *s = *state;

	s->needs.binds[0] = "tcp://127.0.0.1:*";
	expect(s, SCENE_ENCLOSED, has_no_ports, 0);
	s->needs.binds[0] = "127.0.0.1:0";
	expect(s, SCENE_ENCLOSED, has_no_ports, 0);
}

static void what_cannot_be_enclosed_is_an_error(void **state)
{
	struct scene *s = *state;
	int status;

	s->needs.binds[0] = "tcp://127.0.0.1";
	status = scene_try(s, SCENE_ENCLOSED, has_no_ports);
	assert_int_equal(WEXITSTATUS(status), 102);
	s->needs.binds[0] = NULL;
	s->needs.data = "/nowhere/at/all";
	status = scene_try(s, SCENE_ENCLOSED, has_no_ports);
	assert_int_equal(WEXITSTATUS(status), 102);
}

/* ---- what is given up first ---- */

static int is_begun(const struct scene *s)
{
	struct rlimit core;

	(void)s;
	if (getrlimit(RLIMIT_CORE, &core))
		return 1;
	return core.rlim_cur || core.rlim_max || prctl(PR_GET_DUMPABLE) != 0 ||
	       prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1;
}

static int words_say_so(const struct scene *s)
{
	char words[GUARD_WORDS];

	guard_words(&s->guard, words);
	return !strstr(words, "no_new_privs=true dumpable=false landlock=") ||
	       !strstr(words, " seccomp=true");
}

static void nothing_is_left_to_dump(void **state)
{
	expect(*state, SCENE_BEGUN, is_begun, 0);
	expect(*state, SCENE_SEALED, words_say_so, 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, scene_open, scene_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(nothing_is_left_to_dump),
	    TEST(work_goes_on),
	    TEST(names_are_looked_up),
	    TEST(a_broken_invariant_still_aborts),
	    TEST(files_end_at_the_data_directory),
	    TEST(it_holds_before_the_seal),
	    TEST(ports_end_at_those_given),
	    TEST(a_port_free_to_choose_leaves_ports_open),
	    TEST(what_cannot_be_enclosed_is_an_error),
	};

	if (getenv("PAR_VALGRIND")) {
		puts("valgrind makes calls of its own in the process that it runs");
		return 77;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
