#ifndef PAR_SERVICE_CHECK_H
#define PAR_SERVICE_CHECK_H

/* --health of a service: what container runtimes run to know how it is. */

#include "common/base/faults.h"

/*
 * Asks the service with that --health-listen whether it is ready; its words go to
 * stdout. As codes for config_exit_code(): ERR_GONE: it is, exit 0; ERR_RETRY: it is
 * not, or does not answer; ERR_CONFIG with a fault: that is no ADDRESS:PORT.
 */
int check_health(const char *listen, struct faults *faults)
    __attribute__((warn_unused_result));

#endif
