#ifndef PAR_STORE_JOURNAL_ENGINE_H
#define PAR_STORE_JOURNAL_ENGINE_H

/*
 * What an engine of the journal must do; journal.c chooses one by the scheme of the
 * URI. Each call has the contract of its namesake in journal.h; the shard is known to
 * be 0.
 */

#include "common/store/journal.h"

struct journal_engine {
	const char *scheme; /* "lmdb:" */
	/* `place` is the URI after the scheme. */
	/* id: of a journal that is made; NULL: any. */
	int (*open)(const char *place, uint64_t limit_bytes, const uint8_t *id,
		    struct journal **out);
	int (*open_reading)(const char *place, struct journal **out);
	void (*close)(struct journal *j);
	void (*append)(struct journal *j, const struct bytes records[], size_t count,
		       journal_done_fn *done, void *ctx);
	int (*read)(struct journal *j, uint64_t n, journal_visit_fn *visit, void *ctx,
		    uint64_t *bad);
	struct position (*head)(const struct journal *j);
	/* Of a position in this journal; only n and chain are left to be checked. */
	int (*contains)(struct journal *j, uint64_t n, const uint8_t chain[CHAIN_SIZE]);
	void (*usage)(const struct journal *j, uint64_t *used, uint64_t *limit);
};

/* The first member of an engine's own struct. */
struct journal {
	const struct journal_engine *engine;
	void (*on_growth)(
	    void *ctx); /* the engine calls it after `done`; may be NULL */
	void *growth_ctx;
};

extern const struct journal_engine journal_lmdb;

#endif
