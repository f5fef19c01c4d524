#include "common/net/allow.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zmq.h>

#include "common/base/err.h"
#include "common/net/key_file.h"

static int by_user(const void *a, const void *b)
{
	const struct allowed *x = a, *y = b;

	return strcmp(x->user_id, y->user_id);
}

const struct allowed *allow_by_key(const struct allow *a,
				   const uint8_t raw[KEY_RAW_SIZE])
{
	for (size_t i = 0; i < a->count; i++)
		if (memcmp(a->list[i].raw, raw, KEY_RAW_SIZE) == 0)
			return &a->list[i];
	return NULL;
}

const struct allowed *allow_by_user(const struct allow *a, const char *user_id)
{
	struct allowed wanted = {0};

	if (!a->count || strlen(user_id) > USER_ID_MAX)
		return NULL;
	memcpy(wanted.user_id, user_id, strlen(user_id));
	return bsearch(&wanted, a->list, a->count, sizeof(wanted), by_user);
}

void allow_compare(const struct allow *before, const struct allow *after,
		   gate_change_fn *fn, void *ctx)
{
	for (size_t i = 0; i < before->count; i++)
		if (!allow_by_user(after, before->list[i].user_id))
			fn(ctx, before->list[i].user_id, ROLE_NONE);
	for (size_t i = 0; i < after->count; i++) {
		const struct allowed *now = &after->list[i];
		const struct allowed *was = allow_by_user(before, now->user_id);
		if (!was || was->role != now->role)
			fn(ctx, now->user_id, now->role);
	}
}

void allow_free(struct allow *a)
{
	free(a->list);
	*a = (struct allow){0};
}

static int grow(struct allow *a)
{
	if (a->count < a->cap)
		return 0;
	size_t cap = a->cap ? 2 * a->cap : 16;
	struct allowed *list = realloc(a->list, cap * sizeof(*list));
	if (!list)
		return -ENOMEM;
	a->list = list;
	a->cap = cap;
	return 0;
}

/* A User-Id has 32 bits of its key: whoever makes many keys finds another's. */
static bool is_there(const struct allow *a, const struct allowed *one)
{
	for (size_t i = 0; i < a->count; i++)
		if (memcmp(a->list[i].raw, one->raw, KEY_RAW_SIZE) == 0 ||
		    strcmp(a->list[i].user_id, one->user_id) == 0)
			return true;
	return false;
}

static int add(struct allow *a, const char *path, struct faults *faults)
{
	struct allowed one = {0};
	struct key k;
	int err = key_read(path, &k, faults);
	if (err)
		return 0; /* told in faults; the others are read all the same */
	one.role = k.role;
	zmq_z85_decode(one.raw, k.public_text);
	key_user_id(&k, one.user_id);
	if (is_there(a, &one)) {
		faults_add(faults, path, 0,
			   "holds a key that another file of the list holds too, or "
			   "one that cannot be told from it; remove one of them");
		return 0;
	}
	if (a->count >= ALLOW_MAX) {
		faults_add(faults, path, 0, "is one key more than the %d of a list",
			   ALLOW_MAX);
		return 0;
	}
	err = grow(a);
	if (err)
		return err;
	a->list[a->count++] = one;
	return 0;
}

static bool is_public(const char *name)
{
	size_t len = strlen(name);

	return name[0] != '.' && len > 4 && strcmp(name + len - 4, ".pub") == 0;
}

static int read_all(DIR *dir, const char *path, struct allow *a, struct faults *faults)
{
	char file[PATH_MAX];

	for (;;) {
		errno = 0;
		const struct dirent *entry = readdir(dir);
		if (!entry)
			break;
		if (!is_public(entry->d_name))
			continue;
		snprintf(file, sizeof(file), "%s/%s", path, entry->d_name);
		int err = add(a, file, faults);
		if (err)
			return err;
	}
	if (errno)
		faults_add(faults, path, 0, "cannot be read: %s", strerror(errno));
	return 0;
}

int allow_read(const char *dir, struct allow *out, struct faults *faults)
{
	struct allow a = {0};
	DIR *d = opendir(dir);
	if (!d) {
		faults_add(faults, dir, 0,
			   "cannot be read as the directory of admitted keys: %s",
			   strerror(errno));
		return ERR_CONFIG;
	}
	int err = key_file_check_dir(dir, faults);
	if (!err)
		err = read_all(d, dir, &a, faults);
	closedir(d);
	if (err) {
		allow_free(&a);
		return err;
	}
	if (a.count)
		qsort(a.list, a.count, sizeof(*a.list), by_user);
	*out = a;
	return 0;
}

void allow_keep(struct allow *a, const struct allow *old)
{
	size_t kept = 0;

	for (size_t i = 0; i < a->count; i++) {
		const struct allowed *one = &a->list[i];
		const struct allowed *was = allow_by_key(old, one->raw);
		if (was && was->role == one->role)
			a->list[kept++] = *one;
	}
	a->count = kept;
}
