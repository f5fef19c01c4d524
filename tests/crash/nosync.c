/*
 * libcrash_nosync.so, to be preloaded: every LMDB environment is opened with
 * MDB_NOSYNC, which no file of the product may do. The replayer must then find losses.
 * Declared here, for lmdb.h belongs to common/store.
 */

#include <dlfcn.h>
#include <stdlib.h>
#include <sys/types.h>

enum { NOSYNC = 0x10000 };

int mdb_env_open(void *env, const char *path, unsigned flags, mode_t mode);

int mdb_env_open(void *env, const char *path, unsigned flags, mode_t mode)
{
	union {
		void *found;
		int (*call)(void *env, const char *path, unsigned flags, mode_t mode);
	} real = {dlsym(RTLD_NEXT, "mdb_env_open")};

	if (!real.found)
		abort();
	return real.call(env, path, flags | NOSYNC, mode);
}
