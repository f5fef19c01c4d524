#ifndef PAR_TESTS_COLLECTOR_ASKING_H
#define PAR_TESTS_COLLECTOR_ASKING_H

/* Every request of link 1 as one call, and what is expected of its answer. */

#include "tests/unit/collector/service.h"

#include "tests/unit/collector/small_round.h"

#define DONE    PAR__V1__OUTCOME__OUTCOME_DONE
#define REFUSED PAR__V1__OUTCOME__OUTCOME_REFUSED

#define ACCEPTED      PAR__V1__VERDICT__VERDICT_ACCEPTED
#define REPLACED      PAR__V1__VERDICT__VERDICT_REPLACED
#define SUPERSEDED    PAR__V1__VERDICT__VERDICT_SUPERSEDED
#define DUPLICATE     PAR__V1__VERDICT__VERDICT_DUPLICATE
#define CONFLICT      PAR__V1__VERDICT__VERDICT_CONFLICT
#define SHEET_REFUSED PAR__V1__VERDICT__VERDICT_REFUSED

ProtobufCBinaryData text(const char *s);
uint64_t entries(const struct service *s); /* of the journal */

/* An answer has these words; else it is printed. */
bool says(const Par__V1__IntakeReply *r, const char *words);
/* These check the answer and free it. */
void expect_refused(Par__V1__IntakeReply *r, const char *words);
Par__V1__CommandResult expect_done(Par__V1__IntakeReply *r);

/* ---- commands ---- */

struct row {
	const char *respondent, *stratum, *code, *cluster;
};

/* An Phú (ma-1), Bình Minh (ma-2), Đại Lợi: lon; Cát Tường: nho. */
extern const struct row first_rows[SMALL_ROWS];

struct opening {
	const char *code;
	bool trial;
	const char *auto_close;
	uint64_t rows[2], members[2];
	const char *pool;   /* a composite's, pooled with this round; or NULL */
	const char *reason; /* the one that annulments may give; or NULL */
};

/* Round r1 with first_rows. */
extern const struct opening plain;

/* With first_rows, or with no row when it says of none. */
Par__V1__IntakeReply *open_round(struct service *s, const struct opening *o,
				 const uint8_t *id, size_t part_bytes);
Par__V1__IntakeReply *add_rows(struct service *s, const char *code,
			       const struct row *list, size_t count);
Par__V1__IntakeReply *close_round(struct service *s, enum role role, const char *code,
				  const uint8_t *id);
Par__V1__IntakeReply *void_round(struct service *s, const char *code,
				 const char *reason);
Par__V1__IntakeReply *release(struct service *s, const char *code,
			      Par__V1__ReleaseKind kind);
Par__V1__IntakeReply *retract(struct service *s, const char *code, uint32_t number);
/* Of a respondent, or when NULL of an import. */
Par__V1__IntakeReply *annul(struct service *s, const char *code, const char *respondent,
			    uint64_t import_id);
Par__V1__IntakeReply *annul_for(struct service *s, const char *code,
				const char *respondent, const char *reason);

/* ---- ballots ---- */

struct sending {
	enum role role;
	const char *code, *respondent; /* one of them */
	uint32_t unit, revision;
	uint8_t answer;
	uint64_t import_id;
	bool dry_run;
	const char *round;
};

/* A ballot of one sheet; `digest` gets that of its bytes. */
Par__V1__IntakeReply *submit(struct service *s, const struct sending *what,
			     uint8_t digest[32]);
/*
 * Sends it and expects this verdict; `first` is whose digest is named (NULL: its own);
 * `own` (may be NULL) gets that of this one.
 */
void expect_verdict(struct service *s, const struct sending *what,
		    Par__V1__Verdict verdict, const uint8_t first[32], uint8_t own[32]);

#endif
