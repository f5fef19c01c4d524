#ifndef PAR_PAR_SHOW_H
#define PAR_PAR_SHOW_H

/*
 * What a person sees: words and progress on stderr, aligned tables on stdout. Bytes
 * from a service are escaped before they reach a terminal.
 */

#include "common/base/faults.h"

#include "par/v1/manifest.pb-c.h"

#include <stdio.h>

/* "par: words" and a line end on stderr. */
void show_say(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Whether who reads our output has had enough, as `head` does: no failure of ours. */
bool show_reader_left(void);
/* Whether the file can be read; told when not. ERR_CONFIG. */
int show_readable(const char *path) __attribute__((warn_unused_result));
/* Why a service refuses, a line a fault. */
void show_refusal(const char *who, const ProtobufCBinaryData *faults, size_t count);

/* Text of a service, escaped and cut to size; returns out. */
const char *show_text(ProtobufCBinaryData text, char *out, size_t size);
/* The Vietnamese name, or the English one, or none. */
ProtobufCBinaryData show_name(const Par__V1__Text *name);
/* 32 bytes in hexadecimal; "" when there are none. Returns out. */
enum { SHOW_HASH = 65 };
const char *show_hash(ProtobufCBinaryData hash, char out[SHOW_HASH]);

/*
 * A table: cells row by row, the first row its head, at most 128 columns. Columns whose
 * bit is set in `right` are set flush right; bit 31 is that of all columns from 31 on.
 * Widths are counted in characters.
 */
void show_table(FILE *out, const char *const cells[], size_t rows, size_t columns,
		unsigned right);

/*
 * A line on stderr that is written over while something long goes on: only on a
 * terminal, from the first second on, five times a second at most.
 */
struct progress {
	const char *what;
	uint64_t start_ms, shown_ms; /* shown_ms 0: never */
};
void progress_init(struct progress *p, const char *what);
void progress_show(struct progress *p, uint64_t done, uint64_t total);
void progress_end(struct progress *p);

#endif
