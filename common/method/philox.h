#ifndef PAR_METHOD_PHILOX_H
#define PAR_METHOD_PHILOX_H

/*
 * Philox4x32-10, the counter-based generator of Salmon, Moraes, Dror and Shaw (2011),
 * and the seed of METHOD U4. The same words on every machine.
 */

#include <stdint.h>

/* One block: four words for a counter. Words as in METHOD: counter[0] is the first. */
void philox4x32(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]);

/* U4: first 8 bytes, big-endian, of SHA-256("par-seed/1:" + code of the round). */
uint64_t philox_seed(const char *round_code);
/* key[0] its low, key[1] its high 32 bits. */
void philox_key(uint64_t seed, uint32_t key[2]);

#endif
