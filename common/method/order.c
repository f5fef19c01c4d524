#include "common/method/order.h"

#include <errno.h>
#include <stdlib.h>

enum { DIGIT_BITS = 8, DIGITS = 1 << DIGIT_BITS, KEY_BITS = 32 };

static void sort_digit(const uint32_t *key, unsigned shift, const uint32_t *from,
		       uint32_t *to, size_t count)
{
	size_t start[DIGITS + 1] = {0};

	for (size_t i = 0; i < count; i++)
		start[((key[from[i]] >> shift) & (DIGITS - 1)) + 1]++;
	for (size_t d = 0; d < DIGITS; d++)
		start[d + 1] += start[d];
	for (size_t i = 0; i < count; i++)
		to[start[(key[from[i]] >> shift) & (DIGITS - 1)]++] = from[i];
}

int order_by(const uint32_t *key, uint32_t *order, size_t count)
{
	uint32_t *other = malloc((count + 1) * sizeof *other);

	if (!other)
		return -ENOMEM;
	for (unsigned shift = 0; shift < KEY_BITS; shift += 2 * DIGIT_BITS) {
		sort_digit(key, shift, order, other, count);
		sort_digit(key, shift + DIGIT_BITS, other, order, count);
	}
	free(other);
	return 0;
}

void order_init(uint32_t *order, size_t count)
{
	for (size_t i = 0; i < count; i++)
		order[i] = (uint32_t)i;
}
