/* A settings file, as a service reads it. */

#include <assert.h>
#include <string.h>

#include "common/base/config.h"
#include "common/base/err.h"
#include "common/base/text.h"
#include "tests/fuzz/scratch.h"
#include "tests/fuzz/target.h"

struct settings {
	const char *data;
	uint64_t bytes;
	bool once;
};

static const struct config_item items[] = {
    {"data", CONFIG_TEXT, offsetof(struct settings, data), NULL, 0, 0, "directory"},
    {"bytes", CONFIG_UINT, offsetof(struct settings, bytes), "1000", 10, 5000, "limit"},
    {"once", CONFIG_BOOL, offsetof(struct settings, once), NULL, 0, 0, "stop then"},
};

static const struct config config = {
    items, sizeof items / sizeof items[0], "par-fuzz", "About.", "Examples.", NULL};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char program[] = "par-fuzz", flag[] = "--config", path[4096];
	char *argv[] = {program, flag, path, NULL};
	struct settings settings = {0};
	struct faults faults;
	int err, rest;

	strncpy(path, scratch_file("settings", bytes_of(data, size)), sizeof path - 1);
	path[sizeof path - 1] = '\0';
	faults_init(&faults);
	err = config_read(&config, 3, argv, &settings, &rest, &faults);
	if (err == 0) {
		assert(faults.count == 0 && rest == 0);
		assert(text_is_nfc(bytes_str(settings.data)));
		assert(settings.bytes >= 10 && settings.bytes <= 5000);
	} else {
		assert(err == ERR_CONFIG && faults.count > 0);
	}
	faults_free(&faults);
	return 0;
}
