/* A key file, as public key and as secret key. */

#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "common/base/err.h"
#include "common/net/keys.h"
#include "tests/fuzz/scratch.h"
#include "tests/fuzz/target.h"

static void read_key(const char *name, struct bytes in, bool secret)
{
	char user_id[USER_ID_MAX + 1];
	struct faults faults;
	struct key k;
	int err;

	faults_init(&faults);
	err = key_read(scratch_file(name, in), &k, &faults);
	if (err == 0) {
		assert(faults.count == 0 && k.role != ROLE_NONE);
		assert(strlen(k.name) >= 1 && strlen(k.name) <= KEY_NAME_MAX);
		assert(strlen(k.public_text) == KEY_TEXT - 1);
		assert(strlen(k.secret_text) == (secret ? KEY_TEXT - 1 : 0));
		key_user_id(&k, user_id);
		assert(strlen(user_id) == strlen(k.name) + 9);
		key_wipe(&k);
	} else {
		assert(err == ERR_CONFIG && faults.count == 1);
	}
	faults_free(&faults);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int err = sodium_init();

	assert(err >= 0);
	read_key("input.pub", bytes_of(data, size), false);
	read_key("input.key", bytes_of(data, size), true);
	return 0;
}
