#include "services/par/json_wire.h"

#include "services/par/position.h"
#include "services/par/scores_out.h"
#include "services/par/show.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { SEED_TEXT = 17 };

json_t *json_wire_text(ProtobufCBinaryData text)
{
	return text.len > 0 ? json_stringn((const char *)text.data, text.len)
			    : json_null();
}

json_t *json_wire_word(const char *word)
{
	return word[0] ? json_string(word) : json_null();
}

json_t *json_wire_place(uint32_t v)
{
	return v > 0 ? json_integer(v) : json_null();
}

json_t *json_wire_count(uint64_t v)
{
	return json_integer((json_int_t)v);
}

json_t *json_wire_name(const Par__V1__Text *name)
{
	json_t *o = json_object();
	if (name && name->vi.len > 0)
		json_object_set_new(o, "vi", json_wire_text(name->vi));
	if (name && name->en.len > 0)
		json_object_set_new(o, "en", json_wire_text(name->en));
	return o;
}

json_t *json_wire_hash(ProtobufCBinaryData hash)
{
	char hex[SHOW_HASH];
	return json_wire_word(show_hash(hash, hex));
}

json_t *json_wire_seed(uint64_t seed)
{
	char text[SEED_TEXT];
	snprintf(text, sizeof text, "%016" PRIx64, seed);
	return json_string(text);
}

json_t *json_wire_cut(Par__V1__Position *const cut[], size_t count)
{
	char text[POSITION_TEXT];
	json_t *a = json_array();
	for (size_t i = 0; i < count; i++)
		json_array_append_new(a, json_string(position_wire_text(cut[i], text)));
	return a;
}

json_t *json_wire_texts(const ProtobufCBinaryData list[], size_t count)
{
	json_t *a = json_array();
	for (size_t i = 0; i < count; i++)
		json_array_append_new(a, json_wire_text(list[i]));
	return a;
}

/* ---- a unit ---- */

static void set_figures(const Par__V1__UnitScore *u, json_t *o)
{
	json_object_set_new(o, "block", json_wire_text(u->block));
	json_object_set_new(o, "unit", json_wire_text(u->unit));
	json_object_set_new(o, "name", json_wire_name(u->name));
	json_object_set_new(o, "score", json_wire_text(u->score));
	json_object_set_new(o, "rank", json_wire_place(u->rank));
	json_object_set_new(o, "rank_low", json_wire_place(u->rank_low));
	json_object_set_new(o, "rank_high", json_wire_place(u->rank_high));
	json_object_set_new(o, "se", json_wire_text(u->se));
	json_object_set_new(o, "ci_low", json_wire_text(u->ci_low));
	json_object_set_new(o, "ci_high", json_wire_text(u->ci_high));
	json_object_set_new(o, "raters", json_integer(u->raters));
	json_object_set_new(o, "status", json_wire_word(scores_status(u->status)));
	json_object_set_new(o, "band", json_wire_text(show_name(u->band)));
	json_object_set_new(o, "band_certain", json_boolean(u->band_certain));
	json_object_set_new(o, "criteria_counted", json_integer(u->criteria_counted));
	json_object_set_new(o, "criteria_applicable",
			    json_integer(u->criteria_applicable));
}

/* METHOD O2. */
static void set_leave_out(const Par__V1__Scores *s, const Par__V1__UnitScore *u,
			  json_t *o)
{
	ProtobufCBinaryData which = scores_association(s, u->leave_out_association);
	json_object_set_new(o, "leave_out_change", json_wire_text(u->leave_out_change));
	json_object_set_new(o, "leave_out_association", json_wire_text(which));
	json_object_set_new(o, "leave_out_no_figure",
			    json_boolean(u->leave_out_no_figure));
	json_object_set_new(o, "effective_raters", json_wire_text(u->effective_raters));
}

json_t *json_wire_unit(const Par__V1__Scores *scores, const Par__V1__UnitScore *u)
{
	json_t *o = json_object();
	set_figures(u, o);
	json_object_set_new(o, "reliability", json_wire_text(u->reliability));
	set_leave_out(scores, u, o);
	json_object_set_new(o, "method_median", json_wire_place(u->method_median));
	json_object_set_new(o, "method_low", json_wire_place(u->method_low));
	json_object_set_new(o, "method_high", json_wire_place(u->method_high));
	json_object_set_new(o, "unannulled_score", json_wire_text(u->unannulled_score));
	json_object_set_new(o, "sheets", json_wire_count(u->sheets));
	json_object_set_new(o, "contact_rate", json_wire_text(u->contact_rate));
	json_object_set_new(o, "dont_know_rate", json_wire_text(u->dont_know_rate));
	return o;
}

/* DEL and C1: jansson lets them be, a terminal obeys them. */
static int put_dumped(const char *text, struct buf *out)
{
	for (;;) {
		size_t plain = strcspn(text, "\x7F\xC2");
		int err = buf_put(out, text, plain);
		text += plain;
		if (err != 0 || text[0] == '\0')
			return err;
		bool one = text[0] == '\x7F';
		unsigned point = (unsigned char)text[one ? 0 : 1];
		err = point < 0xA0 ? buf_printf(out, "\\u%04x", point)
				   : buf_put(out, text, 2);
		if (err != 0)
			return err;
		text += one ? 1 : 2;
	}
}

int json_wire_put(json_t *json, struct buf *out)
{
	char *text = json_dumps(json, JSON_INDENT(1));
	json_decref(json);
	if (!text)
		return -ENOMEM;
	int err = put_dumped(text, out);
	free(text);
	return err != 0 ? err : buf_put_str(out, "\n");
}
