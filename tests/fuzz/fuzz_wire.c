/* The id that a message of any link carries. */

#include <assert.h>
#include <string.h>

#include "common/base/err.h"
#include "common/net/wire.h"
#include "tests/fuzz/target.h"

static bool holds(struct bytes message, const uint8_t id[WIRE_ID_SIZE])
{
	return memmem(message.data, message.len, id, WIRE_ID_SIZE) != NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t id[WIRE_ID_SIZE];
	int err = wire_id(bytes_of(data, size), id);

	assert(err == 0 || err == ERR_FORMAT);
	assert(err != 0 || holds(bytes_of(data, size), id));
	return 0;
}
