#include "services/publisher/taker.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/err.h"
#include "common/method/figure_text.h"

void take_check(struct taker *t, bool holds)
{
	if (!holds && t->err == 0)
		t->err = ERR_FORMAT;
}

char *take_bytes(struct taker *t, ProtobufCBinaryData from)
{
	static char none[] = "";
	char *copy = t->at;

	if (from.len == 0 || t->err != 0)
		return none;
	take_check(t,
		   from.len < t->left && text_is_utf8(bytes_of(from.data, from.len)));
	if (t->err != 0)
		return none;
	memcpy(copy, from.data, from.len);
	copy[from.len] = '\0';
	t->at += from.len + 1;
	t->left -= from.len + 1;
	return copy;
}

char *take_needed(struct taker *t, ProtobufCBinaryData from)
{
	take_check(t, from.len > 0);
	return take_bytes(t, from);
}

struct text2 take_text(struct taker *t, const Par__V1__Text *from)
{
	ProtobufCBinaryData none = {0, NULL};

	return (struct text2){
	    .vi = take_bytes(t, from == NULL ? none : from->vi),
	    .en = take_bytes(t, from == NULL ? none : from->en),
	};
}

const char *take_figure(struct taker *t, ProtobufCBinaryData from)
{
	const char *text = take_bytes(t, from);
	struct decimal unused;

	if (text[0] != '\0')
		take_check(t, strlen(text) < FIGURE_TEXT &&
				  text_decimal(text, &unused) == 0);
	return text;
}

void *take_array(struct taker *t, size_t count, size_t size)
{
	void *array = calloc(count > 0 ? count : 1, size);

	if (array == NULL && t->err == 0)
		t->err = -ENOMEM;
	return array;
}

unsigned take_enum(struct taker *t, int value, const int wire[], unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		if (wire[i] == value)
			return i;
	}
	take_check(t, false);
	return 0;
}
