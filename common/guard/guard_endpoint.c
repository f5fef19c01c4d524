#include "common/guard/guard_endpoint.h"

#include <arpa/inet.h>
#include <string.h>

#include "common/base/err.h"
#include "common/base/text.h"

enum { HOST_MAX = 256 };

int guard_endpoint_port(const char *endpoint, uint16_t *out)
{
	const char *colon = strrchr(endpoint, ':');
	uint64_t port = 0;

	if (colon && strcmp(colon + 1, "*") == 0) {
		*out = 0;
		return 0;
	}
	if (!colon || text_uint(colon + 1, UINT16_MAX, &port))
		return ERR_CONFIG;
	*out = (uint16_t)port;
	return 0;
}

bool guard_endpoint_is_named(const char *endpoint)
{
	const char *scheme = strstr(endpoint, "://");
	const char *host = scheme ? scheme + 3 : endpoint;
	const char *colon = strrchr(host, ':');
	char text[HOST_MAX];
	struct in_addr v4;

	if (*host == '[' || !colon || colon - host >= HOST_MAX)
		return *host != '[';
	memcpy(text, host, (size_t)(colon - host));
	text[colon - host] = '\0';
	return inet_pton(AF_INET, text, &v4) != 1;
}
