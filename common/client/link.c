#include "common/client/link.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "common/base/clock.h"
#include "common/base/err.h"
#include "common/base/text.h"
#include "common/client/words.h"

enum { MESSAGE_MAX = 1 << 20 };

static const char scheme[] = "tcp://";
static const char host_chars[] =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._";

static int read_keys(const char *server_pub, const char *own_key, enum role role,
		     struct link *link, struct faults *faults)
{
	int theirs = key_read(server_pub, &link->server, faults);
	int own = key_read(own_key, &link->key, faults);

	if (own != 0)
		return own;
	if (link->key.secret_text[0] == '\0') {
		faults_add(faults, own_key, 0,
			   "is a public key; the own key is NAME.key");
		return ERR_CONFIG;
	}
	if (link->key.role != role) {
		faults_add(faults, own_key, 0, "has role %s; this takes role %s",
			   role_name(link->key.role), role_name(role));
		return ERR_CONFIG;
	}
	return theirs;
}

/* What ZeroMQ would take and never reach, as an IPv6 address, is none. */
static bool is_endpoint(const char *text)
{
	uint64_t port = 0;

	if (strncmp(text, scheme, strlen(scheme)) != 0)
		return false;
	const char *host = text + strlen(scheme);
	size_t len = strspn(host, host_chars);
	if (len == 0 || host[len] != ':' || strchr("-._", host[0]))
		return false;
	return text_uint(host + len + 1, UINT16_MAX, &port) == 0 && port > 0;
}

static int check_endpoint(const char *endpoint, struct faults *faults)
{
	if (is_endpoint(endpoint))
		return 0;
	faults_add(
	    faults, NULL, 0,
	    "the endpoint is \"%s\"; it has to be tcp://HOST:PORT, where HOST is "
	    "a name or an IPv4 address",
	    endpoint);
	return ERR_CONFIG;
}

int link_open(const char *endpoint, const char *server_pub, const char *own_key,
	      enum role role, struct link *link, char *words)
{
	struct faults faults;

	if (sodium_init() < 0)
		return -EIO;
	faults_init(&faults);
	int keys = read_keys(server_pub, own_key, role, link, &faults);
	int err = check_endpoint(endpoint, &faults);
	if (err == 0)
		err = keys;
	words_faults(words, &faults);
	faults_free(&faults);
	if (err != 0)
		return err;
	link->endpoint = strdup(endpoint);
	return link->endpoint ? loop_open_guest(&link->loop) : -ENOMEM;
}

void link_close(struct link *link)
{
	loop_close(link->loop);
	free(link->endpoint);
	key_wipe(&link->key);
}

struct client_config link_config(const struct link *link, uint64_t resend_ms)
{
	return (struct client_config){.endpoint = link->endpoint,
				      .server_public = link->server.public_text,
				      .key = &link->key,
				      .max_message = MESSAGE_MAX,
				      .resend_ms = resend_ms,
				      .in_flight_max = 1};
}

int link_late(const struct link *link, enum client_state state, char *words)
{
	if (state == CLIENT_DENIED) {
		words_say(
		    words,
		    "this key is not admitted by %s: %s.pub has to be in the allow "
		    "directory there, with role %s",
		    link->endpoint, link->key.name, role_name(link->key.role));
		return ERR_DENIED;
	}
	if (state == CLIENT_UP)
		words_say(words, "%s has not answered yet", link->endpoint);
	else
		words_say(words,
			  "%s cannot be reached, or has another key than its .pub file "
			  "says",
			  link->endpoint);
	return ERR_TIMEOUT;
}

uint64_t link_deadline(int timeout_ms)
{
	return clock_mono_ms() + (timeout_ms > 0 ? (uint64_t)timeout_ms : 0);
}
