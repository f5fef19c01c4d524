#include "tests/unit/scorer/made.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char *copy(const char *text)
{
	char *made = strdup(text == NULL ? "" : text);

	assert_non_null(made);
	return made;
}

static void *many(size_t count, size_t size)
{
	void *made = calloc(count + 1, size);

	assert_non_null(made);
	return made;
}

static void copy_strata(const struct build *b, struct sample *s)
{
	struct stratum *strata;

	assert_int_equal(model_strata_copy(b->round.strata, b->round.stratum_count,
					   b->round.strata_column_count, &strata),
			 0);
	s->strata = strata;
}

static void copy_values(const struct build *b, struct sample *s)
{
	s->appraisals = many(s->appraisal_count, sizeof(*s->appraisals));
	for (size_t i = 0; i < s->appraisal_count; i++) {
		s->appraisals[i] = b->appraisals[i];
		s->appraisals[i].evidence = copy(b->appraisals[i].evidence);
		s->appraisals[i].by = copy(b->appraisals[i].by);
	}
	s->measured = many(s->measured_count, sizeof(*s->measured));
	for (size_t i = 0; i < s->measured_count; i++) {
		s->measured[i] = b->measured[i];
		s->measured[i].evidence = copy(b->measured[i].evidence);
	}
}

struct sample made_sample(const struct build *b, uint32_t first_rater)
{
	struct sample s = b->sample;

	copy_strata(b, &s);
	copy_values(b, &s);
	s.sheets = many(s.sheet_count, sizeof(*s.sheets));
	s.sheet_count = 0;
	for (size_t i = 0; i < b->sample.sheet_count; i++) {
		if (b->sheets[i].rater >= first_rater)
			s.sheets[s.sheet_count++] = b->sheets[i];
	}
	return s;
}

struct analysis *made_draft(const struct build *b)
{
	struct analysis *a = many(1, sizeof(*a));

	a->sample = made_sample(b, 0);
	return a;
}

void made_public(struct analysis *a)
{
	a->number = 1;
	a->earlier = many(1, sizeof(*a->earlier));
}

struct analysis *made_release(const struct build *b)
{
	struct analysis *a = made_draft(b);

	made_public(a);
	return a;
}

struct analysis *made_annulled(const struct build *b, uint32_t first_rater,
			       const char *reason)
{
	struct analysis *a = many(1, sizeof(*a));

	a->sample = made_sample(b, first_rater);
	a->unannulled = made_sample(b, 0);
	a->annulled = true;
	a->sample.annulments = many(1, sizeof(*a->sample.annulments));
	a->sample.annulment_count = 1;
	a->sample.annulments[0] =
	    (struct sample_annulment){copy(reason), first_rater, first_rater};
	return a;
}

void made_compute(struct analysis *a)
{
	struct faults faults;

	faults_init(&faults);
	assert_int_equal(analysis_compute(a, 1, &faults), 0);
	assert_int_equal(faults.count, 0);
	faults_free(&faults);
}

void made_text(char **text, const char *to)
{
	free(*text);
	*text = copy(to);
}

void made_name(struct text2 *name, const char *vi, const char *en)
{
	made_text(&name->vi, vi);
	made_text(&name->en, en);
}

bool made_is(ProtobufCBinaryData b, const char *text)
{
	return bytes_equal(bytes_of(b.data, b.len), bytes_str(text));
}

void made_assert(ProtobufCBinaryData b, const char *text)
{
	if (!made_is(b, text))
		fail_msg("\"%.*s\" is not \"%s\"", (int)b.len, (const char *)b.data,
			 text);
}
