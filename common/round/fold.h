#ifndef PAR_ROUND_FOLD_H
#define PAR_ROUND_FOLD_H

/*
 * The total fold over the journal (DESIGN section 4). The collector's view and the
 * scorer's state are both this. It decides what counts: the highest revision that is
 * not annulled lives, ties to the first; sheets after closing, of unknown rounds or
 * faulty ones count nothing. It knows no service, file or socket.
 */

#include "common/round/ballot.h"
#include "common/round/entry.h"
#include "common/round/sample.h"

enum round_state { ROUND_OPEN, ROUND_CLOSED, ROUND_VOID };
enum release_kind { RELEASE_OFFICIAL, RELEASE_CORRECTION, RELEASE_TRIAL };

struct fold;
struct fold_round; /* opaque: through the functions below */

/* A release or a retraction, in journal order over all rounds: n of links 3 and 4. */
struct fold_release {
	uint64_t ordinal; /* from 1 */
	uint64_t n;       /* of its entry */
	uint32_t round;   /* number; 0: of a lost one whose round is not known */
	uint32_t number;  /* of the release made or retracted, in its round */
	bool retraction;
	enum release_kind kind;
	int64_t time;
	char *decision; /* "" */
	char *note;     /* of a retraction its reason */
	/*
	 * It was published, and the copy that the journal was restored from does not
	 * hold it: n is that of the restored entry, and of a release nothing but its
	 * number is known. It counts as retracted.
	 */
	bool lost;
	char *lost_round; /* its code as the entry has it, "": unknown; else NULL */
};

/* What is known under (round, rater, unit, revision). */
struct fold_prior {
	uint64_t first_n; /* entry that first carried it; 0: never seen */
	bool same_answers;
	uint32_t highest_revision; /* known of this rater and unit; 0: none */
	uint32_t live_revision;    /* 0: none */
};

struct fold_counts {
	uint64_t sheets_taken, sheets_live, sheets_annulled, responded;
};

/* keep_answers: the scorer needs them, the collector only their hashes. */
struct fold *fold_new(bool keep_answers); /* NULL: out of memory */
void fold_free(struct fold *f);

/*
 * Applies entry n (the last one + 1). ERR_VERSION or ERR_FORMAT: halt here, nothing was
 * applied; -ENOMEM. Everything else succeeds, if only by counting nothing.
 */
int fold_apply(struct fold *f, uint64_t n, const struct entry *e)
    __attribute__((warn_unused_result));
/*
 * Goes past entry n, of which only kind and round are known: its seal and body are
 * withheld. For a copy of a journal that holds some rounds whole: of the others it
 * keeps the numbers, and they are as unknown. ERR_FORMAT unless n is the last one + 1;
 * -ENOMEM.
 */
int fold_skip(struct fold *f, uint64_t n, enum entry_kind kind, uint32_t round)
    __attribute__((warn_unused_result));
uint64_t fold_n(const struct fold *f);

/* NULL: no such round. The number is the ordinal of its opening, from 1. */
struct fold_round *fold_round_by_code(const struct fold *f, struct bytes code);
struct fold_round *fold_round_by_number(const struct fold *f, uint32_t number);
uint32_t fold_round_count(const struct fold *f);

uint32_t fold_round_number(const struct fold_round *r);
const struct round *fold_round_model(const struct fold_round *r);
const uint8_t *fold_round_rules(const struct fold_round *r); /* 32 bytes */
enum round_state fold_round_state(const struct fold_round *r);
/* The frame now: that of the opening and what roster entries added. */
const struct stratum *fold_round_strata(const struct fold_round *r, uint32_t *count);
uint64_t fold_round_roster_rows(const struct fold_round *r);
const uint8_t *fold_round_roster_digest(const struct fold_round *r); /* 32 bytes */
/* Raters who ever had a sheet taken; no annulment moves it (METHOD P6). */
uint64_t fold_round_heard(const struct fold_round *r);
/* Whole round (stratum < 0) or one stratum. */
struct fold_counts fold_round_counts(const struct fold_round *r, int32_t stratum);
uint32_t fold_round_releases(const struct fold_round *r); /* made, retracted or not */
bool fold_round_retracted(const struct fold_round *r, uint32_t number);
/*
 * n of the newest entry of this round or of one pooled with it: what was computed at or
 * after it still holds.
 */
uint64_t fold_round_changed(const struct fold_round *r);
/* A release of kind official, retracted or not: what a correction corrects. */
bool fold_round_has_official(const struct fold_round *r);
/* No such entry since its newest release, and that was of this kind. */
bool fold_round_unchanged(const struct fold_round *r, enum release_kind kind);
bool fold_round_has_import(const struct fold_round *r, uint64_t import_id);
/* Sheets that would count no more if this import, or this rater, were annulled. */
uint64_t fold_round_live_of_import(const struct fold_round *r, uint64_t import_id);
uint64_t fold_round_live_of_rater(const struct fold_round *r, uint32_t rater);
bool fold_round_rater_annulled(const struct fold_round *r, uint32_t rater);
/* An annulment may give it: any reason, or if the round declares some, one of them. */
bool fold_round_takes_reason(const struct fold_round *r, struct bytes reason);

/* The identity look-up before every other check; the sheet's unit is in the round. */
struct fold_prior fold_round_prior(const struct fold_round *r, uint32_t rater,
				   const struct sheet *s);

/* By ordinal, from 1; NULL: none. */
const struct fold_release *fold_release(const struct fold *f, uint64_t ordinal);
uint64_t fold_release_count(const struct fold *f);
const struct fold_release *fold_release_of(const struct fold_round *r, uint32_t number);

/* The journal that this one was last restored from, its head then; all 0: none. */
const struct position *fold_restored_from(const struct fold *f);

/*
 * What a command id was answered: the entry it made. False: never seen. `rows` is what
 * CommandResult.rows said.
 */
struct fold_command {
	uint64_t n;
	uint32_t number;
	uint64_t ordinal;
	uint64_t rows;
};
bool fold_command(const struct fold *f, const uint8_t id[COMMAND_ID_SIZE],
		  struct fold_command *out);

/*
 * What counts now in a round; needs keep_answers. The answers are not copied: they are
 * never changed nor moved while the fold lives. -ENOMEM.
 */
int fold_sample(const struct fold_round *r, struct sample *out)
    __attribute__((warn_unused_result));

/*
 * The same as things stood after an earlier entry: sheets, frame, roster rows and
 * annulments after entry sheets_n, appraisals and measured values after entry values_n.
 * An old cut costs a pass over the sheets. Pooled rounds are taken at the same cut; one
 * that was void by then is left out.
 */
int fold_sample_at(const struct fold_round *r, uint64_t sheets_n, uint64_t values_n,
		   struct sample *out) __attribute__((warn_unused_result));

/* The same after entry n as if nothing of this round had been annulled (METHOD O3). */
int fold_sample_unannulled(const struct fold_round *r, uint64_t n, struct sample *out)
    __attribute__((warn_unused_result));

#endif
