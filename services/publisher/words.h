#ifndef PAR_PUBLISHER_WORDS_H
#define PAR_PUBLISHER_WORDS_H

/* What the public pages say, in both languages. Terms are those of METHOD section 1. */

#include "common/method/result.h"
#include "common/round/fold.h"
#include "services/publisher/html.h"

enum word {
	WORD_LANG, /* code of the language */
	WORD_SITE,
	WORD_SKIP,
	WORD_ALL_ROUNDS,
	WORD_OTHER_LANGUAGE,
	WORD_ROUND,
	WORD_RELEASE,
	WORD_DECISION,
	WORD_DATE,
	WORD_UTC7,
	WORD_RESPONDENTS,
	WORD_ABOUT,
	WORD_FEWER_THAN_TEN,
	WORD_OF_INVITED,
	WORD_NOTE,
	WORD_FILES,
	WORD_FILE_SCORES,
	WORD_FILE_CRITERIA,
	WORD_FILE_ALL,
	WORD_BLOCKS,
	WORD_BLOCK,
	WORD_HINT,
	WORD_RANK,
	WORD_RANK_OF,
	WORD_RANK_RANGE,
	WORD_UNIT,
	WORD_SCORE,
	WORD_CHART,
	WORD_BAND,
	WORD_CERTAIN,
	WORD_UNCERTAIN,
	WORD_INTERVAL,
	WORD_SE,
	WORD_RATERS,
	WORD_CRITERIA,
	WORD_HELD,
	WORD_HELD_WHY,
	WORD_MINIMUM_RANK,
	WORD_MINIMUM_FULL,
	WORD_RANKINGS,
	WORD_CRITERION_SCORES,
	WORD_CRITERION,
	WORD_POINTS,
	WORD_SCORE_100,
	WORD_NOT_APPLICABLE,
	WORD_OR,
	WORD_HIDDEN,
	WORD_SURVEY_PART,
	WORD_APPRAISED_PART,
	WORD_NOTES,
	WORD_INSUFFICIENT,
	WORD_NO_FIGURE,
	WORD_INTERVAL_COVERS,
	WORD_WEIGHTED,
	WORD_UNWEIGHTED,
	WORD_MERGED,
	WORD_THIN,
	WORD_NOT_REPRESENTED,
	WORD_BONUS_MAX,
	WORD_PENALTY_MAX,
	WORD_MINMAX,
	WORD_ANNULLED,
	WORD_TOO_FEW_TO_TELL,
	WORD_CORRECTION,
	WORD_HOW_MADE,
	WORD_TOO_FEW,
	WORD_FEWER_THAN,
	WORD_CHECKING,
	WORD_HASH,
	WORD_RULES_DIGEST,
	WORD_METHOD_DIGEST,
	WORD_SEED,
	WORD_TRIAL,
	WORD_TRIAL_BANNER,
	WORD_RETRACTED,
	WORD_RETRACTED_ON,
	WORD_REASON,
	WORD_KEPT,
	WORD_IN_PROGRESS,
	WORD_ANSWERED,
	WORD_NOT_RELEASED,
	WORD_PUBLISHED,
	WORD_NOTHING_PUBLISHED,
	WORD_FAILED,
	WORD_LOST,
	WORD_COUNT
};

const char *word(enum language language, enum word w);
const char *word_kind(enum language language, enum release_kind kind);
const char *word_status(enum language language, enum status status);
const char *word_source(enum language language, enum source source);
/* Why a leaf that applies does not count (METHOD S7). */
const char *word_missing(enum language language, enum source source);
const char *word_state(enum language language, enum round_state state);
/* METHOD U6: one sentence. */
const char *word_design(enum language language, enum design design);
/* The text of the language, or the other one where it is empty. */
const char *word_pick(enum language language, const struct text2 *text);

#endif
