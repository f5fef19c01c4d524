#include "tests/crash/dice.h"

#include <string.h>

uint64_t dice_next(struct dice *d)
{
	uint64_t z = d->state += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

struct dice dice_of(uint64_t seed, uint64_t which)
{
	struct dice d = {seed};

	d.state = dice_next(&d) ^ which;
	d.state = dice_next(&d);
	return d;
}

uint64_t dice_below(struct dice *d, uint64_t end)
{
	return dice_next(d) % end;
}

bool dice_coin(struct dice *d, unsigned of)
{
	return (dice_next(d) & 255) < of;
}

void dice_fill(struct dice *d, void *out, size_t len)
{
	uint8_t *bytes = out;

	for (size_t i = 0; i < len; i += sizeof(uint64_t)) {
		uint64_t word = dice_next(d);
		size_t take = len - i < sizeof(word) ? len - i : sizeof(word);

		memcpy(bytes + i, &word, take);
	}
}
