/* Key files: what is written, with which mode, and what is refused when read. */

#include "world.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

#include "common/net/allow.h"

static char dir[64], path[256];

static int open_dir(void **state)
{
	(void)state;
	snprintf(dir, sizeof(dir), "/tmp/par-keys-XXXXXX");
	assert_true(sodium_init() >= 0);
	assert_non_null(mkdtemp(dir));
	return 0;
}

static int close_dir(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command);
}

static const char *in_dir(const char *name)
{
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

static void write_text(const char *name, const char *text)
{
	FILE *f = fopen(in_dir(name), "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	assert_int_equal(chmod(path, 0600), 0);
}

/* Reads it, expecting one fault that says so. */
static void expect_fault(const char *name, const char *words)
{
	struct faults faults;
	struct key k = {.name = "untouched"};

	faults_init(&faults);
	assert_int_equal(key_read(in_dir(name), &k, &faults), ERR_CONFIG);
	assert_int_equal(faults.count, 1);
	assert_non_null(strstr(faults.list[0].text, words));
	assert_string_equal(faults.list[0].file, path);
	assert_string_equal(k.name, "untouched");
	faults_free(&faults);
}

static void test_pair_is_written_and_read(void **state)
{
	struct key k, secret, public;
	struct faults faults;
	struct stat st;
	char sub[128], one[USER_ID_MAX + 1], two[USER_ID_MAX + 1];

	(void)state;
	snprintf(sub, sizeof(sub), "%s/sub", dir);
	assert_int_equal(key_make("so-noi_vu", ROLE_OPERATOR, &k), 0);
	assert_int_equal(key_write(&k, sub), 0);
	assert_int_equal(key_write(&k, sub), -EEXIST);
	assert_int_equal(stat(sub, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);

	faults_init(&faults);
	assert_int_equal(key_read(in_dir("sub/so-noi_vu.key"), &secret, &faults), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_memory_equal(&secret, &k, sizeof(k));
	assert_int_equal(key_read(in_dir("sub/so-noi_vu.pub"), &public, &faults), 0);
	assert_string_equal(public.public_text, k.public_text);
	assert_string_equal(public.secret_text, "");
	assert_int_equal(public.role, ROLE_OPERATOR);
	assert_int_equal(faults.count, 0);
	faults_free(&faults);

	key_user_id(&secret, one);
	key_user_id(&public, two);
	assert_string_equal(one, two);
	assert_int_equal(strlen(one), strlen("so-noi_vu.") + 8);
	key_wipe(&secret);
	assert_string_equal(secret.secret_text, "");
}

static void test_half_a_pair_is_not_left_behind(void **state)
{
	struct key k;

	(void)state;
	write_text("half.pub", "mine\n");
	assert_int_equal(key_make("half", ROLE_INTAKE, &k), 0);
	assert_int_equal(key_write(&k, dir), -EEXIST);
	assert_int_equal(access(in_dir("half.key"), F_OK), -1);
}

static void test_names_and_roles(void **state)
{
	const enum role all[] = {ROLE_INTAKE,  ROLE_OPERATOR, ROLE_RELEASER,
				 ROLE_AUDITOR, ROLE_INTERNAL, ROLE_DOWNSTREAM};
	struct key k;

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		assert_int_equal(role_parse(role_name(all[i])), all[i]);
	assert_int_equal(role_parse("root"), ROLE_NONE);
	assert_int_equal(role_parse("none"), ROLE_NONE);
	assert_int_equal(key_make("", ROLE_INTAKE, &k), ERR_FORMAT);
	assert_int_equal(key_make("../up", ROLE_INTAKE, &k), ERR_FORMAT);
	assert_int_equal(key_make("a b", ROLE_INTAKE, &k), ERR_FORMAT);
	assert_int_equal(key_make("x", ROLE_NONE, &k), ERR_FORMAT);
	assert_int_equal(key_make("x", ROLE_INTAKE | ROLE_AUDITOR, &k), ERR_FORMAT);
}

static void test_secret_that_others_may_read(void **state)
{
	struct key k;

	(void)state;
	assert_int_equal(key_make("open", ROLE_INTAKE, &k), 0);
	assert_int_equal(key_write(&k, dir), 0);
	assert_int_equal(chmod(in_dir("open.key"), 0640), 0);
	expect_fault("open.key", "chmod 600");
	assert_int_equal(chmod(in_dir("open.key"), 0604), 0);
	expect_fault("open.key", "chmod 600");
}

static void test_public_key_that_others_may_change(void **state)
{
	struct key k;

	(void)state;
	assert_int_equal(key_make("shared", ROLE_INTAKE, &k), 0);
	assert_int_equal(key_write(&k, dir), 0);
	assert_int_equal(chmod(in_dir("shared.pub"), 0664), 0);
	expect_fault("shared.pub", "chmod go-w");
	assert_int_equal(chmod(in_dir("shared.pub"), 0646), 0);
	expect_fault("shared.pub", "chmod go-w");
	if (geteuid() != 0)
		return;
	assert_int_equal(chmod(in_dir("shared.pub"), 0644), 0);
	assert_int_equal(chown(in_dir("shared.pub"), 65534, 65534), 0);
	expect_fault("shared.pub", "belongs to another user");
}

static void test_place_that_others_may_change(void **state)
{
	struct faults faults;
	struct key k, out;
	char sub[128];

	(void)state;
	snprintf(sub, sizeof(sub), "%s/open", dir);
	faults_init(&faults);
	assert_int_equal(key_make("placed", ROLE_INTAKE, &k), 0);
	assert_int_equal(key_write(&k, sub), 0);
	assert_int_equal(chmod(sub, 0770), 0);
	assert_int_equal(key_read(in_dir("open/placed.pub"), &out, &faults),
			 ERR_CONFIG);
	assert_int_equal(key_read(in_dir("open/placed.key"), &out, &faults),
			 ERR_CONFIG);
	assert_int_equal(faults.count, 2);
	assert_non_null(strstr(faults.list[1].text, "chmod go-w"));
	assert_string_equal(faults.list[1].file, sub);
	/* as /tmp: others may add files, and none of theirs is this one */
	assert_int_equal(chmod(sub, 01777), 0);
	assert_int_equal(key_read(in_dir("open/placed.pub"), &out, &faults), 0);
	faults_free(&faults);
}

static void test_link_to_a_key_is_followed(void **state)
{
	struct faults faults;
	struct key k, out;

	(void)state;
	faults_init(&faults);
	assert_int_equal(key_make("there", ROLE_INTAKE, &k), 0);
	assert_int_equal(key_write(&k, dir), 0);
	assert_int_equal(symlink("there.key", in_dir("here.key")), 0);
	assert_int_equal(key_read(path, &out, &faults), 0);
	assert_int_equal(chmod(in_dir("there.key"), 0644), 0);
	expect_fault("here.key", "chmod 600");
	faults_free(&faults);
}

static void test_bad_content(void **state)
{
	static const char good[] = "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7";
	char text[300];

	(void)state;
	expect_fault("none.pub", "cannot be read");
	write_text("a.txt", "");
	expect_fault("a.txt", "not named");
	write_text("a.pub", "");
	expect_fault("a.pub", "not a key file");
	snprintf(text, sizeof(text), "par-key/2 intake a %s\n", good);
	write_text("a.pub", text);
	expect_fault("a.pub", "not a key file");
	snprintf(text, sizeof(text), "par-key/1 intake a %s more\n", good);
	write_text("a.pub", text);
	expect_fault("a.pub", "not a key file");
	snprintf(text, sizeof(text), "par-key/1 intake  %s\n", good);
	write_text("a.pub", text);
	expect_fault("a.pub", "not a key file");
	snprintf(text, sizeof(text), "par-key/1 root a %s\n", good);
	write_text("a.pub", text);
	expect_fault("a.pub", "unknown role");
	snprintf(text, sizeof(text), "par-key/1 intake a/b %s\n", good);
	write_text("a.pub", text);
	expect_fault("a.pub", "bad name");
	snprintf(text, sizeof(text), "par-key/1 intake a %.39s\n", good);
	write_text("a.pub", text);
	expect_fault("a.pub", "damaged key");
	snprintf(text, sizeof(text), "par-key/1 intake a %.39s~\n", good);
	write_text("a.pub", text);
	expect_fault("a.pub", "damaged key");
	assert_int_equal(mkdir(in_dir("d.pub"), 0700), 0);
	expect_fault("d.pub", "no regular file");
}

/*
 * Two keys of one name whose User-Ids are the same: one of them could be made for that,
 * to talk in the role of the other.
 */
static void test_keys_that_look_the_same(void **state)
{
	static const char zeros[] = "000000000000000000000000000000000000";
	char list[128], line[128];
	struct allow allow = {0};
	struct faults faults;

	(void)state;
	faults_init(&faults);
	snprintf(list, sizeof(list), "%s/list", dir);
	assert_int_equal(mkdir(list, 0700), 0);
	snprintf(line, sizeof(line), "par-key/1 operator same %s06%%3\n", zeros);
	write_text("list/one.pub", line);
	assert_int_equal(allow_read(list, &allow, &faults), 0);
	assert_int_equal(allow.count, 1);
	assert_string_equal(allow.list[0].user_id, "same.93613343");
	allow_free(&allow);
	snprintf(line, sizeof(line), "par-key/1 intake same %s07Hu\n", zeros);
	write_text("list/two.pub", line);
	assert_int_equal(allow_read(list, &allow, &faults), 0);
	assert_int_equal(allow.count, 1);
	assert_int_equal(faults.count, 1);
	assert_non_null(strstr(faults.list[0].text, "cannot be told from it"));
	allow_free(&allow);
	faults_free(&faults);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_pair_is_written_and_read),
	    cmocka_unit_test(test_half_a_pair_is_not_left_behind),
	    cmocka_unit_test(test_names_and_roles),
	    cmocka_unit_test(test_secret_that_others_may_read),
	    cmocka_unit_test(test_public_key_that_others_may_change),
	    cmocka_unit_test(test_place_that_others_may_change),
	    cmocka_unit_test(test_link_to_a_key_is_followed),
	    cmocka_unit_test(test_bad_content),
	    cmocka_unit_test(test_keys_that_look_the_same),
	};

	return cmocka_run_group_tests(tests, open_dir, close_dir);
}
