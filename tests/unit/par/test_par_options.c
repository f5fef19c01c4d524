/* Which command argv names, and what its flags say. */

#include "common/base/err.h"
#include "services/par/commands.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { WORDS_MAX = 16 };

/* argv of "par round open DIR", made of one text; the caller keeps `text` writable. */
static int split(char *text, char *argv[WORDS_MAX])
{
	int argc = 0;
	for (char *p = text; *p; p++) {
		if (p == text || p[-1] == '\0')
			argv[argc++] = p;
		if (*p == ' ')
			*p = '\0';
	}
	argv[argc] = NULL;
	return argc;
}

static const struct command *find(const char *line, int *words)
{
	char text[256];
	char *argv[WORDS_MAX];
	strcpy(text, line);
	return commands_find(split(text, argv), argv, words);
}

static int read_line(char *text, struct options *o, struct faults *faults,
		     char **first_word)
{
	char *argv[WORDS_MAX];
	int words = 0;
	int argc = split(text, argv);
	const struct command *c = commands_find(argc, argv, &words);
	assert_non_null(c);
	faults_init(faults);
	int err = options_read(c, argc - words, argv + words, o, faults);
	*first_word = argv[words + 1];
	return err;
}

static void finds_by_longest_name(void **state)
{
	(void)state;
	int words = 0;
	assert_string_equal(find("par round open d", &words)->name, "par round open");
	assert_int_equal(words, 2);
	assert_string_equal(find("par release mau", &words)->name, "par release");
	assert_int_equal(words, 1);
	assert_string_equal(find("par release retract mau 1", &words)->name,
			    "par release retract");
	assert_string_equal(find("par status", &words)->name, "par status");
}

static void unknown_is_not_found(void **state)
{
	(void)state;
	int words = 0;
	assert_null(find("par", &words));
	assert_null(find("par round", &words));
	assert_null(find("par round opens d", &words));
	assert_null(find("par frobnicate", &words));
}

static void reads_flags_in_any_order(void **state)
{
	(void)state;
	struct options o;
	struct faults faults;
	char *word;
	char text[] = "par ballots import --round mau b.csv --dry-run --keys k "
		      "--collector tcp://127.0.0.1:1";
	assert_int_equal(read_line(text, &o, &faults, &word), 0);
	assert_string_equal(word, "b.csv");
	assert_string_equal(o.round, "mau");
	assert_string_equal(o.keys, "k");
	assert_string_equal(o.key, "");
	assert_true(o.dry_run);
	assert_int_equal(o.wait, 600);
	faults_free(&faults);
}

static void short_wait_is_ten_seconds(void **state)
{
	(void)state;
	struct options o;
	struct faults faults;
	char *word;
	char text[] = "par round close mau --keys k --collector tcp://127.0.0.1:1";
	assert_int_equal(read_line(text, &o, &faults, &word), 0);
	assert_int_equal(o.wait, 10);
	faults_free(&faults);
}

static void environment_fills_in(void **state)
{
	(void)state;
	struct options o;
	struct faults faults;
	char *word;
	char text[] = "par round close mau";
	setenv("PAR_KEYS", "/k", 1);
	setenv("PAR_COLLECTOR", "tcp://127.0.0.1:2", 1);
	int err = read_line(text, &o, &faults, &word);
	unsetenv("PAR_KEYS");
	unsetenv("PAR_COLLECTOR");
	assert_int_equal(err, 0);
	assert_string_equal(o.keys, "/k");
	assert_string_equal(o.collector, "tcp://127.0.0.1:2");
	faults_free(&faults);
}

static void expect_config_fault(const char *line)
{
	char text[256];
	struct options o;
	struct faults faults;
	char *word;
	strcpy(text, line);
	assert_int_equal(read_line(text, &o, &faults, &word), ERR_CONFIG);
	assert_true(faults.count > 0);
	faults_free(&faults);
}

static void wrong_use_is_told(void **state)
{
	(void)state;
	expect_config_fault("par round check");
	expect_config_fault("par round check a b");
	expect_config_fault("par round check a --round b");
	expect_config_fault("par round close mau --keys k");
	expect_config_fault("par round close mau --keys k --collector e --wait 0");
	expect_config_fault("par round void mau --keys k --collector e");
	expect_config_fault("par watch now --keys k --publisher e");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(finds_by_longest_name),
	    cmocka_unit_test(unknown_is_not_found),
	    cmocka_unit_test(reads_flags_in_any_order),
	    cmocka_unit_test(short_wait_is_ten_seconds),
	    cmocka_unit_test(environment_fills_in),
	    cmocka_unit_test(wrong_use_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
