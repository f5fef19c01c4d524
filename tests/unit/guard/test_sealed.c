/* What a sealed process must not call: it dies, or the call is refused, and nothing has
 * happened. Each is tried with arguments that would do no harm. */

#include "scene.h"

#include <errno.h>
#include <linux/filter.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <netinet/in.h>
#include <unistd.h>

enum { DIES = -1 };

/* The call as the kernel sees it: the list of calls decides before it looks further. */
struct call {
	const char *name;
	int end; /* DIES, or the errno of a refusal */
	long number;
	long args[6];
};

static const struct call *trying;

static const struct call calls[] = {
    {"another program", DIES, SYS_execve, {0}},
    {"another program by descriptor", DIES, SYS_execveat, {0}},
    {"another process", DIES, SYS_clone, {SIGCHLD}},
    {"another process that shares memory", DIES, SYS_clone, {CLONE_VM | SIGCHLD}},
    {"a namespace with a thread", DIES, SYS_clone, {CLONE_THREAD | CLONE_NEWUSER}},
    {"flags that a filter does not see", ENOSYS, SYS_clone3, {0}},
    {"a namespace", DIES, SYS_unshare, {CLONE_NEWUSER}},
    {"another's namespace", DIES, SYS_setns, {-1}},
    {"a packet socket", DIES, SYS_socket, {AF_PACKET, SOCK_RAW}},
    {"a local socket", DIES, SYS_socket, {AF_UNIX, SOCK_STREAM}},
    {"a netlink socket", DIES, SYS_socket, {AF_NETLINK, SOCK_RAW}},
    {"a socket to the host", DIES, SYS_socket, {AF_VSOCK, SOCK_STREAM}},
    {"a datagram socket", DIES, SYS_socket, {AF_INET, SOCK_DGRAM}},
    {"a raw socket", DIES, SYS_socket, {AF_INET, SOCK_RAW, IPPROTO_ICMP}},
    {"multipath TCP", DIES, SYS_socket, {AF_INET, SOCK_STREAM, IPPROTO_MPTCP}},
    {"a pair of sockets", DIES, SYS_socketpair, {AF_UNIX, SOCK_STREAM}},
    {"binding", DIES, SYS_bind, {-1}},
    {"listening", DIES, SYS_listen, {-1}},
    {"connecting by sending", DIES, SYS_sendto, {-1, 0, 0, MSG_FASTOPEN}},
    {"a program for packets", DIES, SYS_setsockopt, {-1, SOL_SOCKET, SO_ATTACH_BPF}},
    {"tracing", DIES, SYS_ptrace, {-1}},
    {"another's memory", DIES, SYS_process_vm_readv, {1}},
    {"writing another's memory", DIES, SYS_process_vm_writev, {1}},
    {"another's descriptors", DIES, SYS_pidfd_getfd, {-1}},
    {"comparing processes", DIES, SYS_kcmp, {1}},
    {"a signal to another", DIES, SYS_kill, {1, 0}},
    {"a signal to all", DIES, SYS_kill, {-1, 0}},
    {"a signal to another's thread", DIES, SYS_tgkill, {1, 1, 0}},
    {"a signal with a value", DIES, SYS_rt_sigqueueinfo, {1, 0}},
    {"memory that can be run", DIES, SYS_mmap, {0, 4096, PROT_READ | PROT_EXEC}},
    {"making memory run", DIES, SYS_mprotect, {0, 4096, PROT_EXEC}},
    {"making memory run with a key", DIES, SYS_pkey_mprotect, {0, 4096, PROT_EXEC}},
    {"a file in memory", DIES, SYS_memfd_create, {0}},
    {"reading as running", DIES, SYS_personality, {0x0400000}},
    {"page faults by hand", DIES, SYS_userfaultfd, {0}},
    {"calls by a ring", DIES, SYS_io_uring_setup, {0}},
    {"programs in the kernel", DIES, SYS_bpf, {0}},
    {"counters of the kernel", DIES, SYS_perf_event_open, {0}},
    {"the keyring", DIES, SYS_keyctl, {0}},
    {"a key for the keyring", DIES, SYS_add_key, {0}},
    {"another user", DIES, SYS_setuid, {0}},
    {"another group", DIES, SYS_setgid, {0}},
    {"other groups", DIES, SYS_setgroups, {0}},
    {"capabilities", DIES, SYS_capset, {0}},
    {"a mount", DIES, SYS_mount, {0}},
    {"a mount by descriptor", DIES, SYS_move_mount, {0}},
    {"another root", DIES, SYS_chroot, {0}},
    {"a module", DIES, SYS_finit_module, {-1}},
    {"another kernel", DIES, SYS_kexec_load, {0}},
    {"the clock", DIES, SYS_clock_settime, {0}},
    {"the host's name", DIES, SYS_sethostname, {0}},
    {"the kernel's log", DIES, SYS_syslog, {3}},
    {"modes", DIES, SYS_fchmodat, {-1}},
    {"modes of an open file", DIES, SYS_fchmod, {-1}},
    {"owners", DIES, SYS_fchownat, {-1}},
    {"a second name", DIES, SYS_linkat, {-1}},
    {"a symbolic link", DIES, SYS_symlinkat, {0, -1}},
    {"a device", DIES, SYS_mknodat, {-1}},
    {"attributes", DIES, SYS_setxattr, {0}},
    {"a file by its number", DIES, SYS_open_by_handle_at, {-1}},
    {"cutting a file by name", DIES, SYS_truncate, {0}},
    {"watching files", DIES, SYS_inotify_init1, {0}},
    {"a pipe", DIES, SYS_pipe2, {0}},
    {"an owner for signals", DIES, SYS_fcntl, {-1, 8 /* F_SETOWN */, 1}},
    {"typing into a terminal", ENOTTY, SYS_ioctl, {-1, 0x5412 /* TIOCSTI */}},
    {"core dumps again", DIES, SYS_prctl, {PR_SET_DUMPABLE, 1}},
    {"a core limit again", DIES, SYS_prlimit64, {0, RLIMIT_CORE, 1}},
    {"a core limit from far off", DIES, SYS_prlimit64, {0, RLIMIT_CORE, 1L << 32}},
    {"another's limits", DIES, SYS_prlimit64, {1, RLIMIT_CORE, 0}},
    {"another list of calls", DIES, SYS_seccomp, {0}},
};

static int call(const struct scene *s)
{
	const long *a = trying->args;

	(void)s;
	errno = 0;
	if (syscall(trying->number, a[0], a[1], a[2], a[3], a[4], a[5]) == -1)
		return errno;
	return 0;
}

static bool ended_so(const struct call *c, int status)
{
	if (c->end == DIES)
		return WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS;
	return WIFEXITED(status) && WEXITSTATUS(status) == c->end;
}

static void forbidden_calls_die(void **state)
{
	size_t wrong = 0;

	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		int status;

		trying = &calls[i];
		status = scene_try(*state, SCENE_SEALED, call);
		if (ended_so(trying, status))
			continue;
		print_error("%s: status %#x\n", trying->name, (unsigned)status);
		wrong++;
	}
	assert_int_equal(wrong, 0);
}

/* ---- a thread that was there before ---- */

static void *execute(void *sealed)
{
	const struct timespec moment = {.tv_nsec = 1000000};

	while (!atomic_load((atomic_bool *)sealed))
		nanosleep(&moment, NULL);
	syscall(SYS_execve, NULL, NULL, NULL);
	return NULL;
}

static int with_an_older_thread(struct scene *s)
{
	atomic_bool sealed = false;
	pthread_t thread;

	if (guard_enclose(&s->needs, &s->guard) ||
	    pthread_create(&thread, NULL, execute, &sealed) || guard_seal(&s->guard))
		return 1;
	atomic_store(&sealed, true);
	pthread_join(thread, NULL);
	return 0;
}

static int older_thread(const struct scene *s)
{
	struct scene own = *s;

	return with_an_older_thread(&own);
}

static void older_threads_are_sealed_too(void **state)
{
	int status = scene_try(*state, SCENE_BEGUN, older_thread);

	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS);
}

/* ---- what a service is told apart by ---- */

static int make_socket(const struct scene *s)
{
	(void)s;
	return socket(AF_INET, SOCK_STREAM, 0) < 0 ? errno : 0;
}

static void *nothing(void *ctx)
{
	return ctx;
}

static int make_thread(const struct scene *s)
{
	pthread_t thread;

	(void)s;
	return pthread_create(&thread, NULL, nothing, NULL);
}

static void who_connects_to_nobody_has_no_sockets(void **state)
{
	struct scene *s = *state;
	int status;

	s->needs.connects[0] = NULL;
	status = scene_try(s, SCENE_SEALED, make_socket);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS);
}

static void who_needs_no_threads_has_none(void **state)
{
	struct scene *s = *state;
	int status;

	s->needs.threads = false;
	status = scene_try(s, SCENE_SEALED, make_thread);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, scene_open, scene_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(forbidden_calls_die),
	    TEST(older_threads_are_sealed_too),
	    TEST(who_connects_to_nobody_has_no_sockets),
	    TEST(who_needs_no_threads_has_none),
	};

	if (getenv("PAR_VALGRIND")) {
		puts("valgrind makes calls of its own in the process that it runs");
		return 77;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
