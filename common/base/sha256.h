#ifndef PAR_BASE_SHA256_H
#define PAR_BASE_SHA256_H

/*
 * SHA-256 of bytes that are there as a whole, by the processor's own instructions where
 * it has them (Nettle): every ballot is hashed wherever it passes.
 */

#include "common/base/bytes.h"

enum { SHA256_SIZE = 32 };

void sha256(struct bytes in, uint8_t out[SHA256_SIZE]);

#endif
