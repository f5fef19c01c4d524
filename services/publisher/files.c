#include "services/publisher/files.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "common/base/err.h"
#include "services/publisher/page.h"
#include "services/publisher/table.h"

/* FILES_FORMAT goes up with every change of what page_release() or table.h write. */
enum { FILES_FORMAT = 2, KEY_SIZE = 1 + 8 + 8 + 1 };

static struct bytes file_key(const struct publication *p, enum file which,
			     uint8_t key[KEY_SIZE])
{
	key[0] = FILES_FORMAT;
	be64_put(key + 1, p->n);
	be64_put(key + 9, p->retraction_n);
	key[17] = (uint8_t)which;
	return bytes_of(key, KEY_SIZE);
}

static int render(const struct publication *p, enum file which, struct buf *out)
{
	if (which == FILE_PAGE_VI)
		return page_release(p, LANGUAGE_VI, out);
	if (which == FILE_PAGE_EN)
		return page_release(p, LANGUAGE_EN, out);
	if (which == FILE_SCORES)
		return table_scores(p->release, out);
	if (which == FILE_CRITERIA)
		return table_criteria(p->release, out);
	assert(which == FILE_JSON);
	return table_json(p, out);
}

/* A stored file is its digest and its bytes. */
static int make(const struct publication *p, enum file which, struct buf *out)
{
	int err = buf_reserve(out, FILE_DIGEST);

	if (err != 0)
		return err;
	out->len = FILE_DIGEST;
	err = render(p, which, out);
	if (err == 0)
		crypto_hash_sha256(out->data, out->data + FILE_DIGEST,
				   out->len - FILE_DIGEST);
	return err;
}

int files_make(struct releases *s, const struct publication *p)
{
	uint8_t keys[FILE_COUNT][KEY_SIZE];
	struct releases_file files[FILE_COUNT];
	struct buf values[FILE_COUNT];
	int err = 0;

	for (unsigned i = 0; i < FILE_COUNT; i++) {
		buf_init(&values[i], FILE_BYTES_MAX);
		if (err == 0)
			err = make(p, (enum file)i, &values[i]);
		files[i].key = file_key(p, (enum file)i, keys[i]);
		files[i].value = buf_bytes(&values[i]);
	}
	if (err == 0)
		err = releases_file_put(s, files, FILE_COUNT);
	for (unsigned i = 0; i < FILE_COUNT; i++)
		buf_free(&values[i]);
	return err;
}

static int get(struct releases *s, const struct publication *p, enum file which,
	       struct buf *stored)
{
	uint8_t key[KEY_SIZE];
	int err = releases_file_get(s, file_key(p, which, key), stored);

	if (err != ERR_NOT_FOUND)
		return err;
	err = files_make(s, p);
	if (err == ERR_FULL || err == ERR_LIMIT)
		return make(p, which, stored);
	return err != 0 ? err : releases_file_get(s, file_key(p, which, key), stored);
}

int files_get(struct releases *s, const struct publication *p, enum file which,
	      struct buf *out, uint8_t digest[FILE_DIGEST])
{
	struct buf stored;
	int err;

	buf_init(&stored, FILE_BYTES_MAX);
	err = get(s, p, which, &stored);
	if (err == 0 && stored.len < FILE_DIGEST)
		err = ERR_CORRUPT;
	if (err == 0)
		err = buf_put(out, stored.data + FILE_DIGEST, stored.len - FILE_DIGEST);
	if (err == 0)
		memcpy(digest, stored.data, FILE_DIGEST);
	buf_free(&stored);
	return err;
}
