#include "services/publisher/rules.h"

#include <string.h>

#include "services/publisher/words.h"

/* Which releases a rule is told with; details are those of item_is_detailed(). */
enum when { ALWAYS, WEIGHTED, POINTS, COMPOSITE, DETAILED };

struct rule_text {
	const char *name;
	enum when when;
	const char *title[LANGUAGE_COUNT];
	const char *text[LANGUAGE_COUNT]; /* {decimals} and {few}: see number() */
};

static const struct rule_text rules[RULE_COUNT] = {
    [RULE_S2] =
	{"S2",
	 WEIGHTED,
	 {"Trọng số", "Weights"},
	 {"Doanh nghiệp được chia thành các nhóm. Trọng số của một doanh nghiệp là số "
	  "thành viên của nhóm chia cho số doanh nghiệp trong nhóm đã trả lời. Nhóm có "
	  "quá ít phiếu được gộp với một nhóm cùng loại. Nhóm bị gộp, nhóm vẫn còn ít "
	  "phiếu và nhóm không có phiếu nào đều được nêu tên ở trên.",
	  "Enterprises belong to groups. The weight of an enterprise is the number of "
	  "members of its group divided by the number of those who answered. A group "
	  "with too few sheets is merged with one of its kind. Groups that were "
	  "merged, are still thin or have no sheet are named above."}},
    [RULE_S3] =
	{"S3",
	 ALWAYS,
	 {"Điểm tiêu chí khảo sát", "Surveyed criteria"},
	 {"Mỗi mức trả lời ứng với một số điểm từ 0 đến 100. Điểm của tiêu chí là "
	  "trung bình của các câu trả lời có chấm điểm, tính theo trọng số của từng "
	  "doanh nghiệp. Câu để trống, “không phát sinh giao dịch”, “không có ý kiến” "
	  "và “từ chối trả lời” không được tính.",
	  "Each answer of the scale is worth 0 to 100 points. The score of a criterion "
	  "is the weighted mean of the answers that give a score. Blank answers, “no "
	  "contact”, “don’t know” and “refused” are left out."}},
    [RULE_S4] = {"S4",
		 ALWAYS,
		 {"Điểm thẩm định và số liệu thống kê",
		  "Appraised and measured criteria"},
		 {"Điểm thẩm định là điểm hội đồng chấm chia cho điểm tối đa, nhân "
		  "100. Số liệu thống kê được quy đổi theo tỷ lệ về thang 0–100, giữa "
		  "hai mốc đã quy định trước khi mở kỳ đánh giá.",
		  "An appraised score is the council’s points divided by the maximum, "
		  "times 100. A measured value is placed on 0 to 100 between two marks "
		  "fixed before the round opened."}},
    [RULE_S5] =
	{"S5",
	 POINTS,
	 {"Điểm của đơn vị", "Score of a unit"},
	 {"Điểm của lĩnh vực là trung bình có trọng số của các tiêu chí được tính; "
	  "trọng số là điểm tối đa của tiêu chí. Điểm của đơn vị là trung bình có "
	  "trọng số của các lĩnh vực; trọng số là tổng điểm tối đa áp dụng cho đơn vị. "
	  "Sau đó cộng điểm thưởng, trừ điểm phạt; kết quả không dưới 0 và không quá "
	  "100. Phần khảo sát và phần thẩm định được tính theo cách đó từ các tiêu chí "
	  "của mình, không gồm điểm thưởng và điểm phạt.",
	  "The score of a field is the mean of its criteria that count, each weighing "
	  "as much as its maximum points. The score of a unit is the mean of the "
	  "fields, each weighing as much as its points that apply to the unit; bonus "
	  "is added, penalty subtracted, and the result held to 0 to 100. Survey part "
	  "and appraised part are made alike from their own criteria, without bonus "
	  "and penalty."}},
    [RULE_S6] =
	{"S6",
	 COMPOSITE,
	 {"Điểm của đơn vị (chỉ số tổng hợp)", "Score of a unit (composite index)"},
	 {"Điểm tiêu chí được đưa về thang chung của chỉ số. Điểm của lĩnh vực là "
	  "trung bình có trọng số của các tiêu chí được tính; trọng số là điểm tối đa "
	  "của tiêu chí. Điểm của đơn vị là trung bình có trọng số của các lĩnh vực; "
	  "tổng các trọng số là 100. Sau đó cộng điểm thưởng, trừ điểm phạt; kết quả "
	  "không vượt ra ngoài thang. Phần khảo sát và phần thẩm định được tính theo "
	  "cách đó từ các tiêu chí của mình, không gồm điểm thưởng và điểm phạt.",
	  "Criterion scores are put on the common scale of the index. The score of a "
	  "field is the mean of its criteria that count, each weighing as much as its "
	  "maximum points. The score of a unit is the mean of the fields by their "
	  "weights, 100 in all; bonus is added, penalty subtracted, and the result "
	  "held to the scale. Survey part and appraised part are made alike from their "
	  "own criteria, without bonus and penalty."}},
    [RULE_S7] =
	{"S7",
	 ALWAYS,
	 {"Tiêu chí không áp dụng, tiêu chí không được tính",
	  "Criteria that do not apply or do not count"},
	 {"Tiêu chí theo quy định không áp dụng cho đơn vị thì không nằm trong điểm "
	  "tối đa của đơn vị. Tiêu chí có áp dụng nhưng chưa đủ phiếu, chưa có điểm "
	  "thẩm định hoặc chưa có số liệu thì không được tính; số điểm của nó được "
	  "chia cho các tiêu chí còn lại trong lĩnh vực. Đơn vị chỉ có điểm khi ở lĩnh "
	  "vực nào cũng có ít nhất hai phần ba số điểm được tính. “33/35” nghĩa là 33 "
	  "trong số 35 tiêu chí áp dụng cho đơn vị được tính.",
	  "A criterion that by law does not apply to a unit is not part of its maximum "
	  "points. One that applies but has too few sheets, no appraisal or no data "
	  "does not count; its points go to the rest of its field. A unit has a score "
	  "only if at least two thirds of the points of every field count. “33/35” "
	  "means that 33 of the 35 criteria that apply count."}},
    [RULE_S8] = {"S8",
		 ALWAYS,
		 {"Làm tròn, xếp hạng, xếp loại", "Rounding, rank, band"},
		 {"Điểm được tính bằng phân số chính xác và chỉ làm tròn một lần, ở "
		  "bước cuối, đến {decimals} chữ số thập phân. Đơn vị được xếp hạng "
		  "trong khối của mình, không so giữa các khối; bằng điểm thì đồng "
		  "hạng. Xếp loại theo điểm đã làm tròn.",
		  "Scores are exact fractions, rounded once, at the end, to {decimals} "
		  "decimals. Units are ranked within their block, never across blocks; "
		  "equal scores share a rank. The band goes by the rounded score."}},
    [RULE_S9] =
	{"S9",
	 ALWAYS,
	 {"Đủ phiếu để xếp hạng", "Enough sheets to be ranked"},
	 {"Mỗi khối có hai ngưỡng về số doanh nghiệp chấm, ghi dưới bảng. Dưới ngưỡng "
	  "thứ nhất là “chưa đủ phiếu”: đơn vị không được xếp hạng, không công bố điểm "
	  "và không chiếm thứ hạng nào. Giữa hai ngưỡng là “ít phiếu”: thứ hạng kém "
	  "chắc chắn hơn. Chỉ tính doanh nghiệp đã chấm ít nhất một nửa số điểm khảo "
	  "sát áp dụng cho đơn vị; các doanh nghiệp cùng một chủ được tính là một.",
	  "Each block has two thresholds for the enterprises that rated, given below "
	  "its table. Below the first there are “too few sheets”: the unit is not "
	  "ranked, its figures are not published, and it takes no place among the "
	  "others. Between the two there are “few sheets”: the rank is less certain. "
	  "An enterprise is counted if it scored at least half of the surveyed points "
	  "that apply to the unit; enterprises of one owner count as one."}},
    [RULE_U1] = {"U1",
		 ALWAYS,
		 {"Sai số chuẩn", "Standard error"},
		 {"Cho biết điểm sẽ dao động chừng nào nếu người trả lời là những "
		  "doanh nghiệp khác. Các doanh nghiệp cùng một chủ được tính chung. "
		  "Điểm thưởng và điểm phạt không có sai số.",
		  "How much the score would vary if other enterprises had answered. "
		  "Enterprises of one owner are one cluster. Bonus and penalty have no "
		  "error."}},
    [RULE_U2] =
	{"U2",
	 ALWAYS,
	 {"Khoảng tin cậy 95%", "95% confidence interval"},
	 {"Khoảng quanh điểm của đơn vị, rộng hơn khi ít phiếu hoặc ý kiến khác nhau "
	  "nhiều. Nếu lặp lại cuộc khảo sát nhiều lần theo cùng một cách thì cứ 100 "
	  "khoảng như vậy có chừng 95 khoảng chứa giá trị đúng. Sai số được điều chỉnh "
	  "theo mức chung của khối, để vài phiếu giống hệt nhau không bị coi là chắc "
	  "chắn tuyệt đối.",
	  "A range around the score, wider where there are few sheets or opinions "
	  "differ. If the survey were repeated many times in the same way, about 95 of "
	  "100 such ranges would hold the true value. The error is drawn towards that "
	  "of the block, so that a few equal sheets are not taken for certainty."}},
    [RULE_U3] =
	{"U3",
	 DETAILED,
	 {"Khoảng hạng", "Range of ranks"},
	 {"“1–3” nghĩa là hạng của đơn vị nằm trong khoảng từ 1 đến 3, với độ tin cậy "
	  "95% cho mọi đơn vị trong khối cùng một lúc. Khi khoảng hạng của hai đơn vị "
	  "không giao nhau, có thể coi thứ tự của hai đơn vị là chắc chắn; khi giao "
	  "nhau, thứ hạng chưa đủ để nói đơn vị nào hơn. Cách tính: mô phỏng 9.999 lần "
	  "từ một số khởi tạo cố định ghi ở cuối trang, nên ai tính lại cũng ra cùng "
	  "kết quả. Xếp loại là “chắc chắn” khi cả khoảng tin cậy nằm trong loại đó.",
	  "“1–3” means that the rank of the unit lies between 1 and 3, with 95% "
	  "confidence for all units of the block at the same time. Where the ranges of "
	  "two units do not meet, their order can be taken as certain; where they do, "
	  "the ranks alone do not tell which is better. It takes 9,999 simulations "
	  "from a fixed seed, given below, so that everyone gets the same result. A "
	  "band is “certain” if the whole confidence interval lies inside it."}},
    [RULE_P1] = {"P1",
		 ALWAYS,
		 {"Số liệu được giữ kín", "What is withheld"},
		 {"Số liệu của {few} doanh nghiệp không được công bố. Nếu có thể làm "
		  "phép trừ để suy ra số liệu đã ẩn thì một số liệu khác cũng được ẩn. "
		  "Số doanh nghiệp trả lời của cả kỳ chỉ được công bố tròn chục.",
		  "Figures of {few} enterprises are not published. Where a withheld "
		  "figure could be found by subtraction, another one is withheld too. "
		  "The respondents of the whole round are told in tens only."}},
    [RULE_P2] = {"P2",
		 DETAILED,
		 {"Điểm ghi “≥” hoặc “≤”", "Scores with “≥” or “≤”"},
		 {"Khi dưới 30 doanh nghiệp chấm và gần như tất cả chấm giống nhau ở "
		  "mức rất cao hoặc rất thấp, chỉ công bố giới hạn của điểm, không có "
		  "sai số, khoảng tin cậy và khoảng hạng: số liệu chính xác sẽ cho "
		  "biết từng doanh nghiệp đã trả lời thế nào.",
		  "Where fewer than 30 enterprises rated and nearly all gave the same "
		  "very high or very low answer, only a bound is published, with no "
		  "error, interval or range of ranks: the exact figure would tell what "
		  "each of them answered."}},
    [RULE_P6] =
	{"P6",
	 DETAILED,
	 {"Số liệu giữ theo lần công bố trước", "Figures kept from an earlier release"},
	 {"Hai số liệu đã công bố không được khác nhau chỉ vì phiếu của 1 đến 9 doanh "
	  "nghiệp: lấy hiệu của chúng sẽ lộ câu trả lời của những doanh nghiệp đó. Khi "
	  "số phiếu thay đổi ít như vậy, đơn vị giữ số liệu khảo sát của lần công bố "
	  "trước và được ghi chú; điểm thẩm định vẫn là mới nhất.",
	  "No two published figures may differ by the sheets of 1 to 9 enterprises "
	  "alone: their difference would give those answers away. Where so few sheets "
	  "have changed, the unit keeps the survey data of the earlier release and is "
	  "marked; its appraised points are the newest."}},
    [RULE_O3] =
	{"O3",
	 DETAILED,
	 {"Phiếu bị loại", "Annulled sheets"},
	 {"Mỗi lần loại phiếu đều có lý do và được ghi vào một nhật ký không thể sửa. "
	  "Số phiếu bị loại theo từng lý do chỉ được công bố khi đó là phiếu của "
	  "ít nhất 10 doanh nghiệp.",
	  "Every annulment has a reason and is kept in a journal that cannot be "
	  "changed. How many sheets were annulled for a reason is published only where "
	  "they are those of at least 10 enterprises."}},
};

enum rule rule_of_index(const struct item *release)
{
	return release->mode == MODE_COMPOSITE ? RULE_S6 : RULE_S5;
}

static bool is_told(const struct item *r, enum when when)
{
	switch (when) {
	case ALWAYS:
		return true;
	case WEIGHTED:
		return !r->unweighted;
	case POINTS:
		return r->mode == MODE_POINTS;
	case COMPOSITE:
		return r->mode == MODE_COMPOSITE;
	case DETAILED:
		return item_is_detailed(r);
	}
	return false;
}

/* "{few}" is "fewer than 10"; a release without details does not tell the number. */
static void number(struct html *h, const struct item *r, const char *name)
{
	if (strncmp(name, "{decimals}", 10) == 0) {
		html_number(h, r->decimals);
	} else if (r->cell_show == 0) {
		html_raw(h, word(h->language, WORD_TOO_FEW));
	} else {
		html_format(h, "%s ", word(h->language, WORD_FEWER_THAN));
		html_number(h, r->cell_show);
	}
}

static void put_text(struct html *h, const struct item *r, const char *text)
{
	const char *brace = strchr(text, '{');

	while (brace != NULL) {
		if (h->err == 0)
			h->err = buf_put(h->out, text, (size_t)(brace - text));
		number(h, r, brace);
		text = strchr(brace, '}') + 1;
		brace = strchr(text, '{');
	}
	html_raw(h, text);
}

void rules_section(struct html *h, const struct item *release)
{
	html_format(h, "<section class=\"rules\">\n<h2>%s</h2>\n<ol>\n",
		    word(h->language, WORD_HOW_MADE));
	for (unsigned i = 0; i < RULE_COUNT; i++) {
		const struct rule_text *rule = &rules[i];

		if (!is_told(release, rule->when))
			continue;
		html_format(h,
			    "<li id=\"%s\"><strong>%s</strong> <small>%s</small><br>",
			    rule->name, rule->title[h->language], rule->name);
		put_text(h, release, rule->text[h->language]);
		html_raw(h, "</li>\n");
	}
	html_raw(h, "</ol>\n</section>\n");
}

void rule_begin(struct html *h, enum rule rule)
{
	html_format(h, "<a class=\"rule\" href=\"%s#%s\">",
		    h->rules != NULL ? h->rules : "", rules[rule].name);
}

void rule_end(struct html *h)
{
	html_raw(h, "</a>");
}

void rule_link(struct html *h, enum rule rule, const char *text)
{
	rule_begin(h, rule);
	html_text(h, text);
	rule_end(h);
}
