#include "common/guard/guard.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* What the loop, LMDB, ZeroMQ, libmicrohttpd and malloc call while a service runs. */
static const int always[] = {
    /* files that are open */
    SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(readv), SCMP_SYS(writev),
    SCMP_SYS(pread64), SCMP_SYS(pwrite64), SCMP_SYS(preadv), SCMP_SYS(pwritev),
    SCMP_SYS(lseek), SCMP_SYS(close), SCMP_SYS(fsync), SCMP_SYS(fdatasync),
    SCMP_SYS(ftruncate), SCMP_SYS(fallocate), SCMP_SYS(flock), SCMP_SYS(fstat),
    SCMP_SYS(fstatfs), SCMP_SYS(getdents64),
    /* and by name: which, Landlock says */
    SCMP_SYS(open), SCMP_SYS(openat), SCMP_SYS(stat), SCMP_SYS(lstat),
    SCMP_SYS(newfstatat), SCMP_SYS(statx), SCMP_SYS(statfs), SCMP_SYS(access),
    SCMP_SYS(faccessat), SCMP_SYS(faccessat2), SCMP_SYS(mkdir), SCMP_SYS(mkdirat),
    SCMP_SYS(rmdir), SCMP_SYS(unlink), SCMP_SYS(unlinkat), SCMP_SYS(rename),
    SCMP_SYS(renameat), SCMP_SYS(renameat2),
    /* memory; mapping is further down */
    SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise),
    SCMP_SYS(mlock), SCMP_SYS(munlock),
    /* threads that run, their end, signals, time */
    SCMP_SYS(futex), SCMP_SYS(sched_yield), SCMP_SYS(sched_getaffinity),
    SCMP_SYS(set_robust_list), SCMP_SYS(rseq), SCMP_SYS(exit), SCMP_SYS(exit_group),
    SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sigaltstack), SCMP_SYS(restart_syscall), SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_getres), SCMP_SYS(clock_nanosleep), SCMP_SYS(nanosleep),
    SCMP_SYS(gettimeofday), SCMP_SYS(time),
    /* who am I, what is here */
    SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(getuid), SCMP_SYS(geteuid),
    SCMP_SYS(getgid), SCMP_SYS(getegid), SCMP_SYS(getrusage), SCMP_SYS(getrlimit),
    SCMP_SYS(sysinfo), SCMP_SYS(uname), SCMP_SYS(getrandom),
    /* waiting, and sockets that are open */
    SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(epoll_create1), SCMP_SYS(epoll_ctl),
    SCMP_SYS(epoll_wait), SCMP_SYS(epoll_pwait), SCMP_SYS(eventfd2), SCMP_SYS(accept),
    SCMP_SYS(accept4), SCMP_SYS(recvfrom), SCMP_SYS(recvmsg), SCMP_SYS(shutdown),
    SCMP_SYS(getsockname), SCMP_SYS(getpeername), SCMP_SYS(getsockopt)};

enum {
	ARGS_MAX = 3,
	ALL = -1,     /* bits of a number */
	ADDRESS = -2, /* all those of an address */
	TYPE = 0xf,   /* those of a socket's type without the flags beside it */
	PTHREAD = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD |
		  CLONE_SYSVSEM | CLONE_SETTLS | CLONE_PARENT_SETTID |
		  CLONE_CHILD_CLEARTID,
	BY_TREE = 2, /* of SCMP_FLTATR_CTL_OPTIMIZE */
};

/* What is looked at of an argument: its bits in `mask` are `value`. */
struct look {
	unsigned arg;
	int mask; /* 0: not at all */
	int value;
};

struct rule {
	int call;
	struct look looks[ARGS_MAX]; /* all must hold */
};

static const struct rule only_with[] = {
    /* no memory that can be run */
    {SCMP_SYS(mmap), {{2, PROT_EXEC, 0}}},
    {SCMP_SYS(mprotect), {{2, PROT_EXEC, 0}}},
    /* flags and locks: no signals to an owner, no notes about directories */
    {SCMP_SYS(fcntl), {{1, ALL, F_GETFD}}},
    {SCMP_SYS(fcntl), {{1, ALL, F_SETFD}}},
    {SCMP_SYS(fcntl), {{1, ALL, F_GETFL}}},
    {SCMP_SYS(fcntl), {{1, ALL, F_SETFL}}},
    {SCMP_SYS(fcntl), {{1, ALL, F_GETLK}}},
    {SCMP_SYS(fcntl), {{1, ALL, F_SETLK}}},
    {SCMP_SYS(fcntl), {{1, ALL, F_SETLKW}}},
    /* a thread of ZeroMQ may get its first turn after the seal: name, ordinary order */
    {SCMP_SYS(prctl), {{0, ALL, PR_SET_NAME}}},
    {SCMP_SYS(sched_getparam), {{0}}},
    {SCMP_SYS(sched_getscheduler), {{0}}},
    {SCMP_SYS(sched_setscheduler), {{1, ALL, SCHED_OTHER}}},
    /* what was given up, and limits: are read, not set */
    {SCMP_SYS(prctl), {{0, ALL, PR_GET_NO_NEW_PRIVS}}},
    {SCMP_SYS(prctl), {{0, ALL, PR_GET_DUMPABLE}}},
    {SCMP_SYS(prlimit64), {{0, ALL, 0}, {2, ADDRESS, 0}}},
    /* sending does not connect */
    {SCMP_SYS(sendto), {{3, MSG_FASTOPEN, 0}}},
    {SCMP_SYS(sendmsg), {{2, MSG_FASTOPEN, 0}}},
    /* no programs for the kernel to run on packets */
    {SCMP_SYS(setsockopt), {{1, ALL, SOL_SOCKET}, {2, ALL, SO_REUSEADDR}}},
    {SCMP_SYS(setsockopt), {{1, ALL, SOL_SOCKET}, {2, ALL, SO_SNDBUF}}},
    {SCMP_SYS(setsockopt), {{1, ALL, SOL_SOCKET}, {2, ALL, SO_RCVBUF}}},
    {SCMP_SYS(setsockopt), {{1, ALL, SOL_SOCKET}, {2, ALL, SO_KEEPALIVE}}},
    {SCMP_SYS(setsockopt), {{1, ALL, SOL_SOCKET}, {2, ALL, SO_LINGER}}},
    {SCMP_SYS(setsockopt), {{1, ALL, SOL_TCP}, {2, ALL, TCP_NODELAY}}},
    {SCMP_SYS(setsockopt), {{1, ALL, SOL_TCP}, {2, ALL, TCP_CORK}}},
    {SCMP_SYS(setsockopt), {{1, ALL, SOL_TCP}, {2, ALL, TCP_KEEPIDLE}}},
    {SCMP_SYS(setsockopt), {{1, ALL, SOL_TCP}, {2, ALL, TCP_KEEPINTVL}}},
    {SCMP_SYS(setsockopt), {{1, ALL, SOL_TCP}, {2, ALL, TCP_KEEPCNT}}},
    {SCMP_SYS(setsockopt), {{1, ALL, SOL_TCP}, {2, ALL, TCP_USER_TIMEOUT}}},
    {SCMP_SYS(setsockopt), {{1, ALL, SOL_TCP}, {2, ALL, TCP_QUICKACK}}},
    {SCMP_SYS(setsockopt), {{1, ALL, SOL_IPV6}, {2, ALL, IPV6_V6ONLY}}},
};

static const struct rule with_threads[] = {
    {SCMP_SYS(clone), {{0, ALL, PTHREAD}}},
};

/* TCP and nothing beside it: other kinds of streams pass by Landlock's ports. */
static const struct rule with_connects[] = {
    {SCMP_SYS(connect), {{0}}},
    {SCMP_SYS(socket), {{0, ALL, AF_INET}, {1, TYPE, SOCK_STREAM}, {2, ALL, 0}}},
    {SCMP_SYS(socket),
     {{0, ALL, AF_INET}, {1, TYPE, SOCK_STREAM}, {2, ALL, IPPROTO_TCP}}},
    {SCMP_SYS(socket), {{0, ALL, AF_INET6}, {1, TYPE, SOCK_STREAM}, {2, ALL, 0}}},
    {SCMP_SYS(socket),
     {{0, ALL, AF_INET6}, {1, TYPE, SOCK_STREAM}, {2, ALL, IPPROTO_TCP}}},
};

/* The resolver of libc. */
static const struct rule with_names[] = {
    {SCMP_SYS(socket), {{0, ALL, AF_INET}, {1, TYPE, SOCK_DGRAM}}},
    {SCMP_SYS(socket), {{0, ALL, AF_INET6}, {1, TYPE, SOCK_DGRAM}}},
    {SCMP_SYS(setsockopt), {{1, ALL, SOL_IP}, {2, ALL, IP_RECVERR}}},
    {SCMP_SYS(setsockopt), {{1, ALL, SOL_IPV6}, {2, ALL, IPV6_RECVERR}}},
    {SCMP_SYS(sendmmsg), {{0}}},
};

struct refusal {
	int error;
	struct rule rule;
};

/* What libraries try and then go on without. clone3 hides its flags from a filter. */
static const struct refusal refused[] = {
    {ENOTTY, {SCMP_SYS(ioctl), {{0}}}},
    {ENOSYS, {SCMP_SYS(clone3), {{0}}}},
};

/* The resolver does without a cache, a list of interfaces, and further modules. */
static const struct refusal refused_names[] = {
    {EAFNOSUPPORT, {SCMP_SYS(socket), {{0, ALL, AF_UNIX}}}},
    {EAFNOSUPPORT, {SCMP_SYS(socket), {{0, ALL, AF_NETLINK}}}},
    {EACCES, {SCMP_SYS(mmap), {{2, PROT_EXEC, PROT_EXEC}}}},
};

/* Of a number the kernel takes 32 bits: what a caller leaves above them is anything. */
static scmp_datum_t mask_of(const struct look *look)
{
	return look->mask == ADDRESS ? UINT64_MAX : (uint32_t)look->mask;
}

static int add(scmp_filter_ctx filter, uint32_t action, const struct rule *rule)
{
	struct scmp_arg_cmp args[ARGS_MAX];
	unsigned count = 0;

	for (; count < ARGS_MAX && rule->looks[count].mask; count++) {
		const struct look *look = &rule->looks[count];

		args[count] = (struct scmp_arg_cmp){
		    .arg = look->arg,
		    .op = SCMP_CMP_MASKED_EQ,
		    .datum_a = mask_of(look),
		    .datum_b = (scmp_datum_t)look->value,
		};
	}
	return seccomp_rule_add_array(filter, action, rule->call, count, args);
}

static int allow(scmp_filter_ctx filter, const struct rule rules[], size_t count)
{
	int err = 0;

	for (size_t i = 0; i < count && !err; i++)
		err = add(filter, SCMP_ACT_ALLOW, &rules[i]);
	return err;
}

static int refuse(scmp_filter_ctx filter, const struct refusal list[], size_t count)
{
	int err = 0;

	for (size_t i = 0; i < count && !err; i++)
		err =
		    add(filter, SCMP_ACT_ERRNO((uint32_t)list[i].error), &list[i].rule);
	return err;
}

/* abort(), raise(): to the own process only. */
static int allow_own_signals(scmp_filter_ctx filter)
{
	const struct rule rules[] = {
	    {SCMP_SYS(kill), {{0, ALL, getpid()}}},
	    {SCMP_SYS(tgkill), {{0, ALL, getpid()}}},
	};

	return allow(filter, rules, sizeof rules / sizeof *rules);
}

static int add_always(scmp_filter_ctx filter)
{
	int err = 0;

	for (size_t i = 0; i < sizeof always / sizeof *always && !err; i++)
		err = seccomp_rule_add(filter, SCMP_ACT_ALLOW, always[i], 0);
	if (!err)
		err = allow(filter, only_with, sizeof only_with / sizeof *only_with);
	if (!err)
		err = allow_own_signals(filter);
	return err ? err : refuse(filter, refused, sizeof refused / sizeof *refused);
}

static int add_names(scmp_filter_ctx filter)
{
	int err = allow(filter, with_names, sizeof with_names / sizeof *with_names);

	return err ? err
		   : refuse(filter, refused_names,
			    sizeof refused_names / sizeof *refused_names);
}

static int add_all(scmp_filter_ctx filter, const struct guard *g)
{
	int err = add_always(filter);

	if (!err && g->needs.threads)
		err = allow(filter, with_threads,
			    sizeof with_threads / sizeof *with_threads);
	if (!err && g->needs.connects[0])
		err = allow(filter, with_connects,
			    sizeof with_connects / sizeof *with_connects);
	return err || !g->names ? err : add_names(filter);
}

static int load(scmp_filter_ctx filter)
{
	static const struct {
		enum scmp_filter_attr attribute;
		uint32_t value;
	} attributes[] = {
	    {SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS},
	    {SCMP_FLTATR_CTL_TSYNC, 1},
	    {SCMP_FLTATR_CTL_OPTIMIZE, BY_TREE},
	};
	int err = 0;

	for (size_t i = 0; i < sizeof attributes / sizeof *attributes && !err; i++)
		err = seccomp_attr_set(filter, attributes[i].attribute,
				       attributes[i].value);
	return err ? err : seccomp_load(filter);
}

int guard_seal(struct guard *g)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
	int err;

	if (!filter)
		return -ENOMEM;
	err = add_all(filter, g);
	if (!err)
		err = load(filter);
	seccomp_release(filter);
	if (!err)
		g->seccomp = true;
	return err;
}
