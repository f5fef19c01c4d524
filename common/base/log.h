#ifndef PAR_BASE_LOG_H
#define PAR_BASE_LOG_H

/*
 * One line an event on stderr in logfmt: ts level service event key=value ...
 * For services only; libraries in common/ never log. Never rater data.
 */

#include "common/base/faults.h"

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

/* `service` is kept, not copied. Level and service are the only statics. */
void log_setup(const char *service, enum log_level level);
/*
 * `event` is a short constant id ("ballot-refused"); format gives "key=value ..."
 * and may be "". Text from outside goes through text_quoted() and stands in \"%s\"
 * of the caller's format. Control characters are escaped here.
 */
void log_event(enum log_level level, const char *event, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* log_setup() with the level as --log-level names it; ERR_CONFIG with a fault. */
int log_setup_named(const char *service, const char *level, struct faults *faults)
    __attribute__((warn_unused_result));
/* An event for each fault: words="...". */
void log_faults(enum log_level level, const char *event, const struct faults *faults);

#endif
