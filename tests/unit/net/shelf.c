#include "world.h"

#include "shelf.h"

#include <stdlib.h>
#include <string.h>

void shelf_init(struct shelf *s)
{
	*s = (struct shelf){0};
	s->scratch = malloc(BIG);
	assert_non_null(s->scratch);
	memset(s->journal, 7, JOURNAL_ID_SIZE);
}

void shelf_free(struct shelf *s)
{
	free(s->scratch);
}

void shelf_put(struct shelf *s, size_t size)
{
	assert_true(s->count < ITEMS_MAX && size <= BIG);
	s->sizes[++s->count] = size;
}

void shelf_chain(uint64_t n, uint8_t chain[CHAIN_SIZE])
{
	memset(chain, 0x5a, CHAIN_SIZE);
	be64_put(chain, n);
}

struct position shelf_head(void *ctx)
{
	const struct shelf *s = ctx;
	struct position p = {.n = s->count};

	memcpy(p.journal, s->journal, JOURNAL_ID_SIZE);
	shelf_chain(s->count, p.chain);
	return p;
}

static int contains(void *ctx, const struct position *p)
{
	const struct shelf *s = ctx;
	uint8_t chain[CHAIN_SIZE];

	shelf_chain(p->n, chain);
	if (p->n > s->count || memcmp(p->chain, chain, CHAIN_SIZE) != 0 ||
	    memcmp(p->journal, s->journal, JOURNAL_ID_SIZE) != 0)
		return ERR_FORKED;
	return 0;
}

static int read_items(void *ctx, uint64_t n, feed_emit_fn *emit, void *emit_ctx)
{
	struct shelf *s = ctx;
	uint8_t chain[CHAIN_SIZE];

	s->reads++;
	for (; n <= s->count; n++) {
		if (s->read_error)
			return s->read_error;
		shelf_chain(n, chain);
		memset(s->scratch, (int)(n & 0xff), s->sizes[n]);
		int err = emit(emit_ctx, n, chain, bytes_of(s->scratch, s->sizes[n]));
		if (err)
			return err < 0 ? err : 0;
	}
	return 0;
}

static int info(void *ctx, struct buf *out)
{
	(void)ctx;
	return buf_put_str(out, "rides on the head");
}

static struct bytes visible(void *ctx, enum role role, struct bytes payload)
{
	const struct shelf *s = ctx;

	if (role == ROLE_INTAKE && s->intake_sees)
		payload.len = s->intake_sees;
	return payload;
}

static void given(void *ctx, enum role role, const char *user_id, uint64_t n,
		  size_t count)
{
	struct shelf *s = ctx;

	assert_true(role == ROLE_INTAKE && *user_id && n + count <= s->count + 1);
	s->given += count;
}

struct feed_source shelf_source(struct shelf *s)
{
	return (struct feed_source){.ctx = s,
				    .head = shelf_head,
				    .contains = contains,
				    .read = read_items,
				    .info = info,
				    .visible = visible,
				    .given = given};
}
