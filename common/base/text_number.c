#include "common/base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "common/base/err.h"

enum { WHOLE_DIGITS = 12, PART_DIGITS = 6 };

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Takes a run of 1..max digits, adds them to *value, moves *p; their number or 0. */
static unsigned take_digits(const char **p, unsigned max, int64_t *value)
{
	unsigned count = 0;

	for (; is_digit(**p) && count < max; (*p)++, count++)
		*value = *value * 10 + (**p - '0');
	return count;
}

int text_decimal(const char *text, struct decimal *out)
{
	bool negative = *text == '-';
	const char *p = negative ? text + 1 : text;
	unsigned digits = 0;
	int64_t value = 0;

	if (take_digits(&p, WHOLE_DIGITS, &value) == 0)
		return ERR_FORMAT;
	if (*p == '.' || *p == ',') {
		p++;
		digits = take_digits(&p, PART_DIGITS, &value);
		if (digits == 0)
			return ERR_FORMAT;
	}
	if (*p != '\0')
		return ERR_FORMAT;
	for (; digits < PART_DIGITS; digits++)
		value *= 10;
	out->micro = negative ? -value : value;
	return 0;
}

const char *decimal_text(struct decimal d, char *out)
{
	uint64_t size = d.micro < 0 ? 0 - (uint64_t)d.micro : (uint64_t)d.micro;
	char *end;

	snprintf(out, DECIMAL_TEXT, "%s%" PRIu64 ".%06" PRIu64, d.micro < 0 ? "-" : "",
		 size / DECIMAL_ONE, size % DECIMAL_ONE);
	end = out + strlen(out);
	while (end[-1] == '0')
		end--;
	if (end[-1] == '.')
		end--;
	*end = '\0';
	return out;
}

int text_uint(const char *text, uint64_t max, uint64_t *out)
{
	uint64_t value = 0, digit;

	if (*text == '\0' || text[strspn(text, "0123456789")] != '\0')
		return ERR_FORMAT;
	for (const char *p = text; *p != '\0'; p++) {
		digit = (uint64_t)(*p - '0');
		if (value > (UINT64_MAX - digit) / 10)
			return ERR_LIMIT;
		value = value * 10 + digit;
	}
	if (value > max)
		return ERR_LIMIT;
	*out = value;
	return 0;
}

struct stamp {
	int64_t year, month, day, hour, minute, second;
	int64_t offset_minutes;
};

/* Exactly `digits` digits, in min..max. */
static bool take_field(const char **p, unsigned digits, int64_t min, int64_t max,
		       int64_t *value)
{
	int64_t v = 0;

	if (take_digits(p, digits, &v) != digits || v < min || v > max)
		return false;
	*value = v;
	return true;
}

static bool take_char(const char **p, char c)
{
	if (**p != c)
		return false;
	(*p)++;
	return true;
}

static bool take_date(const char **p, struct stamp *s)
{
	return take_field(p, 4, 1, 9999, &s->year) && take_char(p, '-') &&
	       take_field(p, 2, 1, 12, &s->month) && take_char(p, '-') &&
	       take_field(p, 2, 1, 31, &s->day);
}

static bool take_clock(const char **p, struct stamp *s)
{
	int64_t fraction = 0;

	if (!take_field(p, 2, 0, 23, &s->hour) || !take_char(p, ':') ||
	    !take_field(p, 2, 0, 59, &s->minute) || !take_char(p, ':') ||
	    !take_field(p, 2, 0, 59, &s->second))
		return false;
	return !take_char(p, '.') || take_digits(p, 9, &fraction) > 0;
}

static bool take_offset(const char **p, struct stamp *s)
{
	int64_t sign = **p == '-' ? -1 : 1, hours, minutes;

	s->offset_minutes = 0;
	if (take_char(p, 'Z'))
		return true;
	if (!take_char(p, '+') && !take_char(p, '-'))
		return false;
	if (!take_field(p, 2, 0, 23, &hours) || !take_char(p, ':') ||
	    !take_field(p, 2, 0, 59, &minutes))
		return false;
	s->offset_minutes = sign * (hours * 60 + minutes);
	return true;
}

static int64_t days_in_month(int64_t year, int64_t month)
{
	static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap);
}

static int64_t unix_days(const struct stamp *s)
{
	int64_t y = s->year - 1, days = y * 365 + y / 4 - y / 100 + y / 400;

	for (int64_t month = 1; month < s->month; month++)
		days += days_in_month(s->year, month);
	return days + s->day - 1 - 719162; /* 1970-01-01 counted from 0001-01-01 */
}

int text_time(const char *text, int64_t *seconds)
{
	struct stamp s;
	const char *p = text;

	if (!take_date(&p, &s) || !take_char(&p, 'T') || !take_clock(&p, &s) ||
	    !take_offset(&p, &s) || *p != '\0')
		return ERR_FORMAT;
	if (s.day > days_in_month(s.year, s.month))
		return ERR_FORMAT;
	*seconds = unix_days(&s) * 86400 + s.hour * 3600 + s.minute * 60 + s.second -
		   s.offset_minutes * 60;
	return 0;
}

/* The year apart: strftime does not fill it up to four digits. */
const char *time_text(int64_t seconds, char *out)
{
	char rest[sizeof("-12-31T17:00:00Z")];
	time_t t = seconds;
	struct tm parts;

	if (!gmtime_r(&t, &parts) ||
	    strftime(rest, sizeof(rest), "-%m-%dT%H:%M:%SZ", &parts) == 0)
		snprintf(out, TIME_TEXT, "%" PRId64, seconds);
	else
		snprintf(out, TIME_TEXT, "%04ld%s", parts.tm_year + 1900L, rest);
	return out;
}
