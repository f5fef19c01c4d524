/* The line of JSON of a release and of a retraction; a release that failed has none. */

#include "services/par/ask.h"
#include "services/par/position.h"
#include "services/par/watch_item.h"
#include "services/par/watch_line.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static void release_line(void **state)
{
	(void)state;
	uint8_t hash[32];
	memset(hash, 0x5a, sizeof hash);
	Par__V1__PublicRelease release = PAR__V1__PUBLIC_RELEASE__INIT;
	release.kind = PAR__V1__RELEASE_KIND__RELEASE_KIND_OFFICIAL;
	release.result_hash = (ProtobufCBinaryData){sizeof hash, hash};
	Par__V1__ReleaseItem m = PAR__V1__RELEASE_ITEM__INIT;
	m.version = 1;
	m.round = ask_text("mau-2024");
	m.number = 2;
	m.time = 1735664400;
	m.what_case = PAR__V1__RELEASE_ITEM__WHAT_RELEASE;
	m.release = &release;
	struct link4_item item = {.message = &m, .site = "http://127.0.0.1:8080"};
	item.position.n = 5;
	char *line = watch_line(&item);
	assert_string_equal(
	    line, "{\"n\":5,\"round\":\"mau-2024\",\"release\":2,\"type\":\"release\","
		  "\"kind\":\"official\",\"time\":\"2024-12-31T17:00:00Z\","
		  "\"result_hash\":\"5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a"
		  "5a5a5a5a5a5a5a5a\",\"url\":\"http://127.0.0.1:8080/mau-2024/2/\"}");
	free(line);
}

static void retraction_line(void **state)
{
	(void)state;
	Par__V1__PublicRetraction retraction = PAR__V1__PUBLIC_RETRACTION__INIT;
	Par__V1__ReleaseItem m = PAR__V1__RELEASE_ITEM__INIT;
	m.version = 1;
	m.round = ask_text("a");
	m.number = 1;
	m.what_case = PAR__V1__RELEASE_ITEM__WHAT_RETRACTION;
	m.retraction = &retraction;
	struct link4_item item = {.message = &m, .site = "s"};
	item.position.n = 6;
	char *line = watch_line(&item);
	assert_string_equal(line,
			    "{\"n\":6,\"round\":\"a\",\"release\":1,\"type\":"
			    "\"retraction\",\"kind\":null,\"time\":"
			    "\"1970-01-01T00:00:00Z\",\"result_hash\":null,\"url\":"
			    "\"s/a/1/\"}");
	free(line);
}

static void address_is_escaped(void **state)
{
	(void)state;
	Par__V1__ReleaseItem m = PAR__V1__RELEASE_ITEM__INIT;
	m.round = ask_text("vòng 1/x");
	m.number = 3;
	char *url = link4_url("http://h", &m);
	assert_string_equal(url, "http://h/v%C3%B2ng%201%2Fx/3/");
	free(url);
}

/* An item in the list of releases at place n. */
static struct link4_item item_at(uint64_t n, Par__V1__ReleaseItem *m)
{
	struct link4_item item = {.message = m, .site = "s"};
	m->round = ask_text("a");
	m->number = (uint32_t)n;
	item.position.n = n;
	memset(item.position.journal, 0x11, sizeof item.position.journal);
	return item;
}

static void failure_is_passed_over(void **state)
{
	(void)state;
	char path[] = "/tmp/par-watch-XXXXXX";
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	close(fd);
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	assert_non_null(out);
	struct position kept;

	Par__V1__PublicFailure failure = PAR__V1__PUBLIC_FAILURE__INIT;
	Par__V1__ReleaseItem m = PAR__V1__RELEASE_ITEM__INIT;
	m.what_case = PAR__V1__RELEASE_ITEM__WHAT_FAILURE;
	m.failure = &failure;
	struct link4_item item = item_at(1, &m);
	assert_int_equal(watch_item(&item, path, out), 0);
	assert_int_equal(size, 0);
	assert_int_equal(position_load(path, &kept), 0);
	assert_int_equal(kept.n, 1);

	Par__V1__PublicRelease release = PAR__V1__PUBLIC_RELEASE__INIT;
	m.what_case = PAR__V1__RELEASE_ITEM__WHAT_RELEASE;
	m.release = &release;
	item = item_at(2, &m);
	assert_int_equal(watch_item(&item, path, out), 0);
	assert_int_equal(strncmp(text, "{\"n\":2,", 7), 0);
	assert_int_equal(position_load(path, &kept), 0);
	assert_int_equal(kept.n, 2);
	fclose(out);
	free(text);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(release_line),
	    cmocka_unit_test(retraction_line),
	    cmocka_unit_test(address_is_escaped),
	    cmocka_unit_test(failure_is_passed_over),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
