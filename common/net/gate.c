#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zmq.h>

#include "common/base/err.h"
#include "common/net/allow.h"
#include "common/net/dial.h"
#include "common/net/keys.h"
#include "common/net/refusals.h"
#include "common/net/socket.h"
#include "common/net/zap.h"

enum {
	ROUTERS_MAX = 8,
	PEERS_WAITING = 512,
	PROVE_MS = 10000,
	REFUSALS_QUIET_MS = 60000,
};

struct gate {
	struct loop *loop;
	struct key own;
	char *allow_dir;
	struct allow allow;
	gate_change_fn *on_change; /* NULL: nobody is told */
	void *change_ctx;
	void *zap;
	void *routers[ROUTERS_MAX];
	uint64_t refused;
	struct refusals refusals;
	bool proving; /* the stranger of gate_prove() is nobody to tell of */
};

/* ---- who may pass ---- */

/* The domain of a router names the roles that may pass. */
static void domain_of(unsigned roles, char out[16])
{
	snprintf(out, 16, "roles-%u", roles);
}

static unsigned roles_of(const char *domain)
{
	unsigned roles = 0;

	return sscanf(domain, "roles-%u", &roles) == 1 ? roles : 0;
}

static struct zap_answer judge(const struct gate *g, const struct zap_request *r)
{
	const struct zap_answer trouble = {"300", "not understood here", ""};
	const struct zap_answer refused = {"400", "this key is not admitted", ""};

	if (strcmp(r->frame[ZAP_VERSION], "1.0") != 0 ||
	    !roles_of(r->frame[ZAP_DOMAIN]))
		return trouble;
	if (strcmp(r->frame[ZAP_MECHANISM], "CURVE") != 0 ||
	    r->len[ZAP_CREDENTIAL] != KEY_RAW_SIZE)
		return refused;
	const struct allowed *who =
	    allow_by_key(&g->allow, (const uint8_t *)r->frame[ZAP_CREDENTIAL]);
	if (!who || !(who->role & roles_of(r->frame[ZAP_DOMAIN])))
		return refused;
	return (struct zap_answer){"200", "OK", who->user_id};
}

/* By its User-Id, or as unknown with the digits that a User-Id would have. */
static void tell_refused(struct gate *g, const struct zap_request *r)
{
	struct key k = {.name = "unknown"};
	char user_id[USER_ID_MAX + 1];
	const uint8_t *raw = (const uint8_t *)r->frame[ZAP_CREDENTIAL];

	if (g->proving)
		return;
	if (r->len[ZAP_CREDENTIAL] != KEY_RAW_SIZE ||
	    !zmq_z85_encode(k.public_text, raw, KEY_RAW_SIZE)) {
		refusals_add(&g->refusals, k.name);
		return;
	}
	const struct allowed *who = allow_by_key(&g->allow, raw);
	key_user_id(&k, user_id);
	refusals_add(&g->refusals, who ? who->user_id : user_id);
}

static void on_zap(void *ctx)
{
	struct gate *g = ctx;
	struct zap_request r;

	for (;;) {
		memset(&r, 0, sizeof(r));
		int err = zap_receive(g->zap, &r);
		if (err && err != ERR_FORMAT)
			return;
		struct zap_answer a = {"300", "not understood here", ""};
		if (!err)
			a = judge(g, &r);
		if (strcmp(a.status, "200") != 0)
			g->refused++;
		if (strcmp(a.status, "400") == 0)
			tell_refused(g, &r);
		zap_answer(g->zap, &r, &a);
	}
}

static int open_zap(struct gate *g)
{
	const struct socket_options options = {.max_message = -1};
	int err = socket_open(g->loop, ZMQ_ROUTER, &options, &g->zap);
	if (err)
		return err;
	if (zmq_bind(g->zap, "inproc://zeromq.zap.01"))
		return -zmq_errno();
	return loop_add_socket(g->loop, g->zap, on_zap, g);
}

/* ---- the gate ---- */

int gate_open(struct loop *l, const struct key *own, const char *allow_dir,
	      struct gate **out, struct faults *faults)
{
	struct gate *g = calloc(1, sizeof(*g));
	if (!g)
		return -ENOMEM;
	g->loop = l;
	g->own = *own;
	refusals_init(&g->refusals, l, REFUSALS_QUIET_MS);
	g->allow_dir = strdup(allow_dir);
	int err = -ENOMEM;
	if (!g->allow_dir)
		goto fail;
	err = gate_reload(g, faults);
	if (err)
		goto fail;
	err = open_zap(g);
	if (err)
		goto fail;
	*out = g;
	return 0;
fail:
	gate_close(g);
	return err;
}

void gate_close(struct gate *g)
{
	if (!g)
		return;
	for (size_t i = 0; i < ROUTERS_MAX; i++)
		if (g->routers[i])
			zmq_close(g->routers[i]);
	if (g->zap) {
		loop_remove_socket(g->loop, g->zap);
		(void)zmq_unbind(g->zap, "inproc://zeromq.zap.01");
		zmq_close(g->zap);
	}
	refusals_stop(&g->refusals);
	allow_free(&g->allow);
	free(g->allow_dir);
	key_wipe(&g->own);
	free(g);
}

int gate_reload(struct gate *g, struct faults *faults)
{
	struct allow fresh;
	size_t before = faults->count;
	int err = allow_read(g->allow_dir, &fresh, faults);
	if (err)
		return err;
	if (faults->count != before) {
		allow_keep(&fresh, &g->allow);
		err = ERR_CONFIG;
	}
	if (g->on_change)
		allow_compare(&g->allow, &fresh, g->on_change, g->change_ctx);
	allow_free(&g->allow);
	g->allow = fresh;
	return err;
}

void gate_on_change(struct gate *g, gate_change_fn *fn, void *ctx)
{
	g->on_change = fn;
	g->change_ctx = ctx;
}

void gate_on_refusal(struct gate *g, gate_refusal_fn *fn, void *ctx)
{
	g->refusals.fn = fn;
	g->refusals.ctx = ctx;
}

size_t gate_size(const struct gate *g)
{
	return g->allow.count;
}

uint64_t gate_refused(const struct gate *g)
{
	return g->refused;
}

enum role gate_role(const struct gate *g, const char *user_id)
{
	const struct allowed *who = allow_by_user(&g->allow, user_id);

	return who ? who->role : ROLE_NONE;
}

/* ---- routers ---- */

static int guard(const struct gate *g, void *socket, unsigned roles)
{
	char domain[16];

	domain_of(roles, domain);
	const int options[][2] = {
	    {ZMQ_ROUTER_MANDATORY, 1},
	    {ZMQ_BACKLOG, PEERS_WAITING},
	    {ZMQ_CURVE_SERVER, 1},
	    {SOCKET_ZAP_ENFORCE_DOMAIN, 1},
	};
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		int err = socket_set_int(socket, options[i][0], options[i][1]);
		if (err)
			return err;
	}
	int err = socket_set_text(socket, ZMQ_CURVE_SECRETKEY, g->own.secret_text);
	if (err)
		return err;
	return socket_set_text(socket, ZMQ_ZAP_DOMAIN, domain);
}

static int open_router(struct gate *g, const char *endpoint, unsigned roles,
		       const struct socket_options *options, void **out)
{
	size_t place = 0;
	void *socket;

	while (place < ROUTERS_MAX && g->routers[place])
		place++;
	if (place == ROUTERS_MAX)
		return ERR_LIMIT;
	int err = socket_open(g->loop, ZMQ_ROUTER, options, &socket);
	if (err)
		return err;
	err = guard(g, socket, roles);
	if (!err && zmq_bind(socket, endpoint))
		err = -zmq_errno();
	if (err) {
		zmq_close(socket);
		return err;
	}
	g->routers[place] = socket;
	*out = socket;
	return 0;
}

int gate_router(struct gate *g, const char *endpoint, unsigned roles,
		int64_t max_message, int rcvhwm, void **socket)
{
	const struct socket_options options = {
	    .max_message = max_message, .rcvhwm = rcvhwm, .sndhwm = GATE_ANSWERS_MAX};

	return open_router(g, endpoint, roles, &options, socket);
}

int gate_feed_router(struct gate *g, const char *endpoint, unsigned roles,
		     void **socket)
{
	const struct socket_options options = {.max_message = GATE_FEED_REQUEST_MAX,
					       .rcvhwm = GATE_FEED_QUEUE,
					       .sndhwm = GATE_FEED_QUEUE};

	return open_router(g, endpoint, roles, &options, socket);
}

int gate_endpoint(void *socket, char out[ENDPOINT_MAX])
{
	char endpoint[ENDPOINT_MAX];
	size_t len = sizeof(endpoint);

	if (zmq_getsockopt(socket, ZMQ_LAST_ENDPOINT, endpoint, &len))
		return -zmq_errno();
	memcpy(out, endpoint, len);
	return 0;
}

/* ---- the proof that strangers are refused ---- */

struct proof {
	struct dial dial;
	enum dial_event seen;
};

static void on_proof(void *ctx)
{
	struct proof *p = ctx;

	if (p->seen == DIAL_NONE)
		p->seen = dial_next_event(&p->dial);
}

static int await_proof(struct loop *l, struct proof *p)
{
	uint64_t until = loop_now_ms(l) + PROVE_MS;

	while (p->seen == DIAL_NONE && loop_now_ms(l) < until) {
		int err = loop_turn(l, PROVE_MS / 10);
		if (err)
			return err;
	}
	switch (p->seen) {
	case DIAL_DENIED:
		return 0;
	case DIAL_UP:
		return ERR_CONFIG;
	case DIAL_LOST:
		return ERR_RETRY;
	case DIAL_NONE:
		break;
	}
	return ERR_TIMEOUT;
}

int gate_prove(struct gate *g, const char *endpoint)
{
	const struct socket_options options = {
	    .max_message = 0, .rcvhwm = 1, .sndhwm = 1};
	struct proof p = {.seen = DIAL_NONE};
	struct key stranger;
	int err = key_make("stranger", ROLE_INTERNAL, &stranger);
	if (err)
		return err;
	err = dial_open(g->loop, endpoint, g->own.public_text, &stranger, &options,
			&p.dial);
	key_wipe(&stranger);
	if (err)
		return err;
	g->proving = true;
	err = loop_add_socket(g->loop, p.dial.monitor, on_proof, &p);
	if (!err)
		err = await_proof(g->loop, &p);
	g->proving = false;
	loop_remove_socket(g->loop, p.dial.monitor);
	dial_close(&p.dial);
	return err;
}
