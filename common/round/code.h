#ifndef PAR_ROUND_CODE_H
#define PAR_ROUND_CODE_H

/*
 * The code of an enterprise as it is typed: 16 random bytes as 26 characters of an
 * alphabet without look-alikes, and two check characters. Pure.
 *
 * The 28 characters are a word of the Reed-Solomon code [28, 26] over GF(32), whose
 * words differ in three places or more: any one or two wrong characters are found, and
 * so is every swap of two, neighbours or not.
 */

#include "common/base/bytes.h"

enum {
	CODE_BYTES = 16,
	CODE_CHARS = 28,
	CODE_TEXT = 35, /* seven groups of four, six hyphens, and a final 0 */
};

/* "XXXX-XXXX-XXXX-XXXX-XXXX-XXXX-XXXX"; returns out. */
const char *code_text(const uint8_t code[CODE_BYTES], char out[CODE_TEXT]);

/*
 * Whether a text is meant as such a code: 28 letters and digits, hyphens and spaces
 * aside. What is no such text is a code of somebody else's making.
 */
bool code_looks_made(struct bytes text);

/*
 * Back to bytes. Hyphens, spaces and case say nothing; O is 0, I and L are 1.
 * ERR_FORMAT: another length, or a character is wrong.
 */
int code_parse(struct bytes text, uint8_t out[CODE_BYTES])
    __attribute__((warn_unused_result));

/* It looks made and does not parse: a slip of whoever wrote it. */
bool code_is_mistyped(struct bytes text);

#endif
