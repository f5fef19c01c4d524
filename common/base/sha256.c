#include "common/base/sha256.h"

#include <nettle/sha2.h>

void sha256(struct bytes in, uint8_t out[SHA256_SIZE])
{
	struct sha256_ctx ctx;

	sha256_init(&ctx);
	sha256_update(&ctx, in.len, in.data);
	sha256_digest(&ctx, SHA256_SIZE, out);
}
