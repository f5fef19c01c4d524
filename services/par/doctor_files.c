/*
 * Every record of every store, while the services are stopped. A damaged page can end
 * the process that reads it, so each store is looked at in a process of its own.
 */

#include "services/par/doctor.h"

#include "common/base/err.h"
#include "common/base/text.h"
#include "common/store/journal.h"
#include "common/store/store_verify.h"
#include "services/par/copy.h"
#include "services/par/show.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { KEY_SHOWN = 24, NAMED_MAX = 20 };

static const char cure_journal[] =
    "stop the collector, keep this directory as it is, and make a new one from a copy "
    "(`par restore`)";
static const char cure_copy[] =
    "make another copy in another directory while the collector runs (`par backup`)";
static const char cure_roster[] = "keep this directory as it is, and put the round's "
				  "roster from a copy in its place, "
				  "with its key";
static const char cure_results[] =
    "delete this directory and start the scorer: it is made again from the journal";
static const char cure_releases[] =
    "move this directory aside, keep it, and start the publisher: it is filled again "
    "from the scorer";

struct looking {
	const char *dir;
	uint64_t told;
	/* of a journal */
	struct position at;
	bool after_gap; /* the chain before is not known */
};

/* ---- records ---- */

/* A key of eight bytes is a number in all our stores. */
static void key_words(struct bytes key, char out[2 * KEY_SHOWN + 32])
{
	bool text = key.len > 0;
	for (size_t i = 0; i < key.len; i++)
		text = text && isprint(key.data[i]);
	if (key.len == 8 && !text)
		snprintf(out, 32, "number %" PRIu64, be64_get(key.data));
	else if (text)
		snprintf(out, 2 * KEY_SHOWN, "%.*s", (int)key.len,
			 (const char *)key.data);
	else
		hex_encode(
		    bytes_of(key.data, key.len < KEY_SHOWN ? key.len : KEY_SHOWN), out);
}

static void on_damage(void *ctx, const char *table, struct bytes key)
{
	struct looking *l = ctx;
	char words[2 * KEY_SHOWN + 32];
	if (++l->told > NAMED_MAX)
		return;
	key_words(key, words);
	show_say("%s: table %s, record %s: its checksum does not hold", l->dir, table,
		 words);
}

static int look_at_records(struct looking *l)
{
	struct store_census census = {0};
	int err = store_verify(l->dir, on_damage, l, &census);
	if (l->told > NAMED_MAX)
		show_say("%s: and %" PRIu64 " more", l->dir, l->told - NAMED_MAX);
	if (err == ERR_CORRUPT && census.damaged == 0)
		show_say("%s: a table does not hold as many records as it should: a "
			 "page that leads to them is damaged",
			 l->dir);
	else if (err != 0 && err != ERR_CORRUPT)
		show_say("%s: %s", l->dir, err_str(err));
	else
		printf("%-32s %" PRIu64 " records, %s\n", l->dir, census.records,
		       err == 0 ? "whole" : "damaged");
	return err;
}

/* ---- a journal ---- */

static int on_entry(void *ctx, uint64_t n, const uint8_t chain[CHAIN_SIZE],
		    struct bytes record)
{
	struct looking *l = ctx;
	struct entry e;
	int err = entry_decode(record, true, &e);
	l->at.n = n;
	if (err != 0) {
		show_say("%s: entry %" PRIu64 ": %s", l->dir, n, err_str(err));
		return err;
	}
	entry_chain_next(l->at.chain, n, e.header);
	if (!l->after_gap && memcmp(l->at.chain, chain, CHAIN_SIZE) != 0) {
		show_say("%s: entry %" PRIu64 ": its chain does not go on from the one "
			 "before",
			 l->dir, n);
		return ERR_CORRUPT;
	}
	memcpy(l->at.chain, chain, CHAIN_SIZE);
	l->after_gap = false;
	return 0;
}

/* Goes on after what is damaged; a missing page names no entry, so one by one. */
static int look_at_entries(struct looking *l, struct journal *j)
{
	struct position head = journal_head(j, 0);
	int worst = 0;
	entry_chain_start(head.journal, 0, l->at.chain);
	while (l->at.n < head.n) {
		uint64_t from = l->at.n + 1, bad = 0;
		int err = journal_read(j, 0, from, on_entry, l, &bad);
		if (err == 0)
			break;
		if (bad == 0 && l->at.n < from)
			bad = from;
		if (bad > 0)
			l->at.n = bad;
		l->after_gap = true;
		worst = err;
	}
	if (worst == 0)
		printf("%-32s entries 1 to %" PRIu64 ", chain whole\n", l->dir, head.n);
	return worst;
}

static int look_at_journal(struct looking *l)
{
	char uri[PATH_MAX];
	struct journal *j;
	int records = look_at_records(l);
	int err = copy_path(uri, "lmdb:%s", l->dir);
	if (err == 0)
		err = journal_open_reading(uri, &j);
	if (err == ERR_CORRUPT)
		show_say("%s: its last entry, the number of its entries, or %s.head "
			 "says that entries are missing",
			 l->dir, l->dir);
	else if (err != 0)
		show_say("%s: %s", l->dir, err_str(err));
	if (err == 0) {
		err = look_at_entries(l, j);
		journal_close(j);
	}
	return records != 0 ? records : err;
}

/* ---- one store ---- */

typedef int look_fn(struct looking *l);

/* Flushed here, so that what is printed comes once and in order. */
static int in_a_child(look_fn *look, const char *dir)
{
	fflush(stdout);
	pid_t child = fork();
	int status;
	if (child < 0)
		return err_errno(-EIO);
	if (child == 0) {
		struct looking l = {.dir = dir};
		int err = look(&l);
		fflush(stdout);
		_exit(err == 0 ? 0 : 1);
	}
	if (waitpid(child, &status, 0) != child)
		return err_errno(-EIO);
	if (WIFSIGNALED(status))
		show_say("%s: a damaged page ended the process that read it (%s)", dir,
			 strsignal(WTERMSIG(status)));
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : ERR_CORRUPT;
}

static int look_at(look_fn *look, const char *dir, const char *cure)
{
	if (!store_exists(dir))
		return 0;
	int err = in_a_child(look, dir);
	if (err != 0)
		show_say("%s: what to do: %s", dir, cure);
	return err;
}

/* ---- all stores ---- */

static int worse(int a, int b)
{
	return a != 0 ? a : b;
}

/* "12" for "12" and for "12.key", which is left when the records are lost. */
static bool roster_number(const char *name, char out[NAME_MAX + 1])
{
	size_t digits = strspn(name, "0123456789");
	if (digits == 0 || (name[digits] != '\0' && strcmp(name + digits, ".key") != 0))
		return false;
	snprintf(out, NAME_MAX + 1, "%.*s", (int)digits, name);
	return true;
}

/* Told once for a round: at its records, else at what is left of it. */
static int look_at_roster(const char *dir, const char *name, bool live)
{
	char path[PATH_MAX], key[PATH_MAX], number[NAME_MAX + 1];
	if (!roster_number(name, number))
		return 0;
	int err = copy_path(path, "%s/%s", dir, number);
	if (err == 0)
		err = copy_path(key, "%s.key", path);
	if (err != 0)
		return err;
	if (strcmp(name, number) != 0 && access(path, F_OK) == 0)
		return 0;
	if (!store_exists(path)) {
		show_say("%s: its records are missing; what to do: %s", path,
			 cure_roster);
		return ERR_CORRUPT;
	}
	err = look_at(look_at_records, path, cure_roster);
	if (live && access(key, F_OK) != 0) {
		show_say("%s: it is missing; what to do: %s", key, cure_roster);
		return ERR_CORRUPT;
	}
	return err;
}

static int look_at_rosters(const char *top, bool live)
{
	char dir[PATH_MAX];
	int worst = copy_path(dir, "%s/roster", top);
	DIR *d = worst == 0 ? opendir(dir) : NULL;
	if (!d && worst == 0 && errno != ENOENT) {
		worst = err_errno(-EIO);
		show_say("%s: %s", dir, err_str(worst));
	}
	if (!d)
		return worst;
	for (const struct dirent *e = readdir(d); e; e = readdir(d)) {
		int err = look_at_roster(dir, e->d_name, live);
		worst = worse(worst, err);
	}
	closedir(d);
	return worst;
}

static int look_at_part(const char *data, const char *part, look_fn *look,
			const char *cure)
{
	char path[PATH_MAX];
	int err = copy_path(path, "%s/%s", data, part);
	return err != 0 ? err : look_at(look, path, cure);
}

/* A collector's directory, or a copy of it. */
static int look_at_collector(const char *dir, bool live)
{
	int err = look_at_part(dir, "journal", look_at_journal,
			       live ? cure_journal : cure_copy);
	return worse(err, look_at_rosters(dir, live));
}

static int look_at_copy(const char *dir)
{
	struct copy lock;
	int err = copy_open_reading(dir, &lock);
	if (err != 0)
		return err;
	err = look_at_collector(dir, false);
	copy_close(&lock);
	return err;
}

/* A service that runs has its lock, and would be in our way as we in its. */
static int lock_service(const char *data, const char *service, struct copy *out)
{
	char path[PATH_MAX];
	int err = copy_path(path, "%s/%s", data, service);
	if (err != 0 || access(path, F_OK) != 0)
		return err;
	return copy_open_reading(path, out);
}

int doctor_files(const char *data)
{
	static const char *const services[] = {"collector", "scorer", "publisher"};
	struct copy locks[] = {{.lock = -1}, {.lock = -1}, {.lock = -1}};
	char collector[PATH_MAX];
	struct copy copy = {.dir = data};
	if (copy_has_journal(&copy))
		return look_at_copy(data);
	int err = copy_path(collector, "%s/collector", data);
	copy.dir = collector;
	if (err == 0 && !copy_has_journal(&copy)) {
		show_say("%s: there is no collector/journal in it, and no journal of a "
			 "copy",
			 data);
		err = ERR_CONFIG;
	}
	for (size_t i = 0; i < 3 && err == 0; i++)
		err = lock_service(data, services[i], &locks[i]);
	if (err == 0) {
		err = look_at_collector(collector, true);
		err = worse(err, look_at_part(data, "scorer/results", look_at_records,
					      cure_results));
		err = worse(err, look_at_part(data, "publisher/releases",
					      look_at_records, cure_releases));
	}
	for (size_t i = 0; i < 3; i++)
		copy_close(&locks[i]);
	return err;
}
