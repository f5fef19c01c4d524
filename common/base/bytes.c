#include "common/base/bytes.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/err.h"

enum { BUF_FIRST = 64 };

struct bytes bytes_of(const void *data, size_t len)
{
	return (struct bytes){data, len};
}

struct bytes bytes_str(const char *text)
{
	return bytes_of(text, strlen(text));
}

bool bytes_equal(struct bytes a, struct bytes b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

char *bytes_dup(struct bytes b)
{
	char *copy = malloc(b.len + 1);

	if (!copy)
		return NULL;
	if (b.len > 0)
		memcpy(copy, b.data, b.len);
	copy[b.len] = '\0';
	return copy;
}

void buf_init(struct buf *b, size_t max)
{
	*b = (struct buf){.max = max};
}

void buf_free(struct buf *b)
{
	free(b->data);
	*b = (struct buf){.max = b->max};
}

void buf_reset(struct buf *b)
{
	b->len = 0;
}

struct bytes buf_bytes(const struct buf *b)
{
	return bytes_of(b->data, b->len);
}

int buf_reserve(struct buf *b, size_t len)
{
	size_t need, cap;
	uint8_t *data;

	if (len > b->max - b->len)
		return ERR_LIMIT;
	need = b->len + len;
	if (need <= b->cap)
		return 0;
	cap = b->cap > b->max / 2 ? b->max : b->cap * 2;
	if (cap < BUF_FIRST && b->max >= BUF_FIRST)
		cap = BUF_FIRST;
	if (cap < need)
		cap = need;
	data = realloc(b->data, cap);
	if (!data)
		return -ENOMEM;
	b->data = data;
	b->cap = cap;
	return 0;
}

int buf_put(struct buf *b, const void *data, size_t len)
{
	int err = buf_reserve(b, len);

	if (err < 0)
		return err;
	if (len > 0)
		memcpy(b->data + b->len, data, len);
	b->len += len;
	return 0;
}

int buf_put_str(struct buf *b, const char *text)
{
	return buf_put(b, text, strlen(text));
}

int buf_printf(struct buf *b, const char *format, ...)
{
	va_list args;
	char *text;
	int len, err;

	va_start(args, format);
	len = vasprintf(&text, format, args);
	va_end(args);
	if (len < 0)
		return -ENOMEM;
	err = buf_put(b, text, (size_t)len);
	free(text);
	return err;
}

static void be_put(uint8_t *p, uint64_t v, size_t size)
{
	for (size_t i = size; i-- > 0; v >>= 8)
		p[i] = (uint8_t)v;
}

static uint64_t be_get(const uint8_t *p, size_t size)
{
	uint64_t v = 0;

	for (size_t i = 0; i < size; i++)
		v = v << 8 | p[i];
	return v;
}

void be16_put(uint8_t *p, uint16_t v)
{
	be_put(p, v, 2);
}

void be32_put(uint8_t *p, uint32_t v)
{
	be_put(p, v, 4);
}

void be64_put(uint8_t *p, uint64_t v)
{
	be_put(p, v, 8);
}

uint16_t be16_get(const uint8_t *p)
{
	return (uint16_t)be_get(p, 2);
}

uint32_t be32_get(const uint8_t *p)
{
	return (uint32_t)be_get(p, 4);
}

uint64_t be64_get(const uint8_t *p)
{
	return be_get(p, 8);
}

void hex_encode(struct bytes b, char *out)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < b.len; i++) {
		*out++ = digits[b.data[i] >> 4];
		*out++ = digits[b.data[i] & 15];
	}
	*out = '\0';
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

int hex_decode(const char *text, uint8_t *out, size_t len)
{
	if (strlen(text) / 2 != len || strlen(text) % 2 != 0)
		return ERR_FORMAT;
	for (const char *p = text; *p != '\0'; p++) {
		if (hex_digit(*p) < 0)
			return ERR_FORMAT;
	}
	for (size_t i = 0; i < len; i++)
		out[i] =
		    (uint8_t)(hex_digit(text[2 * i]) << 4 | hex_digit(text[2 * i + 1]));
	return 0;
}
