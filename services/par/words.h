#ifndef PAR_PAR_WORDS_H
#define PAR_PAR_WORDS_H

/* Words that more than one command prints of a result. Pure, static texts. */

#include "par/v1/inspect.pb-c.h"

#include <stdbool.h>

enum language { LANGUAGE_VI, LANGUAGE_EN };

/* "vi" or "en"; false: neither. */
bool words_language(const char *text, enum language *out);
/* The name in that language, else in the other, else none. */
ProtobufCBinaryData words_name(enum language language, const Par__V1__Text *name);

/* "census", "probability", "open"; "" when unknown. */
const char *words_design(Par__V1__Design design);
/* METHOD U6: what intervals and rank sets stand on, and what they do not cover. */
const char *words_basis(enum language language, Par__V1__Design design);
const char *words_cover(enum language language);

/* "points", "composite"; "survey", "appraised", "measured"; "" when unknown. */
const char *words_mode(Par__V1__Mode mode);
const char *words_source(Par__V1__Source source);
/* METHOD O3: "identical", "straight", "crowd"; "" when unknown. */
const char *words_flag(Par__V1__FlagKind kind);

#endif
