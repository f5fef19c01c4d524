#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>

#include "common/base/err.h"
#include "services/publisher/table.h"

/* A failed allocation shows as NULL: json_pack() passes it on and frees the rest. */

static json_t *text2_json(const struct text2 *text)
{
	return json_pack("{s:s, s:s}", "vi", text->vi, "en", text->en);
}

static json_t *text_json(const char *text)
{
	return text[0] == '\0' ? json_null() : json_string(text);
}

static json_t *count_json(uint64_t count)
{
	return count == 0 ? json_null() : json_integer((json_int_t)count);
}

static json_t *time_json(int64_t seconds)
{
	char text[TIME_TEXT];

	return json_string(time_text(seconds, text));
}

/* Appends to an array; what is there already is freed when memory fails. */
static json_t *array_add(json_t *array, json_t *value)
{
	if (json_array_append_new(array, value) == 0)
		return array;
	json_decref(array);
	return NULL;
}

static json_t *list_json(const struct item_texts *texts)
{
	json_t *array = json_array();

	for (size_t i = 0; array != NULL && i < texts->count; i++)
		array = array_add(array, json_string(texts->list[i]));
	return array;
}

/* ---- a unit ---- */

static json_t *cell_json(const struct item_cell *cell)
{
	return json_pack("{s:o, s:s}", "score", text_json(cell->text), "state",
			 table_state(cell->state));
}

static json_t *cells_json(const struct item *r, const struct item_unit *u)
{
	json_t *array = json_array();

	for (size_t i = 0; array != NULL && u->cells != NULL && i < r->criterion_count;
	     i++)
		array = array_add(array, json_pack("{s:s, s:o, s:s}", "criterion",
						   r->criteria[i].code, "score",
						   text_json(u->cells[i].text), "state",
						   table_state(u->cells[i].state)));
	return array;
}

static json_t *unit_json(const struct item *r, const struct item_unit *u)
{
	return json_pack(
	    "{s:s, s:o, s:s, s:o, s:s, s:o, s:o, s:o, s:o, s:b, s:o, s:o, s:o, s:o, "
	    "s:i, s:i, s:o, s:o, s:o, s:o}",
	    "unit", u->code, "name", text2_json(&u->name), "status",
	    table_status(u->status), "score", text_json(u->index.text), "state",
	    table_state(u->index.state), "rank", count_json(u->rank), "rank_low",
	    count_json(u->rank_low), "rank_high", count_json(u->rank_high), "band",
	    text2_json(&u->band), "band_certain", (int)u->band_certain, "se",
	    text_json(u->se), "ci_low", text_json(u->ci_low), "ci_high",
	    text_json(u->ci_high), "raters", count_json(u->raters), "criteria_counted",
	    (int)u->criteria_counted, "criteria_applicable",
	    (int)u->criteria_applicable, "survey_part", cell_json(&u->survey_part),
	    "appraised_part", cell_json(&u->appraised_part), "held_from",
	    count_json(u->held_from), "criteria", cells_json(r, u));
}

/* ---- the release, without its blocks ---- */

static json_t *criteria_json(const struct item *r)
{
	static const char *const sources[] = {
	    [SOURCE_NONE] = "",
	    [SOURCE_SURVEY] = "survey",
	    [SOURCE_APPRAISED] = "appraised",
	    [SOURCE_MEASURED] = "measured",
	};
	json_t *array = json_array();

	for (size_t i = 0; array != NULL && i < r->criterion_count; i++) {
		const struct item_criterion *c = &r->criteria[i];
		const char *field = c->field < 0 ? "" : r->criteria[c->field].code;

		array = array_add(array,
				  json_pack("{s:s, s:o, s:o, s:s, s:o}", "criterion",
					    c->code, "field", text_json(field), "name",
					    text2_json(&c->name), "points", c->points,
					    "source", text_json(sources[c->source])));
	}
	return array;
}

static json_t *annulments_json(const struct item *r)
{
	json_t *array = json_array();

	for (size_t i = 0; array != NULL && i < r->annulment_count; i++)
		array = array_add(
		    array, json_pack("{s:o, s:o}", "reason",
				     text_json(r->annulments[i].reason), "sheets",
				     count_json(r->annulments[i].sheets)));
	return array;
}

static json_t *digest_json(const struct item *r, const uint8_t digest[ITEM_DIGEST])
{
	char hex[2 * ITEM_DIGEST + 1];

	if (!item_is_detailed(r))
		return json_null();
	hex_encode(bytes_of(digest, ITEM_DIGEST), hex);
	return json_string(hex);
}

static json_t *seed_json(const struct item *r)
{
	char hex[17];

	snprintf(hex, sizeof(hex), "%016" PRIx64, r->seed);
	return item_is_detailed(r) ? json_string(hex) : json_null();
}

static json_t *retraction_json(const struct item *retraction)
{
	if (retraction == NULL)
		return json_null();
	return json_pack("{s:o, s:s}", "time", time_json(retraction->time), "reason",
			 retraction->reason);
}

static json_t *release_json(const struct publication *p)
{
	static const char *const kinds[] = {
	    [RELEASE_OFFICIAL] = "official",
	    [RELEASE_CORRECTION] = "correction",
	    [RELEASE_TRIAL] = "trial",
	};
	static const char *const designs[] = {
	    [DESIGN_OPEN] = "open",
	    [DESIGN_CENSUS] = "census",
	    [DESIGN_PROBABILITY] = "probability",
	};
	const struct item *r = p->release;
	char hash[2 * ITEM_DIGEST + 1];

	hex_encode(bytes_of(r->result_hash, ITEM_DIGEST), hash);
	return json_pack(
	    "{s:s, s:s, s:i, s:s, s:b, s:o, s:o, s:s, s:s, s:o, s:o, s:s, s:s, s:b, "
	    "s:b, s:I, s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:i, s:s, s:o, s:o, "
	    "s:o, s:o}",
	    "format", "par-release/1", "round", r->round, "release", (int)r->number,
	    "kind", kinds[r->kind], "trial", (int)r->trial, "mark",
	    r->trial ? json_string(table_trial) : json_null(), "title",
	    text2_json(&r->title), "decision", r->decision, "note", r->note, "time",
	    time_json(r->time), "retraction", retraction_json(p->retraction), "design",
	    designs[r->design], "mode",
	    r->mode == MODE_COMPOSITE ? "composite" : "points", "minmax",
	    (int)r->minmax, "weighted", (int)!r->unweighted, "respondents_about",
	    (json_int_t)r->respondents, "invited", (json_int_t)r->invited, "merged",
	    list_json(&r->merged), "thin", list_json(&r->thin), "not_represented",
	    list_json(&r->not_represented), "annulments", annulments_json(r),
	    "bonus_max", text_json(r->bonus_max), "penalty_max",
	    text_json(r->penalty_max), "cell_show", count_json(r->cell_show),
	    "decimals", (int)r->decimals, "result_hash", hash, "rules_digest",
	    digest_json(r, r->rules_digest), "method_digest",
	    digest_json(r, r->method_digest), "seed", seed_json(r), "criteria",
	    criteria_json(r));
}

/* ---- writing, a unit at a time ---- */

struct writer {
	struct buf *out;
	int err;
};

static int put_chunk(const char *data, size_t size, void *out)
{
	return buf_put(out, data, size) == 0 ? 0 : -1;
}

static void put(struct writer *w, const char *text)
{
	if (w->err == 0)
		w->err = buf_put_str(w->out, text);
}

/* Takes the value. */
static void put_json(struct writer *w, json_t *value, size_t flags)
{
	if (value == NULL && w->err == 0)
		w->err = -ENOMEM;
	if (w->err == 0 && json_dump_callback(value, put_chunk, w->out, flags) != 0)
		w->err = ERR_LIMIT;
	json_decref(value);
}

static void put_block(struct writer *w, const struct item *r,
		      const struct item_block *b)
{
	put(w, "{");
	put_json(w,
		 json_pack("{s:s, s:i, s:i}", "block", b->name, "full_rank",
			   (int)b->full_rank, "minimum_rank", (int)b->rank),
		 JSON_COMPACT | JSON_EMBED);
	put(w, ",\"units\":[");
	for (size_t i = 0; i < b->unit_count && w->err == 0; i++) {
		put(w, i == 0 ? "\n" : ",\n");
		put_json(w, unit_json(r, &b->units[i]), JSON_COMPACT);
	}
	put(w, "]}");
}

int table_json(const struct publication *p, struct buf *out)
{
	const struct item *r = p->release;
	struct writer w = {.out = out};

	put(&w, "{");
	put_json(&w, release_json(p), JSON_INDENT(1) | JSON_EMBED);
	put(&w, ",\"blocks\": [\n");
	for (size_t i = 0; i < r->block_count && w.err == 0; i++) {
		put(&w, i == 0 ? "" : ",\n");
		put_block(&w, r, &r->blocks[i]);
	}
	put(&w, "]\n}\n");
	return w.err;
}
