#include "services/scorer/scores.h"

#include <errno.h>
#include <stdlib.h>

#include "common/round/proto.h"
#include "par/v1/inspect.pb-c.h"
#include "services/scorer/edge.h"

enum { SCORES_VERSION = 1 };

/* The messages of one result, until they are packed. */
struct table {
	Par__V1__UnitScore *rows; /* in the order of units.csv */
	Par__V1__UnitScore **list;
	Par__V1__Text *names;
	Par__V1__Text *bands;
	ProtobufCBinaryData *thin;
	ProtobufCBinaryData *not_represented;
};

static void fill_row(const struct result *result, uint32_t unit, struct table *t)
{
	const struct round *r = result->round;
	const struct unit_result *u = &result->units[unit];
	Par__V1__UnitScore *row = &t->rows[unit];

	par__v1__unit_score__init(row);
	t->list[unit] = row;
	t->names[unit] = edge_text2(&r->units[unit].name);
	row->name = &t->names[unit];
	row->block = edge_text(r->blocks[r->units[unit].block].name);
	row->unit = edge_text(r->units[unit].code);
	row->score = edge_text(u->score);
	row->rank = u->rank;
	row->se = edge_text(u->se);
	row->ci_low = edge_text(u->ci_low);
	row->ci_high = edge_text(u->ci_high);
	row->raters = u->raters;
	row->status = edge_status(u->status);
	if (u->band < 0)
		return;
	t->bands[unit] = edge_text2(&r->bands[u->band].name);
	row->band = &t->bands[unit];
}

static void table_free(struct table *t)
{
	free(t->rows);
	free(t->list);
	free(t->names);
	free(t->bands);
	free(t->thin);
	free(t->not_represented);
}

static int table_make(const struct result *result, struct table *t)
{
	size_t room = (size_t)result->unit_count + 1;

	*t = (struct table){
	    .rows = calloc(room, sizeof(*t->rows)),
	    .list = calloc(room, sizeof(Par__V1__UnitScore *)),
	    .names = calloc(room, sizeof(*t->names)),
	    .bands = calloc(room, sizeof(*t->bands)),
	    .thin = edge_texts(result->thin, result->thin_count),
	    .not_represented =
		edge_texts(result->not_represented, result->not_represented_count),
	};
	if (!t->rows || !t->list || !t->names || !t->bands || !t->thin ||
	    !t->not_represented)
		return -ENOMEM;
	for (uint32_t u = 0; u < result->unit_count; u++)
		fill_row(result, u, t);
	return 0;
}

static int pack_scores(const struct result *result, uint32_t number,
		       const struct position *cut, struct table *t, struct buf *out)
{
	const struct round *r = result->round;
	Par__V1__Text title = edge_text2(&r->title);
	Par__V1__Position position = edge_position(cut);
	Par__V1__Position *positions[] = {&position};
	Par__V1__Scores scores = PAR__V1__SCORES__INIT;

	scores.version = SCORES_VERSION;
	scores.round = edge_text(r->code);
	scores.title = &title;
	scores.trial = r->trial;
	scores.number = number;
	scores.n_cut = 1;
	scores.cut = positions;
	scores.result_hash = proto_view(bytes_of(result->hash, sizeof(result->hash)));
	scores.n_units = result->unit_count;
	scores.units = t->list;
	scores.n_thin = result->thin_count;
	scores.thin = t->thin;
	scores.n_not_represented = result->not_represented_count;
	scores.not_represented = t->not_represented;
	scores.unweighted = result->unweighted;
	return edge_pack(&scores.base, out);
}

int scores_encode(const struct result *result, uint32_t number,
		  const struct position *cut, struct buf *out)
{
	struct table t;
	int err = table_make(result, &t);

	if (err == 0)
		err = pack_scores(result, number, cut, &t, out);
	table_free(&t);
	return err;
}
