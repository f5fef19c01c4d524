#ifndef PAR_NET_LISTENER_H
#define PAR_NET_LISTENER_H

/* Where HTTP is listened: "ADDRESS:PORT" or "[ADDRESS]:PORT", numeric. Only within
 * common/net. */

#include <netinet/in.h>
#include <sys/socket.h>

union listener_address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

/* ERR_CONFIG: it is none. */
int listener_parse(const char *where, union listener_address *out, socklen_t *len)
    __attribute__((warn_unused_result));
/* A listening TCP socket there; port 0 is a free one. ERR_CONFIG, -errno. */
int listener_open(const char *where, int *out, unsigned *port)
    __attribute__((warn_unused_result));

#endif
