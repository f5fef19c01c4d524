#include "services/par/show.h"

#include "common/base/clock.h"
#include "common/base/err.h"
#include "common/base/text.h"
#include "common/round/proto.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { WORDS_MAX = 2048, PROGRESS_MS = 200, PROGRESS_FROM_MS = 1000 };
enum { COLUMN_GAP = 2, COLUMNS_MAX = 128, LAST_FLUSH_BIT = 31 };

void show_say(const char *format, ...)
{
	va_list args;
	va_start(args, format);
	fputs("par: ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
}

bool show_reader_left(void)
{
	struct pollfd out = {.fd = STDOUT_FILENO};
	return poll(&out, 1, 0) == 1 && (out.revents & POLLERR);
}

int show_readable(const char *path)
{
	if (access(path, R_OK) == 0)
		return 0;
	show_say("%s: %s", path, strerror(errno));
	return ERR_CONFIG;
}

void show_refusal(const char *who, const ProtobufCBinaryData *faults, size_t count)
{
	char words[WORDS_MAX];
	if (count == 0)
		show_say("%s refuses this and says no reason", who);
	for (size_t i = 0; i < count; i++)
		show_say("%s refuses: %s", who,
			 show_text(faults[i], words, sizeof words));
}

const char *show_text(ProtobufCBinaryData text, char *out, size_t size)
{
	return text_escape(proto_bytes(text), out, size);
}

ProtobufCBinaryData show_name(const Par__V1__Text *name)
{
	if (!name)
		return (ProtobufCBinaryData){0};
	return name->vi.len > 0 ? name->vi : name->en;
}

const char *show_hash(ProtobufCBinaryData hash, char out[SHOW_HASH])
{
	out[0] = '\0';
	if (hash.len == (SHOW_HASH - 1) / 2)
		hex_encode(proto_bytes(hash), out);
	return out;
}

/* Vietnamese in NFC: a character is a code point. */
static size_t text_width(const char *text)
{
	size_t width = 0;
	for (; *text; text++)
		width += ((unsigned char)*text & 0xC0) != 0x80;
	return width;
}

static void put_spaces(FILE *out, size_t count)
{
	for (size_t i = 0; i < count; i++)
		fputc(' ', out);
}

static size_t column_width(const char *const cells[], size_t rows, size_t columns,
			   size_t column)
{
	size_t width = 0;
	for (size_t r = 0; r < rows; r++) {
		size_t w = text_width(cells[r * columns + column]);
		if (w > width)
			width = w;
	}
	return width;
}

/* Up to the last cell that says something. */
static void print_row(FILE *out, const char *const row[], const size_t widths[],
		      size_t columns, unsigned right)
{
	while (columns > 0 && row[columns - 1][0] == '\0')
		columns--;
	for (size_t c = 0; c < columns; c++) {
		size_t pad = widths[c] - text_width(row[c]);
		bool flush_right =
		    (right >> (c < LAST_FLUSH_BIT ? c : LAST_FLUSH_BIT)) & 1;
		put_spaces(out, flush_right ? pad : 0);
		fputs(row[c], out);
		if (c + 1 < columns)
			put_spaces(out, (flush_right ? 0 : pad) + COLUMN_GAP);
	}
	fputc('\n', out);
}

void show_table(FILE *out, const char *const cells[], size_t rows, size_t columns,
		unsigned right)
{
	size_t widths[COLUMNS_MAX];
	assert(columns <= COLUMNS_MAX);
	for (size_t c = 0; c < columns; c++)
		widths[c] = column_width(cells, rows, columns, c);
	for (size_t r = 0; r < rows; r++)
		print_row(out, cells + r * columns, widths, columns, right);
}

void progress_init(struct progress *p, const char *what)
{
	*p = (struct progress){.what = what, .start_ms = clock_mono_ms()};
}

void progress_show(struct progress *p, uint64_t done, uint64_t total)
{
	uint64_t now = clock_mono_ms();
	if (now - p->start_ms < PROGRESS_FROM_MS || now - p->shown_ms < PROGRESS_MS)
		return;
	if (!isatty(STDERR_FILENO))
		return;
	p->shown_ms = now;
	uint64_t percent = total > 0 ? done * 100 / total : 100;
	fprintf(stderr, "\r%s: %" PRIu64 " of %" PRIu64 " (%" PRIu64 " %%)", p->what,
		done, total, percent);
}

void progress_end(struct progress *p)
{
	if (p->shown_ms != 0)
		fputc('\n', stderr);
	p->shown_ms = 0;
}
