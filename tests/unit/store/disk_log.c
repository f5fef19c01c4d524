#include "disk_log.h"

#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>
#include <cmocka.h>

#include "trace.h"

enum { IOV_COUNT_MAX = 1024 };

struct tracer {
	pid_t child;
	const char *name;
	struct disk_log *log;
};

/* The path behind a descriptor of the child; "" when it has none. */
static void path_of(const struct tracer *t, uint64_t fd, char path[PATH_MAX])
{
	char link[64];
	ssize_t len;

	snprintf(link, sizeof(link), "/proc/%d/fd/%d", t->child, (int)fd);
	len = readlink(link, path, PATH_MAX - 1);
	path[len < 0 ? 0 : len] = '\0';
}

/* A number that the system knows of a descriptor: "flags:", "pos:". */
static uint64_t info_of(const struct tracer *t, uint64_t fd, const char *what, int base)
{
	char name[64], line[128];
	uint64_t value = 0;
	FILE *file;

	snprintf(name, sizeof(name), "/proc/%d/fdinfo/%d", t->child, (int)fd);
	file = fopen(name, "re");
	assert_non_null(file);
	while (fgets(line, sizeof(line), file)) {
		if (strncmp(line, what, strlen(what)) == 0)
			value = strtoull(line + strlen(what), NULL, base);
	}
	fclose(file);
	return value;
}

static bool is_durable(const struct tracer *t, uint64_t fd)
{
	return info_of(t, fd, "flags:", 8) & O_DSYNC;
}

static bool is_file(const struct tracer *t, uint64_t fd)
{
	char path[PATH_MAX];
	const char *last;

	path_of(t, fd, path);
	last = strrchr(path, '/');
	return last && strcmp(last + 1, t->name) == 0;
}

static bool is_pipe(const struct tracer *t, uint64_t fd)
{
	char path[PATH_MAX];

	path_of(t, fd, path);
	return strncmp(path, "pipe:", 5) == 0;
}

static struct disk_op *add(const struct tracer *t, enum disk_kind kind)
{
	struct disk_log *log = t->log;
	struct disk_op *op;

	log->ops = realloc(log->ops, (log->count + 1) * sizeof(*log->ops));
	assert_non_null(log->ops);
	op = &log->ops[log->count++];
	*op = (struct disk_op){.kind = kind};
	buf_init(&op->data, SIZE_MAX);
	return op;
}

static void *address(uint64_t at)
{
	return (void *)(uintptr_t)at;
}

static void copy(const struct tracer *t, uint64_t from, void *to, size_t len)
{
	struct iovec local = {to, len}, remote = {address(from), len};

	assert_int_equal(process_vm_readv(t->child, &local, 1, &remote, 1, 0), len);
}

static void add_data(const struct tracer *t, struct disk_op *op, uint64_t from,
		     size_t len)
{
	assert_int_equal(buf_reserve(&op->data, len), 0);
	copy(t, from, op->data.data + op->data.len, len);
	op->data.len += len;
}

static void on_pwrite(const struct tracer *t, const uint64_t args[6])
{
	struct disk_op *op = add(t, DISK_WRITE);

	op->durable = is_durable(t, args[0]);
	op->offset = args[3];
	add_data(t, op, args[1], args[2]);
}

static void on_writev(const struct tracer *t, const uint64_t args[6])
{
	struct disk_op *op = add(t, DISK_WRITE);
	struct iovec parts[IOV_COUNT_MAX];

	assert_true(args[2] <= IOV_COUNT_MAX);
	op->durable = is_durable(t, args[0]);
	op->offset = info_of(t, args[0], "pos:", 10);
	copy(t, args[1], parts, args[2] * sizeof(parts[0]));
	for (size_t i = 0; i < args[2]; i++)
		add_data(t, op, (uintptr_t)parts[i].iov_base, parts[i].iov_len);
}

/* What the child is about to do; anything unforeseen to the file fails the test. */
static void on_call(const struct tracer *t, uint64_t call, const uint64_t args[6])
{
	if (call == SYS_write && is_pipe(t, args[0]))
		copy(t, args[1], &add(t, DISK_TOLD)->told, sizeof(uint64_t));
	else if (call == SYS_pwrite64 && is_file(t, args[0]))
		on_pwrite(t, args);
	else if (call == SYS_writev && is_file(t, args[0]))
		on_writev(t, args);
	else if ((call == SYS_fdatasync || call == SYS_fsync) && is_file(t, args[0]))
		add(t, DISK_SYNC);
	else if (call == SYS_write || call == SYS_pwritev || call == SYS_ftruncate)
		assert_false(is_file(t, args[0]));
}

void disk_log_run(int (*act)(void *ctx), void *ctx, const char *name,
		  struct disk_log *out)
{
	struct tracer t = {.name = name, .log = out};
	struct __ptrace_syscall_info info;

	*out = (struct disk_log){0};
	t.child = trace_start(act, ctx);
	while (trace_step(t.child)) {
		assert_true(ptrace(PTRACE_GET_SYSCALL_INFO, t.child,
				   address(sizeof(info)), &info) > 0);
		if (info.op == PTRACE_SYSCALL_INFO_ENTRY)
			on_call(&t, info.entry.nr, info.entry.args);
	}
}

void disk_log_free(struct disk_log *log)
{
	for (size_t i = 0; i < log->count; i++)
		buf_free(&log->ops[i].data);
	free(log->ops);
	*log = (struct disk_log){0};
}
