#include "tests/bench/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/err.h"

enum { LINE_MAX_BYTES = 4096 };

void bench_must(const char *what, int err)
{
	if (err >= 0)
		return;
	fprintf(stderr, "%s: %s\n", what, err_str(err));
	exit(1);
}

double bench_since(uint64_t *at)
{
	uint64_t now = clock_mono_ns();
	double seconds = (double)(now - *at) / 1e9;

	*at = now;
	return seconds;
}

uint32_t bench_number(const char *word)
{
	unsigned long number = strtoul(word, NULL, 10);

	bench_must("number", number < 1 || number > UINT32_MAX ? ERR_FORMAT : 0);
	return (uint32_t)number;
}

static void answer_one(const struct bench_verb verbs[], void *ctx, char *line)
{
	const char *words[BENCH_WORDS_MAX] = {"", "", "", "", "", "", "", ""};
	char *rest = line;
	const struct bench_verb *verb = verbs;

	for (size_t i = 0; i < BENCH_WORDS_MAX && rest; i++) {
		char *word = strsep(&rest, " \n");

		words[i] = word ? word : "";
	}
	while (verb->name && strcmp(verb->name, words[0]) != 0)
		verb++;
	bench_must(words[0], verb->name ? 0 : ERR_NOT_FOUND);
	verb->fn(ctx, words);
	fflush(stdout);
}

void bench_answer(const struct bench_verb verbs[], void *ctx)
{
	char line[LINE_MAX_BYTES];

	while (fgets(line, sizeof line, stdin))
		answer_one(verbs, ctx, line);
}
