#include "tests/unit/par/made.h"

#include <string.h>

enum { GROUPS = 2, LEVELS = 3, LEAVES = 4, FIELDS = 2, PAIRS = 2, HASH = 32 };

static Par__V1__Text names[MADE_UNITS], leaf_names[LEAVES], field_names[FIELDS];
static Par__V1__Text title, band;
static Par__V1__Scores scores;
static Par__V1__UnitScore units[MADE_UNITS], *unit_list[MADE_UNITS];
static Par__V1__Response response;
static Par__V1__Annulment annulment, *annulment_list[] = {&annulment};
static Par__V1__Flag flag, *flag_list[] = {&flag};
static Par__V1__UnitDetail detail;
static Par__V1__GroupDetail groups[GROUPS], *group_list[GROUPS];
static Par__V1__LeafDetail leaves[LEAVES], *leaf_list[LEAVES];
static Par__V1__CountDetail counts[LEAVES][GROUPS], *count_list[LEAVES][GROUPS];
static Par__V1__FieldDetail fields[FIELDS], *field_list[FIELDS];
static Par__V1__PartDetail survey_part, appraised_part;
static Par__V1__EvidenceDetail evidence[2],
    *evidence_list[] = {&evidence[0], &evidence[1]};
static Par__V1__PairDetail pairs[PAIRS], *pair_list[PAIRS];
static Par__V1__AssociationDetail association, *association_list[] = {&association};
static ProtobufCBinaryData association_names[2], merged[1], values[LEVELS];
static uint64_t score_counts[LEAVES][GROUPS][LEVELS];
static uint8_t hash[HASH];

static Par__V1__Text *named(Par__V1__Text *to, const char *vi, const char *en)
{
	par__v1__text__init(to);
	to->vi = ask_text(vi);
	to->en = ask_text(en);
	return to;
}

/* ---- the result ---- */

static void make_unit(size_t i, const char *block, const char *code, const char *vi,
		      const char *en)
{
	Par__V1__UnitScore *u = &units[i];
	par__v1__unit_score__init(u);
	unit_list[i] = u;
	u->block = ask_text(block);
	u->unit = ask_text(code);
	u->name = named(&names[i], vi, en);
	u->status = PAR__V1__UNIT_STATUS__UNIT_STATUS_INSUFFICIENT;
	u->raters = 4;
}

static void rank_unit(size_t i, const char *score, uint32_t rank, uint32_t low,
		      uint32_t high)
{
	units[i].score = ask_text(score);
	units[i].rank = rank;
	units[i].rank_low = low;
	units[i].rank_high = high;
	units[i].status = PAR__V1__UNIT_STATUS__UNIT_STATUS_RANKED;
}

static void make_units(void)
{
	make_unit(0, "Sở", "A", "Sở Nội vụ", "Home Affairs");
	make_unit(1, "Sở", "B", "Sở Tài chính", "");
	make_unit(2, "Sở", "C", "Sở Y tế", "Health");
	make_unit(3, "Huyện", "D", "Huyện Một", "District One");
	rank_unit(0, "74.69", 1, 1, 2);
	rank_unit(1, "70.00", 2, 1, 2);
	rank_unit(3, "50.00", 1, 1, 1);
	units[2].score = ask_text("60.00");
	units[0].se = ask_text("3.5");
	units[0].ci_low = ask_text("63.55");
	units[0].ci_high = ask_text("85.83");
	units[0].band = named(&band, "Khá", "");
	units[0].criteria_counted = 2;
	units[0].criteria_applicable = 3;
	units[0].leave_out_association = 2;
	units[0].leave_out_change = ask_text("-1.25");
	units[0].effective_raters = ask_text("4.9");
	units[0].method_median = 1;
	units[0].method_low = 1;
	units[0].method_high = 2;
	units[0].sheets = 5;
	units[0].contact_rate = ask_text("1.0000");
	units[0].dont_know_rate = ask_text("0.1000");
}

static void make_scores(void)
{
	memset(hash, 0xab, sizeof hash);
	par__v1__scores__init(&scores);
	scores.version = 1;
	scores.round = ask_text("mau");
	scores.title = named(&title, "Vòng mẫu", "Sample round");
	scores.number = 2;
	scores.result_hash = (ProtobufCBinaryData){sizeof hash, hash};
	scores.rules_digest = scores.result_hash;
	scores.method_digest = scores.result_hash;
	scores.seed = 0x00123456789abcdeULL;
	scores.design = PAR__V1__DESIGN__DESIGN_OPEN;
	scores.n_units = MADE_UNITS;
	scores.units = unit_list;
	association_names[0] = ask_text("Hội DN trẻ");
	association_names[1] = ask_text("Hội Doanh nghiệp");
	scores.n_associations = 2;
	scores.associations = association_names;
	merged[0] = ask_text("lớn + nhỏ");
	scores.n_merged = 1;
	scores.merged = merged;
}

static void make_response(void)
{
	par__v1__response__init(&response);
	par__v1__annulment__init(&annulment);
	par__v1__flag__init(&flag);
	response.invited = 13;
	response.responded = 5;
	response.sheets = 15;
	response.n_annulments = 1;
	response.annulments = annulment_list;
	annulment.reason = ask_text("trùng phiếu");
	annulment.sheets = 3;
	annulment.raters = 2;
	scores.response = &response;
	flag.kind = PAR__V1__FLAG_KIND__FLAG_KIND_STRAIGHT;
	flag.sheets = 4;
	scores.n_flag = 1;
	scores.flag = flag_list;
}

/* ---- the unit ---- */

static void make_groups(void)
{
	static const char *const group_names[GROUPS] = {"lớn", "nhỏ"};
	static const char *const weights[GROUPS] = {"5/2", "3"};
	for (size_t g = 0; g < GROUPS; g++) {
		par__v1__group_detail__init(&groups[g]);
		groups[g].name = ask_text(group_names[g]);
		groups[g].members = g == 0 ? 10 : 3;
		groups[g].responded = g == 0 ? 4 : 1;
		groups[g].weight = ask_text(weights[g]);
		groups[g].thin = g == 1;
		group_list[g] = &groups[g];
	}
	detail.n_groups = GROUPS;
	detail.groups = group_list;
}

static Par__V1__LeafDetail *make_leaf(size_t i, const char *code, const char *name,
				      const char *field, const char *points)
{
	Par__V1__LeafDetail *l = &leaves[i];
	par__v1__leaf_detail__init(l);
	l->code = ask_text(code);
	l->name = named(&leaf_names[i], name, "");
	l->field = ask_text(field);
	l->points = ask_text(points);
	l->source = PAR__V1__SOURCE__SOURCE_SURVEY;
	l->applies = true;
	leaf_list[i] = l;
	return l;
}

static void make_counts(size_t leaf)
{
	for (size_t g = 0; g < GROUPS; g++) {
		Par__V1__CountDetail *c = &counts[leaf][g];
		par__v1__count_detail__init(c);
		c->group = (uint32_t)g;
		c->n_scores = LEVELS;
		c->scores = score_counts[leaf][g];
		count_list[leaf][g] = c;
	}
	leaves[leaf].n_counts_by_group = GROUPS;
	leaves[leaf].counts_by_group = count_list[leaf];
	leaves[leaf].n_values = LEVELS;
	leaves[leaf].values = values;
}

static void make_surveyed(void)
{
	static const uint64_t first[GROUPS][LEVELS] = {{1, 1, 2}, {0, 0, 1}};
	Par__V1__LeafDetail *l = make_leaf(0, "1.1", "Thái độ", "1", "6");
	values[0] = ask_text("0");
	values[1] = ask_text("50");
	values[2] = ask_text("100");
	make_counts(0);
	memcpy(score_counts[0], first, sizeof first);
	l->counts = true;
	l->clusters = 4;
	l->raters = 5;
	l->sum = ask_text("925");
	l->divisor = ask_text("13");
	l->theta = ask_text("925/13");
	l->six_decimals = ask_text("71.153846");
	l->weighted_median = ask_text("100.00");
	l->trimmed_mean = ask_text("73.44");
	l->polarisation = ask_text("0.7101");
	l = make_leaf(1, "1.2", "Thời gian", "1", "2");
	make_counts(1);
	score_counts[1][0][1] = 1;
	counts[1][0].dont_know = 3;
	l->clusters = 1;
	l->raters = 1;
	l->reason = ask_text("scored by fewer clusters than cell_score");
	l->sum = ask_text("125");
	l->divisor = ask_text("5/2");
}

static void make_leaves(void)
{
	make_surveyed();
	Par__V1__LeafDetail *l = make_leaf(2, "1.3", "Hồ sơ", "1", "4");
	l->source = PAR__V1__SOURCE__SOURCE_APPRAISED;
	l->counts = true;
	l->given = ask_text("3");
	l->evidence = ask_text("QĐ 12");
	l->by = ask_text("hội đồng");
	l->theta = ask_text("75");
	l->six_decimals = ask_text("75.000000");
	l = make_leaf(3, "2", "Một cửa", "2", "8");
	l->applies = false;
	l->reason = ask_text("does not apply to this unit");
	detail.n_leaves = LEAVES;
	detail.leaves = leaf_list;
}

static void make_fields(void)
{
	for (size_t f = 0; f < FIELDS; f++) {
		par__v1__field_detail__init(&fields[f]);
		field_list[f] = &fields[f];
	}
	fields[0].code = ask_text("1");
	fields[0].name = named(&field_names[0], "Phục vụ", "");
	fields[0].points = ask_text("12");
	fields[0].applying = ask_text("12");
	fields[0].counting = ask_text("10");
	fields[0].enough = true;
	fields[0].figure = ask_text("945/13");
	fields[0].weight = ask_text("1");
	fields[1].code = ask_text("2");
	fields[1].name = named(&field_names[1], "Một cửa", "");
	fields[1].points = ask_text("8");
	fields[1].applying = ask_text("0");
	fields[1].counting = ask_text("0");
	detail.n_fields = FIELDS;
	detail.fields = field_list;
}

static void make_parts(void)
{
	par__v1__part_detail__init(&survey_part);
	par__v1__part_detail__init(&appraised_part);
	survey_part.points = ask_text("8");
	survey_part.exact = ask_text("925/13");
	survey_part.figure = ask_text("71.15");
	appraised_part.points = ask_text("4");
	appraised_part.exact = ask_text("75");
	appraised_part.figure = ask_text("75.00");
	detail.survey_part = &survey_part;
	detail.appraised_part = &appraised_part;
}

static void make_index(void)
{
	for (size_t i = 0; i < 2; i++) {
		par__v1__evidence_detail__init(&evidence[i]);
		evidence[i].bonus = true;
		evidence[i].points = ask_text("1.5");
		evidence[i].evidence = ask_text(i == 0 ? "sáng kiến" : "giải thưởng");
	}
	detail.n_evidence = 2;
	detail.evidence = evidence_list;
	detail.weighed = ask_text("945/13");
	detail.bonus_given = ask_text("3");
	detail.bonus_max = ask_text("2");
	detail.bonus = ask_text("2");
	detail.penalty_given = ask_text("0");
	detail.penalty_max = ask_text("0");
	detail.penalty = ask_text("0");
	detail.exact = ask_text("971/13");
	detail.six_decimals = ask_text("74.692308");
	detail.variance = ask_text("49/4");
	detail.median = ask_text("40");
	detail.stabilised =
	    ask_text("1234567890123456789012345678901234567890123456789012345678901234/"
		     "100000000000000000000000000000000000000000000000000000000000000");
}

static void make_pairs(void)
{
	for (size_t i = 0; i < PAIRS; i++) {
		par__v1__pair_detail__init(&pairs[i]);
		pair_list[i] = &pairs[i];
		pairs[i].unit = ask_text(i == 0 ? "B" : "C");
		pairs[i].difference = ask_text(i == 0 ? "61/13" : "191/13");
		pairs[i].difference_six = ask_text(i == 0 ? "4.692308" : "14.692308");
		pairs[i].variance = ask_text("9");
		pairs[i].covariance = ask_text("1/8");
		pairs[i].se = ask_text("4.58257569496");
	}
	detail.n_pairs = PAIRS;
	detail.pairs = pair_list;
}

static void make_detail(void)
{
	par__v1__unit_detail__init(&detail);
	par__v1__association_detail__init(&association);
	detail.version = 1;
	detail.mode = PAR__V1__MODE__MODE_POINTS;
	detail.unit = &units[0];
	detail.block = ask_text("Sở");
	detail.full_rank = 4;
	detail.rank = 2;
	detail.decimals = 2;
	detail.clusters = 5;
	association.association = ask_text("Hội Doanh nghiệp");
	association.raters = 4;
	association.weight_share = ask_text("0.7692");
	detail.n_associations = 1;
	detail.associations = association_list;
}

struct made made_result(void)
{
	memset(score_counts, 0, sizeof score_counts);
	make_units();
	make_scores();
	make_response();
	make_detail();
	make_groups();
	make_leaves();
	make_fields();
	make_parts();
	make_index();
	make_pairs();
	struct made made = {.result = {&scores, &detail}, .second = &pairs[0]};
	for (size_t i = 0; i < MADE_UNITS; i++)
		made.units[i] = &units[i];
	return made;
}
