"""Philox4x32-10 (Salmon, Moraes, Dror, Shaw 2011) over arrays of counters; METHOD U4."""
import hashlib

import numpy as np

M0, M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
W0, W1 = 0x9E3779B9, 0xBB67AE85
LOW, SHIFT = np.uint64(0xFFFFFFFF), np.uint64(32)


def philox(counters, key):
    """counters: four arrays of words; key: two words. Four arrays of words."""
    c0, c1, c2, c3 = (np.asarray(c, dtype=np.uint64) for c in np.broadcast_arrays(*counters))
    k0, k1 = key
    for _ in range(10):
        p0, p1 = M0 * c0, M1 * c2
        c0, c1, c2, c3 = ((p1 >> SHIFT) ^ c1 ^ np.uint64(k0), p1 & LOW,
                          (p0 >> SHIFT) ^ c3 ^ np.uint64(k1), p0 & LOW)
        k0, k1 = (k0 + W0) & 0xFFFFFFFF, (k1 + W1) & 0xFFFFFFFF
    return c0, c1, c2, c3


def seed_of(round_code):
    """U4."""
    digest = hashlib.sha256(("par-seed/1:" + round_code).encode("utf-8")).digest()
    return int.from_bytes(digest[:8], "big")


def key_of(seed):
    return seed & 0xFFFFFFFF, seed >> 32


def known_answers():
    """Random123's kat_vectors for philox4x32, 10 rounds."""
    ones = 0xFFFFFFFF
    pi = (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344)
    cases = [
        ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
        ((ones,) * 4, (ones, ones), (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
        (pi, (0xA4093822, 0x299F31D0), (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1)),
    ]
    for counter, key, expected in cases:
        assert tuple(int(w) for w in philox(counter, key)) == expected
