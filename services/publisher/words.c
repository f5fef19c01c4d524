#include "services/publisher/words.h"

#include <assert.h>

static const char *const words[WORD_COUNT][LANGUAGE_COUNT] = {
    [WORD_LANG] = {"vi", "en"},
    [WORD_SITE] = {"Chỉ số cải cách hành chính (PAR Index)",
		   "Public administration reform index (PAR Index)"},
    [WORD_SKIP] = {"Đến bảng xếp hạng", "Skip to the rankings"},
    [WORD_ALL_ROUNDS] = {"Các kỳ đánh giá", "Rounds of assessment"},
    [WORD_OTHER_LANGUAGE] = {"English", "Tiếng Việt"},
    [WORD_ROUND] = {"Kỳ đánh giá", "Round"},
    [WORD_RELEASE] = {"Lần công bố", "Release"},
    [WORD_KIND] = {"Loại", "Kind"},
    [WORD_DECISION] = {"Quyết định", "Decision"},
    [WORD_DATE] = {"Ngày công bố", "Date of release"},
    [WORD_UTC7] = {"giờ Việt Nam, UTC+7", "Vietnam time, UTC+7"},
    [WORD_RESPONDENTS] = {"Doanh nghiệp tham gia", "Respondents"},
    [WORD_ABOUT] = {"khoảng", "about"},
    [WORD_FEWER_THAN_TEN] = {"dưới 10", "fewer than 10"},
    [WORD_ENTERPRISES] = {"doanh nghiệp", "enterprises"},
    [WORD_OF_INVITED] = {"được mời", "invited"},
    [WORD_NOTE] = {"Ghi chú", "Note"},
    [WORD_FILES] = {"Dữ liệu", "Data"},
    [WORD_BLOCKS] = {"Các khối", "Blocks"},
    [WORD_RANK] = {"Hạng", "Rank"},
    [WORD_UNIT] = {"Đơn vị", "Unit"},
    [WORD_SCORE] = {"Điểm", "Score"},
    [WORD_CHART] = {"Biểu đồ từ 0 đến 100", "Chart from 0 to 100"},
    [WORD_BAND] = {"Xếp loại", "Band"},
    [WORD_INTERVAL] = {"Khoảng tin cậy 95 %", "95% confidence interval"},
    [WORD_SE] = {"Sai số chuẩn", "Standard error"},
    [WORD_RATERS] = {"Số doanh nghiệp chấm", "Enterprises that rated"},
    [WORD_CRITERIA] = {"Tiêu chí được tính", "Criteria that count"},
    [WORD_STATUS] = {"Tình trạng", "Status"},
    [WORD_MINIMUM_RANK] = {"Số doanh nghiệp tối thiểu để được xếp hạng:",
			   "Fewest enterprises to be ranked:"},
    [WORD_MINIMUM_FULL] = {"để không ghi “ít phiếu”:",
			   "to be ranked without “few sheets”:"},
    [WORD_HOW_TO_READ] = {"Cách đọc bảng", "How to read the tables"},
    [WORD_FEW] = {"đơn vị đủ số phiếu để xếp hạng nhưng chưa nhiều; thứ hạng này kém "
		  "chắc chắn hơn các thứ hạng khác.",
		  "enough sheets to be ranked, but not many; this rank is less certain "
		  "than the others."},
    [WORD_INSUFFICIENT] = {"đơn vị không được xếp hạng, không công bố điểm và không "
			   "chiếm thứ hạng nào.",
			   "the unit is not ranked, its figures are not published, and "
			   "it takes no place among the others."},
    [WORD_NO_FIGURE] = {"Dấu “–”: không có hoặc không công bố, vì có quá ít doanh "
			"nghiệp chấm nên có thể lộ câu trả lời của họ.",
			"“–”: there is none, or it is withheld, because so few "
			"enterprises rated that their answers could be guessed."},
    [WORD_INTERVAL_COVERS] =
	{"Khoảng tin cậy chỉ phản ánh số lượng phiếu; không phản ánh những doanh "
	 "nghiệp không trả lời, cũng không phản ánh điểm thẩm định.",
	 "The interval covers the number of sheets, not those who did not answer, "
	 "and not appraised points."},
    [WORD_WEIGHTED] = {"Có trọng số: mỗi doanh nghiệp trả lời đại diện cho số thành "
		       "viên của tầng mình.",
		       "Weighted: each respondent stands for the members of its "
		       "stratum."},
    [WORD_UNWEIGHTED] = {"Không có trọng số: mọi doanh nghiệp được tính như nhau.",
			 "Unweighted: every enterprise counts the same."},
    [WORD_THIN] = {"Nhóm có ít doanh nghiệp trả lời, giữ nguyên trọng số:",
		   "Groups with few respondents, whose weights are kept:"},
    [WORD_NOT_REPRESENTED] = {"Nhóm không có doanh nghiệp nào trả lời, không được đại "
			      "diện:",
			      "Groups without a respondent, not represented:"},
    [WORD_HASH] = {"Mã kết quả (SHA-256)", "Result hash (SHA-256)"},
    [WORD_TRIAL] = {"THỬ NGHIỆM", "TRIAL"},
    [WORD_TRIAL_BANNER] =
	{"Kỳ đánh giá này chỉ để chạy thử. Số liệu không phải là kết "
	 "quả chính thức.",
	 "This round is only a trial. Its figures are not an official "
	 "result."},
    [WORD_RETRACTED] = {"ĐÃ THU HỒI", "RETRACTED"},
    [WORD_RETRACTED_ON] = {"Bản công bố này đã bị thu hồi ngày",
			   "This release was retracted on"},
    [WORD_REASON] = {"Lý do:", "Reason:"},
    [WORD_KEPT] = {"Trang được giữ lại để tra cứu.", "The page is kept for reference."},
    [WORD_IN_PROGRESS] = {"Các kỳ đang diễn ra", "Rounds under way"},
    [WORD_ANSWERED] = {"doanh nghiệp đã trả lời", "enterprises have answered"},
    [WORD_NOT_RELEASED] = {"chưa công bố kết quả", "nothing released yet"},
    [WORD_PUBLISHED] = {"Kết quả đã công bố", "Published results"},
    [WORD_NOTHING_PUBLISHED] = {"Chưa có kết quả nào được công bố.",
				"No result has been published yet."},
};

const char *word(enum language language, enum word w)
{
	assert(w < WORD_COUNT && language < LANGUAGE_COUNT);
	return words[w][language];
}

const char *word_kind(enum language language, enum release_kind kind)
{
	static const char *const kinds[][LANGUAGE_COUNT] = {
	    [RELEASE_OFFICIAL] = {"Chính thức", "Official"},
	    [RELEASE_CORRECTION] = {"Đính chính", "Correction"},
	    [RELEASE_TRIAL] = {"Thử nghiệm", "Trial"},
	};

	return kinds[kind][language];
}

const char *word_status(enum language language, enum status status)
{
	static const char *const statuses[][LANGUAGE_COUNT] = {
	    [STATUS_RANKED] = {"đủ phiếu", "ranked"},
	    [STATUS_RANKED_WARNING] = {"ít phiếu", "few sheets"},
	    [STATUS_INSUFFICIENT] = {"chưa đủ phiếu", "too few sheets"},
	};

	return statuses[status][language];
}

const char *word_state(enum language language, enum round_state state)
{
	static const char *const states[][LANGUAGE_COUNT] = {
	    [ROUND_OPEN] = {"đang nhận phiếu", "open"},
	    [ROUND_CLOSED] = {"đã đóng", "closed"},
	    [ROUND_VOID] = {"đã hủy", "void"},
	};

	return states[state][language];
}

const char *word_design(enum language language, enum design design)
{
	static const char *const designs[][LANGUAGE_COUNT] = {
	    [DESIGN_OPEN] =
		{"Khảo sát mở: khoảng tin cậy được tính như thể doanh nghiệp "
		 "được chọn ngẫu nhiên trong từng tầng.",
		 "Open survey: intervals are computed as if raters were drawn "
		 "at random within their stratum."},
	    [DESIGN_CENSUS] =
		{"Điều tra toàn bộ: mọi doanh nghiệp trong danh sách đều được "
		 "mời.",
		 "Census: every enterprise on the roster was invited."},
	    [DESIGN_PROBABILITY] =
		{"Chọn mẫu xác suất: doanh nghiệp được rút ngẫu nhiên từ danh "
		 "sách.",
		 "Probability sample: enterprises were drawn at random from "
		 "the roster."},
	};

	return designs[design][language];
}

const char *word_pick(enum language language, const struct text2 *text)
{
	const char *first = language == LANGUAGE_VI ? text->vi : text->en;
	const char *second = language == LANGUAGE_VI ? text->en : text->vi;

	return first[0] != '\0' ? first : second;
}
