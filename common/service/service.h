#ifndef PAR_SERVICE_SERVICE_H
#define PAR_SERVICE_SERVICE_H

/*
 * What every service does alike around its loop, and the words that its log has for it.
 * For services only.
 */

#include "common/guard/guard.h"
#include "common/net/keys.h"

/* guard_seal(); the log tells what is in force. -errno. */
int service_seal(struct guard *g) __attribute__((warn_unused_result));
/* From here on SIGHUP reads the list again, and the log says who came and who went. */
void service_follow_keys(struct gate *g, struct loop *l);

#endif
