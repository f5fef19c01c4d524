#include "services/scorer/scorer.h"

#include <stdarg.h>
#include <stdio.h>

#include "common/base/err.h"
#include "common/base/log.h"
#include "common/base/text.h"

enum { WORDS_MAX = 512, QUOTED_MAX = 2 * WORDS_MAX };

void scorer_halt(struct scorer *s, const char *format, ...)
{
	char words[WORDS_MAX], quoted[QUOTED_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(words, sizeof(words), format, args);
	va_end(args);
	faults_add(&s->halted, NULL, 0, "%s", words);
	log_event(LOG_ERROR, "halted", "words=\"%s\"",
		  text_quoted(bytes_str(words), quoted, sizeof(quoted)));
}

void scorer_fail(struct scorer *s, const char *event, const char *format, ...)
{
	char words[WORDS_MAX], quoted[QUOTED_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(words, sizeof(words), format, args);
	va_end(args);
	log_event(LOG_ERROR, event, "words=\"%s\"",
		  text_quoted(bytes_str(words), quoted, sizeof(quoted)));
	s->failed = true;
	loop_stop(s->loop);
}

void scorer_error(struct scorer *s, const char *what, int err)
{
	if (err == ERR_FULL)
		scorer_halt(s,
			    "%s: the results store or the disk is full; make room or "
			    "raise --results-bytes, and start again",
			    what);
	else
		scorer_fail(s, "failed", "%s: %s", what, err_str(err));
}

bool scorer_stopped(const struct scorer *s)
{
	return s->failed || s->halted.count > 0;
}
