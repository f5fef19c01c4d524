#include "services/par/scores_out.h"

#include "services/par/show.h"
#include "services/par/words.h"

#include <inttypes.h>
#include <stdbool.h>

enum { CELL = 1024, FLAG_KINDS = 4 };

static void print_groups(const char *what, const ProtobufCBinaryData list[],
			 size_t count, FILE *out)
{
	char name[CELL];
	if (count == 0)
		return;
	fprintf(out, "%s: ", what);
	for (size_t i = 0; i < count; i++)
		fprintf(out, "%s%s", i > 0 ? "; " : "",
			show_text(list[i], name, sizeof name));
	fputc('\n', out);
}

static void print_response(const Par__V1__Response *r, FILE *out)
{
	char reason[CELL];
	fprintf(out,
		"answered (O5): %" PRIu64 " of %" PRIu64
		" enterprises invited, %" PRIu64 " sheets\n",
		r->responded, r->invited, r->sheets);
	for (size_t i = 0; i < r->n_annulments; i++) {
		const Par__V1__Annulment *a = r->annulments[i];
		fprintf(out,
			"annulled (O3): %" PRIu64 " sheets of %" PRIu64 " raters: %s\n",
			a->sheets, a->raters,
			show_text(a->reason, reason, sizeof reason));
	}
}

/* A sheet is about one unit, so that sheets add up; raters do not. */
static void print_flags(const Par__V1__Scores *s, FILE *out)
{
	static const char *const names[FLAG_KINDS] = {
	    "", "identical answers", "straight lines", "too many ballots in an hour"};
	uint64_t sheets[FLAG_KINDS] = {0};
	const char *comma = "";
	for (size_t i = 0; i < s->n_flag; i++) {
		if ((size_t)s->flag[i]->kind < FLAG_KINDS)
			sheets[s->flag[i]->kind] += s->flag[i]->sheets;
	}
	fputs("flags (O3), by themselves no exclusion: ", out);
	for (size_t kind = 1; kind < FLAG_KINDS; kind++) {
		if (sheets[kind] == 0)
			continue;
		fprintf(out, "%s%s %" PRIu64 " sheets", comma, names[kind],
			sheets[kind]);
		comma = ", ";
	}
	fputs(*comma ? "\n" : "none\n", out);
}

void scores_out_notes(const Par__V1__Scores *s, FILE *out)
{
	fputc('\n', out);
	if (s->unweighted)
		fputs("no strata: every answer weighs 1 (S2)\n", out);
	print_groups("groups merged (S2)", s->merged, s->n_merged, out);
	print_groups("groups thin (S2)", s->thin, s->n_thin, out);
	print_groups("groups not represented (S2)", s->not_represented,
		     s->n_not_represented, out);
	if (s->response)
		print_response(s->response, out);
	print_flags(s, out);
	fprintf(out, "design (U6): %s. %s %s\n", words_design(s->design),
		words_basis(LANGUAGE_EN, s->design), words_cover(LANGUAGE_EN));
}
