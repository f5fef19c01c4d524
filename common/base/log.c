#include "common/base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/err.h"
#include "common/base/text.h"

enum { LOG_TEXT = 2048 };

static const char *const level_names[] = {
    [LOG_ERROR] = "error",
    [LOG_WARN] = "warn",
    [LOG_INFO] = "info",
    [LOG_DEBUG] = "debug",
};

static const char *service_name = "par";
static enum log_level level_max = LOG_INFO;

void log_setup(const char *service, enum log_level level)
{
	service_name = service;
	level_max = level;
}

void log_event(enum log_level level, const char *event, const char *format, ...)
{
	char time[TIME_TEXT], text[LOG_TEXT], line[LOG_TEXT];
	va_list args;

	if (level > level_max)
		return;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	text_escape(bytes_str(text), line, sizeof(line));
	fprintf(stderr, "ts=%s level=%s service=%s event=%s%s%s\n",
		time_text(clock_wall_s(), time), level_names[level], service_name, event,
		line[0] != '\0' ? " " : "", line);
}

int log_setup_named(const char *service, const char *level, struct faults *faults)
{
	for (int i = LOG_ERROR; i <= LOG_DEBUG; i++) {
		if (strcmp(level, level_names[i]) == 0) {
			log_setup(service, (enum log_level)i);
			return 0;
		}
	}
	faults_add(faults, NULL, 0, "--log-level is error, warn, info or debug, not %s",
		   level);
	return ERR_CONFIG;
}

void log_faults(enum log_level level, const char *event, const struct faults *faults)
{
	for (size_t i = 0; i < faults->listed; i++) {
		char *text = fault_text(&faults->list[i]);
		char words[LOG_TEXT];

		log_event(level, event, "words=\"%s\"",
			  text_quoted(bytes_str(text ? text : "out of memory"), words,
				      sizeof(words)));
		free(text);
	}
}
