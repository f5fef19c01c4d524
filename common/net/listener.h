#ifndef PAR_NET_LISTENER_H
#define PAR_NET_LISTENER_H

/*
 * A listening TCP socket on "ADDRESS:PORT" or "[ADDRESS]:PORT", numeric; port 0 is a
 * free one. ERR_CONFIG, -errno. Only for http.c.
 */
int listener_open(const char *where, int *out, unsigned *port)
    __attribute__((warn_unused_result));

#endif
