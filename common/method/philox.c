#include "common/method/philox.h"

#include <sodium.h>
#include <string.h>

#include "common/base/bytes.h"

enum { ROUNDS = 10 };

/* Multipliers and Weyl increments of the paper's 4x32 generator. */
static const uint32_t multiplier[2] = {0xd2511f53, 0xcd9e8d57};
static const uint32_t weyl[2] = {0x9e3779b9, 0xbb67ae85};

void philox4x32(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4])
{
	uint32_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
	uint32_t k0 = key[0], k1 = key[1];

	for (int i = 0; i < ROUNDS; i++) {
		uint64_t p0 = (uint64_t)multiplier[0] * c0;
		uint64_t p1 = (uint64_t)multiplier[1] * c2;

		c0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
		c1 = (uint32_t)p1;
		c2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
		c3 = (uint32_t)p0;
		k0 += weyl[0];
		k1 += weyl[1];
	}
	out[0] = c0;
	out[1] = c1;
	out[2] = c2;
	out[3] = c3;
}

uint64_t philox_seed(const char *round_code)
{
	static const char prefix[] = "par-seed/1:";
	crypto_hash_sha256_state state;
	uint8_t hash[crypto_hash_sha256_BYTES];

	crypto_hash_sha256_init(&state);
	crypto_hash_sha256_update(&state, (const uint8_t *)prefix, sizeof prefix - 1);
	crypto_hash_sha256_update(&state, (const uint8_t *)round_code,
				  strlen(round_code));
	crypto_hash_sha256_final(&state, hash);
	return be64_get(hash);
}

void philox_key(uint64_t seed, uint32_t key[2])
{
	key[0] = (uint32_t)seed;
	key[1] = (uint32_t)(seed >> 32);
}
