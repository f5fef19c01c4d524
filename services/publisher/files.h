#ifndef PAR_PUBLISHER_FILES_H
#define PAR_PUBLISHER_FILES_H

/*
 * The files of a release: rendered once, kept in the store, and rendered again from the
 * item where one is missing. A retraction gives a release other files, so what is kept
 * under one key never changes.
 */

#include "services/publisher/releases.h"

enum file { FILE_PAGE_VI, FILE_PAGE_EN, FILE_CSV, FILE_JSON, FILE_COUNT };
enum { FILE_BYTES_MAX = 64 << 20, FILE_DIGEST = 32 };

/*
 * Renders all files of a release and keeps them. ERR_FULL: not kept, and no harm done.
 * Store errors, ERR_LIMIT, -ENOMEM.
 */
int files_make(struct releases *s, const struct publication *p)
    __attribute__((warn_unused_result));
/*
 * Appends the file to out and gives its SHA-256. What is missing is made; that the
 * store is too full to keep it is no failure. Store errors, ERR_LIMIT, -ENOMEM.
 */
int files_get(struct releases *s, const struct publication *p, enum file which,
	      struct buf *out, uint8_t digest[FILE_DIGEST])
    __attribute__((warn_unused_result));

#endif
