#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/base/csv.h"
#include "services/publisher/table.h"

const char table_trial[] = "THỬ NGHIỆM / TRIAL";

const char *table_status(enum status status)
{
	static const char *const names[] = {
	    [STATUS_RANKED] = "ranked",
	    [STATUS_RANKED_WARNING] = "ranked_warning",
	    [STATUS_INSUFFICIENT] = "insufficient",
	};

	return names[status];
}

const char *table_state(enum cell_state state)
{
	static const char *const names[] = {
	    [CELL_NONE] = "none", [CELL_SHOWN] = "shown", [CELL_NO_SE] = "no_se",
	    [CELL_HIGH] = "high", [CELL_LOW] = "low",     [CELL_HIDDEN] = "hidden",
	};

	return names[state];
}

struct csv {
	struct buf *out;
	const char *title; /* of every row of scores.csv */
	const char *mark;  /* of every row of criteria.csv */
	int err;
};

static const char *either(const struct text2 *text)
{
	return text->vi[0] != '\0' ? text->vi : text->en;
}

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

/* "" where there is no band, or the release cannot say. */
static const char *certain(const struct item *r, const struct item_unit *u)
{
	if (!item_is_detailed(r) || either(&u->band)[0] == '\0')
		return "";
	return u->band_certain ? "true" : "false";
}

static void unit_row(struct csv *c, const struct item *r, const struct item_block *b,
		     const struct item_unit *u)
{
	cell(c, r->round, ',');
	count_cell(c, r->number, ',');
	cell(c, b->name, ',');
	cell(c, u->code, ',');
	cell(c, u->name.vi, ',');
	cell(c, u->name.en, ',');
	cell(c, u->index.text, ',');
	count_cell(c, u->rank, ',');
	cell(c, u->se, ',');
	cell(c, u->ci_low, ',');
	cell(c, u->ci_high, ',');
	count_cell(c, u->raters, ',');
	cell(c, table_status(u->status), ',');
	cell(c, either(&u->band), ',');
	cell(c, c->title, ',');
	count_cell(c, u->rank_low, ',');
	count_cell(c, u->rank_high, ',');
	cell(c, certain(r, u), ',');
	cell(c, u->survey_part.text, ',');
	cell(c, u->appraised_part.text, ',');
	count_cell(c, u->held_from, '\n');
}

static void criterion_rows(struct csv *c, const struct item *r,
			   const struct item_block *b, const struct item_unit *u)
{
	if (u->cells == NULL)
		return;
	for (size_t i = 0; i < r->criterion_count && c->err == 0; i++) {
		const struct item_criterion *of = &r->criteria[i];

		cell(c, b->name, ',');
		cell(c, u->code, ',');
		cell(c, of->code, ',');
		cell(c, of->field < 0 ? "" : r->criteria[of->field].code, ',');
		cell(c, of->points, ',');
		cell(c, u->cells[i].text, ',');
		cell(c, table_state(u->cells[i].state), ',');
		cell(c, c->mark, '\n');
	}
}

typedef void rows_fn(struct csv *c, const struct item *r, const struct item_block *b,
		     const struct item_unit *u);

static int write_table(const struct item *r, const char *head, rows_fn *rows,
		       struct buf *out)
{
	struct csv c = {
	    .out = out,
	    .title = either(&r->title),
	    .mark = r->trial ? table_trial : "",
	};
	char *marked = NULL;

	if (r->trial && asprintf(&marked, "%s: %s", table_trial, either(&r->title)) < 0)
		return -ENOMEM;
	if (marked != NULL)
		c.title = marked;
	c.err = buf_put_str(out, head);
	for (size_t b = 0; b < r->block_count; b++) {
		for (size_t u = 0; u < r->blocks[b].unit_count; u++)
			rows(&c, r, &r->blocks[b], &r->blocks[b].units[u]);
	}
	free(marked);
	return c.err;
}

int table_scores(const struct item *release, struct buf *out)
{
	return write_table(release,
			   "\xEF\xBB\xBFround,release,block,unit,name_vi,name_en,"
			   "score,rank,se,ci_low,ci_high,raters,status,band,title,"
			   "rank_low,rank_high,band_certain,survey_part,"
			   "appraised_part,held_from\n",
			   unit_row, out);
}

int table_criteria(const struct item *release, struct buf *out)
{
	return write_table(release,
			   "\xEF\xBB\xBF"
			   "block,unit,criterion,field,points,score,state,mark\n",
			   criterion_rows, out);
}
