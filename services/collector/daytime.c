#include "services/collector/daytime.h"

int64_t daytime_look(struct daytime *d, int64_t wall_s, uint64_t mono_ms)
{
	int64_t offset = wall_s - (int64_t)(mono_ms / 1000);
	int64_t jump = d->known ? offset - d->offset_s : 0;

	d->known = true;
	d->offset_s = offset;
	if (jump > -DAYTIME_JUMP_S && jump < DAYTIME_JUMP_S)
		return 0;
	d->doubted_until_ms = mono_ms + DAYTIME_DOUBT_MS;
	return jump;
}

bool daytime_is_believed(const struct daytime *d, uint64_t mono_ms)
{
	return mono_ms >= d->doubted_until_ms;
}
