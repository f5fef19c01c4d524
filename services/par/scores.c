#include "services/par/commands.h"

#include "common/base/err.h"
#include "services/par/inspect.h"
#include "services/par/position.h"
#include "services/par/scores_out.h"
#include "services/par/show.h"

#include <string.h>

static int fill_query(const struct options *o, const char *round,
		      Par__V1__ScoresQuery *query)
{
	query->round = ask_text(round);
	if (o->draft && o->release != 0) {
		show_say("say either --release or --draft");
		return ERR_CONFIG;
	}
	if (o->draft) {
		query->which_case = PAR__V1__SCORES_QUERY__WHICH_DRAFT;
		query->draft = true;
	} else if (o->release != 0) {
		query->which_case = PAR__V1__SCORES_QUERY__WHICH_NUMBER;
		query->number = (uint32_t)o->release;
	} else {
		query->which_case = PAR__V1__SCORES_QUERY__WHICH_NEWEST;
		query->newest = true;
	}
	return 0;
}

static void say_cut(const Par__V1__Scores *s)
{
	char text[POSITION_TEXT];
	for (size_t i = 0; i < s->n_cut; i++) {
		const Par__V1__Position *cut = s->cut[i];
		struct position p = {.shard = cut->shard, .n = cut->n};
		if (cut->journal.len == JOURNAL_ID_SIZE)
			memcpy(p.journal, cut->journal.data, JOURNAL_ID_SIZE);
		if (cut->chain.len == CHAIN_SIZE)
			memcpy(p.chain, cut->chain.data, CHAIN_SIZE);
		show_say("cut %s", position_text(&p, text));
	}
}

static int print_scores(const char *format, const Par__V1__Scores *s)
{
	if (strcmp(format, "table") == 0)
		return scores_out_table(s, stdout);
	struct buf out;
	buf_init(&out, SCORES_TEXT_MAX);
	bool csv = strcmp(format, "csv") == 0;
	int err = csv ? scores_out_csv(s, &out) : scores_out_json(s, &out);
	if (err == 0)
		fwrite(out.data, 1, out.len, stdout);
	buf_free(&out);
	return err;
}

static bool is_format(const char *text)
{
	return strcmp(text, "table") == 0 || strcmp(text, "csv") == 0 ||
	       strcmp(text, "json") == 0;
}

static enum role scores_role(const struct options *o)
{
	return peer_has_key(o, ROLE_OPERATOR) ? ROLE_OPERATOR : ROLE_AUDITOR;
}

int scores(const struct options *o, char *const words[])
{
	if (!is_format(o->format)) {
		show_say("--format is table, csv or json, not %s", o->format);
		return ERR_CONFIG;
	}
	Par__V1__ScoresQuery query = PAR__V1__SCORES_QUERY__INIT;
	struct ask a;
	int err = fill_query(o, words[0], &query);
	if (err == 0)
		err = ask_open(o, &inspect_link, scores_role(o), &a);
	if (err != 0)
		return err;
	Par__V1__Scores *s = NULL;
	err = inspect_scores(&a, &query, &s);
	ask_close(&a);
	if (err != 0)
		return err;
	say_cut(s);
	err = print_scores(o->format, s);
	par__v1__scores__free_unpacked(s, NULL);
	return err;
}
