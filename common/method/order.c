#include "common/method/order.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { DIGIT_BITS = 11, DIGITS = 1 << DIGIT_BITS, KEY_BITS = 32 };

static bool is_sorted(const uint32_t *key, const uint32_t *order, size_t count)
{
	for (size_t i = 1; i < count; i++)
		if (key[order[i]] < key[order[i - 1]])
			return false;
	return true;
}

/* False, and nothing is moved, if all have the same digit. */
static bool sort_digit(const uint32_t *key, unsigned shift, const uint32_t *from,
		       uint32_t *to, size_t count)
{
	size_t start[DIGITS + 1] = {0};

	for (size_t i = 0; i < count; i++)
		start[((key[from[i]] >> shift) & (DIGITS - 1)) + 1]++;
	if (start[((key[from[0]] >> shift) & (DIGITS - 1)) + 1] == count)
		return false;
	for (size_t d = 0; d < DIGITS; d++)
		start[d + 1] += start[d];
	for (size_t i = 0; i < count; i++)
		to[start[(key[from[i]] >> shift) & (DIGITS - 1)]++] = from[i];
	return true;
}

int order_by(const uint32_t *key, uint32_t *order, size_t count)
{
	uint32_t *from = order;
	uint32_t *to;
	uint32_t *other;

	/* what the fold gives is sorted by rater, and most raters have no cluster */
	if (is_sorted(key, order, count))
		return 0;
	other = malloc(count * sizeof *other);
	if (!other)
		return -ENOMEM;
	to = other;
	for (unsigned shift = 0; shift < KEY_BITS; shift += DIGIT_BITS) {
		uint32_t *sorted = to;

		if (!sort_digit(key, shift, from, to, count))
			continue;
		to = from;
		from = sorted;
	}
	if (from != order)
		memcpy(order, from, count * sizeof *order);
	free(other);
	return 0;
}

void order_init(uint32_t *order, size_t count)
{
	for (size_t i = 0; i < count; i++)
		order[i] = (uint32_t)i;
}
