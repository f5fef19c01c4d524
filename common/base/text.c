#include "common/base/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "common/base/err.h"

/* Unicode: what is decomposed, and how many characters come of one at most. */
enum { FIRST_DECOMPOSED = 0xc0, DECOMPOSED_MAX = 4 };
/* A character that is not shown as it is, "\x0A". */
enum { ESCAPED_MAX = 8 };

/* Length of the character at p and its code point; 0: bad UTF-8. */
static size_t next_char(const uint8_t *p, size_t len, utf8proc_int32_t *point)
{
	utf8proc_ssize_t used;

	if (p[0] < 0x80) {
		*point = p[0];
		return 1;
	}
	used = utf8proc_iterate(p, (utf8proc_ssize_t)len, point);
	return used > 0 ? (size_t)used : 0;
}

/* C0, DEL and C1; a terminal obeys the last ones too. */
static bool is_control(utf8proc_int32_t point)
{
	return point < 0x20 || (point >= 0x7f && point < 0xa0);
}

/*
 * The marks in a row after this character, `marks` being those before it. They are
 * counted decomposed, so that composing makes no more of them.
 */
static unsigned marks_after(utf8proc_int32_t point, unsigned marks)
{
	utf8proc_int32_t parts[DECOMPOSED_MAX];
	utf8proc_ssize_t count;
	int boundary = 0;

	if (point < FIRST_DECOMPOSED)
		return 0;
	count = utf8proc_decompose_char(point, parts, DECOMPOSED_MAX,
					UTF8PROC_DECOMPOSE, &boundary);
	for (utf8proc_ssize_t i = 0; i < count && i < DECOMPOSED_MAX; i++) {
		if (utf8proc_get_property(parts[i])->combining_class != 0)
			marks++;
		else
			marks = 0;
	}
	return marks;
}

bool text_is_utf8(struct bytes b)
{
	utf8proc_int32_t point;
	unsigned marks = 0;
	size_t used;

	for (size_t i = 0; i < b.len; i += used) {
		used = next_char(b.data + i, b.len - i, &point);
		if (used == 0)
			return false;
		if (is_control(point) && point != '\t' && point != '\n')
			return false;
		marks = marks_after(point, marks);
		if (marks > TEXT_MARKS_MAX)
			return false;
	}
	return true;
}

static bool is_ascii(struct bytes b)
{
	for (size_t i = 0; i < b.len; i++) {
		if (b.data[i] >= 0x80)
			return false;
	}
	return true;
}

/* NULL when out of memory; b is valid UTF-8. */
static char *compose(struct bytes b)
{
	utf8proc_uint8_t *out = NULL;

	if (is_ascii(b))
		return bytes_dup(b);
	if (utf8proc_map(b.data, (utf8proc_ssize_t)b.len, &out,
			 UTF8PROC_STABLE | UTF8PROC_COMPOSE) < 0)
		return NULL;
	return (char *)out;
}

bool text_is_nfc(struct bytes b)
{
	char *composed;
	bool same;

	if (!text_is_utf8(b))
		return false;
	if (is_ascii(b))
		return true;
	composed = compose(b);
	same = composed && bytes_equal(bytes_str(composed), b);
	free(composed);
	return same;
}

/* Length of the blank that b begins with; 0: none. */
static size_t blank_at(struct bytes b)
{
	if (b.len >= 2 && b.data[0] == 0xc2 && b.data[1] == 0xa0)
		return 2;
	return b.len >= 1 && memchr(" \t\r\n", b.data[0], 4) ? 1 : 0;
}

static struct bytes trim(struct bytes b)
{
	size_t blank = blank_at(b);

	while (blank > 0) {
		b = bytes_of(b.data + blank, b.len - blank);
		blank = blank_at(b);
	}
	while (b.len > 0) {
		if (blank_at(bytes_of(b.data + b.len - 1, 1)) == 1)
			b.len -= 1;
		else if (b.len >= 2 && blank_at(bytes_of(b.data + b.len - 2, 2)) == 2)
			b.len -= 2;
		else
			break;
	}
	return b;
}

int text_clean(struct bytes b, char **out)
{
	struct bytes inner = trim(b);
	char *text;

	if (!text_is_utf8(inner))
		return ERR_FORMAT;
	text = compose(inner);
	if (!text)
		return -ENOMEM;
	*out = text;
	return 0;
}

/* The first character of b as it is told, in *shown; how many bytes it has in b. */
static size_t show_char(struct bytes b, bool quoted, struct bytes *shown,
			char room[ESCAPED_MAX])
{
	utf8proc_int32_t point;
	size_t used = next_char(b.data, b.len, &point);

	if (used == 0 || is_control(point)) {
		snprintf(room, ESCAPED_MAX, "\\x%02X", b.data[0]);
		used = 1;
	} else if (quoted && (point == '"' || point == '\\')) {
		snprintf(room, ESCAPED_MAX, "\\%c", b.data[0]);
	} else {
		*shown = bytes_of(b.data, used);
		return used;
	}
	*shown = bytes_str(room);
	return used;
}

static const char *escape(struct bytes b, bool quoted, char *out, size_t size)
{
	char room[ESCAPED_MAX];
	size_t len = 0, used;
	struct bytes shown;

	for (size_t i = 0; i < b.len; i += used) {
		used = show_char(bytes_of(b.data + i, b.len - i), quoted, &shown, room);
		if (len + shown.len >= size)
			break;
		memcpy(out + len, shown.data, shown.len);
		len += shown.len;
	}
	if (size > 0)
		out[len] = '\0';
	return out;
}

const char *text_escape(struct bytes b, char *out, size_t size)
{
	return escape(b, false, out, size);
}

const char *text_quoted(struct bytes b, char *out, size_t size)
{
	return escape(b, true, out, size);
}
