/*
 * Where a value stands. The text is known to be JSON, for jansson took it; still
 * nothing here reads past its end.
 */

#include <stdlib.h>
#include <string.h>

#include "common/round/jsonfile.h"

struct scan {
	const char *p, *end;
	unsigned line;
};

static char peek(const struct scan *s)
{
	return s->p < s->end ? *s->p : '\0';
}

static void step(struct scan *s)
{
	if (peek(s) == '\n')
		s->line++;
	if (s->p < s->end)
		s->p++;
}

/* To the next character that means something. */
static void skip_space(struct scan *s)
{
	while (s->p < s->end && strchr(" \t\r\n,:\xef\xbb\xbf", *s->p) != NULL)
		step(s);
}

/* Past a string; the view is what stands between the quotes. */
static struct bytes skip_string(struct scan *s)
{
	const char *start;

	step(s);
	start = s->p;
	while (s->p < s->end && *s->p != '"') {
		if (*s->p == '\\')
			step(s);
		step(s);
	}
	step(s);
	return bytes_of(start, (size_t)(s->p - start) - (s->p > start ? 1 : 0));
}

static bool ends_scalar(char c)
{
	return c == '\0' || strchr(" \t\r\n,:]}", c) != NULL;
}

/* Past a value of any kind. */
static void skip_value(struct scan *s)
{
	size_t depth = 0;

	do {
		skip_space(s);
		if (peek(s) == '"') {
			skip_string(s);
		} else if (peek(s) == '{' || peek(s) == '[') {
			depth++;
			step(s);
		} else if (peek(s) == '}' || peek(s) == ']') {
			if (depth == 0)
				return;
			depth--;
			step(s);
		} else {
			while (!ends_scalar(peek(s)))
				step(s);
		}
	} while (depth > 0 && s->p < s->end);
}

/* Into the member of an object; the line is then that of its key. */
static bool enter_member(struct scan *s, const char *key, unsigned *line)
{
	step(s);
	for (skip_space(s); peek(s) == '"'; skip_space(s)) {
		unsigned at = s->line;
		struct bytes name = skip_string(s);

		skip_space(s);
		if (bytes_equal(name, bytes_str(key))) {
			*line = at;
			return true;
		}
		skip_value(s);
	}
	return false;
}

static bool enter_item(struct scan *s, const char *key, unsigned *line)
{
	unsigned long place = strtoul(key, NULL, 10);

	step(s);
	for (unsigned long i = 0; i < place; i++)
		skip_value(s);
	skip_space(s);
	*line = s->line;
	return true;
}

unsigned jsonfile_line(const struct jsonfile *j, struct model_path path)
{
	struct scan s = {.p = j->text, .end = j->text + j->len, .line = 1};
	size_t depths = sizeof path.keys / sizeof path.keys[0];
	unsigned line;
	bool found = true;

	if (j->root == NULL)
		return 0;
	skip_space(&s);
	line = s.line;
	for (size_t i = 0; found && i < depths && path.keys[i] != NULL; i++) {
		skip_space(&s);
		if (peek(&s) == '{')
			found = enter_member(&s, path.keys[i], &line);
		else
			found = peek(&s) == '[' && enter_item(&s, path.keys[i], &line);
	}
	return line;
}
