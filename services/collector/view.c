#include "services/collector/view.h"

#include <errno.h>

#include "common/base/err.h"
#include "common/net/feed.h"

struct folding {
	struct fold *fold;
	uint64_t at;
};

static int on_record(void *ctx, uint64_t n, const uint8_t chain[CHAIN_SIZE],
		     struct bytes record)
{
	struct folding *f = ctx;
	struct entry e;
	/* The store has checked its own checksum over every byte. */
	int err = entry_decode(record, false, &e);

	(void)chain;
	f->at = n;
	return err ? err : fold_apply(f->fold, n, &e);
}

int view_open(struct journal *j, struct fold **out, struct faults *faults)
{
	struct folding f = {.fold = fold_new(false)};
	uint64_t bad = 0;
	int err = f.fold ? 0 : -ENOMEM;

	if (!err)
		err = journal_read(j, 0, 1, on_record, &f, &bad);
	if (err < 0) {
		faults_add(
		    faults, NULL, 0, "the journal cannot be read past entry %llu: %s%s",
		    (unsigned long long)(f.fold ? fold_n(f.fold) : 0), err_str(err),
		    err == ERR_VERSION ? "; start the newer version" : "");
		fold_free(f.fold);
		return err;
	}
	*out = f.fold;
	return 0;
}

/* ---- link 2 ---- */

static struct position head(void *ctx)
{
	return journal_head(ctx, 0);
}

static int contains(void *ctx, const struct position *p)
{
	return journal_contains(ctx, p);
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
	struct handing h = {emit, emit_ctx};

	return journal_read(ctx, 0, n, hand_on, &h, NULL);
}

void view_feed_source(struct journal *j, struct feed_source *out)
{
	*out = (struct feed_source){
	    .ctx = j, .head = head, .contains = contains, .read = read_entries};
}
