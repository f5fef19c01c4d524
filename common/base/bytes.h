#ifndef PAR_BASE_BYTES_H
#define PAR_BASE_BYTES_H

/*
 * Borrowed views of bytes, a growable buffer with a maximum, big-endian numbers
 * and hexadecimal. A struct bytes never owns.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bytes {
	const uint8_t *data;
	size_t len;
};

struct bytes bytes_of(const void *data, size_t len);
struct bytes bytes_str(const char *text); /* without the final 0 */
bool bytes_equal(struct bytes a, struct bytes b);
/* A copy as a C string, malloc; NULL when out of memory. Stops at no 0 byte. */
char *bytes_dup(struct bytes b);

/* A buffer that grows up to `max` and then answers ERR_LIMIT. */
struct buf {
	uint8_t *data;
	size_t len;
	size_t cap;
	size_t max;
};

void buf_init(struct buf *b, size_t max);
void buf_free(struct buf *b);
void buf_reset(struct buf *b); /* len = 0, memory kept */
struct bytes buf_bytes(const struct buf *b);
int buf_put(struct buf *b, const void *data, size_t len)
	__attribute__((warn_unused_result));
int buf_put_str(struct buf *b, const char *text) __attribute__((warn_unused_result));
int buf_printf(struct buf *b, const char *format, ...)
	__attribute__((format(printf, 2, 3), warn_unused_result));
/* Room for len more bytes at data + len; the caller then adds to b->len. */
int buf_reserve(struct buf *b, size_t len) __attribute__((warn_unused_result));

void be16_put(uint8_t *p, uint16_t v);
void be32_put(uint8_t *p, uint32_t v);
void be64_put(uint8_t *p, uint64_t v);
uint16_t be16_get(const uint8_t *p);
uint32_t be32_get(const uint8_t *p);
uint64_t be64_get(const uint8_t *p);

/* Lower-case hexadecimal with a final 0; `out` has 2 * b.len + 1 bytes. */
void hex_encode(struct bytes b, char *out);
/* ERR_FORMAT unless text is exactly 2 * len hexadecimal digits. */
int hex_decode(const char *text, uint8_t *out, size_t len)
	__attribute__((warn_unused_result));

#endif
