#ifndef PAR_METHOD_CODE_H
#define PAR_METHOD_CODE_H

/*
 * Which program made a result: SHA-256 over the list "SHA-256  path\n" of the sources
 * in common/base, common/round, common/method and proto/par/v1, sorted by path, as
 * sha256sum prints it. It stands beside a result, never in its bytes or hash.
 */

#include <stdint.h>

enum { CODE_DIGEST = 32 };

extern const uint8_t code_digest[CODE_DIGEST];

#endif
