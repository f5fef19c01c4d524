/* par recompute: the result of a round from an auditor's copy alone. */

#include "services/par/commands.h"

#include "common/base/err.h"
#include "common/report/scores.h"
#include "common/round/export.h"
#include "services/par/inspected.h"
#include "services/par/scores_print.h"
#include "services/par/show.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { THREADS_MAX = 8, SCORES_BYTES_MAX = 64 << 20 };

struct recomputing {
	const char *path;
	struct export_reader *file;
	struct fold *fold;
	struct position at;    /* after what is folded */
	struct position *cuts; /* of the releases of the round, by number - 1 */
	uint32_t cut_count;
	const struct fold_round *round;
};

static void tell(const struct faults *faults)
{
	faults_print(faults, "par: ", stderr);
}

/* ---- folding ---- */

static int remember_cut(struct recomputing *x, const struct position *before)
{
	struct position *cuts =
	    realloc(x->cuts, (x->cut_count + (size_t)1) * sizeof *cuts);
	if (!cuts)
		return -ENOMEM;
	x->cuts = cuts;
	cuts[x->cut_count++] = *before;
	return 0;
}

static uint32_t releases(const struct recomputing *x)
{
	const struct fold_round *r =
	    fold_round_by_number(x->fold, export_head(x->file)->round);
	return r ? fold_round_releases(r) : 0;
}

/* A release is of what stands before its entry. */
static int fold_item(struct recomputing *x, const struct export_item *item)
{
	const struct entry *e = &item->entry;
	struct position before = x->at;
	int err = item->withheld ? fold_skip(x->fold, item->n, e->kind, e->round)
				 : fold_apply(x->fold, item->n, e);
	if (err != 0) {
		show_say("%s: entry %" PRIu64 ": %s", x->path, item->n, err_str(err));
		return err;
	}
	x->at.n = item->n;
	memcpy(x->at.chain, item->chain, CHAIN_SIZE);
	while (err == 0 && releases(x) > x->cut_count)
		err = remember_cut(x, &before);
	return err;
}

static int fold_items(struct recomputing *x, struct faults *faults)
{
	struct export_item item;
	struct progress progress;
	progress_init(&progress, "reading");
	int err = export_next(x->file, &item, faults);
	while (err == 1) {
		err = fold_item(x, &item);
		progress_show(&progress, export_read_bytes(x->file),
			      export_size_bytes(x->file));
		if (err == 0)
			err = export_next(x->file, &item, faults);
	}
	progress_end(&progress);
	return err;
}

/* What a collector writes always passes. */
static int find_round(struct recomputing *x)
{
	const struct export_head *head = export_head(x->file);
	x->round = fold_round_by_code(x->fold, bytes_str(head->code));
	if (x->round && fold_round_number(x->round) == head->round &&
	    fold_round_state(x->round) == ROUND_CLOSED)
		return 0;
	show_say("%s: it holds no closed round %s, though it says so: export the round "
		 "again",
		 x->path, head->code);
	return ERR_CORRUPT;
}

static int load(struct recomputing *x)
{
	struct faults faults;
	faults_init(&faults);
	x->fold = fold_new(true);
	int err = x->fold ? export_open(x->path, &x->file, &faults) : -ENOMEM;
	if (err == 0) {
		memcpy(x->at.journal, export_head(x->file)->journal, JOURNAL_ID_SIZE);
		err = fold_items(x, &faults);
	}
	if (err == 0)
		err = find_round(x);
	tell(&faults);
	faults_free(&faults);
	/* It is the wrong file, not a broken one. */
	return err == ERR_FORMAT ? ERR_CONFIG : err;
}

/* ---- which result ---- */

/* The newest that stands, as `par scores` chooses; 0: none. */
static uint32_t newest(const struct recomputing *x)
{
	uint32_t number = x->cut_count;
	while (number > 0 && fold_round_retracted(x->round, number))
		number--;
	return number;
}

static int choose(const struct recomputing *x, const struct options *o,
		  uint32_t *number)
{
	if (o->release > x->cut_count) {
		show_say("%s: round %s has no release %" PRIu64
			 "; its last is %" PRIu32,
			 x->path, fold_round_model(x->round)->code, o->release,
			 x->cut_count);
		return ERR_REFUSED;
	}
	*number = o->release > 0 ? (uint32_t)o->release : newest(x);
	if (*number == 0 || !fold_release_of(x->round, *number)->lost)
		return 0;
	show_say("%s: release %" PRIu32
		 " is withdrawn: the journal was restored from a "
		 "copy that does not hold it",
		 x->path, *number);
	return ERR_REFUSED;
}

/* ---- computing ---- */

static uint32_t threads(void)
{
	long online = sysconf(_SC_NPROCESSORS_ONLN);
	if (online < 1)
		return 1;
	return online > THREADS_MAX ? THREADS_MAX : (uint32_t)online;
}

static int compute(struct analysis *a)
{
	struct faults faults;
	faults_init(&faults);
	if (isatty(STDERR_FILENO))
		show_say("computing");
	int err = analysis_compute(a, threads(), &faults);
	tell(&faults);
	faults_free(&faults);
	return err;
}

static int encode(const struct analysis *a, uint32_t number, const struct position *cut,
		  Par__V1__Scores **out)
{
	struct buf buf;
	buf_init(&buf, SCORES_BYTES_MAX);
	int err = scores_encode(a, number, cut, &buf);
	if (err == 0) {
		*out = par__v1__scores__unpack(NULL, buf.len, buf.data);
		err = *out ? 0 : -ENOMEM;
	}
	buf_free(&buf);
	return err;
}

static int result_of(const struct recomputing *x, uint32_t number,
		     Par__V1__Scores **out)
{
	const struct position *cut = number > 0 ? &x->cuts[number - 1] : &x->at;
	struct analysis *a;
	int err = analysis_take(x->round, cut->n, &a);
	if (err != 0)
		return err;
	err = compute(a);
	if (err == 0)
		err = encode(a, number, cut, out);
	analysis_free(a);
	return err;
}

static void say_digests(const Par__V1__Scores *s)
{
	char hex[SHOW_HASH];
	inspected_say_cut(s);
	show_say("data %s", show_hash(s->data_digest, hex));
	show_say("rules %s", show_hash(s->rules_digest, hex));
	show_say("code %s", show_hash(s->method_digest, hex));
	show_say("seed %016" PRIx64, s->seed);
	show_say("result %s", show_hash(s->result_hash, hex));
}

static int print_result(const struct recomputing *x, const struct options *o)
{
	uint32_t number;
	Par__V1__Scores *s = NULL;
	int err = choose(x, o, &number);
	if (err == 0)
		err = result_of(x, number, &s);
	if (err != 0)
		return err;
	say_digests(s);
	err = scores_print(o->format, s);
	par__v1__scores__free_unpacked(s, NULL);
	return err;
}

static void close_all(struct recomputing *x)
{
	export_close(x->file);
	fold_free(x->fold);
	free(x->cuts);
}

int recompute(const struct options *o, char *const words[])
{
	struct recomputing x = {.path = words[0]};
	int err = scores_print_check(o->format);
	if (err == 0)
		err = show_readable(x.path);
	if (err == 0)
		err = load(&x);
	if (err == 0)
		err = print_result(&x, o);
	close_all(&x);
	return err;
}
