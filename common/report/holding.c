#include "common/report/holding.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/err.h"

/* The sheets of one cut with the appraisals and measured values of another. */
struct mixture {
	struct sample sample; /* borrows all but `pool` */
	struct result result;
	bool computed;
};

/* Releases count from 0; the last is the new one. */
struct chain {
	const struct result *own; /* of the last */
	const struct sample *cuts;
	uint32_t count;
	uint32_t units; /* and one more place: the round as a whole */
	uint32_t threads;
	uint32_t *origin; /* by unit: the release whose sheets it shows */
	uint32_t *next;   /* the same after the release at hand, if it can be made */
	uint8_t *shown;   /* release x unit: some release showed its sheets of it */
	uint8_t *held;    /* by unit, of the release at hand */
	struct public_release *views;
	/* of the release at hand */
	struct mixture *mixtures; /* by release whose sheets it has */
	struct public_source *sources;
	uint32_t *source_at; /* by release: 1 + place in sources; 0: none */
	uint32_t *source_of; /* by unit */
};

static const struct sample *cut_of(const struct chain *c, uint32_t release)
{
	return release + 1 == c->count ? c->own->sample : &c->cuts[release];
}

static int open_chain(const struct result *own, const struct sample *cuts,
		      uint32_t count, uint32_t threads, struct chain *c)
{
	size_t places = (size_t)own->unit_count + 1;

	*c = (struct chain){
	    .own = own,
	    .cuts = cuts,
	    .count = count,
	    .units = own->unit_count,
	    .threads = threads,
	    .origin = calloc(places, sizeof(*c->origin)),
	    .next = calloc(places, sizeof(*c->next)),
	    .shown = calloc(count, places),
	    .held = calloc(places, 1),
	    .views = calloc(count, sizeof(*c->views)),
	    .mixtures = calloc(count, sizeof(*c->mixtures)),
	    .sources = calloc(count, sizeof(*c->sources)),
	    .source_at = calloc(count, sizeof(*c->source_at)),
	    .source_of = calloc(places, sizeof(*c->source_of)),
	};
	if (!c->origin || !c->next || !c->shown || !c->held || !c->views ||
	    !c->mixtures || !c->sources || !c->source_at || !c->source_of)
		return -ENOMEM;
	return 0;
}

static void free_mixtures(struct chain *c)
{
	for (uint32_t i = 0; c->mixtures != NULL && i < c->count; i++) {
		if (c->mixtures[i].computed)
			result_free(&c->mixtures[i].result);
		free(c->mixtures[i].sample.pool);
		memset(&c->mixtures[i], 0, sizeof(c->mixtures[i]));
	}
}

static void close_chain(struct chain *c)
{
	free_mixtures(c);
	for (uint32_t i = 0; c->views != NULL && i < c->count; i++)
		public_free(&c->views[i]);
	free(c->origin);
	free(c->next);
	free(c->shown);
	free(c->held);
	free(c->views);
	free(c->mixtures);
	free(c->sources);
	free(c->source_at);
	free(c->source_of);
}

/* ---- origins ---- */

static uint8_t *shown_at(const struct chain *c, uint32_t release)
{
	return c->shown + (size_t)release * (c->units + 1);
}

/*
 * Holds what once showed the sheets of `from` and would differ from them by few raters:
 * annulling a revision may bring an older answer back, so the newest ones are not
 * enough to look at.
 */
static int hold(struct chain *c, uint32_t from, uint32_t to)
{
	const uint8_t *shown = shown_at(c, from);
	struct public_changes changes;
	int err;

	if (memchr(shown, 1, c->units + 1) == NULL)
		return 0;
	err = public_changes_find(cut_of(c, from), cut_of(c, to), &changes);
	if (err != 0)
		return err;
	for (uint32_t u = 0; u <= c->units; u++) {
		bool few = u < c->units ? changes.few[u] : changes.round_few;

		if (shown[u] && few)
			c->held[u] = 1;
	}
	public_changes_free(&changes);
	return 0;
}

/* What is not held goes over to the sheets of `to`. */
static int follow(struct chain *c, uint32_t to)
{
	int err = 0;

	memset(c->held, 0, c->units + 1);
	for (uint32_t from = 0; err == 0 && from < to; from++)
		err = hold(c, from, to);
	for (uint32_t u = 0; err == 0 && u <= c->units; u++)
		c->next[u] = c->held[u] ? c->origin[u] : to;
	return err;
}

/* ---- sources ---- */

/* Of the same rounds, the sheets of one and the values of the other. */
static void mix(const struct sample *sheets, const struct sample *values,
		struct sample *out)
{
	*out = *sheets;
	out->appraisals = values->appraisals;
	out->appraisal_count = values->appraisal_count;
	out->measured = values->measured;
	out->measured_count = values->measured_count;
}

static int mix_all(const struct sample *sheets, const struct sample *values,
		   struct sample *out)
{
	struct sample *pool = calloc(sheets->pool_count + 1, sizeof(*pool));

	if (pool == NULL)
		return -ENOMEM;
	mix(sheets, values, out);
	for (size_t i = 0; i < sheets->pool_count; i++) {
		pool[i] = sheets->pool[i];
		for (size_t j = 0; j < values->pool_count; j++) {
			if (values->pool[j].round == pool[i].round)
				mix(&sheets->pool[i], &values->pool[j], &pool[i]);
		}
	}
	out->pool = pool;
	return 0;
}

/* The result that release `to` shows of what has the sheets of `from`. */
static int find_result(struct chain *c, uint32_t from, uint32_t to,
		       struct faults *faults, const struct result **out)
{
	struct mixture *m = &c->mixtures[from];
	int err;

	if (from == to && to + 1 == c->count) {
		*out = c->own;
		return 0;
	}
	err = mix_all(cut_of(c, from), cut_of(c, to), &m->sample);
	if (err == 0)
		err = result_compute(&m->sample, c->threads, &m->result, faults);
	if (err != 0)
		return err;
	m->computed = true;
	*out = &m->result;
	return 0;
}

static int take_source(struct chain *c, uint32_t from, uint32_t to, uint32_t *count,
		       struct faults *faults)
{
	struct public_source *source = &c->sources[*count];
	int err;

	if (c->source_at[from] != 0)
		return 0;
	err = find_result(c, from, to, faults, &source->result);
	if (err != 0)
		return err;
	source->release = from == to ? 0 : from + 1;
	c->source_at[from] = ++*count;
	return 0;
}

/* The first source is the release's own, whether anything shows it or not. */
static int take_sources(struct chain *c, uint32_t to, struct faults *faults)
{
	uint32_t count = 0;
	int err;

	memset(c->source_at, 0, c->count * sizeof(*c->source_at));
	err = take_source(c, to, to, &count, faults);
	for (uint32_t u = 0; err == 0 && u <= c->units; u++) {
		err = take_source(c, c->next[u], to, &count, faults);
		c->source_of[u] = c->source_at[c->next[u]] - 1;
	}
	return err;
}

/* ---- views ---- */

/* What was kept whole shows the data of where it comes from. */
static void keep_earlier(struct chain *c, uint32_t to)
{
	struct public_release *view = &c->views[to];

	for (uint32_t i = to; i > 0; i--) {
		if (c->views[i - 1].units != NULL)
			public_keep(&c->views[i - 1], i, view);
	}
	memcpy(c->origin, c->next, ((size_t)c->units + 1) * sizeof(*c->origin));
	for (uint32_t u = 0; u < c->units; u++) {
		if (view->units[u].held_from != 0)
			c->origin[u] = view->units[u].held_from - 1;
	}
	for (uint32_t u = 0; u <= c->units; u++)
		shown_at(c, c->origin[u])[u] = 1;
}

static int make_view(struct chain *c, uint32_t to, struct faults *faults)
{
	int err = follow(c, to);

	if (err == 0)
		err = take_sources(c, to, faults);
	if (err == 0)
		err = public_make(c->sources, c->source_of, &c->views[to]);
	free_mixtures(c);
	if (err == 0)
		keep_earlier(c, to);
	return err;
}

/*
 * A release that its rules could not compute showed nothing. Of one that was lost
 * nobody here knows what it showed.
 */
static int make_earlier(struct chain *c, uint32_t to)
{
	struct faults faults;
	int err;

	if (cut_of(c, to)->round == NULL)
		return 0;
	faults_init(&faults);
	err = make_view(c, to, &faults);
	faults_free(&faults);
	return err == ERR_REFUSED || err == ERR_OVERFLOW ? 0 : err;
}

int holding_publish(const struct result *own, const struct sample *cuts,
		    uint32_t number, uint32_t threads, struct public_release *out,
		    struct faults *faults)
{
	struct chain c;
	uint32_t last = number - 1;
	int err = open_chain(own, cuts, number, threads, &c);

	for (uint32_t i = 0; err == 0 && i < last; i++)
		err = make_earlier(&c, i);
	if (err == 0)
		err = make_view(&c, last, faults);
	if (err == 0) {
		*out = c.views[last];
		memset(&c.views[last], 0, sizeof(*c.views));
	}
	close_chain(&c);
	return err;
}
