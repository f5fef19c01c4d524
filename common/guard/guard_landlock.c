#include "common/guard/guard.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/base/err.h"
#include "common/guard/guard_endpoint.h"

/*
 * The interface as of its version 6. The headers of Debian 12 end at version 2, and an
 * older kernel takes the larger struct when what it does not know is 0.
 */
struct ruleset {
	uint64_t fs, net, scoped;
};

struct port_rule {
	uint64_t access, port;
};

enum {
	FS_TRUNCATE = 1 << 14,
	FS_IOCTL_DEV = 1 << 15,
	NET_BIND = 1,
	NET_CONNECT = 2,
	SCOPE_SOCKETS = 1,
	SCOPE_SIGNALS = 2,
	RULE_PORT = 2,
	DNS_PORT = 53,
};

static const uint64_t fs_first = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;
static const uint64_t fs_read =
    LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
static const uint64_t fs_write =
    LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR |
    LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |
    LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_DIR |
    LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_REFER | FS_TRUNCATE;

/* What libc, jansson and ZeroMQ look at: random bytes, processors, the way to free. */
static const char *const looked_at[] = {
    "/dev/urandom",
    "/sys/devices/system/cpu",
    "/proc/sys/vm/overcommit_memory",
};

/* 0: not in this kernel, or switched off. */
static int version(void)
{
	long v = syscall(SYS_landlock_create_ruleset, NULL, 0,
			 LANDLOCK_CREATE_RULESET_VERSION);

	return v < 0 ? 0 : (int)v;
}

static struct ruleset handled(int version, bool network)
{
	struct ruleset r = {.fs = fs_first};

	if (version >= 2)
		r.fs |= LANDLOCK_ACCESS_FS_REFER;
	if (version >= 3)
		r.fs |= FS_TRUNCATE;
	if (version >= 4 && network)
		r.net = NET_BIND | NET_CONNECT;
	if (version >= 5)
		r.fs |= FS_IOCTL_DEV;
	if (version >= 6)
		r.scoped = SCOPE_SOCKETS | SCOPE_SIGNALS;
	return r;
}

static int add_rule(int fd, int type, const void *rule)
{
	return syscall(SYS_landlock_add_rule, fd, type, rule, 0) ? err_errno(-EINVAL)
								 : 0;
}

/* A directory and all beneath it, or a file. */
static int add_path(int fd, const struct ruleset *r, const char *path, uint64_t access)
{
	struct landlock_path_beneath_attr rule = {.allowed_access = access & r->fs};
	int err;

	rule.parent_fd = open(path, O_PATH | O_CLOEXEC);
	if (rule.parent_fd < 0)
		return err_errno(-EIO);
	err = add_rule(fd, LANDLOCK_RULE_PATH_BENEATH, &rule);
	close(rule.parent_fd);
	return err;
}

/* What is not there is not needed; a file takes no right of directories. */
static int add_looked_at(int fd, const struct ruleset *r, const char *path)
{
	int err = add_path(fd, r, path, fs_read);

	if (err == -EINVAL)
		err = add_path(fd, r, path, LANDLOCK_ACCESS_FS_READ_FILE);
	return err == -ENOENT ? 0 : err;
}

static int add_files(int fd, const struct ruleset *r, const struct guard *g)
{
	int err = add_path(fd, r, g->needs.data, fs_write);

	if (!err)
		err = add_looked_at(fd, r, g->needs.allow);
	for (size_t i = 0; i < sizeof looked_at / sizeof *looked_at && !err; i++)
		err = add_looked_at(fd, r, looked_at[i]);
	/* hosts, resolv.conf: single files of these are replaced while we run. */
	if (!err && g->names)
		err = add_looked_at(fd, r, "/etc");
	if (!err && g->names)
		err = add_looked_at(fd, r, "/run/systemd/resolve");
	return err;
}

static int add_port(int fd, uint16_t port, uint64_t access)
{
	const struct port_rule rule = {.access = access, .port = port};

	return add_rule(fd, RULE_PORT, &rule);
}

static int add_endpoint(int fd, const char *endpoint, uint64_t access)
{
	uint16_t port;
	int err = guard_endpoint_port(endpoint, &port);

	return err ? err : add_port(fd, port, access);
}

/* A service connects to itself too: it proves at start that strangers are refused. */
static int add_ports(int fd, const struct guard *g)
{
	const struct guard_needs *needs = &g->needs;
	int err = g->names ? add_port(fd, DNS_PORT, NET_CONNECT) : 0;

	for (int i = 0; i < GUARD_ENDPOINTS && needs->binds[i] && !err; i++)
		err = add_endpoint(fd, needs->binds[i], NET_BIND | NET_CONNECT);
	for (int i = 0; i < GUARD_ENDPOINTS && needs->connects[i] && !err; i++)
		err = add_endpoint(fd, needs->connects[i], NET_CONNECT);
	return err;
}

static int enclose(struct guard *g)
{
	struct ruleset r = handled(g->landlock, g->network);
	int fd = (int)syscall(SYS_landlock_create_ruleset, &r, sizeof r, 0);
	int err;

	if (fd < 0)
		return err_errno(-EPERM);
	err = add_files(fd, &r, g);
	if (!err && g->network)
		err = add_ports(fd, g);
	if (!err && syscall(SYS_landlock_restrict_self, fd, 0))
		err = err_errno(-EPERM);
	close(fd);
	return err;
}

/* Looks at every endpoint; *fixed: all bound ports are given. */
static int survey(const struct guard_needs *needs, bool *fixed, bool *names)
{
	uint16_t port = 1;
	int err = 0;

	*fixed = true;
	for (int i = 0; i < GUARD_ENDPOINTS && needs->binds[i] && !err; i++) {
		err = guard_endpoint_port(needs->binds[i], &port);
		*fixed = *fixed && port;
	}
	for (int i = 0; i < GUARD_ENDPOINTS && needs->connects[i] && !err; i++) {
		err = guard_endpoint_port(needs->connects[i], &port);
		*names = *names || guard_endpoint_is_named(needs->connects[i]);
	}
	return err;
}

int guard_enclose(const struct guard_needs *needs, struct guard *out)
{
	struct guard g = {.needs = *needs, .landlock = version()};
	bool fixed;
	int err = survey(needs, &fixed, &g.names);

	g.network = g.landlock >= 4 && fixed;
	if (!err && g.landlock)
		err = enclose(&g);
	if (err)
		return err;
	if (!g.landlock)
		g.without = "landlock: not in this kernel";
	*out = g;
	return 0;
}
