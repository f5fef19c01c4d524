#ifndef PAR_CLIENT_WORDS_H
#define PAR_CLIENT_WORDS_H

/*
 * Where a call of the library ends: our codes become the public ones, and the words get
 * their text. `words` is what the caller gave: PAR_WORDS bytes, or NULL.
 */

#include "common/base/faults.h"
#include "common/client/client.h"

void words_clear(char *words);
void words_say(char *words, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Every fault, as many as fit. */
void words_faults(char *words, const struct faults *faults);
/* A code of common/base/err.h as an enum par_error; words that are still empty say it.
 */
int words_end(char *words, int err) __attribute__((warn_unused_result));

#endif
