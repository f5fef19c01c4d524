#include "common/client/round.h"

#include <errno.h>
#include <stdlib.h>

#include "common/round/manifest.h"

enum { CHUNK = 16 * 1024 };

static const char **take_labels(struct arena *a, const struct scale *s, bool vi)
{
	const char **list = arena_get(a, s->levels * sizeof(*list));

	for (uint32_t k = 0; list && k < s->levels; k++)
		list[k] = vi ? s->labels[k].vi : s->labels[k].en;
	return list;
}

static struct par_question *take_question(struct arena *a, const struct round *r,
					  uint32_t place)
{
	const struct criterion *c = &r->criteria[r->surveyed[place]];
	const struct criterion *field = &r->criteria[c->field];
	const struct scale *scale = &r->scales[c->scale];
	struct par_question *q = arena_get(a, sizeof(*q));

	if (!q)
		return NULL;
	*q = (struct par_question){.code = c->code,
				   .name_vi = c->name.vi,
				   .name_en = c->name.en,
				   .field = field->code,
				   .field_vi = field->name.vi,
				   .field_en = field->name.en,
				   .levels = scale->levels};
	if (scale->labels) {
		q->labels_vi = take_labels(a, scale, true);
		q->labels_en = take_labels(a, scale, false);
	}
	return q;
}

static void take_questions(struct held_round *h)
{
	const struct round *r = &h->model;
	const struct par_question **list =
	    arena_get(&h->arena, (r->answer_count + 1) * sizeof(*list));

	for (uint32_t i = 0; list && i < r->answer_count; i++)
		list[i] = take_question(&h->arena, r, i);
	h->public.questions = list;
	h->public.question_count = r->answer_count;
}

static struct par_unit *take_unit(struct arena *a, const struct round *r,
				  uint32_t place)
{
	const struct unit *from = &r->units[place];
	struct par_unit *u = arena_get(a, sizeof(*u));

	if (!u)
		return NULL;
	*u = (struct par_unit){.code = from->code,
			       .block = r->blocks[from->block].name,
			       .name_vi = from->name.vi,
			       .name_en = from->name.en,
			       .levels =
				   r->unit_levels + (size_t)place * r->answer_count};
	return u;
}

static void take_units(struct held_round *h)
{
	const struct round *r = &h->model;
	const struct par_unit **list =
	    arena_get(&h->arena, (r->unit_count + 1) * sizeof(*list));

	for (uint32_t i = 0; list && i < r->unit_count; i++)
		list[i] = take_unit(&h->arena, r, i);
	h->public.units = list;
	h->public.unit_count = r->unit_count;
}

static int take(struct held_round *h)
{
	const struct round *r = &h->model;

	h->public = (struct par_round){.code = r->code,
				       .title_vi = r->title.vi,
				       .title_en = r->title.en,
				       .opens = r->opens,
				       .closes = r->closes,
				       .trial = r->trial,
				       .manifest = h->manifest.data,
				       .manifest_size = h->manifest.len};
	take_questions(h);
	take_units(h);
	if (h->arena.failed)
		return -ENOMEM;
	return manifest_rules_digest(r, h->rules);
}

int round_make(struct buf *manifest, struct held_round **out, struct faults *faults)
{
	struct held_round *h = calloc(1, sizeof(*h));
	if (!h)
		return -ENOMEM;
	model_init(&h->model);
	arena_init(&h->arena, CHUNK);
	h->manifest = *manifest;
	int err = manifest_decode(buf_bytes(manifest), &h->model, faults);
	if (err == 0)
		err = take(h);
	if (err != 0) {
		buf_init(&h->manifest, 0);
		par_round_free(&h->public);
		return err;
	}
	buf_init(manifest, manifest->max);
	*out = h;
	return 0;
}

const struct held_round *round_held(const struct par_round *round)
{
	return (const struct held_round *)(const void *)round;
}

void par_round_free(struct par_round *round)
{
	struct held_round *h = (struct held_round *)(void *)round;

	if (!h)
		return;
	arena_free(&h->arena);
	model_free(&h->model);
	buf_free(&h->manifest);
	free(h);
}
