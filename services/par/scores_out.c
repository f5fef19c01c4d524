#include "services/par/scores_out.h"

#include "common/base/csv.h"
#include "common/round/proto.h"
#include "services/par/show.h"

#include <inttypes.h>

enum { CELL = 4096, NUMBER = 16 };

const char *scores_status(Par__V1__UnitStatus status)
{
	static const char *const names[] = {"", "ranked", "ranked_warning",
					    "insufficient"};
	size_t place = (size_t)status;
	return place < sizeof names / sizeof *names ? names[place] : "";
}

ProtobufCBinaryData scores_association(const Par__V1__Scores *s, uint32_t place)
{
	if (place == 0 || place > s->n_associations)
		return (ProtobufCBinaryData){0};
	return s->associations[place - 1];
}

const char *scores_rank_set(uint32_t low, uint32_t high, char out[SCORES_SET])
{
	out[0] = '\0';
	if (low != 0 && low == high)
		snprintf(out, SCORES_SET, "%" PRIu32, low);
	else if (low != 0)
		snprintf(out, SCORES_SET, "%" PRIu32 "-%" PRIu32, low, high);
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
	int err = csv_put_cell(out, show_text(text, cell, sizeof cell));
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
		err =
		    csv_put_cell(out, show_text(show_name(u->band), cell, sizeof cell));
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
