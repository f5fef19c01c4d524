#include "services/par/peer.h"

#include "common/base/clock.h"
#include "common/base/err.h"
#include "services/par/show.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { TURN_MS = 200 };

static const struct {
	const char *name, *file;
} services[] = {
    [SERVICE_COLLECTOR] = {"the collector", "collector"},
    [SERVICE_JOURNAL] = {"the collector", "collector"},
    [SERVICE_SCORER] = {"the scorer", "scorer"},
    [SERVICE_PUBLISHER] = {"the publisher", "publisher"},
};

static const char *endpoint_of(const struct options *o, enum service service)
{
	switch (service) {
	case SERVICE_COLLECTOR:
		return o->collector;
	case SERVICE_JOURNAL:
		return o->journal;
	case SERVICE_SCORER:
		return o->scorer;
	case SERVICE_PUBLISHER:
		return o->publisher;
	}
	return "";
}

static int path_of(const char *dir, const char *name, const char *suffix,
		   char out[PEER_PATH_MAX])
{
	int n = snprintf(out, PEER_PATH_MAX, "%s/%s.%s", dir, name, suffix);
	return n < 0 || n >= PEER_PATH_MAX ? ERR_CONFIG : 0;
}

bool peer_has_key(const struct options *o, enum role role)
{
	char path[PEER_PATH_MAX];
	if (path_of(o->keys, role_name(role), "key", path) != 0)
		return false;
	return access(path, F_OK) == 0;
}

static int key_path(const struct options *o, enum role role, char out[PEER_PATH_MAX])
{
	if (o->key[0] == '\0')
		return path_of(o->keys, role_name(role), "key", out);
	int n = snprintf(out, PEER_PATH_MAX, "%s", o->key);
	return n < 0 || n >= PEER_PATH_MAX ? ERR_CONFIG : 0;
}

static int read_keys(const struct options *o, enum service service, enum role role,
		     struct peer *p)
{
	char server[PEER_PATH_MAX];
	int err = key_path(o, role, p->key_path);
	if (err == 0)
		err = path_of(o->keys, services[service].file, "pub", server);
	if (err != 0) {
		show_say("the name of the directory of keys is too long");
		return err;
	}
	struct faults faults;
	faults_init(&faults);
	int own = key_read(p->key_path, &p->key, &faults);
	int theirs = key_read(server, &p->server, &faults);
	faults_print(&faults, "", stderr);
	faults_free(&faults);
	if (own == 0 && theirs == 0 && p->key.secret_text[0] == '\0') {
		show_say("%s is a public key; give the .key file", p->key_path);
		return ERR_CONFIG;
	}
	return own != 0 ? own : theirs;
}

int peer_open(const struct options *o, enum service service, enum role role,
	      struct peer *out)
{
	struct peer p = {.name = services[service].name,
			 .endpoint = endpoint_of(o, service),
			 .wait_ms = o->wait * 1000};
	int err = read_keys(o, service, role, &p);
	if (err == 0 && strncmp(p.endpoint, "tcp://", 6) != 0) {
		show_say("the endpoint of %s is \"%s\"; it has to be tcp://HOST:PORT",
			 p.name, p.endpoint);
		err = ERR_CONFIG;
	}
	if (err == 0)
		err = loop_open(&p.loop);
	if (err != 0) {
		peer_close(&p);
		return err;
	}
	peer_heard(&p);
	*out = p;
	key_wipe(&p.key);
	return 0;
}

void peer_close(struct peer *p)
{
	loop_close(p->loop);
	p->loop = NULL;
	key_wipe(&p->key);
}

struct client_config peer_config(const struct peer *p, size_t in_flight)
{
	return (struct client_config){.endpoint = p->endpoint,
				      .server_public = p->server.public_text,
				      .key = &p->key,
				      .max_message = PEER_MESSAGE_MAX,
				      .resend_ms = PEER_RESEND_MS,
				      .in_flight_max = in_flight};
}

void peer_state(struct peer *p, enum client_state state)
{
	p->state = state;
	if (state != CLIENT_DENIED || p->told_denied)
		return;
	show_say("this key is not admitted by %s; trying again (%s)", p->name,
		 p->key_path);
	p->told_denied = true;
}

void peer_heard(struct peer *p)
{
	p->since_ms = clock_mono_ms();
	p->deadline_ms = p->since_ms + p->wait_ms;
	p->told_waiting = false;
}

static int give_up(const struct peer *p)
{
	if (p->state == CLIENT_DENIED) {
		show_say(
		    "this key is not admitted by %s: add the .pub beside %s to its "
		    "allow-list, or use a key of the right role",
		    p->name, p->key_path);
		return ERR_DENIED;
	}
	if (p->state == CLIENT_UP)
		show_say("%s has not finished within --wait", p->name);
	else
		show_say("%s at %s cannot be reached", p->name, p->endpoint);
	return ERR_TIMEOUT;
}

int peer_turn(struct peer *p)
{
	if (loop_stopped(p->loop))
		return -EINTR;
	uint64_t now = clock_mono_ms();
	if (now >= p->deadline_ms)
		return give_up(p);
	bool late = now - p->since_ms >= PEER_WORDS_MS;
	if (late && p->state == CLIENT_CONNECTING && !p->told_waiting) {
		show_say("waiting for %s at %s", p->name, p->endpoint);
		p->told_waiting = true;
	}
	uint64_t left = p->deadline_ms - now;
	return loop_turn(p->loop, left < TURN_MS ? (int)left : TURN_MS);
}
