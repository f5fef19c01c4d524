#include "common/client/page.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

enum { URL_MAX = 4096 };

static bool is_plain(uint8_t c)
{
	return c < 0x80 && (isalnum(c) || strchr("-._~", c));
}

char *page_url(const char *site, struct bytes round, uint32_t number)
{
	struct buf url;
	buf_init(&url, URL_MAX);
	int err = buf_printf(&url, "%s/", site);
	for (size_t i = 0; err == 0 && i < round.len; i++) {
		uint8_t c = round.data[i];
		err = buf_printf(&url, is_plain(c) ? "%c" : "%%%02X", c);
	}
	if (err == 0)
		err = buf_printf(&url, "/%" PRIu32 "/", number);
	char *text = err == 0 ? bytes_dup(buf_bytes(&url)) : NULL;
	buf_free(&url);
	return text;
}
