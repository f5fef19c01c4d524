/*
 * The engine's side of the oracle: reads paths of round folders from stdin, a line
 * each, and answers each with a line of JSON: {"cuts": [...]} or {"refused": words}.
 * Its one argument is the number of threads (2).
 */

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/err.h"
#include "tests/oracle/cut.h"
#include "tests/oracle/report.h"

enum { LINE = 4096 };

/* A folder's releases so far: whose sheets each unit shows, and has shown (P6). */
struct history {
	const struct cut_folder *folder;
	uint32_t threads;
	uint32_t *origin; /* by unit, then of the round as a whole: release shown now */
	uint8_t *shown;   /* the same x releases */
	uint8_t *held;    /* the same, of the new release */
	uint32_t count;   /* units and the round */
	struct public_release *made;
	uint32_t made_count;
	json_t *cuts;
};

/* The new cut as public sees it: one result for each origin that is still shown. */
struct mixture {
	struct sample *samples;
	struct result *results;
	struct public_source *sources;
	uint32_t *source_of;
	uint32_t count;
};

static void *room(size_t count, size_t size)
{
	void *made = calloc(count, size);

	assert(made != NULL);
	return made;
}

static uint8_t *shown(const struct history *h, uint32_t u, uint32_t release)
{
	return &h->shown[(size_t)u * (h->folder->cuts + 1) + release];
}

/* Whether something shows the sheets of `release` now. */
static bool is_shown(const struct history *h, uint32_t release)
{
	for (uint32_t u = 0; u < h->count; u++) {
		if (h->origin[u] == release)
			return true;
	}
	return false;
}

/* Holds what showed the sheets of `release` and may not show the new ones. */
static void hold(struct history *h, uint32_t release, uint32_t number)
{
	struct public_changes changes;
	struct sample from, to;
	int err;

	cut_sample(h->folder, release, release, &from);
	cut_sample(h->folder, number, number, &to);
	err = public_changes_find(&from, &to, &changes);
	assert(err == 0);
	for (uint32_t u = 0; u < h->count; u++) {
		bool few = u == h->count - 1 ? changes.round_few : changes.few[u] != 0;

		if (few && *shown(h, u, release))
			h->held[u] = 1;
	}
	public_changes_free(&changes);
	cut_sample_free(&from);
	cut_sample_free(&to);
}

static void find_origins(struct history *h, uint32_t number)
{
	memset(h->held, 0, h->count);
	for (uint32_t release = 1; release < number; release++)
		hold(h, release, number);
	for (uint32_t u = 0; u < h->count; u++) {
		if (h->held[u])
			continue;
		h->origin[u] = number;
		*shown(h, u, number) = 1;
	}
}

static int add_source(const struct history *h, uint32_t release, uint32_t number,
		      struct mixture *m, struct faults *faults)
{
	uint32_t place = m->count;
	int err;

	cut_sample(h->folder, release, number, &m->samples[place]);
	err =
	    result_compute(&m->samples[place], h->threads, &m->results[place], faults);
	if (err != 0) {
		cut_sample_free(&m->samples[place]);
		return err;
	}
	m->sources[place] =
	    (struct public_source){&m->results[place], release == number ? 0 : release};
	m->count++;
	for (uint32_t u = 0; u < h->count; u++) {
		if (h->origin[u] == release)
			m->source_of[u] = place;
	}
	return 0;
}

static int find_sources(const struct history *h, uint32_t number, struct mixture *m,
			struct faults *faults)
{
	int err = add_source(h, number, number, m, faults);

	for (uint32_t release = 1; err == 0 && release < number; release++) {
		if (is_shown(h, release))
			err = add_source(h, release, number, m, faults);
	}
	return err;
}

static void mixture_init(const struct cut_folder *f, struct mixture *m)
{
	*m = (struct mixture){
	    .samples = room(f->cuts, sizeof *m->samples),
	    .results = room(f->cuts, sizeof *m->results),
	    .sources = room(f->cuts, sizeof *m->sources),
	    .source_of = room(f->round.unit_count + 1, sizeof *m->source_of),
	};
}

static void mixture_free(struct mixture *m)
{
	for (uint32_t i = 0; i < m->count; i++) {
		result_free(&m->results[i]);
		cut_sample_free(&m->samples[i]);
	}
	free(m->samples);
	free(m->results);
	free(m->sources);
	free(m->source_of);
}

/* P6: what earlier releases told already. */
static void publish(struct history *h, const struct mixture *m)
{
	struct public_release *now = &h->made[h->made_count];
	int err = public_make(m->sources, m->source_of, now);

	assert(err == 0);
	for (uint32_t i = h->made_count; i > 0; i--)
		public_keep(&h->made[i - 1], i, now);
	h->made_count++;
	json_array_append_new(h->cuts, report_cut(&m->results[0], now));
}

static int release(struct history *h, uint32_t number, struct faults *faults)
{
	struct mixture m;
	int err;

	find_origins(h, number);
	mixture_init(h->folder, &m);
	err = find_sources(h, number, &m, faults);
	if (err == 0)
		publish(h, &m);
	mixture_free(&m);
	return err;
}

static int releases(const char *dir, uint32_t threads, json_t *cuts,
		    struct faults *faults)
{
	struct cut_folder f;
	struct history h = {.folder = &f, .threads = threads, .cuts = cuts};
	int err = cut_open(dir, &f, faults);

	if (err != 0)
		return err;
	h.count = f.round.unit_count + 1;
	h.origin = room(h.count, sizeof *h.origin);
	h.shown = room((size_t)h.count * (f.cuts + 1), 1);
	h.held = room(h.count, 1);
	h.made = room(f.cuts, sizeof *h.made);
	for (uint32_t number = 1; err == 0 && number <= f.cuts; number++)
		err = release(&h, number, faults);
	for (uint32_t i = 0; i < h.made_count; i++)
		public_free(&h.made[i]);
	free(h.made);
	free(h.origin);
	free(h.shown);
	free(h.held);
	cut_close(&f);
	return err;
}

static json_t *answer(const char *dir, uint32_t threads)
{
	json_t *cuts = json_array(), *o = json_object();
	struct faults faults;
	int err;

	faults_init(&faults);
	err = releases(dir, threads, cuts, &faults);
	if (err == 0) {
		json_object_set_new(o, "cuts", cuts);
	} else {
		char *words = faults.listed > 0 ? fault_text(&faults.list[0]) : NULL;

		json_object_set_new(o, "refused",
				    json_string(words != NULL ? words : err_str(err)));
		free(words);
		json_decref(cuts);
	}
	faults_free(&faults);
	return o;
}

int main(int argc, char *argv[])
{
	uint64_t threads = 2;
	char line[LINE];

	if (argc > 1 && text_uint(argv[1], 64, &threads) != 0)
		return 2;

	while (fgets(line, sizeof line, stdin) != NULL) {
		json_t *o;

		line[strcspn(line, "\n")] = '\0';
		o = answer(line, (uint32_t)threads);
		json_dumpf(o, stdout, JSON_COMPACT | JSON_REAL_PRECISION(17));
		json_decref(o);
		putchar('\n');
		fflush(stdout);
	}
	return 0;
}
