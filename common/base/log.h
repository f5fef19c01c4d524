#ifndef PAR_BASE_LOG_H
#define PAR_BASE_LOG_H

/*
 * One line an event on stderr in logfmt: ts level service event key=value ...
 * For services only; libraries in common/ never log. Never rater data.
 */

#include "common/base/bytes.h"

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

/* `service` is kept, not copied. Level and service are the only statics. */
void log_setup(const char *service, enum log_level level);
/*
 * `event` is a short constant id ("ballot-refused"); format gives "key=value ..."
 * and may be "". Text from peers goes through text_escape() and is quoted by %s in
 * \"...\" of the caller's format.
 */
void log_event(enum log_level level, const char *event, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
