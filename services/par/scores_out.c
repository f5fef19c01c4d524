#include "services/par/scores_out.h"

#include "common/base/csv.h"
#include "common/round/proto.h"
#include "services/par/show.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { CELL = 4096, NUMBER = 16 };

const char *scores_status(Par__V1__UnitStatus status)
{
	static const char *const names[] = {"", "ranked", "ranked_warning",
					    "insufficient"};
	size_t place = (size_t)status;
	return place < sizeof names / sizeof *names ? names[place] : "";
}

static const char *cell_of(ProtobufCBinaryData b, char out[CELL])
{
	size_t len = b.len < CELL ? b.len : CELL - 1;
	if (len > 0)
		memcpy(out, b.data, len);
	out[len] = '\0';
	return out;
}

static const char *number_of(uint32_t v, char out[NUMBER])
{
	out[0] = '\0';
	if (v != 0)
		snprintf(out, NUMBER, "%" PRIu32, v);
	return out;
}

/* ---- csv ---- */

static int put_text(struct buf *out, ProtobufCBinaryData text)
{
	char cell[CELL];
	int err = csv_put_cell(out, cell_of(text, cell));
	return err != 0 ? err : buf_put_str(out, ",");
}

static int put_number(struct buf *out, uint32_t v)
{
	char number[NUMBER];
	int err = buf_put_str(out, number_of(v, number));
	return err != 0 ? err : buf_put_str(out, ",");
}

static int put_row(const Par__V1__UnitScore *u, struct buf *out)
{
	const ProtobufCBinaryData names[] = {u->block, u->unit, u->score};
	const uint32_t places[] = {u->rank, u->rank_low, u->rank_high};
	const ProtobufCBinaryData spread[] = {u->se, u->ci_low, u->ci_high};
	int err = 0;
	for (size_t i = 0; err == 0 && i < 3; i++)
		err = put_text(out, names[i]);
	for (size_t i = 0; err == 0 && i < 3; i++)
		err = put_number(out, places[i]);
	for (size_t i = 0; err == 0 && i < 3; i++)
		err = put_text(out, spread[i]);
	if (err == 0)
		err = buf_printf(out, "%" PRIu32 ",%s,", u->raters,
				 scores_status(u->status));
	char cell[CELL];
	if (err == 0)
		err = csv_put_cell(out, cell_of(show_name(u->band), cell));
	return err != 0 ? err : buf_put_str(out, "\n");
}

int scores_out_csv(const Par__V1__Scores *s, struct buf *out)
{
	int err = buf_put_str(out, "block,unit,score,rank,rank_low,rank_high,se,ci_low,"
				   "ci_high,raters,status,band\n");
	for (size_t i = 0; err == 0 && i < s->n_units; i++)
		err = put_row(s->units[i], out);
	return err;
}

/* ---- json ---- */

static json_t *json_text(ProtobufCBinaryData b)
{
	char cell[CELL];
	return b.len > 0 ? json_string(cell_of(b, cell)) : json_null();
}

static json_t *json_place(uint32_t v)
{
	return v > 0 ? json_integer(v) : json_null();
}

static json_t *json_name(const Par__V1__Text *t)
{
	json_t *o = json_object();
	if (t && t->vi.len > 0)
		json_object_set_new(o, "vi", json_text(t->vi));
	if (t && t->en.len > 0)
		json_object_set_new(o, "en", json_text(t->en));
	return o;
}

static json_t *json_unit(const Par__V1__UnitScore *u)
{
	json_t *o = json_object();
	json_object_set_new(o, "block", json_text(u->block));
	json_object_set_new(o, "unit", json_text(u->unit));
	json_object_set_new(o, "name", json_name(u->name));
	json_object_set_new(o, "score", json_text(u->score));
	json_object_set_new(o, "rank", json_place(u->rank));
	json_object_set_new(o, "rank_low", json_place(u->rank_low));
	json_object_set_new(o, "rank_high", json_place(u->rank_high));
	json_object_set_new(o, "se", json_text(u->se));
	json_object_set_new(o, "ci_low", json_text(u->ci_low));
	json_object_set_new(o, "ci_high", json_text(u->ci_high));
	json_object_set_new(o, "raters", json_integer(u->raters));
	json_object_set_new(o, "status", json_string(scores_status(u->status)));
	json_object_set_new(o, "band", json_text(show_name(u->band)));
	return o;
}

static json_t *json_texts(const ProtobufCBinaryData list[], size_t count)
{
	json_t *a = json_array();
	for (size_t i = 0; i < count; i++)
		json_array_append_new(a, json_text(list[i]));
	return a;
}

static json_t *json_hash(ProtobufCBinaryData hash)
{
	char hex[SHOW_HASH];
	return hash.len > 0 ? json_string(show_hash(hash, hex)) : json_null();
}

static json_t *json_scores(const Par__V1__Scores *s)
{
	json_t *units = json_array();
	for (size_t i = 0; i < s->n_units; i++)
		json_array_append_new(units, json_unit(s->units[i]));
	json_t *o = json_object();
	json_object_set_new(o, "round", json_text(s->round));
	json_object_set_new(o, "title", json_name(s->title));
	json_object_set_new(o, "trial", json_boolean(s->trial));
	json_object_set_new(o, "release", json_place(s->number));
	json_object_set_new(o, "result_hash", json_hash(s->result_hash));
	json_object_set_new(o, "unweighted", json_boolean(s->unweighted));
	json_object_set_new(o, "thin", json_texts(s->thin, s->n_thin));
	json_object_set_new(o, "not_represented",
			    json_texts(s->not_represented, s->n_not_represented));
	json_object_set_new(o, "units", units);
	return o;
}

int scores_out_json(const Par__V1__Scores *s, struct buf *out)
{
	json_t *o = json_scores(s);
	char *text = json_dumps(o, JSON_INDENT(1));
	json_decref(o);
	if (!text)
		return -ENOMEM;
	int err = buf_put_str(out, text);
	free(text);
	return err != 0 ? err : buf_put_str(out, "\n");
}
