/*
 * par restore: a collector's data directory out of a copy. Files only. It becomes a
 * journal of its own, with a new id; its last entry says what it comes from.
 */

#include "services/par/commands.h"

#include "common/base/clock.h"
#include "common/base/err.h"
#include "common/round/proto.h"
#include "common/store/store.h"
#include "services/par/ask.h"
#include "services/par/link4.h"
#include "services/par/lost.h"
#include "services/par/position.h"
#include "services/par/restore_roster.h"
#include "services/par/show.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { RECORD_MAX = ENTRY_HEADER + 2 + ENTRY_SEAL_MAX + ENTRY_BODY_MAX };

struct restoring {
	struct copy copy;
	struct journal *from, *to;
	struct fold *fold; /* over the copy */
	struct lost lost;
	uint8_t chain[CHAIN_SIZE]; /* of what is folded */
	char target[PATH_MAX];
	char temporary[PATH_MAX];
	struct copy_batch batch;
	struct progress progress;
};

/* ---- the copy ---- */

static int on_record(void *ctx, uint64_t n, const uint8_t chain[CHAIN_SIZE],
		     struct bytes record)
{
	struct restoring *r = ctx;
	struct entry e;
	int err = entry_decode(record, true, &e);
	if (err != 0)
		return err;
	entry_chain_next(r->chain, n, e.header);
	if (memcmp(r->chain, chain, CHAIN_SIZE) != 0)
		return ERR_CORRUPT;
	progress_show(&r->progress, n, journal_head(r->from, 0).n);
	return fold_apply(r->fold, n, &e);
}

/* Every checksum, digest and chain, and what the rounds are. */
static int read_copy(struct restoring *r)
{
	int err = copy_journal_reading(&r->copy, &r->from);
	if (err != 0)
		return err;
	r->fold = fold_new(false);
	if (!r->fold)
		return -ENOMEM;
	entry_chain_start(journal_head(r->from, 0).journal, 0, r->chain);
	progress_init(&r->progress, "verifying");
	err = journal_read(r->from, 0, 1, on_record, r, NULL);
	progress_end(&r->progress);
	if (err != 0)
		show_say("%s/journal is damaged: entry %" PRIu64 ": %s; use another "
			 "copy. Nothing was made",
			 r->copy.dir, fold_n(r->fold) + 1, err_str(err));
	if (err == 0 && fold_n(r->fold) == 0) {
		show_say("%s/journal has no entry", r->copy.dir);
		err = ERR_CONFIG;
	}
	return err;
}

/* ---- what was published ---- */

static int read_published(const struct options *o, struct restoring *r)
{
	if (strcmp(o->published, "none") == 0)
		return 0;
	return lost_find(o->published, r->fold, &r->lost);
}

static void tell_lost(const struct restoring *r)
{
	uint64_t n = fold_release_count(r->fold);
	for (size_t i = 0; i < r->lost.count; i++) {
		const struct lost_item *lost = &r->lost.list[i];
		n++;
		if (lost->number == 0)
			show_say("n %" PRIu64 ": recorded, not in the copy, and not "
				 "known of which round",
				 n);
		else
			show_say("n %" PRIu64 ": %s %" PRIu32 " of round %s was "
				 "published and is not in the copy",
				 n,
				 lost->retraction ? "the retraction of release"
						  : "release",
				 lost->number, lost->round);
	}
}

static int encode_lost(const struct restoring *r, Par__V1__RestoredEntry *m,
		       struct buf *out)
{
	size_t count = r->lost.count;
	Par__V1__LostItem *items = calloc(count + 1, sizeof *items);
	Par__V1__LostItem **list = calloc(count + 1, sizeof(Par__V1__LostItem *));
	int err = items && list ? 0 : -ENOMEM;
	for (size_t i = 0; i < count && err == 0; i++) {
		const struct lost_item *lost = &r->lost.list[i];
		par__v1__lost_item__init(&items[i]);
		items[i].round = ask_text(lost->round);
		items[i].number = lost->number;
		items[i].retraction = lost->retraction;
		items[i].kind = lost->kind;
		list[i] = &items[i];
	}
	m->n_lost = count;
	m->lost = list;
	if (err == 0)
		err = ask_pack(&m->base, out);
	free(items);
	free(list);
	return err;
}

/* Appends the record of the restored entry. */
static int encode_restored(const struct restoring *r, struct buf *record)
{
	struct position head = journal_head(r->from, 0);
	struct seal seal = {.time = clock_wall_s(), .via = "par restore"};
	Par__V1__Position from = PAR__V1__POSITION__INIT;
	Par__V1__RestoredEntry m = PAR__V1__RESTORED_ENTRY__INIT;
	struct buf body;
	from.journal = proto_view(bytes_of(head.journal, JOURNAL_ID_SIZE));
	from.n = head.n;
	from.chain = proto_view(bytes_of(head.chain, CHAIN_SIZE));
	m.from = &from;
	randombytes_buf(seal.random, sizeof seal.random);
	randombytes_buf(seal.command, sizeof seal.command);
	buf_init(&body, ENTRY_BODY_MAX);
	int err = encode_lost(r, &m, &body);
	if (err == 0)
		err = entry_encode(ENTRY_RESTORED, 0, &seal, buf_bytes(&body), record);
	buf_free(&body);
	return err;
}

/* ---- the new one ---- */

static bool is_empty(const char *dir)
{
	DIR *d = opendir(dir);
	size_t entries = 0;
	if (!d)
		return false;
	while (readdir(d))
		entries++;
	closedir(d);
	return entries == 2; /* itself and its parent */
}

/* With a slash at its end, what is made beside it would lie in it. */
static int take_target(struct restoring *r, const char *target)
{
	size_t len = strlen(target);
	while (len > 1 && target[len - 1] == '/')
		len--;
	if (len >= sizeof r->target)
		return -ENAMETOOLONG;
	memcpy(r->target, target, len);
	return 0;
}

static int check_target(struct restoring *r)
{
	const char *target = r->target;
	if (access(target, F_OK) == 0 && !is_empty(target)) {
		show_say("%s is there and not empty: nothing is replaced; name a "
			 "directory that is not there",
			 target);
		return ERR_CONFIG;
	}
	int err = copy_path(r->temporary, "%s.restoring", target);
	if (err == 0 && access(r->temporary, F_OK) == 0) {
		show_say("%s is left from a restore that was interrupted: remove it "
			 "and run the same command again",
			 r->temporary);
		return ERR_CONFIG;
	}
	return err;
}

static int on_kept(void *ctx, uint64_t n, const uint8_t chain[CHAIN_SIZE],
		   struct bytes record)
{
	struct restoring *r = ctx;
	(void)chain;
	progress_show(&r->progress, n, journal_head(r->from, 0).n);
	return copy_put(&r->batch, record);
}

static int put_restored(struct restoring *r)
{
	struct buf record;
	buf_init(&record, RECORD_MAX);
	int err = encode_restored(r, &record);
	if (err == 0)
		err = copy_put(&r->batch, buf_bytes(&record));
	buf_free(&record);
	return err != 0 ? err : copy_flush(&r->batch);
}

static int make_journal(struct restoring *r)
{
	char uri[PATH_MAX];
	int err = copy_path(uri, "lmdb:%s/journal", r->temporary);
	if (err == 0)
		err = journal_open(uri, COPY_JOURNAL_BYTES, &r->to);
	if (err == 0)
		err = copy_batch_init(&r->batch, r->to);
	progress_init(&r->progress, "restoring");
	if (err == 0)
		err = journal_read(r->from, 0, 1, on_kept, r, NULL);
	progress_end(&r->progress);
	return err != 0 ? err : put_restored(r);
}

static int give_name(struct restoring *r)
{
	int err = store_sync_dir(r->temporary);
	if (err == 0 && rename(r->temporary, r->target) != 0)
		err = err_errno(-EIO);
	return err != 0 ? err : store_sync_parent(r->target);
}

static int make(struct restoring *r)
{
	int err = store_make_dir(r->temporary);
	if (err == 0)
		err = make_journal(r);
	if (err == 0)
		err = restore_rosters(&r->copy, r->fold, r->temporary);
	if (err == 0)
		err = give_name(r);
	if (err != 0)
		show_say("%s was not made: %s; remove %s and run the same command "
			 "again",
			 r->target, err_str(err), r->temporary);
	return err;
}

static void print_done(const struct restoring *r)
{
	char text[POSITION_TEXT];
	struct position old = journal_head(r->from, 0), new = journal_head(r->to, 0);
	printf("restored %s\nentries %" PRIu64 "\nlost %zu\n", r->target, old.n,
	       r->lost.count);
	printf("from %s\n", position_text(&old, text));
	printf("position %s\n", position_text(&new, text));
}

static int run(const struct options *o, struct restoring *r)
{
	int err = read_copy(r);
	if (err == 0)
		err = read_published(o, r);
	if (err == 0)
		err = restore_check_rosters(&r->copy, r->fold);
	if (err != 0)
		return err;
	tell_lost(r);
	err = make(r);
	if (err == 0)
		print_done(r);
	return err;
}

int restore(const struct options *o, char *const words[])
{
	struct restoring r = {.copy = {.lock = -1}};
	int err = take_target(&r, o->data);
	if (err == 0)
		err = check_target(&r);
	if (err == 0)
		err = copy_open_reading(words[0], &r.copy);
	if (err == 0)
		err = run(o, &r);
	copy_batch_free(&r.batch);
	journal_close(r.to);
	journal_close(r.from);
	fold_free(r.fold);
	lost_free(&r.lost);
	copy_close(&r.copy);
	return err;
}
