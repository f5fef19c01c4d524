#ifndef PAR_NET_KEYS_H
#define PAR_NET_KEYS_H

/*
 * Who may talk: CURVE key files, the allow-list, and ZAP served in the loop. Fails
 * closed: no list, no entry.
 *
 * A key is two files: NAME.key (mode 0600, refused when group or others may read it)
 * and NAME.pub (refused when they may change it, or what lies beside it; key_file.h).
 * Both are one line, "par-key/1 ROLE NAME Z85" (the secret key in .key, the public one
 * in .pub). An allow-list is a directory of .pub files; it is read at the start and
 * again at SIGHUP. The directory itself stays: a service may not read another one that
 * was put in its place.
 *
 * The identity of a peer is the ZAP User-Id: "NAME.xxxxxxxx", the name and 8 hex digits
 * of SHA-256 of its public key, so that a name with a new key is someone else.
 */

#include "common/base/faults.h"
#include "common/net/loop.h"

enum role {
	ROLE_NONE = 0,
	ROLE_INTAKE = 1,
	ROLE_OPERATOR = 2,
	ROLE_RELEASER = 4,
	ROLE_AUDITOR = 8,
	ROLE_INTERNAL = 16,
	ROLE_DOWNSTREAM = 32,
};

enum { KEY_TEXT = 41, KEY_NAME_MAX = 48, USER_ID_MAX = 64 };

const char *role_name(enum role r);
enum role role_parse(const char *name); /* ROLE_NONE: unknown */

struct key {
	enum role role;
	char name[KEY_NAME_MAX + 1]; /* letters, digits, - and _ */
	char public_text[KEY_TEXT];  /* Z85 */
	char secret_text[KEY_TEXT];  /* "" when read from a .pub */
};

/* A new pair in memory; and both its files in dir (made, 0700), never over old ones. */
int key_make(const char *name, enum role role, struct key *out)
    __attribute__((warn_unused_result));
int key_write(const struct key *k, const char *dir) __attribute__((warn_unused_result));
/* Reads NAME.key or NAME.pub; faults say what is wrong. ERR_CONFIG. */
int key_read(const char *path, struct key *out, struct faults *faults)
    __attribute__((warn_unused_result));
/* The own key of a service: a secret one, role internal. ERR_CONFIG with faults. */
int key_read_own(const char *path, struct key *out, struct faults *faults)
    __attribute__((warn_unused_result));
void key_wipe(struct key *k);
void key_user_id(const struct key *k, char out[USER_ID_MAX + 1]);

/*
 * The gate of a service: its own key, the allow-list, and the ZAP socket in the loop.
 * Open it before any server socket.
 */
struct gate;
int gate_open(struct loop *l, const struct key *own, const char *allow_dir,
	      struct gate **out, struct faults *faults)
    __attribute__((warn_unused_result));
/* Closes its routers too; whoever serves one is closed before. NULL is fine. */
void gate_close(struct gate *g);
/*
 * Reads the list again. ERR_CONFIG: a file of it is faulty, as the faults tell; nobody
 * new comes in, and who is on it no more, or whose file that is, is out. A directory
 * that cannot be read changes nothing.
 */
int gate_reload(struct gate *g, struct faults *faults)
    __attribute__((warn_unused_result));
/*
 * Who is told of each key that a gate_reload() admits, takes off the list, or gives
 * another role; ROLE_NONE: it is off.
 */
typedef void gate_change_fn(void *ctx, const char *user_id, enum role role);
void gate_on_change(struct gate *g, gate_change_fn *fn, void *ctx);
/*
 * Who is told of refused handshakes: of the first at once, then once a minute at most,
 * by the key that was refused last and the number since the line before. A key that is
 * on the list in another role has its User-Id, any other "unknown" in place of its
 * name.
 */
typedef void gate_refusal_fn(void *ctx, const char *user_id, uint64_t count);
void gate_on_refusal(struct gate *g, gate_refusal_fn *fn, void *ctx);
size_t gate_size(const struct gate *g); /* keys admitted */
/* Handshakes refused so far, the stranger of gate_prove() among them. */
uint64_t gate_refused(const struct gate *g);

/*
 * A bound ROUTER behind the gate: CURVE server, MANDATORY, HANDSHAKE_IVL 3 s, LINGER 0,
 * ENFORCE_DOMAIN, MAXMSGSIZE and RCVHWM as given. Only roles in `roles` pass the
 * handshake. GATE_ANSWERS_MAX answers wait for a peer, then wire_send() says -EAGAIN.
 * ZeroMQ learns of the answers it passed on in halves of that: a client with more than
 * GATE_IN_FLIGHT_MAX in flight may see answers only after it has asked again. -errno
 * (address in use, ...). The gate keeps and closes it.
 */
enum { GATE_ANSWERS_MAX = 640, GATE_IN_FLIGHT_MAX = GATE_ANSWERS_MAX / 2 };
int gate_router(struct gate *g, const char *endpoint, unsigned roles,
		int64_t max_message, int rcvhwm, void **socket)
    __attribute__((warn_unused_result));
/*
 * The same for a feed: requests are small and answers large, so few of both are kept
 * for a peer that does not read.
 */
enum { GATE_FEED_REQUEST_MAX = 4096, GATE_FEED_QUEUE = 4 };
int gate_feed_router(struct gate *g, const char *endpoint, unsigned roles,
		     void **socket) __attribute__((warn_unused_result));
/* Where a router is bound ("tcp://127.0.0.1:*" has got its port); out stays. */
enum { ENDPOINT_MAX = 256 };
int gate_endpoint(void *socket, char out[ENDPOINT_MAX])
    __attribute__((warn_unused_result));
/*
 * Connects a stranger to a bound endpoint and waits until it is refused (turns the
 * loop meanwhile). ERR_DENIED is good and given as 0; anything else is a failure to
 * start: ERR_CONFIG when the stranger came in.
 */
int gate_prove(struct gate *g, const char *endpoint)
    __attribute__((warn_unused_result));

/* The role of a peer now, by the User-Id of its message; ROLE_NONE once revoked. */
enum role gate_role(const struct gate *g, const char *user_id);

#endif
