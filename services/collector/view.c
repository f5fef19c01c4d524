#include "services/collector/view.h"

#include <errno.h>
#include <string.h>

#include "common/base/err.h"
#include "common/net/feed.h"

static int on_record(void *ctx, uint64_t n, const uint8_t chain[CHAIN_SIZE],
		     struct bytes record)
{
	struct entry e;
	/* The store has checked its own checksum over every byte. */
	int err = entry_decode(record, false, &e);

	(void)chain;
	return err ? err : fold_apply(ctx, n, &e);
}

int view_open(struct journal *j, struct fold **out, struct faults *faults)
{
	struct fold *fold = fold_new(false);
	int err = fold ? 0 : -ENOMEM;

	if (!err)
		err = journal_read(j, 0, 1, on_record, fold, NULL);
	if (err < 0) {
		faults_add(faults, NULL, 0,
			   "the journal cannot be read past entry %llu: %s%s",
			   (unsigned long long)(fold ? fold_n(fold) : 0), err_str(err),
			   err == ERR_VERSION ? "; start the newer version" : "");
		fold_free(fold);
		return err;
	}
	*out = fold;
	return 0;
}

/* ---- link 2 ---- */

static struct position head(void *ctx)
{
	const struct view_feed *f = ctx;

	return journal_head(f->journal, 0);
}

static int contains(void *ctx, const struct position *p)
{
	const struct view_feed *f = ctx;

	return journal_contains(f->journal, p);
}

struct handing {
	feed_emit_fn *emit;
	void *ctx;
};

static int hand_on(void *ctx, uint64_t n, const uint8_t chain[CHAIN_SIZE],
		   struct bytes record)
{
	const struct handing *h = ctx;

	return h->emit(h->ctx, n, chain, record);
}

static int read_entries(void *ctx, uint64_t n, feed_emit_fn *emit, void *emit_ctx)
{
	const struct view_feed *f = ctx;
	struct handing h = {emit, emit_ctx};

	return journal_read(f->journal, 0, n, hand_on, &h, NULL);
}

static bool is_pooled_with(const struct fold_round *r, const struct round *other)
{
	const struct composite *c = &other->composite;
	const char *code = fold_round_model(r)->code;

	for (uint32_t i = 0; i < c->pool_count; i++) {
		if (strcmp(c->pool[i], code) == 0)
			return true;
	}
	return false;
}

/* Directly or through another: the fold decides on an opening by all of them. */
static bool leads_to_closed(const struct fold *f, const struct fold_round *r)
{
	if (fold_round_state(r) != ROUND_VOID)
		return fold_round_state(r) == ROUND_CLOSED;
	/* Only rounds opened later can be pooled with it. */
	for (uint32_t n = fold_round_number(r) + 1; n <= fold_round_count(f); n++) {
		const struct fold_round *other = fold_round_by_number(f, n);

		if (is_pooled_with(r, fold_round_model(other)) &&
		    leads_to_closed(f, other))
			return true;
	}
	return false;
}

static struct bytes visible(void *ctx, enum role role, struct bytes record)
{
	const struct view_feed *f = ctx;
	const struct fold_round *r = NULL;
	enum entry_kind kind;
	uint32_t number;

	if (role != ROLE_AUDITOR)
		return record;
	if (!entry_decode_header(record, &kind, &number)) {
		if (kind == ENTRY_RESTORED)
			return record;
		r = fold_round_by_number(f->fold, number);
	}
	if (r && leads_to_closed(f->fold, r))
		return record;
	return bytes_of(record.data, ENTRY_HEADER);
}

void view_feed_source(struct view_feed *feed, struct feed_source *out)
{
	*out = (struct feed_source){.ctx = feed,
				    .head = head,
				    .contains = contains,
				    .read = read_entries,
				    .visible = visible};
}
