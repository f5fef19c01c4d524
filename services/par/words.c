#include "services/par/words.h"

#include <string.h>

enum { LANGUAGES = 2, DESIGNS = 4 };

/* By a number from a message, which may be larger than we know. */
static const char *pick(const char *const names[], size_t count, size_t place)
{
	return place < count ? names[place] : "";
}

bool words_language(const char *text, enum language *out)
{
	bool vi = strcmp(text, "vi") == 0;
	if (!vi && strcmp(text, "en") != 0)
		return false;
	*out = vi ? LANGUAGE_VI : LANGUAGE_EN;
	return true;
}

ProtobufCBinaryData words_name(enum language language, const Par__V1__Text *name)
{
	if (!name)
		return (ProtobufCBinaryData){0};
	ProtobufCBinaryData first = language == LANGUAGE_VI ? name->vi : name->en;
	ProtobufCBinaryData second = language == LANGUAGE_VI ? name->en : name->vi;
	return first.len > 0 ? first : second;
}

const char *words_design(Par__V1__Design design)
{
	static const char *const names[DESIGNS] = {"", "census", "probability", "open"};
	return pick(names, DESIGNS, (size_t)design);
}

const char *words_basis(enum language language, Par__V1__Design design)
{
	static const char *const texts[LANGUAGES][DESIGNS] = {
	    [LANGUAGE_VI] = {"",
			     "Điều tra toàn bộ: mọi doanh nghiệp trong danh sách đều "
			     "được mời.",
			     "Chọn mẫu xác suất: doanh nghiệp được rút ngẫu nhiên từ "
			     "danh sách.",
			     "Khảo sát mở: độ tin cậy được tính như thể doanh nghiệp "
			     "được chọn ngẫu nhiên trong từng tầng."},
	    [LANGUAGE_EN] = {"", "Census: every enterprise on the roster was invited.",
			     "Probability sample: enterprises were drawn at random "
			     "from the roster.",
			     "Open survey: computed as if raters were drawn at random "
			     "within their stratum."},
	};
	return pick(texts[language], DESIGNS, (size_t)design);
}

const char *words_cover(enum language language)
{
	static const char *const texts[LANGUAGES] = {
	    [LANGUAGE_VI] =
		"Độ tin cậy này chỉ tính đến số phiếu, không tính đến những "
		"doanh nghiệp không trả lời và không tính đến điểm thẩm "
		"định.",
	    [LANGUAGE_EN] =
		"The interval covers the number of sheets, not those who did "
		"not answer, and not appraised points.",
	};
	return texts[language];
}

const char *words_mode(Par__V1__Mode mode)
{
	static const char *const names[] = {"", "points", "composite"};
	return pick(names, sizeof names / sizeof *names, (size_t)mode);
}

const char *words_source(Par__V1__Source source)
{
	static const char *const names[] = {"", "survey", "appraised", "measured"};
	return pick(names, sizeof names / sizeof *names, (size_t)source);
}

const char *words_flag(Par__V1__FlagKind kind)
{
	static const char *const names[] = {"", "identical", "straight", "crowd"};
	return pick(names, sizeof names / sizeof *names, (size_t)kind);
}
