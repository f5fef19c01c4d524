#ifndef PAR_FUZZ_TARGET_H
#define PAR_FUZZ_TARGET_H

/*
 * What every fuzz_*.c defines, and libFuzzer or replay.c calls: one input to one
 * decoder. Returns 0. A fault in the code under test is an abort.
 */

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
