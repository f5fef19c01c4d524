#include "common/report/scores.h"

#include <errno.h>
#include <stdlib.h>

#include "common/method/code.h"
#include "common/method/figure.h"
#include "common/round/manifest.h"
#include "common/round/proto.h"
#include "common/report/edge.h"
#include "common/report/response_wire.h"
#include "common/report/scores_row.h"

enum { SCORES_VERSION = 1, COLUMN_DECIMALS = 4 };

struct block_row {
	Par__V1__BlockScore message;
	char covariance[FIGURE_TEXT], tau2[FIGURE_TEXT];
};

struct field_row {
	Par__V1__FieldReliability message;
	char alpha[FIGURE_TEXT];
};

/* The messages of one result, until they are packed. */
struct table {
	struct scores_row *rows; /* in the order of units.csv */
	Par__V1__UnitScore **row_list;
	struct block_row *blocks;
	Par__V1__BlockScore **block_list;
	struct field_row *fields; /* of fields with an alpha */
	Par__V1__FieldReliability **field_list;
	size_t field_count;
	Par__V1__Flag *flags;
	Par__V1__Flag **flag_list;
	ProtobufCBinaryData *merged, *thin, *not_represented, *associations;
	struct response_wire response;
	uint8_t rules[32];
};

static void table_free(struct table *t)
{
	free(t->rows);
	free(t->row_list);
	free(t->blocks);
	free(t->block_list);
	free(t->fields);
	free(t->field_list);
	free(t->flags);
	free(t->flag_list);
	free(t->merged);
	free(t->thin);
	free(t->not_represented);
	free(t->associations);
	response_wire_free(&t->response);
}

static int table_room(const struct analysis *a, struct table *t)
{
	const struct result *r = &a->result;
	size_t units = (size_t)r->unit_count + 1;
	size_t blocks = (size_t)r->round->block_count + 1;
	size_t criteria = (size_t)r->round->criterion_count + 1;
	size_t flags = a->flags.row_count + 1;

	*t = (struct table){
	    .rows = calloc(units, sizeof(*t->rows)),
	    .row_list = calloc(units, sizeof(Par__V1__UnitScore *)),
	    .blocks = calloc(blocks, sizeof(*t->blocks)),
	    .block_list = calloc(blocks, sizeof(Par__V1__BlockScore *)),
	    .fields = calloc(criteria, sizeof(*t->fields)),
	    .field_list = calloc(criteria, sizeof(Par__V1__FieldReliability *)),
	    .flags = calloc(flags, sizeof(*t->flags)),
	    .flag_list = calloc(flags, sizeof(Par__V1__Flag *)),
	    .merged = edge_texts(r->merged, r->merged_count),
	    .thin = edge_texts(r->thin, r->thin_count),
	    .not_represented = edge_texts(r->not_represented, r->not_represented_count),
	    .associations = calloc((size_t)a->leave_out.associations.count + 1,
				   sizeof(*t->associations)),
	};
	if (!t->rows || !t->row_list || !t->blocks || !t->block_list || !t->fields ||
	    !t->field_list || !t->flags || !t->flag_list || !t->merged || !t->thin ||
	    !t->not_represented || !t->associations)
		return -ENOMEM;
	return response_wire_make(a, &t->response);
}

/* U5 of each block. */
static void fill_blocks(const struct analysis *a, struct table *t)
{
	const struct round *r = a->result.round;

	for (uint32_t b = 0; b < r->block_count; b++) {
		const struct reliability_block *from = &a->reliability.blocks[b];
		struct block_row *to = &t->blocks[b];

		par__v1__block_score__init(&to->message);
		t->block_list[b] = &to->message;
		to->message.block = edge_text(r->blocks[b].name);
		if (from->has_covariance)
			figure_text_double(from->mean_covariance, COLUMN_DECIMALS,
					   r->half_even, to->covariance);
		if (from->any)
			figure_text_double(from->tau2, COLUMN_DECIMALS, r->half_even,
					   to->tau2);
		to->message.mean_covariance = edge_text(to->covariance);
		to->message.tau2 = edge_text(to->tau2);
	}
}

/* U5: alpha of each field that has one. */
static void fill_fields(const struct analysis *a, struct table *t)
{
	const struct round *r = a->result.round;

	for (uint32_t c = 0; c < r->criterion_count; c++) {
		const struct reliability_field *from = &a->reliability.fields[c];
		struct field_row *to = &t->fields[t->field_count];

		if (r->criteria[c].parent >= 0 || !from->any)
			continue;
		par__v1__field_reliability__init(&to->message);
		t->field_list[t->field_count++] = &to->message;
		figure_text_signed(from->alpha, COLUMN_DECIMALS, r->half_even,
				   to->alpha);
		to->message.field = edge_text(r->criteria[c].code);
		to->message.alpha = edge_text(to->alpha);
	}
}

/* O3. */
static void fill_flags(const struct analysis *a, struct table *t)
{
	static const Par__V1__FlagKind wire[] = {
	    [FLAG_IDENTICAL] = PAR__V1__FLAG_KIND__FLAG_KIND_IDENTICAL,
	    [FLAG_CROWD] = PAR__V1__FLAG_KIND__FLAG_KIND_CROWD,
	    [FLAG_STRAIGHT] = PAR__V1__FLAG_KIND__FLAG_KIND_STRAIGHT,
	};

	for (size_t i = 0; i < a->flags.row_count; i++) {
		const struct flag_row *from = &a->flags.rows[i];
		Par__V1__Flag *to = &t->flags[i];

		par__v1__flag__init(to);
		t->flag_list[i] = to;
		to->kind = wire[from->kind];
		to->association =
		    edge_text(a->flags.associations.labels[from->association]);
		to->unit = edge_text(a->result.round->units[from->unit].code);
		to->sheets = from->count.sheets;
		to->raters = from->count.raters;
	}
}

static int table_make(const struct analysis *a, struct table *t)
{
	int err = table_room(a, t);

	if (err == 0)
		err = manifest_rules_digest(a->result.round, t->rules);
	if (err != 0)
		return err;
	for (uint32_t u = 0; u < a->result.unit_count; u++) {
		scores_row_fill(a, u, &t->rows[u]);
		t->row_list[u] = &t->rows[u].message;
	}
	for (uint32_t i = 0; i < a->leave_out.associations.count; i++)
		t->associations[i] = edge_text(a->leave_out.associations.labels[i]);
	fill_blocks(a, t);
	fill_fields(a, t);
	fill_flags(a, t);
	return 0;
}

static void point_to_rows(const struct analysis *a, struct table *t,
			  Par__V1__Scores *out)
{
	const struct result *r = &a->result;

	out->n_units = r->unit_count;
	out->units = t->row_list;
	out->n_blocks = r->round->block_count;
	out->blocks = t->block_list;
	out->n_fields = t->field_count;
	out->fields = t->field_list;
	out->n_flag = a->flags.row_count;
	out->flag = t->flag_list;
	out->n_merged = r->merged_count;
	out->merged = t->merged;
	out->n_thin = r->thin_count;
	out->thin = t->thin;
	out->n_not_represented = r->not_represented_count;
	out->not_represented = t->not_represented;
	out->n_associations = a->leave_out.associations.count;
	out->associations = t->associations;
	out->response = &t->response.message;
}

static int pack(const struct analysis *a, uint32_t number, const struct position *cut,
		struct table *t, struct buf *out)
{
	const struct result *r = &a->result;
	Par__V1__Text title = edge_text2(&r->round->title);
	Par__V1__Position position = edge_position(cut);
	Par__V1__Position *positions[] = {&position};
	Par__V1__Scores scores = PAR__V1__SCORES__INIT;

	scores.version = SCORES_VERSION;
	scores.round = edge_text(r->round->code);
	scores.title = &title;
	scores.trial = r->round->trial;
	scores.number = number;
	scores.n_cut = 1;
	scores.cut = positions;
	scores.result_hash = proto_view(bytes_of(r->hash, sizeof(r->hash)));
	scores.unweighted = r->unweighted;
	scores.design = edge_design(r->round->design);
	scores.decimals = r->round->decimals;
	scores.data_digest = proto_view(bytes_of(cut->chain, sizeof(cut->chain)));
	scores.rules_digest = proto_view(bytes_of(t->rules, sizeof(t->rules)));
	scores.method_digest = proto_view(bytes_of(code_digest, sizeof(code_digest)));
	scores.seed = r->seed;
	point_to_rows(a, t, &scores);
	return edge_pack(&scores.base, out);
}

int scores_encode(const struct analysis *a, uint32_t number, const struct position *cut,
		  struct buf *out)
{
	struct table t;
	int err = table_make(a, &t);

	if (err == 0)
		err = pack(a, number, cut, &t, out);
	table_free(&t);
	return err;
}
