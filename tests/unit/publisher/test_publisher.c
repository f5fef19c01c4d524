/* The publisher whole: what comes by link 3 comes out as pages and on link 4. */

#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "common/base/err.h"
#include "common/base/log.h"
#include "common/store/store.h"
#include "tests/unit/publisher/example.h"
#include "tests/unit/publisher/world.h"

static bool has_all(struct world *w)
{
	return releases_position(w->publisher.releases).n == w->scorer.count;
}

static bool reader_has_all(struct world *w)
{
	return w->reader.count == w->scorer.count;
}

static bool is_alarmed(struct world *w)
{
	return w->publisher.alarm[0] != '\0';
}

static bool knows_heads(struct world *w)
{
	return w->publisher.heads.count == 2;
}

static int page(struct world *w, const char *path)
{
	return world_get(w, w->publisher.web, path, "none");
}

static bool says(struct world *w, const char *words)
{
	return example_count(&w->answer, words) > 0;
}

/* What follows the headers, among which is a date. */
static struct bytes body_of(const struct buf *answer)
{
	const uint8_t *end = memmem(answer->data, answer->len, "\r\n\r\n", 4);

	assert_non_null(end);
	return bytes_of(end, (size_t)(answer->data + answer->len - end));
}

/* The ETag of the last answer, with its quotes. */
static void etag_of(struct world *w, char out[80])
{
	const char *at = memmem(w->answer.data, w->answer.len, "ETag: ", 6);

	assert_non_null(at);
	memcpy(out, at + 6, 66);
	out[66] = '\0';
}

static void items_come_out_as_pages(void **state)
{
	struct world *w = *state;
	char etag[80];

	world_release(w, "mẫu 1", 1);
	world_start_publisher(w);
	world_until(w, has_all);
	assert_int_equal(page(w, "/"), 200);
	assert_true(says(w, "href=\"m%E1%BA%ABu%201/1/\""));
	assert_int_equal(page(w, "/m%E1%BA%ABu%201"), 302);
	assert_int_equal(page(w, "/m%E1%BA%ABu%201/"), 302);
	assert_true(says(w, "Location: 1/\r\n"));
	assert_int_equal(page(w, "/m%E1%BA%ABu%201/1"), 302);
	assert_int_equal(page(w, "/m%E1%BA%ABu%201/1/"), 200);
	assert_true(says(w, "text/html; charset=utf-8"));
	assert_true(says(w, "no-cache"));
	assert_true(says(w, "72,35"));
	etag_of(w, etag);
	assert_int_equal(world_get(w, w->publisher.web, "/m%E1%BA%ABu%201/1/", etag),
			 304);
	assert_int_equal(page(w, "/m%E1%BA%ABu%201/1/en.html"), 200);
	assert_true(says(w, "72.35"));
	assert_int_equal(page(w, "/m%E1%BA%ABu%201/1/scores.csv"), 200);
	assert_true(says(w, "immutable"));
	assert_true(says(w, "filename=\"m___u_1-1.csv\""));
	assert_int_equal(page(w, "/m%E1%BA%ABu%201/1/criteria.csv"), 200);
	assert_true(says(w, "immutable"));
	assert_true(says(w, "filename=\"m___u_1-1-criteria.csv\""));
	assert_int_equal(page(w, "/m%E1%BA%ABu%201/1/scores.json"), 200);
	assert_true(says(w, "no-cache"));
	assert_int_equal(page(w, "/style.css"), 200);
	assert_int_equal(page(w, "/en.html"), 200);
}

static void units_have_pages(void **state)
{
	struct world *w = *state;
	char etag[80];

	world_release(w, "a", 1);
	world_start_publisher(w);
	world_until(w, has_all);
	assert_int_equal(page(w, "/a/1/S-KH/"), 200);
	assert_true(says(w, "text/html; charset=utf-8"));
	assert_true(says(w, "no-cache"));
	assert_true(says(w, "70,25"));
	etag_of(w, etag);
	assert_int_equal(world_get(w, w->publisher.web, "/a/1/S-KH/", etag), 304);
	assert_int_equal(page(w, "/a/1/S-KH/en.html"), 200);
	assert_true(says(w, "70.25"));
	assert_int_equal(page(w, "/a/1/S-KH"), 302);
	assert_true(says(w, "Location: S-KH/\r\n"));
	assert_int_equal(page(w, "/a/1/"), 200);
	assert_true(says(w, "href=\"H%2002%2Fx/\""));
	assert_int_equal(page(w, "/a/1/H%2002%2Fx/"), 200);
	assert_int_equal(page(w, "/a/1/H%2002%2Fx"), 302);
	assert_true(says(w, "Location: H%2002%2Fx/\r\n"));
	world_retract(w, "a", 1);
	world_until(w, has_all);
	assert_int_equal(world_get(w, w->publisher.web, "/a/1/S-KH/", etag), 200);
	assert_true(says(w, "ĐÃ THU HỒI"));
}

static void a_failure_is_told_and_leads_nowhere(void **state)
{
	static const char *const paths[] = {
	    "/a/2", "/a/2/", "/a/2/en.html", "/a/2/scores.csv", "/b/", "/b/1/"};
	struct world *w = *state;

	world_release(w, "a", 1);
	world_fail(w, "a", 2);
	world_fail(w, "b", 1);
	world_start_publisher(w);
	world_start_reader(w);
	world_until(w, has_all);
	world_until(w, reader_has_all);
	for (uint64_t i = 0; i < w->scorer.count; i++)
		assert_true(bytes_equal(buf_bytes(&w->scorer.items[i]),
					buf_bytes(&w->reader.items[i])));
	assert_int_equal(page(w, "/"), 200);
	assert_true(says(w, "Lần công bố 2 đã được ghi nhận nhưng không tính được"));
	assert_int_equal(page(w, "/a/"), 302);
	assert_true(says(w, "Location: 1/\r\n"));
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		assert_int_equal(page(w, paths[i]), 404);
	assert_int_equal(world_get(w, w->publisher.health, "/readyz", ""), 200);
}

static void what_is_not_there_is_said_in_words(void **state)
{
	static const char *const paths[] = {
	    "/favicon.ico",
	    "/a/2/",
	    "/a/1/x",
	    "/a/1x/",
	    "/a/01/",
	    "/b/",
	    "//",
	    "/a/1/scores.csv/",
	    "/a%2F..",
	    "/a/1/S-XX/",
	    "/a/1/S-KH/x",
	    "/a/1/S-KH//",
	    "/a/1//",
	    "/a/1/S-K/",
	    "/a/1/S-KHX/",
	    "/a/1//en.html",
	    "/a/1/S-KH/scores.csv",
	};
	struct world *w = *state;

	world_release(w, "a", 1);
	world_start_publisher(w);
	world_until(w, has_all);
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		assert_int_equal(page(w, paths[i]), 404);
	assert_true(says(w, "Không có trang này"));
}

static void rounds_under_way_are_shown(void **state)
{
	struct world *w = *state;

	world_start_publisher(w);
	world_until(w, knows_heads);
	assert_int_equal(page(w, "/"), 200);
	assert_true(says(w, "khoảng 1.240"));
}

static void items_pass_on_unchanged(void **state)
{
	struct world *w = *state;

	world_release(w, "a", 1);
	world_start_publisher(w);
	world_start_reader(w);
	world_until(w, reader_has_all);
	world_release(w, "a", 2);
	world_retract(w, "a", 1);
	world_until(w, reader_has_all);
	for (uint64_t i = 0; i < w->scorer.count; i++)
		assert_true(bytes_equal(buf_bytes(&w->scorer.items[i]),
					buf_bytes(&w->reader.items[i])));
}

static void a_retraction_changes_the_page_and_the_way(void **state)
{
	struct world *w = *state;
	char before[80];

	world_release(w, "a", 1);
	world_release(w, "a", 2);
	world_start_publisher(w);
	world_until(w, has_all);
	assert_int_equal(page(w, "/a/2/"), 200);
	assert_false(says(w, "ĐÃ THU HỒI"));
	etag_of(w, before);
	assert_int_equal(page(w, "/a/"), 302);
	assert_true(says(w, "Location: 2/\r\n"));
	world_retract(w, "a", 2);
	world_until(w, has_all);
	assert_int_equal(world_get(w, w->publisher.web, "/a/2/", before), 200);
	assert_true(says(w, "ĐÃ THU HỒI"));
	assert_int_equal(page(w, "/a/"), 302);
	assert_true(says(w, "Location: 1/\r\n"));
}

static void a_restart_goes_on_where_it_was(void **state)
{
	struct world *w = *state;

	world_release(w, "a", 1);
	world_start_publisher(w);
	world_until(w, has_all);
	world_stop_publisher(w);
	world_stop_scorer(w);
	world_release(w, "a", 2);
	world_start_publisher(w); /* with the scorer away */
	assert_int_equal(page(w, "/a/1/"), 200);
	assert_int_equal(world_get(w, w->publisher.health, "/readyz", ""), 200);
	world_start_scorer(w);
	world_until(w, has_all);
	assert_int_equal(w->scorer.first_asked, 2);
	assert_int_equal(page(w, "/a/2/"), 200);
}

static void a_removed_store_is_made_again_to_the_same_bytes(void **state)
{
	static const char *const paths[] = {"/a/1/", "/a/1/scores.csv", "/a/2/en.html",
					    "/a/2/criteria.csv"};
	struct world *w = *state;
	char before[4][80], after[80], dir[128];

	world_release(w, "a", 1);
	world_release(w, "a", 2);
	world_retract(w, "a", 1);
	world_start_publisher(w);
	world_until(w, has_all);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(page(w, paths[i]), 200);
		etag_of(w, before[i]);
	}
	world_stop_publisher(w);
	snprintf(dir, sizeof(dir), "%s/releases", w->dir);
	assert_int_equal(store_remove(dir), 0);
	world_start_publisher(w);
	world_until(w, has_all);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(page(w, paths[i]), 200);
		etag_of(w, after);
		assert_string_equal(before[i], after);
	}
}

static void a_fork_alarms_and_serving_goes_on(void **state)
{
	struct world *w = *state;

	world_release(w, "a", 1);
	world_start_publisher(w);
	world_until(w, has_all);
	world_stop_publisher(w);
	world_change_journal(w);
	world_start_publisher(w);
	world_until(w, is_alarmed);
	assert_int_equal(world_get(w, w->publisher.health, "/readyz", ""), 503);
	assert_true(says(w, "nothing was replaced"));
	assert_int_equal(page(w, "/a/1/"), 200);
	assert_int_equal(world_get(w, w->publisher.health, "/metrics", ""), 200);
	assert_true(says(w, "par_publisher_alarm 1\n"));
}

static void other_bytes_of_a_release_alarm(void **state)
{
	struct world *w = *state;
	struct buf before;

	world_release(w, "a", 1);
	world_start_publisher(w);
	world_until(w, has_all);
	assert_int_equal(page(w, "/a/1/scores.csv"), 200);
	before = w->answer;
	buf_init(&w->answer, ANSWER_MAX);
	world_release(w, "a", 1);
	world_until(w, is_alarmed);
	assert_int_equal(world_get(w, w->publisher.health, "/readyz", ""), 503);
	assert_int_equal(page(w, "/a/1/scores.csv"), 200);
	assert_true(bytes_equal(body_of(&before), body_of(&w->answer)));
	buf_free(&before);
}

static void wrong_settings_are_told_at_once(void **state)
{
	struct world *w = *state;
	struct faults faults;

	faults_init(&faults);
	w->settings.site = "vi.du/";
	w->settings.key = "/nowhere/publisher.key";
	assert_int_equal(publisher_init(&w->settings, w->near, &w->publisher, &faults),
			 ERR_CONFIG);
	assert_int_equal(faults.count, 3);
	faults_free(&faults);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, world_open, world_close)
	const struct CMUnitTest tests[] = {
	    CASE(items_come_out_as_pages),
	    CASE(units_have_pages),
	    CASE(a_failure_is_told_and_leads_nowhere),
	    CASE(what_is_not_there_is_said_in_words),
	    CASE(rounds_under_way_are_shown),
	    CASE(items_pass_on_unchanged),
	    CASE(a_retraction_changes_the_page_and_the_way),
	    CASE(a_restart_goes_on_where_it_was),
	    CASE(a_removed_store_is_made_again_to_the_same_bytes),
	    CASE(a_fork_alarms_and_serving_goes_on),
	    CASE(other_bytes_of_a_release_alarm),
	    CASE(wrong_settings_are_told_at_once),
	};

	if (sodium_init() < 0)
		return 1;
	log_setup("publisher", LOG_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
