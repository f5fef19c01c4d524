#include "common/method/tally_count.h"

#include <assert.h>
#include <string.h>

/*
 * Sheets are counted one strip of answer places after the other, so that compilers make
 * one comparison and one addition of bytes for 16 answers at once. Eight sheets go
 * through each comparison with a level together: its counters are loaded and stored
 * once for the eight. A byte counts to 255, which bounds the number of sheets at a
 * time.
 */
enum {
	STEP = 8,
	WIDE = 64,        /* answer places of a strip, */
	NARROW = 16,      /* or of one where fewer are left */
	LEVELS_FAST = 20, /* with more, an increment an answer is as fast */
	KINDS = 5,        /* of no score */
};

/* What tally_count() was asked for. */
struct batch {
	const struct tally *tally;
	const uint8_t *const *sheets;
	size_t count;
	size_t ahead;
	uint32_t *row;
	uint32_t *scored;
	const uint8_t *last[STEP]; /* those over a multiple of STEP, and zeros */
};

/* Answer places from `at` on, of which those before `from` were counted before. */
struct strip {
	size_t at, width;
	size_t from, to;
};

/* A sheet without answers. */
static const uint8_t zeros[MODEL_CRITERIA_MAX];

static uint32_t levels_of(const struct tally *t, size_t place)
{
	return (uint32_t)(t->offset[place + 1] - t->offset[place]) - TALLY_FIRST_SCORE;
}

/* One increment an answer: where the fast way does not pay. */
static size_t count_singly(const struct batch *b, size_t from, size_t to)
{
	const size_t *offset = b->tally->offset;
	size_t unscored = 0;

	for (size_t i = 0; i < b->count; i++) {
		if (i < b->ahead)
			__builtin_prefetch(b->sheets[b->count + i] + from);
		for (size_t a = from; a < to; a++) {
			uint8_t answer = b->sheets[i][a];
			size_t at = offset[a] + tally_slot(answer);

			assert(answer != 0 && at < offset[a + 1]);
			b->row[at]++;
			b->scored[a] += tally_is_score(answer);
			unscored += !tally_is_score(answer);
		}
	}
	return unscored;
}

static inline void add_step(const uint8_t *const *s, size_t at, size_t width, uint8_t y,
			    uint8_t *restrict times)
{
	const uint8_t *restrict s0 = s[0] + at, *restrict s1 = s[1] + at;
	const uint8_t *restrict s2 = s[2] + at, *restrict s3 = s[3] + at;
	const uint8_t *restrict s4 = s[4] + at, *restrict s5 = s[5] + at;
	const uint8_t *restrict s6 = s[6] + at, *restrict s7 = s[7] + at;

	for (size_t i = 0; i < width; i++)
		times[i] = (uint8_t)(times[i] + (s0[i] == y) + (s1[i] == y) +
				     (s2[i] == y) + (s3[i] == y) + (s4[i] == y) +
				     (s5[i] == y) + (s6[i] == y) + (s7[i] == y));
}

/* How often each of `answers` answers, from `first` on, stands in each place of a
 * strip.
 */
static void count_strip(const struct batch *b, const struct strip *s, uint32_t first,
			uint32_t answers, uint8_t (*times)[WIDE])
{
	memset(times, 0, answers * sizeof *times);
	for (size_t i = 0; i < b->count; i += STEP) {
		const uint8_t *const *step =
		    b->count - i < STEP ? b->last : b->sheets + i;

		/* sheets stand far apart in memory: else most of the time is waiting */
		for (size_t j = i; j < i + STEP && j < b->ahead; j++)
			__builtin_prefetch(b->sheets[b->count + j] + s->at);
		for (uint32_t k = 0; k < answers; k++) {
			uint8_t y = (uint8_t)(first + k);

			/* constant widths, or compilers make no vectors of it */
			if (s->width == WIDE)
				add_step(step, s->at, WIDE, y, times[k]);
			else
				add_step(step, s->at, NARROW, y, times[k]);
		}
	}
}

/* The kinds of no score, where a strip has any; what is left must be one of them. */
static void count_kinds(const struct batch *b, const struct strip *s,
			const uint8_t *left)
{
	uint8_t times[KINDS][WIDE];

	count_strip(b, s, ANSWER_BLANK, KINDS, times);
	for (size_t a = s->from; a < s->to; a++) {
		uint32_t *slots = b->row + b->tally->offset[a];
		uint32_t sum = 0;

		for (uint32_t k = 0; k < KINDS; k++) {
			slots[k] += times[k][a - s->at];
			sum += times[k][a - s->at];
		}
		assert(sum == left[a - s->at]);
	}
}

/* What is left of the sheets in each place when the scores are taken off. */
static void set_left(uint8_t *left, size_t count, uint32_t levels,
		     uint8_t (*times)[WIDE])
{
	memset(left, (int)count, WIDE);
	for (uint32_t y = 0; y < levels; y++)
		for (size_t i = 0; i < WIDE; i++)
			left[i] = (uint8_t)(left[i] - times[y][i]);
}

static size_t count_fast(const struct batch *b, const struct strip *s, uint32_t levels)
{
	uint8_t times[LEVELS_FAST][WIDE];
	uint8_t left[WIDE];
	size_t unscored = 0;

	/* so that the counters are at hand when the strip is done */
	for (size_t a = s->from; a < s->to; a++)
		__builtin_prefetch(b->row + b->tally->offset[a] + TALLY_FIRST_SCORE, 1);
	count_strip(b, s, 1, levels, times);
	set_left(left, b->count, levels, times);
	for (size_t a = s->from, i = s->from - s->at; a < s->to; a++, i++) {
		uint32_t *slots = b->row + b->tally->offset[a] + TALLY_FIRST_SCORE;
		uint32_t own = levels_of(b->tally, a);

		for (uint32_t y = 0; y < own; y++)
			slots[y] += times[y][i];
		for (uint32_t y = own; y < levels; y++)
			left[i] = (uint8_t)(left[i] + times[y][i]); /* no scores here */
		b->scored[a] += (uint32_t)b->count - left[i];
		unscored += left[i];
	}
	if (unscored)
		count_kinds(b, s, left);
	return unscored;
}

/* The strip that begins at `from`; one that would end beyond the last place begins
 * earlier. */
static struct strip strip_at(size_t from, size_t count)
{
	size_t width = count >= WIDE && count - from > WIDE - NARROW ? WIDE : NARROW;
	size_t at = from + width > count ? count - width : from;

	return (struct strip){.at = at, .width = width, .from = from, .to = at + width};
}

static size_t count_strips(const struct batch *b, size_t count)
{
	size_t unscored = 0;
	struct strip s;

	for (size_t from = 0; from < count; from = s.to) {
		uint32_t levels = 0;

		s = strip_at(from, count);
		for (size_t a = s.from; a < s.to; a++)
			if (levels_of(b->tally, a) > levels)
				levels = levels_of(b->tally, a);
		unscored += levels <= LEVELS_FAST ? count_fast(b, &s, levels)
						  : count_singly(b, s.from, s.to);
	}
	return unscored;
}

size_t tally_count(const struct tally *t, const uint8_t *const *sheets, size_t count,
		   size_t ahead, uint32_t *row, uint32_t *scored)
{
	size_t places = t->sample->round->answer_count;
	size_t whole = count - count % STEP;
	struct batch b = {.tally = t,
			  .sheets = sheets,
			  .count = count,
			  .ahead = ahead,
			  .row = row,
			  .scored = scored};

	assert(count <= TALLY_COUNT_MAX && places <= MODEL_CRITERIA_MAX);
	if (places < NARROW || count < STEP)
		return count_singly(&b, 0, places);
	for (size_t i = 0; i < STEP; i++)
		b.last[i] = whole + i < count ? sheets[whole + i] : zeros;
	return count_strips(&b, places);
}
