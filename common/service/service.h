#ifndef PAR_SERVICE_SERVICE_H
#define PAR_SERVICE_SERVICE_H

/*
 * What every service does alike around its loop, and the words that its log has for it.
 * For services only.
 */

#include "common/guard/guard.h"
#include "common/net/keys.h"
#include "common/service/notify.h"

/* A process that serves: what it gave up, and who is told how it does. */
struct service {
	struct guard guard;
	struct notify notify;
};

/* guard_enclose(), after all is connected that it would forbid. -errno, ERR_CONFIG. */
int service_enclose(const struct guard_needs *needs, struct service *out)
    __attribute__((warn_unused_result));
/*
 * All is open and bound: seals the process, says that it serves, and turns the loop to
 * its end. The log tells what is in force. -errno.
 */
int service_run(struct service *s, struct loop *l) __attribute__((warn_unused_result));
/* From here on SIGHUP reads the list again, and the log says who came, who went, and
 * who was refused. */
void service_follow_keys(struct gate *g, struct loop *l);

#endif
