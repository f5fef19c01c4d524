#ifndef PAR_NET_ALLOW_H
#define PAR_NET_ALLOW_H

/* The allow-list in memory: who a public key is, and which role a User-Id has. */

#include "common/net/keys.h"

enum { ALLOW_MAX = 10000, KEY_RAW_SIZE = 32 };

struct allowed {
	uint8_t raw[KEY_RAW_SIZE];
	enum role role;
	char user_id[USER_ID_MAX + 1];
};

struct allow {
	struct allowed *list; /* by user_id */
	size_t count, cap;
};

/*
 * Reads every .pub file of dir. What is wrong with a file goes to faults, and *out holds
 * the others: nobody new may come in by such a list. ERR_CONFIG with faults: the
 * directory itself cannot be read or trusted; -ENOMEM.
 */
int allow_read(const char *dir, struct allow *out, struct faults *faults)
    __attribute__((warn_unused_result));
void allow_free(struct allow *a);
/* Leaves in a those who are in old too, with the same role. */
void allow_keep(struct allow *a, const struct allow *old);
/* Tells of each key whose role is not the same in both. */
void allow_compare(const struct allow *before, const struct allow *after,
		   gate_change_fn *fn, void *ctx);
/* NULL: not on the list. */
const struct allowed *allow_by_key(const struct allow *a,
				   const uint8_t raw[KEY_RAW_SIZE]);
const struct allowed *allow_by_user(const struct allow *a, const char *user_id);

#endif
