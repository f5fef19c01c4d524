#include "tests/unit/method/build.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/round/model.h"

static void *grown(void *list, uint32_t count, size_t size)
{
	list = realloc(list, (count + 1) * size);
	assert_non_null(list);
	memset((char *)list + count * size, 0, size);
	return list;
}

static char *copy(const char *text)
{
	char *made = strdup(text);

	assert_non_null(made);
	return made;
}

static struct decimal decimal(const char *text)
{
	struct decimal d = {0};

	assert_int_equal(text_decimal(text, &d), 0);
	return d;
}

static struct text2 no_text(void)
{
	return (struct text2){.vi = copy(""), .en = copy("")};
}

struct build *build_new(uint32_t levels)
{
	struct build *b = calloc(1, sizeof *b);

	assert_non_null(b);
	model_init(&b->round);
	b->round.code = copy("test");
	b->round.title = no_text();
	b->round.opens = copy("");
	b->round.closes = copy("");
	b->round.scales = grown(NULL, 0, sizeof *b->round.scales);
	b->round.scale_count = 1;
	b->round.scales[0].name = copy("scale");
	b->round.scales[0].levels = levels;
	build_block(b, "B", 1, 1);
	return b;
}

void build_free(struct build *b)
{
	for (size_t i = 0; i < b->sample.appraisal_count; i++)
		free(b->appraisals[i].evidence);
	for (size_t i = 0; i < b->sample.measured_count; i++)
		free(b->measured[i].evidence);
	model_free(&b->round);
	free(b);
}

void build_block(struct build *b, const char *name, uint32_t full_rank, uint32_t rank)
{
	struct round *r = &b->round;

	r->blocks = grown(r->blocks, r->block_count, sizeof *r->blocks);
	r->blocks[r->block_count++] =
	    (struct block){.name = copy(name), .full_rank = full_rank, .rank = rank};
}

void build_criterion(struct build *b, const char *code, const char *parent,
		     const char *points, enum source source)
{
	struct round *r = &b->round;
	struct criterion *c;

	r->criteria = grown(r->criteria, r->criterion_count, sizeof *r->criteria);
	c = &r->criteria[r->criterion_count];
	c->code = copy(code);
	c->parent = parent ? model_criterion(r, bytes_str(parent)) : -1;
	c->points = decimal(points);
	c->source = source;
	c->scale = source == SOURCE_SURVEY ? 0 : -1;
	c->name = no_text();
	c->hi = decimal("100");
	r->criterion_count++;
}

void build_unit(struct build *b, const char *code, uint32_t block)
{
	struct round *r = &b->round;

	r->units = grown(r->units, r->unit_count, sizeof *r->units);
	r->units[r->unit_count++] =
	    (struct unit){.code = copy(code), .block = block, .name = no_text()};
}

void build_columns(struct build *b, uint32_t count)
{
	struct round *r = &b->round;

	while (r->strata_column_count < count) {
		r->strata_columns = grown(r->strata_columns, r->strata_column_count,
					  sizeof *r->strata_columns);
		r->strata_columns[r->strata_column_count++] = copy("column");
	}
}

void build_stratum(struct build *b, const char *labels, uint64_t members)
{
	struct round *r = &b->round;
	struct stratum *s;
	char *words = copy(labels);
	char *at = words;

	r->strata = grown(r->strata, r->stratum_count, sizeof *r->strata);
	s = &r->strata[r->stratum_count++];
	s->members = members;
	for (uint32_t i = 0; i < r->strata_column_count; i++) {
		s->labels = grown(s->labels, i, sizeof *s->labels);
		s->labels[i] = copy(strsep(&at, " "));
	}
	free(words);
}

void build_band(struct build *b, const char *edge, bool above)
{
	struct round *r = &b->round;

	r->bands = grown(r->bands, r->band_count, sizeof *r->bands);
	r->bands[r->band_count++] =
	    (struct band){.edge = decimal(edge), .above = above, .name = no_text()};
}

static uint32_t place_of(const struct build *b, const char *criterion)
{
	int32_t place = model_criterion(&b->round, bytes_str(criterion));

	assert_true(place >= 0);
	return (uint32_t)place;
}

void build_composite(struct build *b, const char *lo, const char *hi,
		     const char *factor)
{
	b->round.mode = MODE_COMPOSITE;
	b->round.composite.lo = decimal(lo);
	b->round.composite.hi = decimal(hi);
	b->round.composite.factor = decimal(factor);
}

void build_minmax(struct build *b, const char *max_eq_min)
{
	b->round.composite.minmax = true;
	b->round.composite.has_max_eq_min = max_eq_min != NULL;
	if (max_eq_min != NULL)
		b->round.composite.max_eq_min = decimal(max_eq_min);
}

void build_exclude(struct build *b, uint32_t unit, const char *criterion)
{
	struct unit *u = &b->round.units[unit];

	u->excludes = grown(u->excludes, u->exclude_count, sizeof *u->excludes);
	u->excludes[u->exclude_count++] = place_of(b, criterion);
}

void build_finish(struct build *b)
{
	if (b->round.stratum_count == 0)
		build_stratum(b, "", 1000000);
	assert_int_equal(model_finish(&b->round), 0);
	b->sample = (struct sample){.round = &b->round,
				    .strata = b->round.strata,
				    .stratum_count = b->round.stratum_count,
				    .sheets = b->sheets,
				    .appraisals = b->appraisals,
				    .measured = b->measured};
}

static uint8_t answer(char letter)
{
	switch (letter) {
	case 'b':
		return ANSWER_BLANK;
	case 'n':
		return ANSWER_NO_CONTACT;
	case 'd':
		return ANSWER_DONT_KNOW;
	case 'r':
		return ANSWER_REFUSED;
	case '-':
		return ANSWER_NOT_SHOWN;
	default:
		return (uint8_t)(letter - '0');
	}
}

void build_sheet(struct build *b, uint32_t rater, uint32_t unit, uint32_t stratum,
		 uint32_t cluster, const char *answers)
{
	size_t at = b->sample.sheet_count++;

	assert_true(at < BUILD_MAX);
	assert_int_equal(strlen(answers), b->round.answer_count);
	for (uint32_t a = 0; a < b->round.answer_count; a++)
		b->answers[at][a] = answer(answers[a]);
	b->sheets[at] = (struct sample_sheet){.rater = rater,
					      .unit = unit,
					      .stratum = stratum,
					      .cluster = cluster,
					      .ballot = at + 1,
					      .answers = b->answers[at]};
}

void build_points(struct build *b, uint32_t unit, const char *criterion,
		  const char *points)
{
	b->appraisals[b->sample.appraisal_count++] =
	    (struct appraisal){.unit = unit,
			       .target = TARGET_CRITERION,
			       .criterion = place_of(b, criterion),
			       .points = decimal(points),
			       .evidence = copy("file")};
}

void build_bonus(struct build *b, uint32_t unit, enum appraisal_target target,
		 const char *points, const char *evidence)
{
	b->appraisals[b->sample.appraisal_count++] =
	    (struct appraisal){.unit = unit,
			       .target = target,
			       .points = decimal(points),
			       .evidence = copy(evidence)};
}

void build_measured(struct build *b, uint32_t unit, const char *criterion,
		    const char *value)
{
	b->measured[b->sample.measured_count++] =
	    (struct measured){.unit = unit,
			      .criterion = place_of(b, criterion),
			      .value = decimal(value),
			      .evidence = copy("file")};
}

void build_pool(struct build *b, const struct build *other)
{
	assert_true(b->sample.pool_count < BUILD_POOL);
	b->sample.pool = b->pool;
	b->pool[b->sample.pool_count++] = other->sample;
}

int build_rules(const struct build *b, struct scored *out, struct faults *faults)
{
	int err;

	*out = (struct scored){0};
	assert_int_equal(tally_make(&b->sample, 1, &out->tally), 0);
	assert_int_equal(frame_make(&b->round, b->round.strata, b->round.stratum_count,
				    out->tally.responded, &out->frame),
			 0);
	err = score_rules_make(&out->tally, &out->frame, &out->rules, faults);
	if (err == 0)
		assert_int_equal(score_init(&out->rules, &out->score), 0);
	return err;
}

void build_score(const struct build *b, uint32_t unit, struct scored *out)
{
	struct faults faults;

	faults_init(&faults);
	assert_int_equal(build_rules(b, out, &faults), 0);
	assert_int_equal(faults.count, 0);
	faults_free(&faults);
	score_unit(&out->rules, unit, &out->score);
}

void build_assert(const mpq_t number, const char *expected)
{
	char *text = mpq_get_str(NULL, 10, number);

	assert_non_null(text);
	assert_string_equal(text, expected);
	free(text);
}

void scored_free(struct scored *s)
{
	if (s->score.leaves != NULL)
		score_free(&s->rules, &s->score);
	if (s->rules.tally != NULL)
		score_rules_free(&s->rules);
	frame_free(&s->frame);
	tally_free(&s->tally);
}

struct result build_result(const struct build *b)
{
	struct faults faults;
	struct result r = {0};

	faults_init(&faults);
	assert_int_equal(result_compute(&b->sample, 1, &r, &faults), 0);
	assert_int_equal(faults.count, 0);
	faults_free(&faults);
	return r;
}
