/*
 * An item of link 3: what is taken can be shown in every form, as text that is UTF-8,
 * JSON that parses, and HTML in which nothing of the item is markup. The client library
 * takes whatever the publisher takes.
 */

#include <assert.h>
#include <jansson.h>
#include <string.h>

#include "common/base/err.h"
#include "common/base/text.h"
#include "common/client/release_item.h"
#include "services/publisher/front.h"
#include "services/publisher/page.h"
#include "services/publisher/table.h"
#include "tests/fuzz/target.h"

enum { ROOM = 64 << 20, UNITS_SHOWN = 8 };

static void check_text(struct buf *text, int err)
{
	assert(err == 0 || err == ERR_LIMIT);
	assert(text_is_utf8(buf_bytes(text)));
	buf_reset(text);
}

/* We write neither scripts nor attributes of this kind; texts may hold both. */
static void check_page(struct buf *page, int err)
{
	assert(memmem(page->data, page->len, "<script", 7) == NULL);
	assert(memmem(page->data, page->len, "onerror=\"", 9) == NULL);
	check_text(page, err);
}

static void check_json(const struct buf *text)
{
	json_t *read = json_loadb((const char *)text->data, text->len,
				  JSON_REJECT_DUPLICATES, NULL);

	assert(read != NULL);
	json_decref(read);
}

static void check_tables(const struct publication *p, struct buf *out)
{
	int err = table_scores(p->release, out);

	check_text(out, err);
	err = table_criteria(p->release, out);
	check_text(out, err);
	err = table_json(p, out);
	if (err == 0)
		check_json(out);
	check_text(out, err);
}

static void check_units(const struct publication *p, struct buf *out)
{
	const struct item *r = p->release;
	size_t shown = 0;

	for (size_t i = 0; i < r->block_count; i++) {
		const struct item_block *b = &r->blocks[i];

		for (size_t u = 0; u < b->unit_count && shown++ < UNITS_SHOWN; u++) {
			int err = page_unit(p, b, &b->units[u], u % 2, out);

			check_page(out, err);
		}
	}
}

static void check_release(const struct publication *p, struct buf *out)
{
	int err = page_release(p, LANGUAGE_VI, out);

	check_page(out, err);
	err = page_release(p, LANGUAGE_EN, out);
	check_page(out, err);
	check_tables(p, out);
	if (item_is_detailed(p->release))
		check_units(p, out);
}

static void check_units_handed_out(const struct par_release *r)
{
	for (size_t i = 0; i < r->unit_count; i++) {
		const struct par_unit_score *u = r->units[i];

		assert(text_is_utf8(bytes_str(u->code)));
		assert(text_is_utf8(bytes_str(u->score.text)));
		for (size_t c = 0; u->criteria && c < r->criterion_count; c++)
			assert(text_is_utf8(bytes_str(u->criteria[c].text)));
	}
}

/* True: taken, or there is nothing in it to tell of. */
static bool library_takes(struct bytes payload)
{
	const struct position at = {.n = 1};
	struct held_item item;
	int err = release_item_make(&at, payload, "https://par.example", &item);

	assert(err == 0 || err == 1 || err == ERR_FORMAT || err == ERR_VERSION);
	if (err != 0)
		return err == 1;
	assert(text_is_utf8(bytes_str(item.public.round)));
	if (item.public.release)
		check_units_handed_out(item.public.release);
	release_item_free(&item);
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct heads none = {0};
	struct item item;
	struct publication p = {.n = 1, .release = &item};
	struct buf out;
	bool taken = library_takes(bytes_of(data, size));
	int err = item_decode(bytes_of(data, size), &item);

	assert(err == 0 || err == ERR_FORMAT || err == ERR_VERSION);
	assert(taken || err != 0);
	if (err != 0)
		return 0;
	buf_init(&out, ROOM);
	if (item.what == ITEM_RELEASE)
		check_release(&p, &out);
	if (item.what != ITEM_RETRACTION) {
		err = front_page(&none, &p, 1, LANGUAGE_VI, &out);
		check_page(&out, err);
	}
	buf_free(&out);
	item_free(&item);
	return 0;
}
