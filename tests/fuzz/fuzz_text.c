/* Text, decimals, whole numbers, times and hexadecimal. */

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/err.h"
#include "common/base/text.h"
#include "tests/fuzz/target.h"

static void check_clean(struct bytes in)
{
	char *clean, *again;
	int err = text_clean(in, &clean);

	if (text_is_nfc(in))
		assert(text_is_utf8(in) && err == 0);
	if (err != 0) {
		assert(err == ERR_FORMAT);
		return;
	}
	assert(text_is_nfc(bytes_str(clean)));
	err = text_clean(bytes_str(clean), &again);
	assert(err == 0 && strcmp(clean, again) == 0);
	free(again);
	free(clean);
}

/* What is escaped has nothing left to escape. */
static void check_escape(struct bytes in)
{
	char *out = malloc(in.len + 1), *again = malloc(in.len + 1);

	assert(out != NULL && again != NULL);
	text_escape(in, out, in.len + 1);
	assert(strlen(out) <= in.len);
	text_escape(bytes_str(out), again, in.len + 1);
	assert(strcmp(out, again) == 0);
	free(out);
	free(again);
}

/* No quotation mark but after an odd number of backslashes. */
static void check_quoted(struct bytes in)
{
	char *out = malloc(4 * in.len + 1);
	bool escaped = false;

	assert(out != NULL);
	text_quoted(in, out, 4 * in.len + 1);
	for (const char *p = out; *p != '\0'; p++) {
		assert(*p != '"' || escaped);
		escaped = *p == '\\' && !escaped;
	}
	assert(!escaped);
	free(out);
}

static void check_decimal(const char *text)
{
	char shortest[DECIMAL_TEXT];
	struct decimal d, again;
	int err = text_decimal(text, &d);

	if (err != 0) {
		assert(err == ERR_FORMAT);
		return;
	}
	err = text_decimal(decimal_text(d, shortest), &again);
	assert(err == 0 && d.micro == again.micro);
}

/* Years past 9999 and before 1 can come by the offset, and have no such text. */
static void check_time(const char *text)
{
	char utc[TIME_TEXT];
	int64_t t, again;
	int err = text_time(text, &t);

	if (err != 0) {
		assert(err == ERR_FORMAT);
		return;
	}
	assert(t >= -62135683200 && t <= 253402387200);
	err = text_time(time_text(t, utc), &again);
	assert(err != 0 || again == t);
	assert(err == 0 || t < -62135596800 || t >= 253402300800);
}

static void check_numbers(const char *text)
{
	uint8_t raw[4];
	char hex[2 * sizeof raw + 1];
	uint64_t value;
	int err = text_uint(text, 1000, &value);

	assert(err == ERR_FORMAT || err == ERR_LIMIT || (err == 0 && value <= 1000));
	if (hex_decode(text, raw, sizeof raw) != 0)
		return;
	hex_encode(bytes_of(raw, sizeof raw), hex);
	assert(strcasecmp(hex, text) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes in = bytes_of(data, size);
	char *text = bytes_dup(in);

	assert(text != NULL);
	check_clean(in);
	check_escape(in);
	check_quoted(in);
	check_decimal(text);
	check_time(text);
	check_numbers(text);
	free(text);
	return 0;
}
