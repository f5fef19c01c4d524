#include "common/base/csv.h"

#include <string.h>

static const char digits[] = "0123456789";

/* As a spreadsheet takes it: -12, 3.5, 1e-9. */
static bool is_number(const char *text)
{
	const char *p = text + (*text == '-' || *text == '+');
	size_t count = strspn(p, digits);

	if (count == 0)
		return false;
	p += count;
	if (*p == '.' || *p == ',')
		p += 1 + strspn(p + 1, digits);
	if (*p != 'e' && *p != 'E')
		return *p == '\0';
	p++;
	p += *p == '-' || *p == '+';
	count = strspn(p, digits);
	return count > 0 && p[count] == '\0';
}

static bool is_formula(const char *text)
{
	return *text != '\0' && strchr("=+-@", *text) && !is_number(text);
}

static bool needs_quotes(const char *text)
{
	size_t len = strlen(text);

	return text[strcspn(text, ",\"\r\n")] != '\0' ||
	       (len > 0 && (text[0] == ' ' || text[len - 1] == ' '));
}

static int put_doubled(struct buf *out, const char *text)
{
	int err = 0;

	for (const char *p = text; *p != '\0' && err == 0; p++)
		err = *p == '"' ? buf_put_str(out, "\"\"") : buf_put(out, p, 1);
	return err;
}

int csv_put_cell(struct buf *out, const char *text)
{
	const char *quote = needs_quotes(text) ? "\"" : "";
	int err = buf_put_str(out, quote);

	if (err == 0 && is_formula(text))
		err = buf_put_str(out, "'");
	if (err == 0)
		err = put_doubled(out, text);
	return err < 0 ? err : buf_put_str(out, quote);
}
