#include "services/par/inspected.h"

#include "common/base/err.h"
#include "common/net/part_wire.h"
#include "common/round/proto.h"
#include "services/par/position.h"
#include "services/par/show.h"

#include <inttypes.h>
#include <string.h>

enum { RESTARTS_MAX = 100 };

/* ---- which ---- */

static int read_which(const struct options *o, const char *round,
		      struct inspected_which *out)
{
	if (o->draft && o->release != 0) {
		show_say("say either --release or --draft");
		return ERR_CONFIG;
	}
	*out = (struct inspected_which){
	    .round = round, .number = (uint32_t)o->release, .draft = o->draft};
	return 0;
}

int inspected_open(const struct options *o, const char *round,
		   struct inspected_which *which, struct ask *a)
{
	enum role role = peer_has_key(o, ROLE_OPERATOR) ? ROLE_OPERATOR : ROLE_AUDITOR;
	struct inspected_which w;
	int err = read_which(o, round, &w);
	if (err == 0)
		err = ask_open(o, &inspect_link, role, a);
	if (err == 0)
		*which = w;
	return err;
}

/* ---- a part ---- */

static int ask_scores(struct ask *a, const struct inspected_which *w, uint32_t part,
		      Par__V1__InspectReply **out)
{
	Par__V1__ScoresQuery query = PAR__V1__SCORES_QUERY__INIT;
	query.round = ask_text(w->round);
	query.part = part;
	if (w->draft) {
		query.which_case = PAR__V1__SCORES_QUERY__WHICH_DRAFT;
		query.draft = true;
	} else if (w->number != 0) {
		query.which_case = PAR__V1__SCORES_QUERY__WHICH_NUMBER;
		query.number = w->number;
	} else {
		query.which_case = PAR__V1__SCORES_QUERY__WHICH_NEWEST;
		query.newest = true;
	}
	Par__V1__InspectRequest request = PAR__V1__INSPECT_REQUEST__INIT;
	request.what_case = PAR__V1__INSPECT_REQUEST__WHAT_SCORES;
	request.scores = &query;
	return inspect_ask(a, &request, out);
}

/* Of a release by its number, else of the draft. */
static int ask_unit(struct ask *a, const struct inspected_which *w, const char *unit,
		    uint32_t part, Par__V1__InspectReply **out)
{
	Par__V1__UnitQuery query = PAR__V1__UNIT_QUERY__INIT;
	query.round = ask_text(w->round);
	query.unit = ask_text(unit);
	query.part = part;
	if (w->number != 0) {
		query.which_case = PAR__V1__UNIT_QUERY__WHICH_NUMBER;
		query.number = w->number;
	} else {
		query.which_case = PAR__V1__UNIT_QUERY__WHICH_DRAFT;
		query.draft = true;
	}
	Par__V1__InspectRequest request = PAR__V1__INSPECT_REQUEST__INIT;
	request.what_case = PAR__V1__INSPECT_REQUEST__WHAT_UNIT;
	request.unit = &query;
	return inspect_ask(a, &request, out);
}

static const Par__V1__Part *part_of(const Par__V1__InspectReply *reply, bool of_unit)
{
	if (of_unit)
		return reply->what_case == PAR__V1__INSPECT_REPLY__WHAT_UNIT
			   ? reply->unit
			   : NULL;
	return reply->what_case == PAR__V1__INSPECT_REPLY__WHAT_SCORES ? reply->scores
								       : NULL;
}

/* unit NULL: the whole result. As joiner_take(). */
static int ask_part(struct ask *a, const struct inspected_which *w, const char *unit,
		    struct joiner *joiner)
{
	Par__V1__InspectReply *reply = NULL;
	uint32_t place = joiner->taken + 1;
	int err = unit ? ask_unit(a, w, unit, place, &reply)
		       : ask_scores(a, w, place, &reply);
	if (err != 0)
		return err;
	const Par__V1__Part *message = part_of(reply, unit != NULL);
	err = ERR_FORMAT;
	if (message) {
		struct part part = part_wire_read(message);
		err = joiner_take(joiner, &part);
	}
	par__v1__inspect_reply__free_unpacked(reply, NULL);
	return err;
}

/* A draft may change between two parts: then from the first again. */
static int ask_whole(struct ask *a, const struct inspected_which *w, const char *unit,
		     struct joiner *joiner)
{
	int restarts = 0;
	int err = 0;
	while (err == 0) {
		err = ask_part(a, w, unit, joiner);
		if (err == ERR_RETRY && ++restarts <= RESTARTS_MAX) {
			joiner_reset(joiner);
			err = 0;
		}
	}
	return err < 0 ? err : 0;
}

/* ---- a whole ---- */

int inspected_scores(struct ask *a, const struct inspected_which *which,
		     Par__V1__Scores **out)
{
	struct joiner joiner;
	joiner_init(&joiner);
	int err = ask_whole(a, which, NULL, &joiner);
	if (err == 0) {
		Par__V1__Scores *s =
		    par__v1__scores__unpack(NULL, joiner.whole.len, joiner.whole.data);
		err = s && s->version == WIRE_VERSION ? 0 : ERR_VERSION;
		if (err == 0)
			*out = s;
		else if (s)
			par__v1__scores__free_unpacked(s, NULL);
	}
	joiner_free(&joiner);
	return err;
}

static int unit_detail(struct ask *a, const struct inspected_which *which,
		       const char *unit, Par__V1__UnitDetail **out)
{
	struct joiner joiner;
	joiner_init(&joiner);
	int err = ask_whole(a, which, unit, &joiner);
	if (err == 0) {
		Par__V1__UnitDetail *d = par__v1__unit_detail__unpack(
		    NULL, joiner.whole.len, joiner.whole.data);
		bool good = d && d->version == WIRE_VERSION && d->unit;
		err = good ? 0 : ERR_VERSION;
		if (good)
			*out = d;
		else if (d)
			par__v1__unit_detail__free_unpacked(d, NULL);
	}
	joiner_free(&joiner);
	return err;
}

/* 0: of one result; 1: of two states of a draft. */
static int same_result(const struct inspected *i)
{
	if (bytes_equal(proto_bytes(i->scores->result_hash),
			proto_bytes(i->unit->result_hash)))
		return 0;
	if (i->scores->number == 0)
		return 1;
	show_say("release %" PRIu32 " does not compute to the result hash it was made "
		 "with: tell whoever runs the scorer",
		 i->scores->number);
	return ERR_CORRUPT;
}

static int ask_both(struct ask *a, const struct inspected_which *which,
		    const char *unit, struct inspected *i)
{
	int err = inspected_scores(a, which, &i->scores);
	if (err != 0)
		return err;
	struct inspected_which same = {.round = which->round,
				       .number = i->scores->number};
	err = unit_detail(a, &same, unit, &i->unit);
	return err != 0 ? err : same_result(i);
}

int inspected_unit(struct ask *a, const struct inspected_which *which, const char *unit,
		   struct inspected *out)
{
	int restarts = 0;
	struct inspected i = {0};
	int err = ask_both(a, which, unit, &i);
	while (err == 1 && ++restarts <= RESTARTS_MAX) {
		inspected_free(&i);
		err = ask_both(a, which, unit, &i);
	}
	if (err == 0) {
		*out = i;
		return 0;
	}
	inspected_free(&i);
	return err == 1 ? ERR_RETRY : err;
}

void inspected_free(struct inspected *i)
{
	if (i->scores)
		par__v1__scores__free_unpacked(i->scores, NULL);
	if (i->unit)
		par__v1__unit_detail__free_unpacked(i->unit, NULL);
	*i = (struct inspected){0};
}

void inspected_say_cut(const Par__V1__Scores *s)
{
	char text[POSITION_TEXT];
	for (size_t i = 0; i < s->n_cut; i++)
		show_say("cut %s", position_wire_text(s->cut[i], text));
}
