#include "services/scorer/releasing.h"

#include <string.h>

#include <sodium.h>

#include "common/base/err.h"
#include "common/base/log.h"
#include "par/v1/entry.pb-c.h"
#include "services/scorer/publish.h"
#include "services/scorer/scorer.h"
#include "common/report/scores.h"

static const struct fold_release *release_of(const struct scorer *s, uint64_t ordinal)
{
	return fold_release(s->reading.fold, ordinal);
}

static struct fold_round *round_of(const struct scorer *s, const struct fold_release *r)
{
	return fold_round_by_number(s->reading.fold, r->round);
}

/* ---- storing ---- */

static const char *code_of(const struct scorer *s, const struct fold_release *r)
{
	return r->lost ? r->lost_round : fold_round_model(round_of(s, r))->code;
}

static const char *event_of(const struct fold_release *r)
{
	if (r->lost)
		return "lost-item-stored";
	return r->retraction ? "retraction-stored" : "release-stored";
}

static void store_item(struct scorer *s, const struct fold_release *r,
		       const struct position *entry, struct bytes item,
		       struct bytes scores)
{
	int err = results_put(s->results, entry, item, scores);
	char code[MODEL_CODE_MAX + 1];

	if (err != 0) {
		scorer_error(s, "storing a release", err);
		return;
	}
	text_quoted(bytes_str(code_of(s, r)), code, sizeof(code));
	log_event(LOG_INFO, event_of(r), "round=\"%s\" number=%u ordinal=%llu", code,
		  r->number, (unsigned long long)r->ordinal);
	feed_server_wake(s->serving);
}

static void store_retraction(struct scorer *s, const struct fold_release *r,
			     const struct position *entry)
{
	struct buf item;
	int err;

	buf_init(&item, PUBLISH_BYTES_MAX);
	err = publish_retraction(fold_round_model(round_of(s, r)), r, &item);
	if (err == 0)
		store_item(s, r, entry, buf_bytes(&item), bytes_of(NULL, 0));
	else
		scorer_error(s, "making a retraction", err);
	buf_free(&item);
}

static void store_lost(struct scorer *s, const struct fold_release *r,
		       const struct position *entry)
{
	struct buf item;
	int err;

	buf_init(&item, PUBLISH_BYTES_MAX);
	err = publish_lost(r, &item);
	if (err == 0)
		store_item(s, r, entry, buf_bytes(&item), bytes_of(NULL, 0));
	else
		scorer_error(s, "making a lost item", err);
	buf_free(&item);
}

static void store_failure(struct scorer *s, const struct worker_job *job)
{
	const struct releasing *now = &s->releasing;
	const struct fold_release *r = release_of(s, now->ordinal);
	const struct round *round = fold_round_model(round_of(s, r));
	char code[MODEL_CODE_MAX + 1];
	struct buf item;
	int err;

	text_quoted(bytes_str(round->code), code, sizeof(code));
	log_event(LOG_WARN, "release-not-made", "round=\"%s\" number=%u error=\"%s\"",
		  code, r->number, err_str(job->err));
	buf_init(&item, PUBLISH_BYTES_MAX);
	err = publish_failure(round, r, &item);
	if (err == 0)
		store_item(s, r, &now->entry, buf_bytes(&item), bytes_of(NULL, 0));
	else
		scorer_error(s, "making a release", err);
	buf_free(&item);
}

static void store_release(struct scorer *s, const struct analysis *analysis)
{
	const struct releasing *now = &s->releasing;
	const struct fold_release *r = release_of(s, now->ordinal);
	struct buf item, scores;
	int err;

	buf_init(&item, PUBLISH_BYTES_MAX);
	buf_init(&scores, PUBLISH_BYTES_MAX);
	err = publish_release(analysis, r, &item);
	if (err == 0)
		err = scores_encode(analysis, r->number, &now->cut, &scores);
	if (err == 0)
		store_item(s, r, &now->entry, buf_bytes(&item), buf_bytes(&scores));
	else
		scorer_error(s, "making a release", err);
	buf_free(&item);
	buf_free(&scores);
}

/* ---- the entry ---- */

static bool is_zero(const uint8_t id[JOURNAL_ID_SIZE])
{
	return sodium_is_zero(id, JOURNAL_ID_SIZE) == 1;
}

/*
 * A release that was made before the journal was restored names its cut in the lost
 * journal. Which one that was is told by the restored entry, which is still to come.
 */
static bool names_other(struct releasing *now, const Par__V1__Position *cut)
{
	if (cut->journal.len != JOURNAL_ID_SIZE || is_zero(cut->journal.data))
		return false;
	if (is_zero(now->other))
		memcpy(now->other, cut->journal.data, JOURNAL_ID_SIZE);
	return memcmp(now->other, cut->journal.data, JOURNAL_ID_SIZE) == 0;
}

/* The cut is the state just before the entry, and nothing else. */
static bool cut_is(struct releasing *now, const Par__V1__ReleaseEntry *m,
		   const struct position *before)
{
	const Par__V1__Position *cut = m->n_cut == 1 ? m->cut[0] : NULL;

	if (cut == NULL || cut->shard != before->shard || cut->n != before->n)
		return false;
	if (!bytes_equal(bytes_of(cut->journal.data, cut->journal.len),
			 bytes_of(before->journal, JOURNAL_ID_SIZE)))
		return names_other(now, cut);
	return bytes_equal(bytes_of(cut->chain.data, cut->chain.len),
			   bytes_of(before->chain, CHAIN_SIZE));
}

static bool names_cut(struct releasing *now, const struct entry *e,
		      const struct position *before)
{
	Par__V1__ReleaseEntry *m =
	    par__v1__release_entry__unpack(NULL, e->body.len, e->body.data);
	bool named = m != NULL && cut_is(now, m, before);

	if (m != NULL)
		par__v1__release_entry__free_unpacked(m, NULL);
	return named;
}

static void halt_at(struct scorer *s, const struct fold_release *r, const char *words)
{
	char code[MODEL_CODE_MAX + 1];

	text_escape(bytes_str(fold_round_model(round_of(s, r))->code), code,
		    sizeof(code));
	scorer_halt(s, "release %u of round %s cannot be made: %s", r->number, code,
		    words);
}

/* Takes the samples, whatever happens. */
static void begin_release(struct scorer *s, const struct fold_release *r,
			  const struct entry *e, const struct position *here,
			  struct analysis *analysis)
{
	const struct position *before = &s->reading.at;

	if (!names_cut(&s->releasing, e, before)) {
		analysis_free(analysis);
		halt_at(s, r,
			"its entry names another cut than the state just before it");
		return;
	}
	s->releasing.ordinal = r->ordinal;
	s->releasing.started = false;
	s->releasing.analysis = analysis;
	s->releasing.cut = *before;
	s->releasing.entry = *here;
}

static void check_stored(struct scorer *s, const struct position *stored,
			 const struct position *here)
{
	if (stored->n == here->n && memcmp(stored->chain, here->chain, CHAIN_SIZE) == 0)
		return;
	scorer_fail(s, "alarm-results-forked",
		    "release entry %llu of the journal is not the one that the stored "
		    "result was made from; the journal was changed or replaced",
		    (unsigned long long)here->n);
}

/* Samples of what a new release entry is about, taken before it is applied. */
static int take_samples(const struct scorer *s, const struct entry *e,
			struct analysis **out)
{
	const struct fold_round *round =
	    fold_round_by_number(s->reading.fold, e->round);

	if (e->kind != ENTRY_RELEASE || round == NULL)
		return 0;
	return analysis_take_release(round, s->reading.at.n,
				     fold_round_releases(round) + 1, out);
}

static void on_new(struct scorer *s, const struct entry *e, const struct position *here,
		   struct analysis *analysis)
{
	const struct fold_release *r =
	    release_of(s, fold_release_count(s->reading.fold));

	if (r->retraction)
		store_retraction(s, r, here);
	else
		begin_release(s, r, e, here, analysis);
}

/* What is stored already is compared, the rest is made. */
static void keep_lost(struct scorer *s, uint64_t ordinal, const struct position *here)
{
	struct position stored;
	int known = results_entry(s->results, ordinal, &stored);

	if (known == 0)
		check_stored(s, &stored, here);
	else if (known == ERR_NOT_FOUND)
		store_lost(s, release_of(s, ordinal), here);
	else
		scorer_error(s, "reading the results store", known);
}

bool releasing_is_foreign(struct scorer *s)
{
	if (is_zero(s->releasing.other))
		return false;
	scorer_halt(s, "releases of the journal name their cuts in another journal, "
		       "which this one was not restored from");
	return true;
}

static int apply_restored(struct scorer *s, const struct entry *e,
			  const struct position *here)
{
	struct releasing *now = &s->releasing;
	struct fold *fold = s->reading.fold;
	uint64_t ordinal = fold_release_count(fold) + 1;
	int err = fold_apply(fold, here->n, e);

	if (err != 0)
		return err;
	if (memcmp(fold_restored_from(fold)->journal, now->other, JOURNAL_ID_SIZE) == 0)
		memset(now->other, 0, JOURNAL_ID_SIZE);
	if (releasing_is_foreign(s))
		return 0;
	for (; ordinal <= fold_release_count(fold) && !scorer_stopped(s); ordinal++)
		keep_lost(s, ordinal, here);
	return 0;
}

static int apply_release(struct scorer *s, const struct entry *e,
			 const struct position *here)
{
	struct fold *fold = s->reading.fold;
	uint64_t ordinal = fold_release_count(fold) + 1;
	struct analysis *analysis = NULL;
	struct position stored;
	int known = results_entry(s->results, ordinal, &stored);
	int err = known == ERR_NOT_FOUND ? take_samples(s, e, &analysis) : 0;

	if (err != 0)
		return err;
	if (known != 0 && known != ERR_NOT_FOUND) {
		scorer_error(s, "reading the results store", known);
		return 0;
	}
	err = fold_apply(fold, here->n, e);
	if (err != 0 || fold_release_count(fold) < ordinal) {
		analysis_free(analysis);
		return err;
	}
	if (known == 0)
		check_stored(s, &stored, here);
	else
		on_new(s, e, here, analysis);
	return 0;
}

int releasing_apply(struct scorer *s, const struct entry *e,
		    const struct position *here)
{
	return e->kind == ENTRY_RESTORED ? apply_restored(s, e, here)
					 : apply_release(s, e, here);
}

/* ---- the worker ---- */

bool releasing_waits(const struct scorer *s)
{
	return s->releasing.ordinal != 0;
}

bool releasing_start(struct scorer *s)
{
	struct releasing *now = &s->releasing;

	if (now->ordinal == 0 || now->started)
		return false;
	now->started = true;
	worker_start(s->worker, now->analysis);
	return true;
}

void releasing_done(struct scorer *s, const struct worker_job *job)
{
	if (job->err == ERR_REFUSED || job->err == ERR_OVERFLOW)
		store_failure(s, job);
	else if (job->err != 0)
		scorer_error(s, "computing a release", job->err);
	else
		store_release(s, job->analysis);
	if (!scorer_stopped(s))
		s->releasing.ordinal = 0;
}

void releasing_free(struct scorer *s)
{
	if (releasing_waits(s) && !s->releasing.started)
		analysis_free(s->releasing.analysis);
	s->releasing = (struct releasing){.ordinal = 0};
}
