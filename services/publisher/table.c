#include "services/publisher/table.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/base/csv.h"
#include "common/base/err.h"

static const char trial_mark[] = "THỬ NGHIỆM / TRIAL";

static const char *const status_names[] = {
    [STATUS_RANKED] = "ranked",
    [STATUS_RANKED_WARNING] = "ranked_warning",
    [STATUS_INSUFFICIENT] = "insufficient",
};

static const char *either(const struct text2 *text)
{
	return text->vi[0] != '\0' ? text->vi : text->en;
}

/* ---- CSV ---- */

struct csv {
	struct buf *out;
	int err;
};

static void cell(struct csv *c, const char *text, char end)
{
	if (c->err == 0)
		c->err = csv_put_cell(c->out, text);
	if (c->err == 0)
		c->err = buf_put(c->out, &end, 1);
}

static void count_cell(struct csv *c, uint32_t count, char end)
{
	char text[16] = "";

	if (count > 0)
		snprintf(text, sizeof(text), "%u", count);
	cell(c, text, end);
}

static void csv_row(struct csv *c, const struct item *r, const struct item_block *b,
		    const struct item_unit *u, const char *title)
{
	cell(c, r->round, ',');
	count_cell(c, r->number, ',');
	cell(c, b->name, ',');
	cell(c, u->code, ',');
	cell(c, u->name.vi, ',');
	cell(c, u->name.en, ',');
	cell(c, u->score, ',');
	count_cell(c, u->rank, ',');
	cell(c, u->se, ',');
	cell(c, u->ci_low, ',');
	cell(c, u->ci_high, ',');
	count_cell(c, u->raters, ',');
	cell(c, status_names[u->status], ',');
	cell(c, either(&u->band), ',');
	cell(c, title, '\n');
}

static void csv_rows(struct csv *c, const struct item *r, const char *title)
{
	for (size_t b = 0; b < r->block_count; b++) {
		for (size_t u = 0; u < r->blocks[b].unit_count; u++)
			csv_row(c, r, &r->blocks[b], &r->blocks[b].units[u], title);
	}
}

int table_csv(const struct item *release, struct buf *out)
{
	struct csv c = {.out = out};
	char *marked = NULL;

	c.err = buf_put_str(out, "\xEF\xBB\xBFround,release,block,unit,name_vi,name_en,"
				 "score,rank,se,ci_low,ci_high,raters,status,band,"
				 "title\n");
	if (release->trial &&
	    asprintf(&marked, "%s: %s", trial_mark, either(&release->title)) < 0)
		return -ENOMEM;
	csv_rows(&c, release, marked != NULL ? marked : either(&release->title));
	free(marked);
	return c.err;
}

/* ---- JSON; a failed allocation shows as NULL at the end ---- */

static json_t *text2_json(const struct text2 *text)
{
	return json_pack("{s:s, s:s}", "vi", text->vi, "en", text->en);
}

static json_t *figure_json(const char *figure)
{
	return figure[0] == '\0' ? json_null() : json_string(figure);
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

static json_t *list_json(const char *const list[], size_t count)
{
	json_t *array = json_array();

	for (size_t i = 0; i < count; i++) {
		if (json_array_append_new(array, json_string(list[i])) != 0) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

static json_t *unit_json(const struct item_unit *u)
{
	return json_pack(
	    "{s:s, s:o, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:i, s:i}", "unit",
	    u->code, "name", text2_json(&u->name), "status", status_names[u->status],
	    "score", figure_json(u->score), "rank", count_json(u->rank), "band",
	    text2_json(&u->band), "se", figure_json(u->se), "ci_low",
	    figure_json(u->ci_low), "ci_high", figure_json(u->ci_high), "raters",
	    count_json(u->raters), "criteria_counted", (int)u->criteria_counted,
	    "criteria_applicable", (int)u->criteria_applicable);
}

static json_t *block_json(const struct item_block *b)
{
	json_t *units = json_array();

	for (size_t i = 0; i < b->unit_count; i++) {
		if (json_array_append_new(units, unit_json(&b->units[i])) != 0) {
			json_decref(units);
			return NULL;
		}
	}
	return json_pack("{s:s, s:i, s:i, s:o}", "block", b->name, "full_rank",
			 (int)b->full_rank, "minimum_rank", (int)b->rank, "units",
			 units);
}

static json_t *blocks_json(const struct item *r)
{
	json_t *blocks = json_array();

	for (size_t i = 0; i < r->block_count; i++) {
		if (json_array_append_new(blocks, block_json(&r->blocks[i])) != 0) {
			json_decref(blocks);
			return NULL;
		}
	}
	return blocks;
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
	char hash[2 * RESULT_HASH + 1];

	hex_encode(bytes_of(r->hash, RESULT_HASH), hash);
	return json_pack(
	    "{s:s, s:s, s:i, s:s, s:b, s:o, s:o, s:s, s:s, s:o, s:o, s:s, s:b, s:I, "
	    "s:I, s:o, s:o, s:i, s:s, s:o}",
	    "format", "par-release/1", "round", r->round, "release", (int)r->number,
	    "kind", kinds[r->kind], "trial", (int)r->trial, "mark",
	    r->trial ? json_string(trial_mark) : json_null(), "title",
	    text2_json(&r->title), "decision", r->decision, "note", r->note, "time",
	    time_json(r->time), "retraction", retraction_json(p->retraction), "design",
	    designs[r->design], "weighted", (int)!r->unweighted, "respondents_about",
	    (json_int_t)r->respondents, "invited", (json_int_t)r->invited, "thin",
	    list_json(r->thin, r->thin_count), "not_represented",
	    list_json(r->not_represented, r->not_represented_count), "decimals",
	    (int)r->decimals, "result_hash", hash, "blocks", blocks_json(r));
}

static int put_chunk(const char *data, size_t size, void *out)
{
	return buf_put(out, data, size) == 0 ? 0 : -1;
}

int table_json(const struct publication *p, struct buf *out)
{
	json_t *json = release_json(p);
	int err = 0;

	if (json == NULL)
		return -ENOMEM;
	if (json_dump_callback(json, put_chunk, out, JSON_INDENT(1)) != 0)
		err = ERR_LIMIT;
	json_decref(json);
	return err == 0 ? buf_put_str(out, "\n") : err;
}
