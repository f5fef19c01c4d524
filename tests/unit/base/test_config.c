/* Where a setting comes from, and that all faults are told at once. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "common/base/config.h"
#include "common/base/err.h"

struct settings {
	const char *data;
	const char *log_level;
	uint64_t journal_bytes;
	bool once;
	bool ask;
};

static const struct config_item items[] = {
    {"data", CONFIG_TEXT, offsetof(struct settings, data), NULL, 0, 0,
     "directory with the data"},
    {"log-level", CONFIG_TEXT, offsetof(struct settings, log_level), "info", 0, 0,
     "error, warn, info or debug"},
    {"journal-bytes", CONFIG_UINT, offsetof(struct settings, journal_bytes), "1000", 10,
     5000, "limit of the journal"},
    {"once", CONFIG_BOOL, offsetof(struct settings, once), NULL, 0, 0, "stop then"},
    {"ask", CONFIG_DEED, offsetof(struct settings, ask), NULL, 0, 0, "only ask"},
};

static const struct config config = {
    items, 5, "par-test", "Tests settings.", "  par-test --data x\n", "ROUND FILE"};

struct run {
	struct settings settings;
	struct faults faults;
	char *argv[16];
	int rest;
	int err;
};

/* Words are separated by blanks in `line`, which is cut. */
static void run_with(const struct config *c, char *line, struct run *r)
{
	int argc = 0;

	*r = (struct run){.rest = -1};
	while (line)
		r->argv[argc++] = strsep(&line, " ");
	faults_init(&r->faults);
	r->err = config_read(c, argc, r->argv, &r->settings, &r->rest, &r->faults);
}

static void has_fault(const struct run *r, const char *part)
{
	for (size_t i = 0; i < r->faults.listed; i++) {
		if (strstr(r->faults.list[i].text, part))
			return;
	}
	fail_msg("no fault with: %s", part);
}

static int clear_environment(void **state)
{
	(void)state;
	unsetenv("PAR_DATA");
	unsetenv("PAR_LOG_LEVEL");
	unsetenv("PAR_JOURNAL_BYTES");
	unsetenv("PAR_ONCE");
	return 0;
}

static void flags_and_words_mix(void **state)
{
	char line[] = "prog r1 --data=/d=x --once file --journal-bytes 77 -- --tail";
	struct run r;

	(void)state;
	run_with(&config, line, &r);
	assert_int_equal(r.err, 0);
	assert_string_equal(r.settings.data, "/d=x");
	assert_string_equal(r.settings.log_level, "info");
	assert_int_equal(r.settings.journal_bytes, 77);
	assert_true(r.settings.once);
	assert_int_equal(r.rest, 3);
	assert_string_equal(r.argv[1], "r1");
	assert_string_equal(r.argv[2], "file");
	assert_string_equal(r.argv[3], "--tail");
}

static void write_file(char path[64], const char *text)
{
	FILE *file;
	int fd;

	strcpy(path, "/tmp/config-test-XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	file = fdopen(fd, "w");
	fputs(text, file);
	fclose(file);
}

static void first_source_wins(void **state)
{
	char path[64], line[128];
	struct run r;

	(void)state;
	write_file(path, "# all\n\ndata = /file dir\njournal-bytes=20\r\nonce = yes\n"
			 "log-level = debug");
	snprintf(line, sizeof(line), "prog --log-level warn --config %s", path);
	setenv("PAR_JOURNAL_BYTES", "30", 1);
	run_with(&config, line, &r);
	unlink(path);
	assert_int_equal(r.err, 0);
	assert_string_equal(r.settings.data, "/file dir");
	assert_string_equal(r.settings.log_level, "warn");
	assert_int_equal(r.settings.journal_bytes, 30);
	assert_true(r.settings.once);
	assert_int_equal(r.rest, 0);
}

static void all_faults_are_told(void **state)
{
	char line[] = "prog --nope --once=maybe -x --log-level --journal-bytes 9";
	struct run r;

	(void)state;
	run_with(&config, line, &r);
	assert_int_equal(r.err, ERR_CONFIG);
	assert_int_equal(r.faults.count, 6);
	has_fault(&r, "unknown flag --nope");
	has_fault(&r, "unknown flag -x");
	has_fault(&r, "--log-level needs a value");
	has_fault(&r, "--once: \"maybe\"");
	has_fault(&r, "--journal-bytes: \"9\" is no whole number from 10 to 5000");
	has_fault(&r, "--data is required: directory with the data");
	assert_null(r.settings.data);
	assert_int_equal(r.rest, -1);
	faults_free(&r.faults);
}

static void faults_name_their_source(void **state)
{
	char path[64], line[128];
	struct run r;

	(void)state;
	write_file(path, "data\nnope = 1\n\nonce = 3\n");
	snprintf(line, sizeof(line), "prog --config=%s", path);
	setenv("PAR_DATA", "", 1);
	setenv("PAR_JOURNAL_BYTES", "many", 1);
	run_with(&config, line, &r);
	unlink(path);
	assert_int_equal(r.err, ERR_CONFIG);
	assert_int_equal(r.faults.count, 5);
	has_fault(&r, "PAR_DATA is empty");
	has_fault(&r, "PAR_JOURNAL_BYTES: \"many\"");
	has_fault(&r, "unknown setting \"nope\"");
	has_fault(&r, "once: \"3\" is neither true nor false");
	assert_string_equal(r.faults.list[0].file, path);
	assert_int_equal(r.faults.list[0].line, 1);
	assert_int_equal(r.faults.list[1].line, 2);
	faults_free(&r.faults);
}

static void words_are_refused_when_none_are_expected(void **state)
{
	struct config bare = config;
	char line[] = "prog --data x word";
	struct run r;

	(void)state;
	bare.arguments = NULL;
	run_with(&bare, line, &r);
	assert_int_equal(r.err, ERR_CONFIG);
	has_fault(&r, "\"word\"");
	faults_free(&r.faults);
}

static void with_a_deed_no_text_is_required(void **state)
{
	char line[] = "prog --ask", wrong[] = "prog --ask=127.0.0.1:1";
	char not_asked[] = "prog --ask=false";
	struct run r;

	(void)state;
	setenv("PAR_DATA", "", 1);
	run_with(&config, line, &r);
	assert_int_equal(r.err, 0);
	assert_true(r.settings.ask);
	assert_string_equal(r.settings.data, "");
	assert_string_equal(r.settings.log_level, "info");
	assert_int_equal(r.settings.journal_bytes, 1000);
	run_with(&config, wrong, &r);
	assert_int_equal(r.err, ERR_CONFIG);
	has_fault(&r, "--ask: \"127.0.0.1:1\"");
	faults_free(&r.faults);
	run_with(&config, not_asked, &r);
	assert_int_equal(r.err, ERR_CONFIG);
	has_fault(&r, "PAR_DATA is empty");
	faults_free(&r.faults);
}

static void a_deed_is_said_on_the_command_line_only(void **state)
{
	char path[64], line[128], bare[] = "prog";
	struct run r;

	(void)state;
	setenv("PAR_DATA", "x", 1);
	setenv("PAR_ASK", "true", 1);
	run_with(&config, bare, &r);
	unsetenv("PAR_ASK");
	assert_int_equal(r.err, 0);
	assert_false(r.settings.ask);
	write_file(path, "ask = true\n");
	snprintf(line, sizeof(line), "prog --config %s", path);
	run_with(&config, line, &r);
	unlink(path);
	assert_int_equal(r.err, ERR_CONFIG);
	has_fault(&r, "unknown setting \"ask\"");
	faults_free(&r.faults);
}

static void version_is_told(void **state)
{
	char text[64], line[] = "prog --nope --version";
	FILE *file = tmpfile();
	struct run r;

	(void)state;
	run_with(&config, line, &r);
	assert_int_equal(r.err, ERR_GONE);
	faults_free(&r.faults);
	config_version("par round open", file);
	rewind(file);
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	fclose(file);
	assert_int_equal(strncmp(text, "par ", 4), 0);
	assert_int_equal(strspn(text + 4, "0123456789."), strlen(text) - 5);
}

static void help_tells_everything(void **state)
{
	static const char *const parts[] = {
	    "par-test",          "Tests settings.",
	    "ROUND FILE",        "--journal-bytes NUMBER",
	    "PAR_JOURNAL_BYTES", "default 1000",
	    "10 to 5000",        "PAR_LOG_LEVEL",
	    "default info",      "required",
	    "--config FILE",     "par-test --data x",
	    "--ask\n",           "--version"};
	char text[4096];
	FILE *file = tmpfile();

	(void)state;
	config_help(&config, file);
	rewind(file);
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	fclose(file);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		assert_non_null(strstr(text, parts[i]));
}

static void help_wins_over_faults(void **state)
{
	char line[] = "prog --nope --help";
	struct run r;

	(void)state;
	run_with(&config, line, &r);
	assert_int_equal(r.err, ERR_GONE);
	faults_free(&r.faults);
}

static void a_service_ends_with_its_code(void **state)
{
	(void)state;
	assert_int_equal(config_exit_code(0), 0);
	assert_int_equal(config_exit_code(ERR_GONE), 0);
	assert_int_equal(config_exit_code(ERR_CONFIG), 2);
	assert_int_equal(config_exit_code(ERR_CORRUPT), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(flags_and_words_mix, clear_environment),
	    cmocka_unit_test_setup(first_source_wins, clear_environment),
	    cmocka_unit_test_setup(all_faults_are_told, clear_environment),
	    cmocka_unit_test_setup(faults_name_their_source, clear_environment),
	    cmocka_unit_test_setup(words_are_refused_when_none_are_expected,
				   clear_environment),
	    cmocka_unit_test_setup(with_a_deed_no_text_is_required, clear_environment),
	    cmocka_unit_test_setup(a_deed_is_said_on_the_command_line_only,
				   clear_environment),
	    cmocka_unit_test_setup(version_is_told, clear_environment),
	    cmocka_unit_test_setup(help_tells_everything, clear_environment),
	    cmocka_unit_test_setup(help_wins_over_faults, clear_environment),
	    cmocka_unit_test(a_service_ends_with_its_code),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
