#ifndef PAR_ROUND_FOLD_INTERNAL_H
#define PAR_ROUND_FOLD_INTERNAL_H

/* Internal to fold*.c: what the fold holds, and the entries by family. */

#include "common/round/sheets.h"
#include "common/round/values.h"

/* The frame of the opening or of a roster entry. */
struct fold_frame {
	uint64_t n;
	struct stratum *strata;
	uint32_t stratum_count;
	uint64_t rows; /* of the roster */
	uint8_t digest[32];
};

struct fold_round {
	const struct fold *fold;
	uint32_t number;
	struct round model;
	uint8_t rules[32];
	enum round_state state;
	uint64_t void_n;           /* 0: not void */
	struct fold_frame *frames; /* the last is that of now */
	uint32_t frame_count;
	uint64_t changed;
	struct sheets sheets;
	struct values values;
	uint64_t *releases; /* ordinals, by number - 1 */
	bool *retracted;
	uint32_t release_count;
};

struct command {
	uint8_t id[COMMAND_ID_SIZE];
	struct fold_command done;
};

struct fold {
	bool keep_answers;
	uint64_t n;
	struct fold_round **rounds; /* by number - 1; NULL: its opening was skipped */
	uint32_t round_count;
	struct fold_release **releases; /* by ordinal - 1 */
	uint64_t release_count;
	struct position restored_from;
	struct command *commands;
	uint32_t command_count;
	struct index by_command;
	struct arena scratch; /* of one entry */
};

/* Bound of the numbers that raters are drawn from: twice the roster. */
uint32_t fold_rater_bound(uint64_t roster_rows);
enum { FOLD_ROSTER_MAX = 10000000 };

/* Each counts nothing unless the entry is in order. 0, -ENOMEM, ERR_VERSION. */
int fold_apply_open(struct fold *f, uint64_t n, const struct entry *e);
int fold_apply_roster(struct fold *f, struct fold_round *r, uint64_t n,
		      struct bytes body, struct fold_command *done);
int fold_apply_annul(struct fold *f, struct fold_round *r, uint64_t n,
		     struct bytes body, struct fold_command *done);
int fold_apply_values(struct fold *f, struct fold_round *r, uint64_t n,
		      const struct entry *e, struct fold_command *done);
int fold_apply_state(struct fold *f, struct fold_round *r, uint64_t n,
		     const struct entry *e);
int fold_apply_release(struct fold *f, struct fold_round *r, uint64_t n,
		       const struct entry *e, struct fold_command *done);
int fold_apply_restored(struct fold *f, uint64_t n, const struct entry *e);
/* Lost releases of a round that is opened after the journal was restored. -ENOMEM. */
int fold_adopt_lost(struct fold *f, struct fold_round *r)
    __attribute__((warn_unused_result));

/* Room for one more release. -ENOMEM. */
int fold_reserve_release(struct fold *f) __attribute__((warn_unused_result));
int fold_reserve_number(struct fold_round *r) __attribute__((warn_unused_result));
/* The newest release made has the next number of its round. There is room. */
void fold_take_number(struct fold_round *r, uint64_t ordinal, bool retracted);

/*
 * The body as a message in the scratch arena; *out NULL when it does not parse or has
 * unknown fields. -ENOMEM.
 */
int fold_parse(struct fold *f, const void *descriptor, struct bytes body, void **out)
    __attribute__((warn_unused_result));
/* As the round of this number, at most one above round_count; r may be NULL. -ENOMEM. */
int fold_put_round(struct fold *f, uint32_t number, struct fold_round *r)
    __attribute__((warn_unused_result));
void fold_round_free(struct fold_round *r); /* NULL is fine */
const struct fold_frame *fold_round_frame(const struct fold_round *r);

#endif
