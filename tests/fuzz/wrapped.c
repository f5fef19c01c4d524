#include "tests/fuzz/wrapped.h"

#include <errno.h>
#include <string.h>

#include "common/net/http.h"

static struct {
	wrapped_sent_fn *sent;
	loop_fn *on_readable;
	void *ctx;
	bool waiting;
	enum role role;
	uint8_t route;
	struct bytes payload;
} one;

void wrapped_init(wrapped_sent_fn *sent)
{
	one.sent = sent;
}

void wrapped_give(enum role role, uint8_t route, struct bytes payload)
{
	one.waiting = true;
	one.role = role;
	one.route = route;
	one.payload = payload;
	one.on_readable(one.ctx);
}

/* ---- instead of wire.c ---- */

int __wrap_wire_receive(void *socket, bool router, struct wire_message *out);
int __wrap_wire_receive(void *socket, bool router, struct wire_message *out)
{
	struct wire_message m = {.peer = {.route = {one.route}, .route_len = 1}};
	const char *user = role_name(one.role);

	(void)socket;
	(void)router;
	if (!one.waiting)
		return -EAGAIN;
	one.waiting = false;
	memcpy(m.peer.user_id, user, strlen(user) + 1);
	m.payload = one.payload;
	*out = m;
	return 0;
}

int __wrap_wire_send(void *socket, const struct wire_peer *to, struct bytes payload);
int __wrap_wire_send(void *socket, const struct wire_peer *to, struct bytes payload)
{
	(void)socket;
	if (one.sent != NULL)
		one.sent(to, payload);
	return 0;
}

/* ---- instead of loop.c ---- */

int __wrap_loop_add_socket(struct loop *l, void *socket, loop_fn *fn, void *ctx);
int __wrap_loop_add_socket(struct loop *l, void *socket, loop_fn *fn, void *ctx)
{
	(void)l;
	(void)socket;
	one.on_readable = fn;
	one.ctx = ctx;
	return 0;
}

/* ---- instead of gate.c and health.c ---- */

int __wrap_gate_open(struct loop *l, const struct key *own, const char *allow_dir,
		     struct gate **out, struct faults *faults);
int __wrap_gate_open(struct loop *l, const struct key *own, const char *allow_dir,
		     struct gate **out, struct faults *faults)
{
	(void)l;
	(void)own;
	(void)allow_dir;
	(void)faults;
	*out = NULL;
	return 0;
}

int __wrap_gate_router(struct gate *g, const char *endpoint, unsigned roles,
		       int64_t max_message, int rcvhwm, void **socket);
int __wrap_gate_router(struct gate *g, const char *endpoint, unsigned roles,
		       int64_t max_message, int rcvhwm, void **socket)
{
	(void)g;
	(void)endpoint;
	(void)roles;
	(void)max_message;
	(void)rcvhwm;
	*socket = &one;
	return 0;
}

int __wrap_gate_feed_router(struct gate *g, const char *endpoint, unsigned roles,
			    void **socket);
int __wrap_gate_feed_router(struct gate *g, const char *endpoint, unsigned roles,
			    void **socket)
{
	return __wrap_gate_router(g, endpoint, roles, 0, 0, socket);
}

int __wrap_gate_prove(struct gate *g, const char *endpoint);
int __wrap_gate_prove(struct gate *g, const char *endpoint)
{
	(void)g;
	(void)endpoint;
	return 0;
}

enum role __wrap_gate_role(const struct gate *g, const char *user_id);
enum role __wrap_gate_role(const struct gate *g, const char *user_id)
{
	(void)g;
	return role_parse(user_id);
}

void __wrap_gate_on_change(struct gate *g, gate_change_fn *fn, void *ctx);
void __wrap_gate_on_change(struct gate *g, gate_change_fn *fn, void *ctx)
{
	(void)g;
	(void)fn;
	(void)ctx;
}

void __wrap_gate_on_refusal(struct gate *g, gate_refusal_fn *fn, void *ctx);
void __wrap_gate_on_refusal(struct gate *g, gate_refusal_fn *fn, void *ctx)
{
	(void)g;
	(void)fn;
	(void)ctx;
}

int __wrap_health_open(struct loop *l, const char *listen, const struct health *health,
		       struct http **out);
int __wrap_health_open(struct loop *l, const char *listen, const struct health *health,
		       struct http **out)
{
	(void)l;
	(void)listen;
	(void)health;
	*out = NULL;
	return 0;
}
