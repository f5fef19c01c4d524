/* One event is one line, whatever a peer wrote into it. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "common/base/clock.h"
#include "common/base/err.h"
#include "common/base/log.h"

/* What log_event() wrote to stderr, in out. */
static void caught(enum log_level level, const char *peer, char *out, size_t size)
{
	FILE *file = tmpfile();
	int saved = dup(STDERR_FILENO);

	assert_non_null(file);
	dup2(fileno(file), STDERR_FILENO);
	log_event(level, "ballot-refused", "peer=\"%s\"", peer);
	dup2(saved, STDERR_FILENO);
	close(saved);
	rewind(file);
	out[fread(out, 1, size - 1, file)] = '\0';
	fclose(file);
}

static void line_is_logfmt(void **state)
{
	char line[4096];

	(void)state;
	log_setup("collector", LOG_INFO);
	caught(LOG_WARN, "a\nlevel=error", line, sizeof(line));
	assert_memory_equal(line, "ts=2", 4);
	assert_non_null(strstr(line,
			       "Z level=warn service=collector "
			       "event=ballot-refused peer=\"a\\x0Alevel=error\"\n"));
	assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
}

static void lower_levels_are_silent(void **state)
{
	char line[64];

	(void)state;
	log_setup("collector", LOG_ERROR);
	caught(LOG_WARN, "x", line, sizeof(line));
	assert_string_equal(line, "");
}

static void level_is_found_by_its_name(void **state)
{
	struct faults faults;
	char line[200];

	(void)state;
	faults_init(&faults);
	assert_int_equal(log_setup_named("scorer", "error", &faults), 0);
	caught(LOG_WARN, "x", line, sizeof(line));
	assert_string_equal(line, "");
	assert_int_equal(log_setup_named("scorer", "debug", &faults), 0);
	caught(LOG_DEBUG, "x", line, sizeof(line));
	assert_non_null(strstr(line, "level=debug service=scorer"));
	assert_int_equal(faults.count, 0);
	assert_int_equal(log_setup_named("scorer", "loud", &faults), ERR_CONFIG);
	assert_int_equal(faults.count, 1);
	faults_free(&faults);
}

static void monotonic_clock_does_not_go_back(void **state)
{
	uint64_t before = clock_mono_ns();

	(void)state;
	assert_true(clock_mono_ns() >= before);
	assert_true(clock_mono_ms() >= before / 1000000);
	assert_true(clock_wall_s() > 1700000000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(line_is_logfmt),
	    cmocka_unit_test(lower_levels_are_silent),
	    cmocka_unit_test(level_is_found_by_its_name),
	    cmocka_unit_test(monotonic_clock_does_not_go_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
