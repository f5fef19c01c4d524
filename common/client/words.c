#include "common/client/words.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/err.h"
#include "common/base/text.h"

static const struct {
	int error;
	const char *text;
} texts[] = {
    {0, "no error"},
    {PAR_ERROR_TIMEOUT, "not reachable, or no answer yet: do the same again"},
    {PAR_ERROR_DENIED, "this key is not admitted, or not in that role"},
    {PAR_ERROR_REFUSED, "refused"},
    {PAR_ERROR_FORKED,
     "this position is not among what is published now, as after a restore from a "
     "copy: "
     "start again from the first item; what was lost comes as a retraction"},
    {PAR_ERROR_CONFIG, "a file, an endpoint or an argument is wrong"},
    {PAR_ERROR_VERSION, "the other side is newer: upgrade this library"},
    {PAR_ERROR_CORRUPT, "what came makes no sense; nothing of it was used"},
    {PAR_ERROR_LIMIT, "larger than is taken"},
    {PAR_ERROR_MEMORY, "out of memory"},
    {PAR_ERROR_SYSTEM, "the system refused something"},
};

const char *par_error_text(int error)
{
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (texts[i].error == error)
			return texts[i].text;
	return "unknown error";
}

const char *par_version(void)
{
	return PAR_VERSION;
}

void words_clear(char *words)
{
	if (words)
		words[0] = '\0';
}

void words_say(char *words, const char *format, ...)
{
	char line[PAR_WORDS];
	va_list args;

	if (!words)
		return;
	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	text_escape(bytes_str(line), words, PAR_WORDS);
}

void words_faults(char *words, const struct faults *faults)
{
	char line[PAR_WORDS] = "";
	size_t len = 0;

	if (!words)
		return;
	for (size_t i = 0; i < faults->listed && len < sizeof(line); i++) {
		char *text = fault_text(&faults->list[i]);
		int n = snprintf(line + len, sizeof(line) - len, "%s%s",
				 len > 0 ? "; " : "", text ? text : "out of memory");
		len += n > 0 ? (size_t)n : 0;
		free(text);
	}
	text_escape(bytes_str(line), words, PAR_WORDS);
}

static int public_code(int err)
{
	switch (err) {
	case 0:
		return 0;
	case ERR_TIMEOUT:
	case ERR_RETRY:
		return PAR_ERROR_TIMEOUT;
	case ERR_DENIED:
		return PAR_ERROR_DENIED;
	case ERR_REFUSED:
		return PAR_ERROR_REFUSED;
	case ERR_FORKED:
		return PAR_ERROR_FORKED;
	case ERR_CONFIG:
		return PAR_ERROR_CONFIG;
	case ERR_VERSION:
		return PAR_ERROR_VERSION;
	case ERR_FORMAT:
	case ERR_CORRUPT:
		return PAR_ERROR_CORRUPT;
	case ERR_LIMIT:
		return PAR_ERROR_LIMIT;
	case -ENOMEM:
		return PAR_ERROR_MEMORY;
	default:
		return PAR_ERROR_SYSTEM;
	}
}

int words_end(char *words, int err)
{
	int code = public_code(err);

	if (words && code != 0 && words[0] == '\0')
		words_say(words, "%s",
			  code == PAR_ERROR_SYSTEM ? err_str(err)
						   : par_error_text(code));
	return code;
}
