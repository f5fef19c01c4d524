#ifndef PAR_GUARD_GUARD_ENDPOINT_H
#define PAR_GUARD_GUARD_ENDPOINT_H

/* The host and the port of "tcp://HOST:PORT" or "HOST:PORT". Only for common/guard. */

#include <stdbool.h>
#include <stdint.h>

/* 0: free to choose ("*" or 0). ERR_CONFIG. */
int guard_endpoint_port(const char *endpoint, uint16_t *out)
    __attribute__((warn_unused_result));
/* The host is no address but a name. */
bool guard_endpoint_is_named(const char *endpoint);

#endif
