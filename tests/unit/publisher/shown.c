#include "tests/unit/publisher/shown.h"

#include <string.h>

#include "services/publisher/page.h"

static void decode(struct shown *s, const struct example *e, const char *retracted)
{
	struct buf payload;

	*s = (struct shown){0};
	example_release(e, &payload);
	assert_int_equal(item_decode(buf_bytes(&payload), &s->release), 0);
	buf_free(&payload);
	s->publication = (struct publication){.n = 1, .release = &s->release};
	buf_init(&s->page, 1 << 20);
	if (retracted == NULL)
		return;
	example_retraction(e->round, e->number, retracted, &payload);
	assert_int_equal(item_decode(buf_bytes(&payload), &s->retraction), 0);
	buf_free(&payload);
	s->publication.retraction = &s->retraction;
}

void show(struct shown *s, const struct example *e, enum language language,
	  const char *retracted)
{
	decode(s, e, retracted);
	assert_int_equal(page_release(&s->publication, language, &s->page), 0);
}

void show_unit(struct shown *s, const struct example *e, enum language language,
	       const char *code)
{
	const struct item_block *block;
	const struct item_unit *unit;

	decode(s, e, NULL);
	assert_true(item_find_unit(&s->release, code, strlen(code), &block, &unit));
	assert_int_equal(page_unit(&s->publication, block, unit, language, &s->page),
			 0);
}

void hide(struct shown *s)
{
	item_free(&s->release);
	item_free(&s->retraction);
	buf_free(&s->page);
}
