#include "common/report/response_wire.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/report/edge.h"

enum { NAME, GROUP, WEIGHT, NAMES };

char *response_wire_weight(const struct result *r, uint32_t group)
{
	const struct frame_group *g = &r->frame->groups[group];
	mpq_t weight;
	char *text;

	if (g->responded == 0)
		return calloc(1, 1);
	if (r->unweighted)
		return strdup("1");
	mpq_init(weight);
	mpz_set_ui(mpq_numref(weight), g->members);
	mpz_set_ui(mpq_denref(weight), g->responded);
	mpq_canonicalize(weight);
	text = mpq_get_str(NULL, 10, weight);
	mpq_clear(weight);
	return text;
}

static int name_stratum(const struct analysis *a, uint32_t stratum, char **names)
{
	const struct result *r = &a->result;
	const struct sample *s = &a->sample;
	uint32_t columns = r->round->strata_column_count;
	uint32_t group = r->frame->group_of[stratum];

	names[NAME] = frame_stratum_name(&s->strata[stratum], columns);
	names[GROUP] =
	    frame_group_name(r->frame, group, s->strata, s->stratum_count, columns);
	names[WEIGHT] = response_wire_weight(r, group);
	return names[NAME] && names[GROUP] && names[WEIGHT] ? 0 : -ENOMEM;
}

static int fill_strata(const struct analysis *a, struct response_wire *w)
{
	const struct sample *s = &a->sample;

	for (uint32_t h = 0; h < s->stratum_count; h++) {
		Par__V1__StratumResponse *m = &w->strata[h];
		char **names = w->names + (size_t)NAMES * h;

		if (name_stratum(a, h, names) != 0)
			return -ENOMEM;
		par__v1__stratum_response__init(m);
		w->stratum_list[h] = m;
		m->name = edge_text(names[NAME]);
		m->group = edge_text(names[GROUP]);
		m->weight = edge_text(names[WEIGHT]);
		m->members = s->strata[h].members;
		m->invited = s->strata[h].rows;
		m->responded = a->result.tally->responded[h];
	}
	w->message.n_strata = s->stratum_count;
	w->message.strata = w->stratum_list;
	return 0;
}

static void fill_annulments(const struct sample *s, struct response_wire *w)
{
	for (size_t i = 0; i < s->annulment_count; i++) {
		Par__V1__Annulment *m = &w->annulments[i];

		par__v1__annulment__init(m);
		w->annulment_list[i] = m;
		m->reason = edge_text(s->annulments[i].reason);
		m->sheets = s->annulments[i].sheets;
		m->raters = s->annulments[i].raters;
	}
	w->message.n_annulments = s->annulment_count;
	w->message.annulments = w->annulment_list;
}

int response_wire_make(const struct analysis *a, struct response_wire *out)
{
	size_t strata = (size_t)a->sample.stratum_count + 1;
	size_t annulments = a->sample.annulment_count + 1;

	*out = (struct response_wire){
	    .annulments = calloc(annulments, sizeof(*out->annulments)),
	    .annulment_list = calloc(annulments, sizeof(Par__V1__Annulment *)),
	    .strata = calloc(strata, sizeof(*out->strata)),
	    .stratum_list = calloc(strata, sizeof(Par__V1__StratumResponse *)),
	    .names = calloc(NAMES * strata, sizeof(char *)),
	    .stratum_count = a->sample.stratum_count,
	};
	if (!out->annulments || !out->annulment_list || !out->strata ||
	    !out->stratum_list || !out->names)
		return -ENOMEM;
	par__v1__response__init(&out->message);
	out->message.invited = a->response.invited;
	out->message.responded = a->response.responded;
	out->message.sheets = a->response.sheets;
	fill_annulments(&a->sample, out);
	return fill_strata(a, out);
}

void response_wire_free(struct response_wire *r)
{
	for (size_t i = 0; r->names != NULL && i < NAMES * (size_t)r->stratum_count;
	     i++)
		free(r->names[i]);
	free(r->names);
	free(r->annulments);
	free(r->annulment_list);
	free(r->strata);
	free(r->stratum_list);
}
