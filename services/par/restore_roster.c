#include "services/par/restore_roster.h"

#include "common/base/err.h"
#include "common/store/store_verify.h"
#include "services/par/show.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sodium.h>
#include <unistd.h>

enum { KEY_BYTES_MAX = 4096 };

/* What there is of a round's roster. */
struct parts {
	bool records, key, forgotten;
};

static bool is_there(const struct copy *c, uint32_t number, const char *end)
{
	char path[PATH_MAX];
	return copy_path(path, "%s/roster/%" PRIu32 "%s", c->dir, number, end) == 0 &&
	       access(path, F_OK) == 0;
}

static struct parts parts_of(const struct copy *c, uint32_t number)
{
	char path[PATH_MAX];
	int err = copy_path(path, "%s/roster/%" PRIu32, c->dir, number);
	return (struct parts){.records = err == 0 && store_exists(path),
			      .key = is_there(c, number, ".key"),
			      .forgotten = is_there(c, number, ".forgotten")};
}

static void tell_needed(const struct copy *c, const char *code, uint32_t number,
			const struct parts *p)
{
	if (!p->records)
		show_say("round %s: its roster is not in %s: while the "
			 "collector still runs, `par roster backup %s %s` copies it; "
			 "else copy DATA/roster/%" PRIu32 " of the lost data to "
			 "%s/roster/%" PRIu32,
			 code, c->dir, code, c->dir, number, c->dir, number);
	if (!p->key)
		show_say("round %s: the key of its roster is missing: put the copy "
			 "that was made by hand of DATA/roster/%" PRIu32 ".key there, "
			 "as %s/roster/%" PRIu32 ".key; no other file replaces it",
			 code, number, c->dir, number);
	show_say("round %s: if they are lost for good, or were forgotten on purpose, "
		 "make an empty file %s/roster/%" PRIu32 ".forgotten: that round then "
		 "takes no ballot, and no sheet of it can be annulled by its "
		 "respondent",
		 code, c->dir, number);
}

/* In whatever state a round is, the collector does not start without its roster. */
static int check_one(const struct copy *c, const struct fold_round *r)
{
	uint32_t number = fold_round_number(r);
	struct parts p = parts_of(c, number);
	if ((p.records && p.key) || p.forgotten)
		return 0;
	tell_needed(c, fold_round_model(r)->code, number, &p);
	return ERR_CONFIG;
}

int restore_check_rosters(const struct copy *from, const struct fold *f)
{
	int err = 0;
	for (uint32_t i = 1; i <= fold_round_count(f); i++) {
		int of_round = check_one(from, fold_round_by_number(f, i));
		err = err == 0 ? of_round : err;
	}
	return err;
}

/* ---- copying ---- */

static int write_file(const char *path, struct bytes content)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return err_errno(-EIO);
	ssize_t n = write(fd, content.data, content.len);
	int err = n == (ssize_t)content.len && fsync(fd) == 0 ? 0 : err_errno(-EIO);
	close(fd);
	return err;
}

static int copy_small(const char *from, const char *to)
{
	uint8_t content[KEY_BYTES_MAX];
	int fd = open(from, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return err_errno(-EIO);
	ssize_t n = read(fd, content, sizeof content);
	int err = n < 0 ? err_errno(-EIO) : 0;
	close(fd);
	if (err == 0 && n == KEY_BYTES_MAX)
		err = ERR_LIMIT;
	if (err == 0)
		err = write_file(to, bytes_of(content, (size_t)n));
	sodium_memzero(content, sizeof content);
	return err;
}

static int copy_end(const struct copy *from, uint32_t number, const char *end,
		    const char *to)
{
	char source[PATH_MAX], target[PATH_MAX];
	int err = copy_path(source, "%s/roster/%" PRIu32 "%s", from->dir, number, end);
	if (err == 0)
		err = copy_path(target, "%s/roster/%" PRIu32 "%s", to, number, end);
	if (err != 0)
		return err;
	err = end[0] == '\0' ? store_copy(source, target) : copy_small(source, target);
	if (err != 0)
		show_say("%s cannot be copied: %s", source, err_str(err));
	return err;
}

static int copy_roster(const struct copy *from, uint32_t number, const char *to)
{
	struct parts p = parts_of(from, number);
	if (p.forgotten)
		return copy_end(from, number, ".forgotten", to);
	if (!p.records || !p.key)
		return 0;
	int err = copy_end(from, number, "", to);
	return err != 0 ? err : copy_end(from, number, ".key", to);
}

int restore_rosters(const struct copy *from, const struct fold *f, const char *to)
{
	char dir[PATH_MAX];
	int err = copy_path(dir, "%s/roster", to);
	if (err == 0)
		err = store_make_dir(dir);
	for (uint32_t i = 1; i <= fold_round_count(f) && err == 0; i++)
		err = copy_roster(from, i, to);
	return err != 0 ? err : store_sync_dir(dir);
}
