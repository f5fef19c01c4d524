#include "services/scorer/publish_unit.h"

#include <errno.h>
#include <stdlib.h>

#include "common/report/edge.h"

static const Par__V1__CellState wire_state[] = {
    [CELL_NONE] = PAR__V1__CELL_STATE__CELL_STATE_NONE,
    [CELL_SHOWN] = PAR__V1__CELL_STATE__CELL_STATE_SHOWN,
    [CELL_NO_SE] = PAR__V1__CELL_STATE__CELL_STATE_NO_SE,
    [CELL_HIGH] = PAR__V1__CELL_STATE__CELL_STATE_HIGH,
    [CELL_LOW] = PAR__V1__CELL_STATE__CELL_STATE_LOW,
    [CELL_HIDDEN] = PAR__V1__CELL_STATE__CELL_STATE_HIDDEN,
};

bool publish_criterion(const struct criterion *c)
{
	return c->leaf || c->parent < 0;
}

static void fill_cell(const struct public_cell *from, Par__V1__PublicCell *to)
{
	par__v1__public_cell__init(to);
	to->state = wire_state[from->state];
	to->score = edge_text(from->text);
}

static int fill_cells(const struct round *r, const struct public_unit *from,
		      struct publish_unit *to)
{
	size_t room = (size_t)r->criterion_count + 1;
	size_t count = 0;

	to->cells = calloc(room, sizeof(*to->cells));
	to->cell_list = calloc(room, sizeof(Par__V1__PublicCell *));
	if (to->cells == NULL || to->cell_list == NULL)
		return -ENOMEM;
	for (uint32_t c = 0; c < r->criterion_count; c++) {
		if (!publish_criterion(&r->criteria[c]))
			continue;
		fill_cell(&from->cells[c], &to->cells[count]);
		to->cell_list[count] = &to->cells[count];
		count++;
	}
	to->message.n_cells = count;
	to->message.cells = to->cell_list;
	fill_cell(&from->survey_part, &to->survey_part);
	fill_cell(&from->appraised_part, &to->appraised_part);
	to->message.survey_part = &to->survey_part;
	to->message.appraised_part = &to->appraised_part;
	return 0;
}

static void fill_index(const struct round *r, const struct public_unit *from,
		       struct publish_unit *to)
{
	Par__V1__PublicUnit *m = &to->message;

	m->state = wire_state[from->index.state];
	m->score = edge_text(from->index.text);
	m->rank = from->rank;
	m->rank_low = from->rank_low;
	m->rank_high = from->rank_high;
	m->se = edge_text(from->se);
	m->ci_low = edge_text(from->ci_low);
	m->ci_high = edge_text(from->ci_high);
	m->band_certain = from->band_certain;
	m->held_from = from->held_from;
	if (from->band < 0)
		return;
	to->band = edge_text2(&r->bands[from->band].name);
	m->band = &to->band;
}

int publish_unit_make(const struct analysis *a, uint32_t unit, struct publish_unit *out)
{
	const struct round *r = a->result.round;
	const struct public_unit *from = &a->public.units[unit];
	Par__V1__PublicUnit *m = &out->message;
	int err;

	par__v1__public_unit__init(m);
	out->name = edge_text2(&r->units[unit].name);
	m->name = &out->name;
	m->code = edge_text(r->units[unit].code);
	m->status = edge_status(from->status);
	m->raters = from->raters;
	m->criteria_counted = from->criteria_counted;
	m->criteria_applicable = from->criteria_applicable;
	if (from->status == STATUS_INSUFFICIENT)
		return 0;
	err = fill_cells(r, from, out);
	if (err != 0)
		return err;
	fill_index(r, from, out);
	return 0;
}

void publish_unit_free(struct publish_unit *u)
{
	free(u->cells);
	free(u->cell_list);
}
