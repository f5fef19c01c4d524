#include "common/round/position.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/base/err.h"
#include "common/base/text.h"

enum { JOURNAL_HEX = 2 * JOURNAL_ID_SIZE, CHAIN_HEX = 2 * CHAIN_SIZE, N_DIGITS = 20 };

/* The piece up to the mark, which is passed over; ERR_FORMAT unless it fits. */
static int take_piece(const char **text, char mark, char *out, size_t size)
{
	const char *end = mark ? strchr(*text, mark) : *text + strlen(*text);
	if (!end || (size_t)(end - *text) >= size)
		return ERR_FORMAT;
	size_t len = (size_t)(end - *text);
	memcpy(out, *text, len);
	out[len] = '\0';
	*text = end + (mark != '\0');
	return 0;
}

int position_parse(const char *text, struct position *out)
{
	char journal[JOURNAL_HEX + 1], number[N_DIGITS + 1], chain[CHAIN_HEX + 1];
	struct position p = {0};
	if (strcmp(text, "0") == 0) {
		*out = p;
		return 0;
	}
	if (take_piece(&text, ':', journal, sizeof journal) != 0 ||
	    take_piece(&text, ':', number, sizeof number) != 0 ||
	    take_piece(&text, '\0', chain, sizeof chain) != 0)
		return ERR_FORMAT;
	if (hex_decode(journal, p.journal, sizeof p.journal) != 0 ||
	    hex_decode(chain, p.chain, sizeof p.chain) != 0 ||
	    text_uint(number, UINT64_MAX, &p.n) != 0)
		return ERR_FORMAT;
	*out = p;
	return 0;
}

const char *position_text(const struct position *p, char out[POSITION_TEXT])
{
	char journal[JOURNAL_HEX + 1], chain[CHAIN_HEX + 1];
	if (position_is_start(p)) {
		snprintf(out, POSITION_TEXT, "0");
		return out;
	}
	hex_encode(bytes_of(p->journal, sizeof p->journal), journal);
	hex_encode(bytes_of(p->chain, sizeof p->chain), chain);
	snprintf(out, POSITION_TEXT, "%s:%" PRIu64 ":%s", journal, p->n, chain);
	return out;
}
