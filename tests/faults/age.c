/*
 * Writes a number under a key of a store, as another version of this software would:
 *   age DIR TABLE KEY NUMBER OTHER-TABLE...
 * All tables of the store are named; "_store" is the store's own.
 */

#include <stdio.h>
#include <stdlib.h>

#include "common/base/err.h"
#include "common/store/store.h"

enum { DIRECTORY = 1, TABLE, KEY, NUMBER, OTHERS, MAP_BYTES = 64 << 20 };

static int write_number(struct store *s, const char *key, uint32_t number)
{
	struct store_txn t;
	uint8_t value[4];

	be32_put(value, number);
	store_begin(s, true, &t);
	store_put(&t, 0, bytes_str(key), bytes_of(value, sizeof value));
	return store_commit(&t);
}

int main(int argc, char *argv[])
{
	const char *tables[STORE_TABLES_MAX];
	size_t count = 0;
	struct store *s = NULL;
	int err;

	if (argc < OTHERS || argc - OTHERS >= STORE_TABLES_MAX)
		return 2;
	tables[count++] = argv[TABLE];
	for (int i = OTHERS; i < argc; i++)
		tables[count++] = argv[i];
	err = store_open(argv[DIRECTORY], MAP_BYTES, tables, count, NULL, &s);
	if (!err)
		err = write_number(s, argv[KEY], (uint32_t)atoi(argv[NUMBER]));
	store_close(s);
	if (err)
		fprintf(stderr, "%s: %s\n", argv[DIRECTORY], err_str(err));
	return err ? 1 : 0;
}
