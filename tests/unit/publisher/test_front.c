/* The list of rounds, and what rides on the head of link 3. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "common/base/err.h"
#include "services/publisher/front.h"
#include "tests/unit/publisher/example.h"

static void decode_heads(struct heads *out)
{
	struct buf info;

	example_heads(&info);
	assert_int_equal(heads_decode(buf_bytes(&info), out), 0);
	buf_free(&info);
}

static void heads_come_and_go(void **state)
{
	static const uint8_t bad[] = {0x0a, 0x7f};
	struct heads heads, again;
	struct buf out;

	(void)state;
	decode_heads(&heads);
	assert_int_equal(heads.count, 2);
	assert_string_equal(heads.list[0].round, "mới");
	assert_int_equal(heads.list[0].state, ROUND_OPEN);
	assert_int_equal(heads.list[0].respondents, 1240);
	assert_true(heads.list[1].trial);
	buf_init(&out, 1 << 16);
	assert_int_equal(heads_encode(&heads, "https://vi.du", &out), 0);
	assert_int_equal(example_count(&out, "https://vi.du"), 1);
	assert_int_equal(heads_decode(buf_bytes(&out), &again), 0);
	assert_int_equal(again.count, 2);
	assert_string_equal(again.list[1].title.vi, "Kỳ <mới>");
	assert_int_equal(heads_decode(bytes_of(bad, sizeof(bad)), &again), ERR_FORMAT);
	heads_free(&again);
	heads_free(&heads);
	buf_free(&out);
}

static void front_without_anything(void **state)
{
	const struct heads none = {0};
	struct buf page;

	(void)state;
	buf_init(&page, 1 << 16);
	assert_int_equal(front_page(&none, NULL, 0, LANGUAGE_VI, &page), 0);
	assert_int_equal(example_count(&page, "Chưa có kết quả nào được công bố."), 1);
	assert_int_equal(example_count(&page, "Các kỳ đang diễn ra"), 0);
	buf_free(&page);
}

static void open_rounds_are_shown_in_tens(void **state)
{
	struct heads heads;
	struct buf page;

	(void)state;
	decode_heads(&heads);
	buf_init(&page, 1 << 16);
	assert_int_equal(front_page(&heads, NULL, 0, LANGUAGE_VI, &page), 0);
	assert_int_equal(example_count(&page, "Kỳ &lt;mới&gt;"), 2);
	assert_int_equal(example_count(&page, "đang nhận phiếu · khoảng 1.240 "), 1);
	assert_int_equal(example_count(&page, "đã đóng · dưới 10 "), 1);
	assert_int_equal(example_count(&page, "THỬ NGHIỆM"), 1);
	buf_free(&page);
	heads_free(&heads);
}

static void releases_are_listed_newest_first(void **state)
{
	const struct example old = {.round = "a b/c", .number = 1};
	const struct example new = {.round = "a b/c", .number = 2};
	const struct heads none = {0};
	struct item items[3];
	struct publication list[2];
	struct buf payload, page;

	(void)state;
	example_release(&old, &payload);
	assert_int_equal(item_decode(buf_bytes(&payload), &items[0]), 0);
	buf_free(&payload);
	example_release(&new, &payload);
	assert_int_equal(item_decode(buf_bytes(&payload), &items[1]), 0);
	buf_free(&payload);
	example_retraction("a b/c", 1, "nhầm & sai", &payload);
	assert_int_equal(item_decode(buf_bytes(&payload), &items[2]), 0);
	buf_free(&payload);
	list[0] = (struct publication){1, &items[0], 3, &items[2]};
	list[1] = (struct publication){2, &items[1], 0, NULL};
	buf_init(&page, 1 << 16);
	assert_int_equal(front_page(&none, list, 2, LANGUAGE_EN, &page), 0);
	assert_int_equal(example_count(&page, "<h3>"), 1);
	assert_int_equal(example_count(&page, "href=\"a%20b%2Fc/2/en.html\""), 1);
	assert_true(memmem(page.data, page.len, "Release 2", 9) <
		    memmem(page.data, page.len, "Release 1", 9));
	assert_int_equal(example_count(&page, "RETRACTED"), 1);
	assert_int_equal(example_count(&page, "nhầm &amp; sai"), 1);
	buf_free(&page);
	for (size_t i = 0; i < 3; i++)
		item_free(&items[i]);
}

/* Appends a publication of what was packed. */
static void add(struct publication *list, struct item *items, size_t place,
		struct buf *payload)
{
	assert_int_equal(item_decode(buf_bytes(payload), &items[place]), 0);
	list[place] = (struct publication){.n = place + 1, .release = &items[place]};
	buf_free(payload);
}

static void what_could_not_be_computed_is_one_line(void **state)
{
	const struct example made = {.round = "a", .number = 1};
	struct heads heads;
	struct item items[3];
	struct publication list[3];
	struct buf payload, page;

	(void)state;
	decode_heads(&heads);
	example_release(&made, &payload);
	add(list, items, 0, &payload);
	example_failure("a", 2, &payload);
	add(list, items, 1, &payload);
	example_failure("cũ", 1, &payload);
	add(list, items, 2, &payload);
	buf_init(&page, 1 << 16);
	assert_int_equal(front_page(&heads, list, 3, LANGUAGE_VI, &page), 0);
	assert_int_equal(
	    example_count(&page, "<li>Lần công bố 2 đã được ghi nhận nhưng không tính "
				 "được kết quả. <small>(<time datetime=\"2024-11-24\">"
				 "24/11/2024</time> · Đính chính)</small></li>"),
	    1);
	assert_int_equal(example_count(&page, "href=\"a/1/\""), 1);
	assert_int_equal(example_count(&page, "/2/"), 0);
	assert_int_equal(example_count(&page, "<h3>Khảo sát 2024"), 1);
	/* a round with nothing else: named by its head, and still without a result */
	assert_int_equal(example_count(&page, "<h3>Kỳ &lt;mới&gt;</h3>"), 1);
	assert_int_equal(example_count(&page, "chưa công bố kết quả"), 2);
	buf_reset(&page);
	assert_int_equal(front_page(&heads, list, 3, LANGUAGE_EN, &page), 0);
	assert_int_equal(
	    example_count(&page, "Release 2 was recorded, but could not be computed."),
	    1);
	buf_free(&page);
	heads_free(&heads);
	for (size_t i = 0; i < 3; i++)
		item_free(&items[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(heads_come_and_go),
	    cmocka_unit_test(front_without_anything),
	    cmocka_unit_test(open_rounds_are_shown_in_tens),
	    cmocka_unit_test(releases_are_listed_newest_first),
	    cmocka_unit_test(what_could_not_be_computed_is_one_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
