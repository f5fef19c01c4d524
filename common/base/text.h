#ifndef PAR_BASE_TEXT_H
#define PAR_BASE_TEXT_H

/*
 * Text from outside: UTF-8, Unicode form NFC, trimming, escaping for logs, exact
 * decimals, dates. Uses utf8proc.
 */

#include "common/base/bytes.h"

/*
 * Valid UTF-8 without control characters other than tab and line feed, and with at
 * most TEXT_MARKS_MAX combining marks in a row, counted decomposed (the stream-safe
 * text of UAX #15): no language has more, and long runs take quadratic time.
 */
enum { TEXT_MARKS_MAX = 30 };
bool text_is_utf8(struct bytes b);
/* Valid as above and already in NFC. */
bool text_is_nfc(struct bytes b);
/*
 * A trimmed copy in NFC as a C string (malloc); blanks are space, tab, CR, LF and
 * no-break space. ERR_FORMAT when not valid, -ENOMEM.
 */
int text_clean(struct bytes b, char **out) __attribute__((warn_unused_result));
/*
 * A copy fit for a log line or a terminal: control bytes and bad UTF-8 as \xNN, cut
 * to size - 1 bytes at a character. Returns out.
 */
const char *text_escape(struct bytes b, char *out, size_t size);
/* The same for text that stands between quotes in a log line: also \" and \\. */
const char *text_quoted(struct bytes b, char *out, size_t size);

/* An exact decimal, in whole millionths: 1.5 is 1,500,000. */
struct decimal {
	int64_t micro;
};

enum { DECIMAL_ONE = 1000000 };

/*
 * "12", "-0.5", "3,25" (decimal comma), at most 12 digits before and 6 after the
 * mark, no grouping, no exponent. ERR_FORMAT otherwise.
 */
int text_decimal(const char *text, struct decimal *out)
	__attribute__((warn_unused_result));
/* Shortest form with a point, "1.5"; out has DECIMAL_TEXT bytes. Returns out. */
enum { DECIMAL_TEXT = 32 };
const char *decimal_text(struct decimal d, char *out);

/* Digits only, no sign, at most max; ERR_FORMAT or ERR_LIMIT. */
int text_uint(const char *text, uint64_t max, uint64_t *out)
	__attribute__((warn_unused_result));

/* RFC 3339 with offset to Unix seconds; ERR_FORMAT. */
int text_time(const char *text, int64_t *seconds) __attribute__((warn_unused_result));
/* "2024-12-31T17:00:00Z"; out has TIME_TEXT bytes. Returns out. */
enum { TIME_TEXT = 32 };
const char *time_text(int64_t seconds, char *out);

#endif
