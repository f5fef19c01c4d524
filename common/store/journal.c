#include "common/store/journal.h"

#include <assert.h>
#include <string.h>

#include "common/base/err.h"
#include "common/store/journal_engine.h"

enum { NEARLY_FULL_PERCENT = 95 };

static const struct journal_engine *const engines[] = {&journal_lmdb};

/* NULL: none of that scheme. *place is what comes after it. */
static const struct journal_engine *engine_of(const char *uri, const char **place)
{
	for (size_t i = 0; i < sizeof(engines) / sizeof(engines[0]); i++) {
		size_t len = strlen(engines[i]->scheme);

		*place = uri + len;
		if (strncmp(uri, engines[i]->scheme, len) == 0 && **place != '\0')
			return engines[i];
	}
	return NULL;
}

static int open_with(const char *uri, uint64_t limit_bytes, const uint8_t *id,
		     struct journal **out)
{
	const char *place;
	const struct journal_engine *engine = engine_of(uri, &place);

	return engine ? engine->open(place, limit_bytes, id, out) : ERR_CONFIG;
}

int journal_open(const char *uri, uint64_t limit_bytes, struct journal **out)
{
	return open_with(uri, limit_bytes, NULL, out);
}

int journal_open_copy(const char *uri, uint64_t limit_bytes,
		      const uint8_t id[JOURNAL_ID_SIZE], struct journal **out)
{
	return open_with(uri, limit_bytes, id, out);
}

int journal_open_reading(const char *uri, struct journal **out)
{
	const char *place;
	const struct journal_engine *engine = engine_of(uri, &place);

	return engine ? engine->open_reading(place, out) : ERR_CONFIG;
}

void journal_close(struct journal *j)
{
	if (j)
		j->engine->close(j);
}

void journal_append(struct journal *j, uint32_t shard, const struct bytes records[],
		    size_t count, journal_done_fn *done, void *ctx)
{
	assert(shard == 0 && count > 0);
	j->engine->append(j, records, count, done, ctx);
}

int journal_read(struct journal *j, uint32_t shard, uint64_t n, journal_visit_fn *visit,
		 void *ctx, uint64_t *bad)
{
	return shard == 0 ? j->engine->read(j, n, visit, ctx, bad) : ERR_NOT_FOUND;
}

struct position journal_head(const struct journal *j, uint32_t shard)
{
	assert(shard == 0);
	return j->engine->head(j);
}

int journal_contains(struct journal *j, const struct position *p)
{
	struct position head;

	if (position_is_start(p))
		return 0;
	head = j->engine->head(j);
	if (memcmp(p->journal, head.journal, JOURNAL_ID_SIZE) != 0 || p->shard != 0 ||
	    p->n > head.n)
		return ERR_FORKED;
	return j->engine->contains(j, p->n, p->chain);
}

void journal_on_growth(struct journal *j, void (*fn)(void *ctx), void *ctx)
{
	j->on_growth = fn;
	j->growth_ctx = ctx;
}

struct journal_usage journal_usage(const struct journal *j)
{
	struct journal_usage u = {0};

	j->engine->usage(j, &u.used, &u.limit);
	u.nearly_full = u.used >= u.limit / 100 * NEARLY_FULL_PERCENT;
	return u;
}
