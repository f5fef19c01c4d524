/* par journal export: an auditor's copy of a round. */

#include "services/par/commands.h"

#include "common/base/err.h"
#include "common/round/export.h"
#include "common/round/fold.h"
#include "services/par/link2.h"
#include "services/par/position.h"
#include "services/par/show.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* The journal is read twice: as far as the opening of the round, to learn which rounds
 * are pooled with it, and then from the start to write. */
struct copying {
	const char *code, *path;
	struct fold *fold; /* of everything but ballots */
	struct export_head head;
	struct export_writer *writer; /* NULL: not yet writing */
	uint64_t whole;               /* entries with seal and body */
	struct position last;         /* written */
	struct progress progress;
};

/* ---- the state of the rounds ---- */

static int fold_entry(struct fold *f, const struct link2_entry *in)
{
	enum entry_kind kind;
	uint32_t round;
	struct entry e;
	int err = entry_decode_header(in->record, &kind, &round);
	if (err != 0)
		return err;
	if (in->record.len == ENTRY_HEADER || kind == ENTRY_BALLOT)
		return fold_skip(f, in->n, kind, round);
	err = entry_decode(in->record, true, &e);
	return err != 0 ? err : fold_apply(f, in->n, &e);
}

static int start_fold(struct copying *c)
{
	fold_free(c->fold);
	c->fold = fold_new(false);
	return c->fold ? 0 : -ENOMEM;
}

/* ---- which rounds ---- */

static int by_number(const void *left, const void *right)
{
	const uint32_t *a = left, *b = right;
	return (*a > *b) - (*a < *b);
}

/* A round pooled is pooled with all that it was pooled with itself. */
static int add_pool(struct copying *c, const struct fold_round *r)
{
	const struct composite *composite = &fold_round_model(r)->composite;
	for (uint32_t i = 0; i < composite->pool_count; i++) {
		const struct fold_round *other =
		    fold_round_by_code(c->fold, bytes_str(composite->pool[i]));
		if (!other || export_has_round(&c->head, fold_round_number(other)))
			continue;
		if (c->head.pool_count == EXPORT_POOL_MAX)
			return ERR_LIMIT;
		c->head.pool[c->head.pool_count++] = fold_round_number(other);
		int err = add_pool(c, other);
		if (err != 0)
			return err;
	}
	return 0;
}

static int on_search(void *ctx, const struct link2_entry *e)
{
	struct copying *c = ctx;
	int err = fold_entry(c->fold, e);
	if (err != 0)
		return err;
	progress_show(&c->progress, e->n, e->last);
	const struct fold_round *r = fold_round_by_code(c->fold, bytes_str(c->code));
	if (!r)
		return 0;
	memcpy(c->head.journal, e->journal, JOURNAL_ID_SIZE);
	c->head.round = fold_round_number(r);
	snprintf(c->head.code, sizeof c->head.code, "%s", c->code);
	err = add_pool(c, r);
	qsort(c->head.pool, c->head.pool_count, sizeof *c->head.pool, by_number);
	return err != 0 ? err : 1;
}

static int search(const struct options *o, struct copying *c)
{
	int err = start_fold(c);
	if (err != 0)
		return err;
	progress_init(&c->progress, "looking for the round");
	err = link2_read(o, on_search, c);
	progress_end(&c->progress);
	if (err != 0 || c->head.round != 0)
		return err;
	show_say("there is no closed round %s in this journal; nothing is given out of "
		 "a round that is open: close it first (`par round close %s`), nor of "
		 "one that is void",
		 c->code, c->code);
	return ERR_REFUSED;
}

/* ---- writing ---- */

static int begin(struct copying *c, const struct link2_entry *first)
{
	if (memcmp(first->journal, c->head.journal, JOURNAL_ID_SIZE) != 0) {
		show_say("the collector has another journal now; try again");
		return ERR_RETRY;
	}
	memcpy(c->last.journal, first->journal, JOURNAL_ID_SIZE);
	int err = export_create(c->path, &c->head, &c->writer);
	if (err == 0)
		return 0;
	show_say("%s: %s", c->path, err_str(err));
	return ERR_CONFIG;
}

static int put(struct copying *c, const struct link2_entry *e)
{
	int err = export_put(c->writer, e->chain, e->record);
	if (err == ERR_REFUSED)
		show_say("entry %" PRIu64 " is withheld: round %s was changed while it "
			 "was read; try again",
			 e->n, c->code);
	else if (err == ERR_CORRUPT)
		show_say("entry %" PRIu64 " does not go on from the one before it (its "
			 "chain does not hold): tell whoever runs the collector",
			 e->n);
	else if (err != 0)
		show_say("%s: entry %" PRIu64 " cannot be written", c->path, e->n);
	return err;
}

static int on_copy(void *ctx, const struct link2_entry *e)
{
	struct copying *c = ctx;
	enum entry_kind kind;
	uint32_t round;
	int err = c->writer ? 0 : begin(c, e);
	if (err == 0)
		err = put(c, e);
	if (err == 0)
		err = fold_entry(c->fold, e);
	if (err == 0)
		err = entry_decode_header(e->record, &kind, &round);
	if (err != 0)
		return err;
	c->whole += export_has_entry(&c->head, kind, round);
	c->last.n = e->n;
	memcpy(c->last.chain, e->chain, CHAIN_SIZE);
	progress_show(&c->progress, e->n, e->last);
	return 0;
}

/* A key of another role may see more than an auditor may have. */
static int check_closed(const struct copying *c)
{
	const struct fold_round *r = fold_round_by_number(c->fold, c->head.round);
	if (r && fold_round_state(r) == ROUND_CLOSED)
		return 0;
	show_say("round %s is %s", c->code,
		 r && fold_round_state(r) == ROUND_VOID
		     ? "void: nothing is exported of it"
		     : "still open: close it first");
	return ERR_REFUSED;
}

static int copy(const struct options *o, struct copying *c)
{
	int err = start_fold(c);
	if (err != 0)
		return err;
	progress_init(&c->progress, "exporting");
	err = link2_read(o, on_copy, c);
	progress_end(&c->progress);
	if (err == 0)
		err = check_closed(c);
	if (err != 0)
		return err;
	struct export_writer *w = c->writer;
	c->writer = NULL;
	err = export_commit(w);
	if (err != 0)
		show_say("%s: the export cannot be finished", c->path);
	return err;
}

static void print_done(const struct copying *c)
{
	char text[POSITION_TEXT];
	printf("round %s\nentries %" PRIu64 "\nwhole %" PRIu64 "\nposition %s\n",
	       c->code, c->last.n, c->whole, position_text(&c->last, text));
}

int journal_export(const struct options *o, char *const words[])
{
	struct copying c = {.code = words[0], .path = words[1]};
	int err = search(o, &c);
	if (err == 0)
		err = copy(o, &c);
	if (err == 0)
		print_done(&c);
	export_abort(c.writer);
	fold_free(c.fold);
	return err;
}
