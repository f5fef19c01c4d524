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
    [WORD_DECISION] = {"Quyết định", "Decision"},
    [WORD_DATE] = {"Ngày công bố", "Date of release"},
    [WORD_UTC7] = {"giờ Việt Nam, UTC+7", "Vietnam time, UTC+7"},
    [WORD_RESPONDENTS] = {"Doanh nghiệp tham gia", "Respondents"},
    [WORD_ABOUT] = {"khoảng", "about"},
    [WORD_FEWER_THAN_TEN] = {"dưới 10", "fewer than 10"},
    [WORD_OF_INVITED] = {"được mời", "invited"},
    [WORD_NOTE] = {"Ghi chú", "Note"},
    [WORD_FILES] = {"Dữ liệu", "Data"},
    [WORD_FILE_SCORES] = {"bảng xếp hạng (CSV)", "rankings (CSV)"},
    [WORD_FILE_CRITERIA] = {"điểm tiêu chí (CSV)", "criterion scores (CSV)"},
    [WORD_FILE_ALL] = {"toàn bộ (JSON)", "everything (JSON)"},
    [WORD_BLOCKS] = {"Các khối", "Blocks"},
    [WORD_BLOCK] = {"Khối", "Block"},
    [WORD_HINT] =
	{"Bấm vào tên đơn vị để xem điểm từng tiêu chí, vào tên cột để xem cách tính.",
	 "A unit’s name leads to its criterion scores, a column’s name to how its "
	 "figures are made."},
    [WORD_RANK] = {"Hạng", "Rank"},
    [WORD_RANK_OF] = {"đơn vị được xếp hạng", "ranked units"},
    [WORD_RANK_RANGE] = {"Khoảng hạng", "Range of ranks"},
    [WORD_UNIT] = {"Đơn vị", "Unit"},
    [WORD_SCORE] = {"Điểm", "Score"},
    [WORD_CHART] = {"Biểu đồ từ 0 đến 100", "Chart from 0 to 100"},
    [WORD_BAND] = {"Xếp loại", "Band"},
    [WORD_CERTAIN] = {"chắc chắn", "certain"},
    [WORD_UNCERTAIN] = {"chưa chắc chắn", "not certain"},
    [WORD_INTERVAL] = {"Khoảng tin cậy 95%", "95% confidence interval"},
    [WORD_SE] = {"Sai số chuẩn", "Standard error"},
    [WORD_RATERS] = {"Số doanh nghiệp chấm", "Enterprises that rated"},
    [WORD_CRITERIA] = {"Tiêu chí được tính", "Criteria that count"},
    [WORD_HELD] = {"số liệu khảo sát giữ theo lần công bố",
		   "survey data kept from release"},
    [WORD_HELD_WHY] = {"Từ đó đến nay quá ít phiếu thay đổi: công bố số liệu mới sẽ "
		       "làm lộ câu trả lời của một vài doanh nghiệp.",
		       "Too few sheets have changed since: new figures would give away "
		       "the answers of a few enterprises."},
    [WORD_MINIMUM_RANK] = {"Số doanh nghiệp tối thiểu để được xếp hạng:",
			   "Fewest enterprises to be ranked:"},
    [WORD_MINIMUM_FULL] = {"để không ghi “ít phiếu”:",
			   "to be ranked without “few sheets”:"},
    [WORD_RANKINGS] = {"Bảng xếp hạng, lần công bố", "Rankings, release"},
    [WORD_CRITERION_SCORES] = {"Điểm từng tiêu chí", "Scores by criterion"},
    [WORD_CRITERION] = {"Tiêu chí", "Criterion"},
    [WORD_POINTS] = {"Điểm tối đa", "Maximum points"},
    [WORD_SCORE_100] = {"Điểm (thang 100)", "Score (of 100)"},
    [WORD_NOT_APPLICABLE] = {"không áp dụng", "does not apply"},
    [WORD_OR] = {"hoặc", "or"},
    [WORD_HIDDEN] = {"ẩn để giữ kín câu trả lời", "withheld to protect respondents"},
    [WORD_SURVEY_PART] = {"Phần khảo sát", "Survey part"},
    [WORD_APPRAISED_PART] = {"Phần thẩm định", "Appraised part"},
    [WORD_NOTES] = {"Lưu ý khi đọc bảng", "Notes on the tables"},
    [WORD_INSUFFICIENT] =
	{"đơn vị không được xếp hạng, không công bố điểm và không chiếm thứ hạng nào.",
	 "the unit is not ranked, its figures are not published, and it takes no place "
	 "among the others."},
    [WORD_NO_FIGURE] = {"Dấu “–”: không có số liệu, hoặc số liệu không được công bố vì "
			"quá ít doanh nghiệp chấm, có thể làm lộ câu trả lời của họ.",
			"“–”: there is none, or it is withheld, because so few "
			"enterprises rated that their answers could be guessed."},
    [WORD_INTERVAL_COVERS] =
	{"Khoảng tin cậy chỉ phản ánh ảnh hưởng của số lượng phiếu, không gồm sai lệch "
	 "do có doanh nghiệp không trả lời và không áp dụng cho điểm thẩm định.",
	 "The interval covers the number of sheets, not those who did not answer, and "
	 "not appraised points."},
    [WORD_WEIGHTED] = {"Có trọng số: các doanh nghiệp trả lời đại diện cho toàn bộ "
		       "thành viên của nhóm mình.",
		       "Weighted: respondents stand for all members of their group."},
    [WORD_UNWEIGHTED] = {"Không có trọng số: mọi doanh nghiệp được tính như nhau.",
			 "Unweighted: every enterprise counts the same."},
    [WORD_MERGED] = {"Nhóm được gộp vì có ít doanh nghiệp trả lời:",
		     "Groups merged because few of their members answered:"},
    [WORD_THIN] = {"Nhóm có ít doanh nghiệp trả lời, giữ nguyên trọng số:",
		   "Groups with few respondents, whose weights are kept:"},
    [WORD_NOT_REPRESENTED] =
	{"Nhóm không có doanh nghiệp nào trả lời, không được đại diện:",
	 "Groups without a respondent, not represented:"},
    [WORD_BONUS_MAX] = {"Điểm thưởng tối đa cho một đơn vị:", "Bonus points, at most:"},
    [WORD_PENALTY_MAX] = {"Điểm phạt tối đa cho một đơn vị:",
			  "Penalty points, at most:"},
    [WORD_MINMAX] = {"Điểm mỗi tiêu chí được quy theo đơn vị thấp nhất và đơn vị cao "
		     "nhất của khối; khoảng tin cậy coi hai mốc này là cố định.",
		     "Each criterion is rescaled between the lowest and the highest "
		     "unit of its block; intervals take these two as fixed."},
    [WORD_ANNULLED] = {"Phiếu bị loại:", "Sheets annulled:"},
    [WORD_TOO_FEW_TO_TELL] = {"có, nhưng quá ít để nêu số",
			      "some, too few for a number"},
    [WORD_CORRECTION] = {"BẢN ĐÍNH CHÍNH", "CORRECTION"},
    [WORD_HOW_MADE] = {"Cách tính", "How it is made"},
    [WORD_TOO_FEW] = {"quá ít", "too few"},
    [WORD_FEWER_THAN] = {"dưới", "fewer than"},
    [WORD_CHECKING] = {"Để kiểm tra lại", "For checking"},
    [WORD_HASH] = {"Mã kết quả (SHA-256)", "Result (SHA-256)"},
    [WORD_RULES_DIGEST] = {"Mã bộ quy tắc của kỳ (SHA-256)",
			   "Rules of the round (SHA-256)"},
    [WORD_METHOD_DIGEST] = {"Mã chương trình tính điểm (SHA-256)",
			    "Scoring program (SHA-256)"},
    [WORD_SEED] = {"Số khởi tạo của mô phỏng", "Seed of the simulations"},
    [WORD_TRIAL] = {"THỬ NGHIỆM", "TRIAL"},
    [WORD_TRIAL_BANNER] =
	{"Kỳ đánh giá này chỉ để chạy thử. Số liệu không phải là kết quả chính thức.",
	 "This round is only a trial. Its figures are not an official result."},
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
    [WORD_FAILED] = {"đã được ghi nhận nhưng không tính được kết quả.",
		     "was recorded, but could not be computed."},
    [WORD_LOST] = {"đã bị thu hồi: nhật ký được khôi phục từ một bản sao không có bản "
		   "này.",
		   "is withdrawn: the journal was restored from a copy that does not "
		   "hold it."},
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

const char *word_source(enum language language, enum source source)
{
	static const char *const sources[][LANGUAGE_COUNT] = {
	    [SOURCE_NONE] = {"", ""},
	    [SOURCE_SURVEY] = {"khảo sát", "surveyed"},
	    [SOURCE_APPRAISED] = {"thẩm định", "appraised"},
	    [SOURCE_MEASURED] = {"số liệu thống kê", "measured"},
	};

	return sources[source][language];
}

const char *word_missing(enum language language, enum source source)
{
	static const char *const missing[][LANGUAGE_COUNT] = {
	    [SOURCE_NONE] = {"chưa đủ tiêu chí", "too few criteria"},
	    [SOURCE_SURVEY] = {"chưa đủ phiếu", "too few sheets"},
	    [SOURCE_APPRAISED] = {"chưa có điểm thẩm định", "not appraised"},
	    [SOURCE_MEASURED] = {"chưa có số liệu", "no data"},
	};

	return missing[source][language];
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
	    [DESIGN_OPEN] = {"Khảo sát mở: khoảng tin cậy được tính như thể doanh "
			     "nghiệp được chọn ngẫu nhiên trong từng nhóm.",
			     "Open survey: intervals are computed as if raters were "
			     "drawn at random within their stratum."},
	    [DESIGN_CENSUS] =
		{"Điều tra toàn bộ: mọi doanh nghiệp trong danh sách đều được mời.",
		 "Census: every enterprise on the roster was invited."},
	    [DESIGN_PROBABILITY] =
		{"Chọn mẫu xác suất: doanh nghiệp được rút ngẫu nhiên từ danh sách.",
		 "Probability sample: enterprises were drawn at random from the "
		 "roster."},
	};

	return designs[design][language];
}

const char *word_pick(enum language language, const struct text2 *text)
{
	const char *first = language == LANGUAGE_VI ? text->vi : text->en;
	const char *second = language == LANGUAGE_VI ? text->en : text->vi;

	return first[0] != '\0' ? first : second;
}
