#include "services/collector/roster_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/err.h"
#include "common/net/key_file.h"
#include "common/store/store.h"

static const char key_end[] = ".key", forgotten_end[] = ".forgotten";
static const char temporary_end[] = ".tmp-"; /* of store_open() and store_remove() */

int roster_files_path(const char *dir, uint32_t number, const char *end,
		      char out[PATH_MAX])
{
	int len = snprintf(out, PATH_MAX, "%s/%u%s", dir, number, end);

	return len < 0 || len >= PATH_MAX ? -ENAMETOOLONG : 0;
}

/* What comes later when there is room again is no failure. */
static int error_of_disk(void)
{
	return errno == ENOSPC || errno == EDQUOT ? ERR_FULL : err_errno(-EIO);
}

/* ---- the key ---- */

static int write_key(int fd, const uint8_t key[ROSTER_KEY])
{
	ssize_t put = write(fd, key, ROSTER_KEY);

	if (put < 0)
		return error_of_disk();
	if (put != ROSTER_KEY)
		return ERR_FULL;
	return fsync(fd) ? error_of_disk() : 0;
}

int roster_files_put_key(const char *dir, uint32_t number,
			 const uint8_t key[ROSTER_KEY])
{
	char path[PATH_MAX];
	int err = roster_files_path(dir, number, key_end, path);
	int fd;

	if (err)
		return err;
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return error_of_disk();
	err = write_key(fd, key);
	if (close(fd) && !err)
		err = err_errno(-EIO);
	return err ? err : store_sync_dir(dir);
}

int roster_files_get_key(const char *dir, uint32_t number, uint8_t key[ROSTER_KEY],
			 struct faults *faults)
{
	char path[PATH_MAX];
	uint8_t in[ROSTER_KEY + 1];
	int err = roster_files_path(dir, number, key_end, path);
	int fd;
	ssize_t got;

	if (err)
		return err;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		err = errno == ENOENT ? ERR_NOT_FOUND : err_errno(-EIO);
		faults_add(faults, path, 0, "the key of this roster cannot be read: %s",
			   err_str(err));
		return err;
	}
	err = key_file_check(fd, path, true, faults);
	if (err) {
		(void)close(fd);
		return err;
	}
	got = read(fd, in, sizeof in);
	(void)close(fd);
	if (got == ROSTER_KEY)
		memcpy(key, in, ROSTER_KEY);
	else
		faults_add(faults, path, 0, "the key of a roster has %d bytes",
			   ROSTER_KEY);
	sodium_memzero(in, sizeof in);
	return got == ROSTER_KEY ? 0 : ERR_CORRUPT;
}

static int unlink_file(const char *path)
{
	return unlink(path) == 0 || errno == ENOENT ? 0 : err_errno(-EIO);
}

/* In place, so that the old bytes are not left in blocks that are free again. */
static int overwrite(int fd)
{
	uint8_t noise[ROSTER_KEY];

	randombytes_buf(noise, sizeof noise);
	return write_key(fd, noise);
}

static int remove_key(const char *dir, uint32_t number)
{
	char path[PATH_MAX];
	int err = roster_files_path(dir, number, key_end, path);
	int fd;

	if (err)
		return err;
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? 0 : err_errno(-EIO);
	err = overwrite(fd);
	if (close(fd) && !err)
		err = err_errno(-EIO);
	return err ? err : unlink_file(path);
}

/* ---- removing ---- */

/* store_remove() also sweeps away what an earlier one left. */
static int remove_environment(const char *dir, uint32_t number)
{
	char path[PATH_MAX];
	int err = roster_files_path(dir, number, "", path);

	if (!err)
		err = store_remove(path);
	return err == -ENOENT ? 0 : err;
}

static int remove_mark(const char *dir, uint32_t number)
{
	char path[PATH_MAX];
	int err = roster_files_path(dir, number, forgotten_end, path);

	return err ? err : unlink_file(path);
}

int roster_files_remove(const char *dir, uint32_t number)
{
	int err = remove_key(dir, number);

	if (!err)
		err = remove_environment(dir, number);
	if (!err)
		err = remove_mark(dir, number);
	return err ? err : store_sync_dir(dir);
}

/* ---- forgetting ---- */

static int put_mark(const char *dir, uint32_t number)
{
	char path[PATH_MAX];
	int err = roster_files_path(dir, number, forgotten_end, path);
	int fd;

	if (err)
		return err;
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return error_of_disk();
	err = fsync(fd) ? error_of_disk() : 0;
	if (close(fd) && !err)
		err = err_errno(-EIO);
	return err ? err : store_sync_dir(dir);
}

int roster_files_forget(const char *dir, uint32_t number)
{
	int err = put_mark(dir, number);

	if (!err)
		err = remove_key(dir, number);
	if (!err)
		err = store_sync_dir(dir);
	return err ? err : remove_environment(dir, number);
}

bool roster_files_forgotten(const char *dir, uint32_t number)
{
	char path[PATH_MAX];

	return roster_files_path(dir, number, forgotten_end, path) == 0 &&
	       access(path, F_OK) == 0;
}

/* ---- the directory ---- */

/*
 * The round a name belongs to: "12", "12.key", "12.forgotten", or "12.tmp-345", which a
 * crash left while 12 was made or removed; 0: none.
 */
static uint32_t number_of(const char *name)
{
	char *end;
	unsigned long n = strtoul(name, &end, 10);

	if (end == name || name[0] < '0' || name[0] > '9' || n > UINT32_MAX)
		return 0;
	if (*end && strcmp(end, key_end) != 0 && strcmp(end, forgotten_end) != 0 &&
	    strncmp(end, temporary_end, strlen(temporary_end)) != 0)
		return 0;
	return (uint32_t)n;
}

/* The highest round that anything lies here of; 0: none. */
static int find_last(const char *dir, uint32_t *out)
{
	DIR *d = opendir(dir);
	const struct dirent *entry;
	uint32_t last = 0;

	if (!d)
		return err_errno(-EIO);
	for (entry = readdir(d); entry; entry = readdir(d))
		if (number_of(entry->d_name) > last)
			last = number_of(entry->d_name);
	(void)closedir(d);
	*out = last;
	return 0;
}

bool roster_files_any(const char *dir)
{
	uint32_t last;

	return find_last(dir, &last) == 0 && last;
}

/*
 * A crash leaves one round at the most that the journal does not tell of. More of them
 * were told of by a journal that is not here, and may be all there is of them.
 */
static int remove_orphan(const char *dir, uint32_t rounds, struct faults *faults)
{
	uint32_t last;
	int err = find_last(dir, &last);

	if (err || last <= rounds)
		return err;
	if (last == rounds + 1)
		return roster_files_remove(dir, last);
	faults_add(faults, dir, 0,
		   "there is a roster of round %u, but the journal has %u rounds: it "
		   "is an older copy or another one. Put the right one back, or move "
		   "the rosters of later rounds away",
		   last, rounds);
	return ERR_CONFIG;
}

int roster_files_prepare(const char *dir, uint32_t rounds, struct faults *faults)
{
	int err = store_make_dir(dir);

	if (!err)
		err = remove_orphan(dir, rounds, faults);
	if (err && err != ERR_CONFIG)
		faults_add(faults, dir, 0, "rosters cannot be kept here: %s",
			   err_str(err));
	return err;
}
