#include "common/round/code.h"

#include <string.h>

#include "common/base/err.h"

enum {
	DATA_CHARS = 26,
	GROUP = 4,
	DIGIT_BITS = 5,
	FIELD = 1 << DIGIT_BITS,
	/* x^5 + x^2 + 1 is primitive over GF(2); 2 is a root of it. */
	FIELD_POLYNOMIAL = 0x25,
	/* (x - 2)(x - 4) = x^2 + 6 x + 8 divides every word. */
	GENERATOR_1 = 6,
	GENERATOR_0 = 8,
};

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

static uint8_t times(uint8_t a, uint8_t b)
{
	unsigned left = a, product = 0;

	for (unsigned right = b; right; right >>= 1) {
		if (right & 1)
			product ^= left;
		left <<= 1;
		if (left & FIELD)
			left ^= FIELD_POLYNOMIAL;
	}
	return (uint8_t)product;
}

/* The two digits that make a word of the 26 before them. */
static void put_check(uint8_t digits[CODE_CHARS])
{
	uint8_t high = 0, low = 0;

	for (size_t i = 0; i < DATA_CHARS; i++) {
		uint8_t carry = digits[i] ^ high;

		high = low ^ times(GENERATOR_1, carry);
		low = times(GENERATOR_0, carry);
	}
	digits[DATA_CHARS] = high;
	digits[DATA_CHARS + 1] = low;
}

/* 128 bits from the front, and two of 0. */
static void put_digits(const uint8_t code[CODE_BYTES], uint8_t digits[CODE_CHARS])
{
	memset(digits, 0, CODE_CHARS);
	for (size_t bit = 0; bit < (size_t)CODE_BYTES * 8; bit++) {
		unsigned set = code[bit / 8] >> (7 - bit % 8) & 1;

		digits[bit / DIGIT_BITS] |=
		    (uint8_t)(set << (DIGIT_BITS - 1 - bit % DIGIT_BITS));
	}
}

const char *code_text(const uint8_t code[CODE_BYTES], char out[CODE_TEXT])
{
	uint8_t digits[CODE_CHARS];
	char *p = out;

	put_digits(code, digits);
	put_check(digits);
	for (size_t i = 0; i < CODE_CHARS; i++) {
		if (i && i % GROUP == 0)
			*p++ = '-';
		*p++ = alphabet[digits[i]];
	}
	*p = '\0';
	return out;
}

static bool is_filler(uint8_t c)
{
	return c == '-' || c == ' ';
}

static char upper(uint8_t c)
{
	return (char)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
}

static bool is_letter_or_digit(uint8_t c)
{
	char u = upper(c);

	return (u >= 'A' && u <= 'Z') || (u >= '0' && u <= '9');
}

bool code_looks_made(struct bytes text)
{
	size_t count = 0;

	for (size_t i = 0; i < text.len; i++) {
		if (is_filler(text.data[i]))
			continue;
		if (!is_letter_or_digit(text.data[i]))
			return false;
		count++;
	}
	return count == CODE_CHARS;
}

/* FIELD: no digit. */
static uint8_t digit_of(uint8_t c)
{
	char u = upper(c);
	const char *at;

	if (u == 'O')
		u = '0';
	if (u == 'I' || u == 'L')
		u = '1';
	at = u ? strchr(alphabet, u) : NULL;
	return at ? (uint8_t)(at - alphabet) : FIELD;
}

static int read_digits(struct bytes text, uint8_t digits[CODE_CHARS])
{
	size_t count = 0;

	for (size_t i = 0; i < text.len; i++) {
		uint8_t digit;

		if (is_filler(text.data[i]))
			continue;
		digit = digit_of(text.data[i]);
		if (digit == FIELD || count == CODE_CHARS)
			return ERR_FORMAT;
		digits[count++] = digit;
	}
	return count == CODE_CHARS ? 0 : ERR_FORMAT;
}

static void take_bytes(const uint8_t digits[CODE_CHARS], uint8_t code[CODE_BYTES])
{
	memset(code, 0, CODE_BYTES);
	for (size_t bit = 0; bit < (size_t)CODE_BYTES * 8; bit++) {
		unsigned set =
		    digits[bit / DIGIT_BITS] >> (DIGIT_BITS - 1 - bit % DIGIT_BITS) & 1;

		code[bit / 8] |= (uint8_t)(set << (7 - bit % 8));
	}
}

int code_parse(struct bytes text, uint8_t out[CODE_BYTES])
{
	uint8_t digits[CODE_CHARS], again[CODE_CHARS], code[CODE_BYTES];
	int err = read_digits(text, digits);

	if (err)
		return err;
	take_bytes(digits, code);
	put_digits(code, again);
	put_check(again);
	if (memcmp(digits, again, sizeof digits) != 0)
		return ERR_FORMAT;
	memcpy(out, code, CODE_BYTES);
	return 0;
}

bool code_is_mistyped(struct bytes text)
{
	uint8_t code[CODE_BYTES];

	return code_looks_made(text) && code_parse(text, code) != 0;
}
