#ifndef PAR_STORE_STORE_META_H
#define PAR_STORE_STORE_META_H

/*
 * LMDB keeps two root pages and believes the one with the higher transaction number,
 * without a checksum: one flipped bit of a number would bring an older state back that
 * is whole in itself. Transactions take the pages in turn, so the numbers always
 * follow each other.
 */

/* `dir_fd` holds an environment that nobody has open. ERR_CORRUPT; -errno. */
int store_meta_check(int dir_fd) __attribute__((warn_unused_result));

#endif
