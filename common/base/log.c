#include "common/base/log.h"

#include <stdarg.h>
#include <stdio.h>

#include "common/base/clock.h"
#include "common/base/text.h"

enum { LOG_TEXT = 2048 };

static const char *service_name = "par";
static enum log_level level_max = LOG_INFO;

void log_setup(const char *service, enum log_level level)
{
	service_name = service;
	level_max = level;
}

void log_event(enum log_level level, const char *event, const char *format, ...)
{
	static const char *const names[] = {"error", "warn", "info", "debug"};
	char time[TIME_TEXT], text[LOG_TEXT], line[LOG_TEXT];
	va_list args;

	if (level > level_max)
		return;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	text_escape(bytes_str(text), line, sizeof(line));
	fprintf(stderr, "ts=%s level=%s service=%s event=%s%s%s\n",
		time_text(clock_wall_s(), time), names[level], service_name, event,
		line[0] != '\0' ? " " : "", line);
}
