#ifndef PAR_PUBLISHER_FILES_H
#define PAR_PUBLISHER_FILES_H

/*
 * The files of a release, not of one that could not be computed: rendered once, kept in
 * the store, and rendered again from the item where one is missing. A retraction gives
 * a release other files, so what is kept under one key never changes. The pages of
 * units are not among them: they are rendered when asked for.
 */

#include "services/publisher/releases.h"

enum file {
	FILE_PAGE_VI,
	FILE_PAGE_EN,
	FILE_SCORES,
	FILE_CRITERIA,
	FILE_JSON,
	FILE_COUNT
};
enum { FILE_BYTES_MAX = 64 << 20, FILE_DIGEST = 32 };

/*
 * Renders all files of a release and keeps them. ERR_FULL: not kept, and no harm done;
 * the same with ERR_LIMIT, one is over FILE_BYTES_MAX. Store errors, -ENOMEM.
 */
int files_make(struct releases *s, const struct publication *p)
    __attribute__((warn_unused_result));
/*
 * Appends the file to out and gives its SHA-256. What is missing is made; that it
 * cannot be kept is no failure. ERR_LIMIT: it is over FILE_BYTES_MAX. Store errors,
 * -ENOMEM.
 */
int files_get(struct releases *s, const struct publication *p, enum file which,
	      struct buf *out, uint8_t digest[FILE_DIGEST])
    __attribute__((warn_unused_result));

#endif
