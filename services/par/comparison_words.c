/* The sentence: a pattern for each case and language, filled with names and figures. */

#include "services/par/comparison.h"

#include "common/base/err.h"
#include "common/round/proto.h"

#include <inttypes.h>
#include <string.h>

enum sentence {
	SENTENCE_BETTER,
	SENTENCE_WORSE,
	SENTENCE_NOT_CERTAIN,
	SENTENCE_SAME_PLACES,
	SENTENCE_FIRST_UNRANKED,
	SENTENCE_SECOND_UNRANKED,
	SENTENCE_BOTH_UNRANKED,
	SENTENCE_OTHER_BLOCK,
	SENTENCES,
};

enum { LANGUAGES = 2, MARK_LEN = 4 };

/* {1n} name of the first unit, {1f} with its figure, {1s} its places, {1b} its block.
 */
static const char *const patterns[SENTENCES][LANGUAGES] = {
    [SENTENCE_BETTER] = {"Với mức tin cậy đồng thời 95 %, {1f} xếp trên {2f} một cách "
			 "chắc chắn.",
			 "At a simultaneous confidence level of 95 %, {1f} certainly "
			 "ranks above {2f}."},
    [SENTENCE_WORSE] = {"Với mức tin cậy đồng thời 95 %, {1f} xếp dưới {2f} một cách "
			"chắc chắn.",
			"At a simultaneous confidence level of 95 %, {1f} certainly "
			"ranks below {2f}."},
    [SENTENCE_NOT_CERTAIN] =
	{"Chưa đủ căn cứ để khẳng định {1f} hay {2f} xếp trên: với mức tin cậy đồng "
	 "thời 95 %, {1n} {1s} và {2n} {2s} trong khối {1b}.",
	 "There is not enough evidence to say which of {1f} and {2f} ranks higher: at "
	 "a simultaneous confidence level of 95 %, {1n} {1s} and {2n} {2s} in block "
	 "{1b}."},
    [SENTENCE_SAME_PLACES] =
	{"Chưa đủ căn cứ để khẳng định {1f} hay {2f} xếp trên: với mức tin cậy đồng "
	 "thời 95 %, cả hai đơn vị đều {1s} trong khối {1b}.",
	 "There is not enough evidence to say which of {1f} and {2f} ranks higher: at "
	 "a simultaneous confidence level of 95 %, each of them {1s} in block {1b}."},
    [SENTENCE_FIRST_UNRANKED] =
	{"Giữa {1n} và {2n} không có thứ tự xếp hạng: {1n} chưa đủ dữ liệu để được xếp "
	 "hạng.",
	 "There is no order between {1n} and {2n}: {1n} does not have enough data to "
	 "be ranked."},
    [SENTENCE_SECOND_UNRANKED] =
	{"Giữa {1n} và {2n} không có thứ tự xếp hạng: {2n} chưa đủ dữ liệu để được xếp "
	 "hạng.",
	 "There is no order between {1n} and {2n}: {2n} does not have enough data to "
	 "be ranked."},
    [SENTENCE_BOTH_UNRANKED] =
	{"Giữa {1n} và {2n} không có thứ tự xếp hạng: cả hai đơn vị chưa đủ dữ liệu để "
	 "được xếp hạng.",
	 "There is no order between {1n} and {2n}: neither has enough data to be "
	 "ranked."},
    [SENTENCE_OTHER_BLOCK] =
	{"{1n} thuộc khối {1b}, {2n} thuộc khối {2b}: hai đơn vị không cùng khối nên "
	 "không so sánh thứ hạng với nhau.",
	 "{1n} is in block {1b}, {2n} in block {2b}: units of different blocks are "
	 "never ranked against each other."},
};

static bool same_places(const struct comparison *c)
{
	return c->first->rank_low == c->second->rank_low &&
	       c->first->rank_high == c->second->rank_high;
}

static enum sentence sentence_of(const struct comparison *c)
{
	switch (c->order) {
	case ORDER_BETTER:
		return SENTENCE_BETTER;
	case ORDER_WORSE:
		return SENTENCE_WORSE;
	case ORDER_NOT_CERTAIN:
		return same_places(c) ? SENTENCE_SAME_PLACES : SENTENCE_NOT_CERTAIN;
	case ORDER_OTHER_BLOCK:
		return SENTENCE_OTHER_BLOCK;
	case ORDER_NONE:
		break;
	}
	if (c->first->rank == 0 && c->second->rank == 0)
		return SENTENCE_BOTH_UNRANKED;
	return c->first->rank == 0 ? SENTENCE_FIRST_UNRANKED : SENTENCE_SECOND_UNRANKED;
}

static int put_bytes(struct buf *out, ProtobufCBinaryData text)
{
	return buf_put(out, text.data, text.len);
}

static int put_name(const Par__V1__UnitScore *u, enum language language,
		    struct buf *out)
{
	ProtobufCBinaryData name = words_name(language, u->name);
	return put_bytes(out, name.len > 0 ? name : u->unit);
}

/* "Sở Nội vụ (81,50 điểm)": Vietnamese has a decimal comma. */
static int put_figure(const Par__V1__UnitScore *u, enum language language,
		      struct buf *out)
{
	bool vi = language == LANGUAGE_VI;
	int err = put_name(u, language, out);
	if (err == 0)
		err = buf_put_str(out, " (");
	for (size_t i = 0; err == 0 && i < u->score.len; i++) {
		char c = (char)u->score.data[i];
		err = buf_printf(out, "%c", vi && c == '.' ? ',' : c);
	}
	if (err != 0)
		return err;
	return buf_put_str(out, vi ? " điểm)" : " points)");
}

static int put_places(const Par__V1__UnitScore *u, enum language language,
		      struct buf *out)
{
	bool vi = language == LANGUAGE_VI;
	if (u->rank_low == u->rank_high)
		return buf_printf(out,
				  vi ? "đứng hạng %" PRIu32 : "takes place %" PRIu32,
				  u->rank_low);
	return buf_printf(out,
			  vi ? "có thể đứng từ hạng %" PRIu32 " đến hạng %" PRIu32
			     : "may take any place from %" PRIu32 " to %" PRIu32,
			  u->rank_low, u->rank_high);
}

/* The text that "{1f}" stands for. */
static int put_mark(const struct comparison *c, const char *mark,
		    enum language language, struct buf *out)
{
	const Par__V1__UnitScore *u = mark[1] == '1' ? c->first : c->second;
	if (mark[2] == 'n')
		return put_name(u, language, out);
	if (mark[2] == 'f')
		return put_figure(u, language, out);
	if (mark[2] == 's')
		return put_places(u, language, out);
	return put_bytes(out, u->block);
}

int comparison_sentence(const struct comparison *c, enum language language,
			struct buf *out)
{
	const char *rest = patterns[sentence_of(c)][language];
	int err = 0;
	if (c->result->scores->trial)
		err = buf_put_str(out,
				  language == LANGUAGE_VI ? "THỬ NGHIỆM: " : "TRIAL: ");
	while (err == 0 && *rest) {
		size_t plain = strcspn(rest, "{");
		err = buf_put(out, rest, plain);
		rest += plain;
		if (err != 0 || !*rest)
			continue;
		err = put_mark(c, rest, language, out);
		rest += MARK_LEN;
	}
	return err;
}
