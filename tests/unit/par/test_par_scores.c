/* csv, json and the table of a result made by hand. */

#include "services/par/ask.h"
#include "services/par/scores_out.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { UNITS = 4 };

struct sample {
	Par__V1__Scores scores;
	Par__V1__UnitScore units[UNITS];
	Par__V1__UnitScore *list[UNITS];
	Par__V1__Text title, names[UNITS], bands[UNITS];
	uint8_t hash[32];
	ProtobufCBinaryData associations[2], thin[1];
	Par__V1__Response response;
	Par__V1__Annulment annulments[2], *annulment_list[2];
	Par__V1__Flag flags[2], *flag_list[2];
};

static void fill_unit(struct sample *s, size_t i, const char *block, const char *code,
		      const char *name, uint32_t rank, const char *score)
{
	Par__V1__UnitScore *u = &s->units[i];
	par__v1__unit_score__init(u);
	par__v1__text__init(&s->names[i]);
	par__v1__text__init(&s->bands[i]);
	s->names[i].vi = ask_text(name);
	s->list[i] = u;
	u->block = ask_text(block);
	u->unit = ask_text(code);
	u->name = &s->names[i];
	u->rank = rank;
	u->score = ask_text(score);
	u->raters = (uint32_t)(i + 1) * 10;
	u->status = rank ? PAR__V1__UNIT_STATUS__UNIT_STATUS_RANKED
			 : PAR__V1__UNIT_STATUS__UNIT_STATUS_INSUFFICIENT;
	u->band = &s->bands[i];
}

static void fill_response(struct sample *s)
{
	for (size_t i = 0; i < 2; i++) {
		par__v1__annulment__init(&s->annulments[i]);
		s->annulments[i].reason = ask_text(i == 0 ? "trùng phiếu" : "sai mẫu");
		s->annulments[i].sheets = 3 + i;
		s->annulments[i].raters = 2;
		s->annulment_list[i] = &s->annulments[i];
		par__v1__flag__init(&s->flags[i]);
		s->flags[i].kind = PAR__V1__FLAG_KIND__FLAG_KIND_CROWD;
		s->flags[i].association = ask_text("Hội A");
		s->flags[i].unit = ask_text(i == 0 ? "SNV" : "STC");
		s->flags[i].sheets = 10 + i;
		s->flag_list[i] = &s->flags[i];
	}
	par__v1__response__init(&s->response);
	s->response.invited = 40;
	s->response.responded = 24;
	s->response.sheets = 72;
	s->response.n_annulments = 2;
	s->response.annulments = s->annulment_list;
	s->scores.response = &s->response;
	s->scores.n_flag = 2;
	s->scores.flag = s->flag_list;
}

static void fill_sample(struct sample *s)
{
	memset(s, 0, sizeof *s);
	par__v1__scores__init(&s->scores);
	par__v1__text__init(&s->title);
	memset(s->hash, 0xab, sizeof s->hash);
	fill_unit(s, 0, "Sở", "SNV", "Sở Nội vụ", 2, "81.50");
	fill_unit(s, 1, "Huyện", "H1", "Huyện Một", 0, "");
	fill_unit(s, 2, "Sở", "STC", "Sở Tài chính, \"A\"", 1, "90.00");
	fill_unit(s, 3, "Huyện", "=H2", "Huyện Hai", 1, "-3.00");
	s->units[0].se = ask_text("1.23456789012");
	s->units[0].ci_low = ask_text("79.10");
	s->units[0].ci_high = ask_text("83.90");
	s->units[0].status = PAR__V1__UNIT_STATUS__UNIT_STATUS_RANKED_WARNING;
	s->units[0].rank_low = 1;
	s->units[0].rank_high = 3;
	s->units[2].rank_low = s->units[2].rank_high = 1;
	s->units[0].leave_out_association = 2;
	s->units[0].leave_out_change = ask_text("-0.25");
	s->units[0].reliability = ask_text("0.8123");
	s->bands[0].en = ask_text("B, good");
	s->bands[2].vi = ask_text("Tốt");
	s->bands[2].en = ask_text("Good");
	s->title.vi = ask_text("Vòng mẫu");
	s->scores.version = 1;
	s->scores.round = ask_text("mau");
	s->scores.title = &s->title;
	s->scores.number = 2;
	s->scores.result_hash = (ProtobufCBinaryData){sizeof s->hash, s->hash};
	s->scores.seed = 0xfedcba9876543210ULL;
	s->scores.design = PAR__V1__DESIGN__DESIGN_CENSUS;
	s->associations[0] = ask_text("Hội A");
	s->associations[1] = ask_text("Hội B");
	s->scores.n_associations = 2;
	s->scores.associations = s->associations;
	s->thin[0] = ask_text("nhỏ");
	s->scores.n_thin = 1;
	s->scores.thin = s->thin;
	fill_response(s);
	s->scores.n_units = UNITS;
	s->scores.units = s->list;
}

static char *text_of(struct buf *b)
{
	char *text = bytes_dup(buf_bytes(b));
	buf_free(b);
	assert_non_null(text);
	return text;
}

static void csv_is_the_contract(void **state)
{
	(void)state;
	struct sample s;
	struct buf out;
	fill_sample(&s);
	buf_init(&out, SCORES_TEXT_MAX);
	assert_int_equal(scores_out_csv(&s.scores, &out), 0);
	char *text = text_of(&out);
	assert_string_equal(
	    text,
	    "block,unit,score,rank,rank_low,rank_high,se,ci_low,ci_high,raters,status,"
	    "band\n"
	    "Sở,SNV,81.50,2,1,3,1.23456789012,79.10,83.90,10,ranked_warning,\"B, "
	    "good\"\n"
	    "Huyện,H1,,,,,,,,20,insufficient,\n"
	    "Sở,STC,90.00,1,1,1,,,,30,ranked,Tốt\n"
	    "Huyện,'=H2,-3.00,1,,,,,,40,ranked,\n");
	free(text);
}

static void json_carries_everything(void **state)
{
	(void)state;
	struct sample s;
	struct buf out;
	fill_sample(&s);
	buf_init(&out, SCORES_TEXT_MAX);
	assert_int_equal(scores_out_json(&s.scores, &out), 0);
	char *text = text_of(&out);
	json_t *o = json_loads(text, 0, NULL);
	assert_non_null(o);
	json_t *units = json_object_get(o, "units");
	json_t *first = json_array_get(units, 0);
	json_t *second = json_array_get(units, 1);
	assert_int_equal(json_array_size(units), UNITS);
	const char *hash = json_string_value(json_object_get(o, "result_hash"));
	assert_int_equal(strlen(hash), 64);
	assert_int_equal(strncmp(hash, "abab", 4), 0);
	assert_int_equal(json_integer_value(json_object_get(o, "release")), 2);
	assert_string_equal(json_string_value(json_object_get(first, "score")),
			    "81.50");
	assert_int_equal(json_integer_value(json_object_get(first, "rank")), 2);
	assert_int_equal(json_integer_value(json_object_get(first, "rank_high")), 3);
	assert_true(json_is_null(json_object_get(second, "rank_low")));
	assert_string_equal(
	    json_string_value(json_object_get(first, "leave_out_association")),
	    "Hội B");
	assert_string_equal(json_string_value(json_object_get(first, "reliability")),
			    "0.8123");
	assert_true(json_is_null(json_object_get(second, "rank")));
	assert_true(json_is_null(json_object_get(second, "score")));
	assert_int_equal(json_integer_value(json_object_get(second, "raters")), 20);
	assert_string_equal(json_string_value(json_object_get(o, "design")), "census");
	assert_string_equal(json_string_value(json_object_get(o, "seed")),
			    "fedcba9876543210");
	json_t *response = json_object_get(o, "response");
	json_t *flag = json_array_get(json_object_get(o, "flags"), 1);
	assert_int_equal(json_array_size(json_object_get(response, "annulments")), 2);
	assert_string_equal(json_string_value(json_object_get(flag, "kind")), "crowd");
	assert_string_equal(json_string_value(json_object_get(flag, "unit")), "STC");
	json_decref(o);
	free(text);
}

static void table_is_by_block_and_rank(void **state)
{
	(void)state;
	struct sample s;
	char *text = NULL;
	size_t size = 0;
	fill_sample(&s);
	FILE *out = open_memstream(&text, &size);
	assert_non_null(out);
	assert_int_equal(scores_out_table(&s.scores, out), 0);
	fclose(out);
	const char *so = strstr(text, "\nSở\n"), *huyen = strstr(text, "\nHuyện\n");
	assert_true(so && huyen && so < huyen);
	const char *stc = strstr(text, "STC"), *snv = strstr(text, "SNV");
	assert_true(so < stc && stc < snv && snv < huyen);
	const char *h1 = strstr(text, "H1"), *h2 = strstr(text, "=H2");
	assert_true(huyen < h2 && h2 < h1);
	assert_non_null(strstr(text, "[79.10; 83.90]"));
	assert_non_null(strstr(text, "Vòng mẫu, release 2\n"));
	assert_non_null(strstr(text, "   2  1-3  SNV   Sở Nội vụ"));
	assert_non_null(strstr(text, "   1    1  STC "));
	assert_null(strstr(text, " 0 ")); /* no set is nothing */
	assert_string_equal(
	    strstr(text, "\ngroups"),
	    "\ngroups thin (S2): nhỏ\n"
	    "answered (O5): 24 of 40 enterprises invited, 72 sheets\n"
	    "annulled (O3): 3 sheets of 2 raters: trùng phiếu\n"
	    "annulled (O3): 4 sheets of 2 raters: sai mẫu\n"
	    "flags (O3), by themselves no exclusion: too many ballots in an hour 21 "
	    "sheets\n"
	    "design (U6): census. Census: every enterprise on the roster was invited. "
	    "The interval covers the number of sheets, not those who did not answer, "
	    "and not appraised points.\n");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(csv_is_the_contract),
	    cmocka_unit_test(json_carries_everything),
	    cmocka_unit_test(table_is_by_block_and_rank),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
