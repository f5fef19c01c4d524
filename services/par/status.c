#include "services/par/commands.h"

#include "common/base/err.h"
#include "services/par/inspect.h"
#include "services/par/intake.h"
#include "services/par/link4.h"
#include "services/par/position.h"
#include "services/par/show.h"

#include <errno.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { CELL = 1024, ROUND_COLUMNS = 7, STRATUM_COLUMNS = 4 };

static const char *state_name(Par__V1__RoundState state)
{
	static const char *const names[] = {"", "open", "closed", "void"};
	size_t place = (size_t)state;
	return place < sizeof names / sizeof *names ? names[place] : "";
}

static int ask_status(struct ask *a, const char *round, Par__V1__IntakeReply **out)
{
	uint8_t id[WIRE_ID_SIZE];
	randombytes_buf(id, sizeof id);
	Par__V1__StatusQuery query = PAR__V1__STATUS_QUERY__INIT;
	query.round = ask_text(round);
	Par__V1__IntakeRequest request = PAR__V1__INTAKE_REQUEST__INIT;
	request.what_case = PAR__V1__INTAKE_REQUEST__WHAT_STATUS;
	request.status = &query;
	Par__V1__IntakeReply *reply = NULL;
	int err = intake_ask(a, id, &request, &reply);
	if (err != 0)
		return err;
	if (reply->what_case != PAR__V1__INTAKE_REPLY__WHAT_STATUS) {
		par__v1__intake_reply__free_unpacked(reply, NULL);
		return ERR_FORMAT;
	}
	*out = reply;
	return 0;
}

static int collector_status(const struct options *o, const char *round,
			    Par__V1__IntakeReply **out)
{
	struct ask a;
	int err = ask_open(o, &intake_link, ROLE_OPERATOR, &a);
	if (err != 0)
		return err;
	err = ask_status(&a, round, out);
	ask_close(&a);
	return err;
}

/* ---- one round ---- */

static const char *labels_of(const Par__V1__StratumStatus *s, char out[CELL])
{
	char label[CELL];
	size_t len = 0;
	out[0] = '\0';
	for (size_t i = 0; i < s->n_labels && len < CELL; i++) {
		int n = snprintf(out + len, CELL - len, "%s%s", i > 0 ? " / " : "",
				 show_text(s->labels[i], label, CELL));
		len += n > 0 ? (size_t)n : 0;
	}
	return s->n_labels > 0 ? out : "all";
}

static void fill_stratum(const Par__V1__StratumStatus *s, char text[][CELL],
			 const char *cells[])
{
	const uint64_t counts[] = {s->members, s->invited, s->responded};
	cells[0] = labels_of(s, text[0]);
	for (size_t i = 0; i < STRATUM_COLUMNS - 1; i++) {
		snprintf(text[i + 1], CELL, "%" PRIu64, counts[i]);
		cells[i + 1] = text[i + 1];
	}
}

static int print_strata(const Par__V1__RoundStatus *r)
{
	static const char *const head[STRATUM_COLUMNS] = {"stratum", "members",
							  "invited", "responded"};
	size_t rows = r->n_strata + 1;
	const char **cells = calloc(rows * STRATUM_COLUMNS, sizeof(const char *));
	char(*text)[CELL] = calloc(rows * STRATUM_COLUMNS, CELL);
	int err = cells && text ? 0 : -ENOMEM;
	if (err == 0) {
		memcpy(cells, head, sizeof head);
		for (size_t i = 1; i < rows; i++)
			fill_stratum(r->strata[i - 1], &text[i * STRATUM_COLUMNS],
				     &cells[i * STRATUM_COLUMNS]);
		show_table(stdout, cells, rows, STRATUM_COLUMNS,
			   1 << 1 | 1 << 2 | 1 << 3);
	}
	free(cells);
	free(text);
	return err;
}

static int print_round(const Par__V1__RoundStatus *r)
{
	char text[CELL], rules[SHOW_HASH];
	printf("round            %s\n", show_text(r->code, text, CELL));
	printf("title            %s\n", show_text(show_name(r->title), text, CELL));
	printf("state            %s\n", state_name(r->state));
	printf("trial            %s\n", r->trial ? "yes" : "no");
	printf("closes           %s\n",
	       r->closes.len > 0 ? show_text(r->closes, text, CELL) : "-");
	printf("rules            %s\n", show_hash(r->rules, rules));
	printf("releases         %" PRIu32 "\n", r->releases);
	printf("invited          %" PRIu64 "\n", r->invited);
	printf("responded        %" PRIu64 "\n", r->responded);
	printf("sheets live      %" PRIu64 "\n", r->sheets_live);
	printf("sheets taken     %" PRIu64 "\n", r->sheets_taken);
	printf("sheets annulled  %" PRIu64 "\n", r->sheets_annulled);
	return print_strata(r);
}

int round_status(const struct options *o, char *const words[])
{
	Par__V1__IntakeReply *reply = NULL;
	int err = collector_status(o, words[0], &reply);
	if (err != 0)
		return err;
	if (reply->status->n_rounds == 1) {
		err = print_round(reply->status->rounds[0]);
	} else {
		show_say("there is no round %s", words[0]);
		err = ERR_REFUSED;
	}
	par__v1__intake_reply__free_unpacked(reply, NULL);
	return err;
}

/* ---- all services ---- */

static void fill_round(const Par__V1__RoundStatus *r, char text[][CELL],
		       const char *cells[])
{
	const uint64_t counts[] = {r->invited, r->responded, r->sheets_live,
				   r->releases};
	cells[0] = show_text(r->code, text[0], CELL);
	cells[1] = state_name(r->state);
	for (size_t i = 0; i < 4; i++) {
		snprintf(text[i + 2], CELL, "%" PRIu64, counts[i]);
		cells[i + 2] = text[i + 2];
	}
	cells[6] = show_text(show_name(r->title), text[6], CELL);
}

static int print_rounds(const Par__V1__StatusReply *s)
{
	static const char *const head[ROUND_COLUMNS] = {
	    "round", "state", "invited", "responded", "sheets", "releases", "title"};
	size_t rows = s->n_rounds + 1;
	const char **cells = calloc(rows * ROUND_COLUMNS, sizeof(const char *));
	char(*text)[CELL] = calloc(rows * ROUND_COLUMNS, CELL);
	int err = cells && text ? 0 : -ENOMEM;
	if (err == 0) {
		memcpy(cells, head, sizeof head);
		for (size_t i = 1; i < rows; i++)
			fill_round(s->rounds[i - 1], &text[i * ROUND_COLUMNS],
				   &cells[i * ROUND_COLUMNS]);
		show_table(stdout, cells, rows, ROUND_COLUMNS,
			   1 << 2 | 1 << 3 | 1 << 4 | 1 << 5);
	}
	free(cells);
	free(text);
	return err;
}

static void print_missing(const char *service, int err)
{
	bool silent = err == ERR_TIMEOUT;
	printf("%-9s  %s\n", service, silent ? "not reachable" : err_str(err));
}

static int show_collector(const struct options *o)
{
	char position[POSITION_TEXT];
	Par__V1__IntakeReply *reply = NULL;
	int err = collector_status(o, "", &reply);
	if (err != 0) {
		print_missing("collector", err);
		return err;
	}
	const Par__V1__StatusReply *s = reply->status;
	printf("collector  reachable, position %s\n",
	       position_wire_text(s->head, position));
	printf("journal    %" PRIu64 " of %" PRIu64 " bytes\n", s->used_bytes,
	       s->limit_bytes);
	err = print_rounds(s);
	par__v1__intake_reply__free_unpacked(reply, NULL);
	return err;
}

static int ask_scorer(struct ask *a)
{
	char position[POSITION_TEXT];
	Par__V1__ScorerQuery query = PAR__V1__SCORER_QUERY__INIT;
	query.status = true;
	Par__V1__InspectRequest request = PAR__V1__INSPECT_REQUEST__INIT;
	request.what_case = PAR__V1__INSPECT_REQUEST__WHAT_SCORER;
	request.scorer = &query;
	Par__V1__InspectReply *reply = NULL;
	int err = inspect_ask(a, &request, &reply);
	if (err != 0)
		return err;
	if (reply->what_case == PAR__V1__INSPECT_REPLY__WHAT_SCORER)
		printf("scorer     reachable, position %s, releases %" PRIu64 "\n",
		       position_wire_text(reply->scorer->folded, position),
		       reply->scorer->releases);
	else
		err = ERR_FORMAT;
	par__v1__inspect_reply__free_unpacked(reply, NULL);
	return err;
}

static int show_scorer(const struct options *o)
{
	struct ask a;
	int err = ask_open(o, &inspect_link, ROLE_OPERATOR, &a);
	if (err == 0) {
		err = ask_scorer(&a);
		ask_close(&a);
	}
	if (err != 0)
		print_missing("scorer", err);
	return err;
}

static int show_publisher(const struct options *o)
{
	char position[POSITION_TEXT];
	const struct position start = {0};
	struct options downstream = *o;
	downstream.key = "";
	struct link4 k;
	int err =
	    link4_open(&downstream, ROLE_DOWNSTREAM, &start, false, NULL, NULL, &k);
	if (err == 0) {
		err = link4_run(&k);
		if (err == 0)
			printf("publisher  reachable, position %s, pages under %s\n",
			       position_text(&k.head, position), k.site ? k.site : "-");
		link4_close(&k);
	}
	if (err != 0)
		print_missing("publisher", err);
	return err;
}

/* All are asked; one that cannot be reached outweighs any other trouble. */
int status(const struct options *o, char *const words[])
{
	(void)words;
	int (*const shows[])(const struct options *) = {show_scorer, show_publisher,
							show_collector};
	int worst = 0;
	for (size_t i = 0; i < sizeof shows / sizeof *shows; i++) {
		int err = shows[i](o);
		if (worst == 0 || err == ERR_TIMEOUT)
			worst = err;
	}
	return worst;
}
