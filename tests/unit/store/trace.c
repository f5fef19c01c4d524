#include "trace.h"

#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

static int wait_for(pid_t child)
{
	int status = 0;

	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

static void run_traced(int (*act)(void *ctx), void *ctx)
{
	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0)
		_exit(100);
	raise(SIGSTOP);
	_exit(act(ctx) == 0 ? 0 : 1);
}

bool trace_under_valgrind(void)
{
	return getenv("PAR_VALGRIND") != NULL;
}

pid_t trace_start(int (*act)(void *ctx), void *ctx)
{
	pid_t child = fork();

	if (child == 0)
		run_traced(act, ctx);
	assert_true(WIFSTOPPED(wait_for(child)));
	assert_int_equal(ptrace(PTRACE_SETOPTIONS, child, NULL,
				PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL),
			 0);
	return child;
}

bool trace_step(pid_t child)
{
	int status;

	assert_int_equal(ptrace(PTRACE_SYSCALL, child, NULL, NULL), 0);
	status = wait_for(child);
	if (WIFSTOPPED(status))
		return true;
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	return false;
}

bool trace_kill(int (*act)(void *ctx), void *ctx, unsigned n)
{
	pid_t child = trace_start(act, ctx);
	int status;

	for (unsigned i = 0; i < n; i++) {
		if (!trace_step(child))
			return false;
	}
	assert_int_equal(kill(child, SIGKILL), 0);
	status = wait_for(child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	return true;
}
