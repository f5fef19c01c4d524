#include "faults.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { FILES_MAX = 4096 };

static const char *const names[FAULT_STEPS] = {
    [FAULT_COMMIT_BEFORE] = "commit.before",
    [FAULT_COMMIT_AFTER] = "commit.after",
    [FAULT_WRITE_BEFORE] = "write.before",
    [FAULT_WRITE_AFTER] = "write.after",
    [FAULT_META_BEFORE] = "meta.before",
    [FAULT_META_AFTER] = "meta.after",
    [FAULT_SYNC_BEFORE] = "sync.before",
    [FAULT_SYNC_AFTER] = "sync.after",
    [FAULT_CREATE_BEFORE] = "create.before",
    [FAULT_CREATE_AFTER] = "create.after",
    [FAULT_RENAME_BEFORE] = "rename.before",
    [FAULT_RENAME_AFTER] = "rename.after",
    [FAULT_REMOVE_BEFORE] = "remove.before",
    [FAULT_REMOVE_AFTER] = "remove.after",
    [FAULT_TRUNCATE_BEFORE] = "truncate.before",
    [FAULT_TRUNCATE_AFTER] = "truncate.after",
    [FAULT_SEND_BEFORE] = "send.before",
    [FAULT_SEND_AFTER] = "send.after",
    [FAULT_RECEIVE_AFTER] = "receive.after",
    [FAULT_OPEN] = "open",
    [FAULT_ACCEPT] = "accept",
    [FAULT_SOCKET] = "socket",
};

/* A preloaded library has no main() that could own its state. */
static struct faults_file *shared;
static _Atomic unsigned char files[FILES_MAX];

/* Before main(), so that no guard of the service is in the way of it. */
__attribute__((constructor)) static void map_file(void)
{
	const char *path = getenv("PAR_FAULTS");
	void *at;
	int fd = path ? open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600) : -1;

	if (fd < 0)
		return;
	if (ftruncate(fd, sizeof *shared) != 0)
		abort();
	at = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (at == MAP_FAILED)
		abort();
	shared = at;
	for (int i = 0; i < FAULT_STEPS; i++)
		snprintf(shared->steps[i].name, sizeof shared->steps[i].name, "%s",
			 names[i]);
}

static void stop(void)
{
	kill(getpid(), SIGKILL);
	abort();
}

int fault_at(enum fault_step step)
{
	struct fault *f;
	uint64_t n;

	if (!shared)
		return 0;
	f = &shared->steps[step];
	n = atomic_fetch_add(&f->seen, 1) + 1;
	if (n < atomic_load(&f->from) || n >= atomic_load(&f->to))
		return 0;
	switch ((enum fault_action)atomic_load(&f->action)) {
	case FAULT_STOP:
		stop();
		break;
	case FAULT_FAIL:
		return -(int)atomic_load(&f->value);
	case FAULT_SHORT:
		return 1;
	case FAULT_WAIT:
		poll(NULL, 0, (int)atomic_load(&f->value));
		break;
	case FAULT_NOTHING:
		break;
	}
	return 0;
}

int64_t fault_wall_s(void)
{
	return shared ? atomic_load(&shared->wall_s) : 0;
}

int64_t fault_mono_s(void)
{
	return shared ? atomic_load(&shared->mono_s) : 0;
}

void fault_note_open(int fd, int flags)
{
	unsigned char kind = FAULT_NO_FILE;

	if (fd < 0 || fd >= FILES_MAX)
		return;
	if ((flags & O_ACCMODE) != O_RDONLY)
		kind = flags & O_DSYNC ? FAULT_SYNCED_FILE : FAULT_PLAIN_FILE;
	atomic_store(&files[fd], kind);
}

void fault_note_close(int fd)
{
	if (fd >= 0 && fd < FILES_MAX)
		atomic_store(&files[fd], FAULT_NO_FILE);
}

enum fault_file fault_file_of(int fd)
{
	return fd >= 0 && fd < FILES_MAX ? (enum fault_file)atomic_load(&files[fd])
					 : FAULT_NO_FILE;
}
