/* The unanswered messages against a plain array that is searched from end to end. */

#include "world.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/net/pending.h"

enum { IDS = 200, MAX = 100, STEPS = 100000 };

/* What the slow model knows of an id. */
struct known {
	bool here, out;
	uint64_t due, order, number;
};

static void make_id(uint64_t i, uint8_t id[WIRE_ID_SIZE])
{
	memset(id, 0, WIRE_ID_SIZE);
	be64_put(id + 8, i);
}

static uint64_t index_of(const struct pending *p)
{
	return be64_get(p->id + 8);
}

static void check(const struct pendings *ps, const struct known *known)
{
	uint64_t soonest = UINT64_MAX, first = UINT64_MAX;
	size_t count = 0;
	uint8_t id[WIRE_ID_SIZE];

	for (uint64_t i = 0; i < IDS; i++) {
		make_id(i, id);
		struct pending *p = pending_find(ps, id);
		assert_int_equal(p != NULL, known[i].here);
		if (!p)
			continue;
		count++;
		assert_int_equal(index_of(p), i);
		assert_int_equal(p->heap_at != 0, known[i].out);
		if (known[i].out && known[i].due < soonest)
			soonest = known[i].due;
		if (!known[i].out && known[i].order < first)
			first = known[i].order;
	}
	assert_int_equal(count, ps->count);
	const struct pending *p = pending_soonest(ps);
	assert_int_equal(p ? p->due_ms : UINT64_MAX, soonest);
	assert_int_equal(ps->first ? known[index_of(ps->first)].order : UINT64_MAX,
			 first);
}

static void step(struct pendings *ps, struct known *known, uint64_t now)
{
	uint64_t i = (uint64_t)rand() % IDS;
	struct known *k = &known[i];
	uint8_t id[WIRE_ID_SIZE];

	make_id(i, id);
	struct pending *p = pending_find(ps, id);
	if (!p) {
		int err = pending_add(ps, id, bytes_str("payload"));
		assert_int_equal(err, ps->count == MAX && err ? ERR_LIMIT : 0);
		if (!err)
			*k = (struct known){.here = true, .order = now, .number = now};
		return;
	}
	assert_int_equal(pending_add(ps, id, bytes_str("")), -EEXIST);
	int what = rand() % 4;
	if (what == 0) {
		pending_remove(ps, p);
		k->here = false;
	} else if (what == 1 && k->out) {
		pending_unsend(ps, p);
		k->out = false;
		k->order = now;
	} else {
		k->out = true;
		k->due = (uint64_t)rand() % 1000;
		pending_set_due(ps, p, k->due);
	}
}

static void unsend_all(struct pendings *ps, struct known *known)
{
	uint64_t before = 0;
	size_t count = 0;

	pending_unsend_all(ps);
	for (size_t i = 0; i < IDS; i++) {
		known[i].out = false;
		known[i].order = known[i].number;
	}
	for (const struct pending *p = ps->first; p; p = p->next, count++) {
		assert_true(known[index_of(p)].number >= before);
		before = known[index_of(p)].number;
	}
	assert_int_equal(count, ps->count);
}

static void test_against_a_plain_array(void **state)
{
	static struct known known[IDS];
	struct pendings ps;

	(void)state;
	srand(1);
	assert_int_equal(pending_init(&ps, MAX), 0);
	for (uint64_t now = 1; now <= STEPS; now++) {
		step(&ps, known, now);
		if (now % 1000 == 0)
			unsend_all(&ps, known);
		if (now % 7 == 0)
			check(&ps, known);
	}
	pending_free(&ps);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_against_a_plain_array),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
