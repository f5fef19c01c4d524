/*
 * Preloaded into a service, it is one whose gate does not work: nobody serves who may
 * come in, and the sockets do not insist on it. For test_gate.
 */

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

enum { ZAP_DOMAIN = 55, ZAP_ENFORCE_DOMAIN = 93 };

typedef int set_fn(void *socket, int option, const void *value, size_t len);
typedef int bind_fn(void *socket, const char *endpoint);

union next {
	void *found;
	set_fn *set;
	bind_fn *bind;
};

int zmq_setsockopt(void *socket, int option, const void *value, size_t len);
int zmq_setsockopt(void *socket, int option, const void *value, size_t len)
{
	union next next = {.found = dlsym(RTLD_NEXT, "zmq_setsockopt")};

	if (option == ZAP_DOMAIN || option == ZAP_ENFORCE_DOMAIN)
		return 0;
	return next.set(socket, option, value, len);
}

int zmq_bind(void *socket, const char *endpoint);
int zmq_bind(void *socket, const char *endpoint)
{
	union next next = {.found = dlsym(RTLD_NEXT, "zmq_bind")};

	if (strcmp(endpoint, "inproc://zeromq.zap.01") == 0)
		endpoint = "inproc://nobody.asks";
	return next.bind(socket, endpoint);
}
