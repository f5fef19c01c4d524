/* Every piece is done once, whoever does it. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/method/parallel.h"

enum { PIECES = 1000, WORKERS_MAX = 8 };

struct work {
	uint32_t workers;
	uint8_t times[PIECES];
	uint32_t done[WORKERS_MAX]; /* by worker: nobody else writes there */
	uint32_t strangers;
};

static void count_piece(void *ctx, uint32_t worker, uint32_t i)
{
	struct work *w = ctx;

	w->times[i]++;
	if (worker < w->workers)
		w->done[worker]++;
	else
		w->strangers++;
}

static void each_piece_once(void **state)
{
	(void)state;
	for (uint32_t workers = 1; workers <= WORKERS_MAX; workers++) {
		struct work w = {.workers = workers};
		uint32_t sum = 0;

		parallel_run(workers, PIECES, count_piece, &w);
		for (uint32_t i = 0; i < PIECES; i++)
			assert_int_equal(w.times[i], 1);
		for (uint32_t i = 0; i < workers; i++)
			sum += w.done[i];
		assert_int_equal(sum, PIECES);
		assert_int_equal(w.strangers, 0);
	}
}

static void nothing_to_do(void **state)
{
	struct work w = {.workers = 3};

	(void)state;
	parallel_run(3, 0, count_piece, &w);
	assert_int_equal(w.done[0] + w.done[1] + w.done[2], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_piece_once),
	    cmocka_unit_test(nothing_to_do),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
