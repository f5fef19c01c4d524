#include "tests/oracle/cut.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/csv.h"
#include "common/base/err.h"

enum { PATH_SIZE = 4096, CUTS_MAX = 9 };

static void must(int err)
{
	if (err == 0)
		return;
	fprintf(stderr, "oracle_driver: %s\n", err_str(err));
	exit(1);
}

static void *room(size_t count, size_t size)
{
	void *made = calloc(count + 1, size);

	if (made == NULL)
		must(ERR_LIMIT);
	return made;
}

static void path_of(char path[PATH_SIZE], const char *dir, const char *name)
{
	int length = snprintf(path, PATH_SIZE, "%s/%s", dir, name);

	if (length < 0 || length >= PATH_SIZE)
		must(ERR_LIMIT);
}

static bool is_there(const char *dir, const char *name, char path[PATH_SIZE])
{
	path_of(path, dir, name);
	return access(path, R_OK) == 0;
}

static uint64_t number(const char *text)
{
	uint64_t value = 0;

	must(text_uint(text, UINT32_MAX, &value));
	return value;
}

static uint32_t rater_of(const struct cut_folder *f, const char *respondent)
{
	uint32_t place = 0;

	while (strcmp(f->roster.list[place].respondent, respondent) != 0)
		place++;
	return place;
}

/* 0: a cluster of its own; else the first row with the same label. */
static uint32_t cluster_of(const struct cut_folder *f, uint32_t rater)
{
	const char *label = f->roster.list[rater].cluster;
	uint32_t place = 0;

	if (label[0] == '\0')
		return 0;
	while (strcmp(f->roster.list[place].cluster, label) != 0)
		place++;
	return place + 1;
}

static void number_sheets(struct cut_folder *f)
{
	f->sheets = room(f->read.count, sizeof *f->sheets);
	for (size_t i = 0; i < f->read.count; i++) {
		const struct folder_sheet *from = &f->read.list[i];
		uint32_t rater = rater_of(f, from->respondent);

		f->sheets[i] = (struct cut_sheet){
		    .sheet = {.rater = rater,
			      .unit = from->unit,
			      .stratum = f->roster.list[rater].stratum,
			      .cluster = cluster_of(f, rater),
			      .ballot = UINT32_MAX + (uint64_t)i,
			      .answers = from->answers},
		    .revision = from->revision,
		};
	}
}

static int on_entry(void *ctx, unsigned line, const char *const cells[])
{
	struct cut_folder *f = ctx;
	uint32_t rater = rater_of(f, cells[0]);
	int32_t unit = model_unit(&f->round, bytes_str(cells[1]));

	(void)line;
	for (size_t i = 0; i < f->read.count; i++) {
		struct cut_sheet *s = &f->sheets[i];

		if (s->sheet.rater != rater || (int32_t)s->sheet.unit != unit ||
		    s->revision != number(cells[2]))
			continue;
		s->sheet.ballot = number(cells[3]);
		s->sheet.hour = (uint32_t)number(cells[4]);
		s->sheet.imported = number(cells[5]) == 1;
	}
	return 0;
}

/* The first annulment that takes a sheet out names the reason. */
static int on_annulment(void *ctx, unsigned line, const char *const cells[])
{
	struct cut_folder *f = ctx;
	uint32_t cut = (uint32_t)number(cells[0]);
	uint32_t rater = rater_of(f, cells[1]);

	(void)line;
	if (cut > f->cuts)
		f->cuts = cut;
	for (size_t i = 0; i < f->read.count; i++) {
		struct cut_sheet *s = &f->sheets[i];
		const char *unit = f->round.units[s->sheet.unit].code;

		if (s->annulled != 0 || s->sheet.rater != rater ||
		    (cells[2][0] != '\0' && strcmp(cells[2], unit) != 0) ||
		    (cells[3][0] != '\0' && number(cells[3]) != s->revision))
			continue;
		s->annulled = cut;
		s->reason = strdup(cells[4]);
	}
	return 0;
}

static void read_table(struct cut_folder *f, const char *dir, const char *name,
		       const struct csv_column *columns, size_t count,
		       csv_row_fn *on_row, struct faults *faults)
{
	char path[PATH_SIZE];
	struct csv_source source = {
	    .path = path, .name = name, .columns = columns, .column_count = count};

	if (is_there(dir, name, path))
		must(csv_read(&source, on_row, f, faults));
}

static void read_own_tables(struct cut_folder *f, const char *dir,
			    struct faults *faults)
{
	static const struct csv_column entry[] = {
	    {"respondent", true}, {"unit", true}, {"revision", true},
	    {"ballot", true},     {"hour", true}, {"imported", true}};
	static const struct csv_column annulment[] = {{"cut", true},
						      {"respondent", true},
						      {"unit", true},
						      {"revision", true},
						      {"reason", true}};

	read_table(f, dir, "entries.csv", entry, 6, on_entry, faults);
	read_table(f, dir, "annul.csv", annulment, 5, on_annulment, faults);
}

static int put_appraisals(struct cut_folder *f, const char *path, uint32_t cut,
			  struct faults *faults)
{
	struct appraisal *list;
	size_t count;
	int err = folder_read_appraisals(path, &f->round, &list, &count, faults);

	if (err != 0)
		return err;
	for (size_t i = 0; i < count; i++)
		must(values_put_appraisal(&f->values, cut, &list[i]));
	free(list);
	return 0;
}

static int put_measured(struct cut_folder *f, const char *path, uint32_t cut,
			struct faults *faults)
{
	struct measured *list;
	size_t count;
	int err = folder_read_measured(path, &f->round, &list, &count, faults);

	if (err != 0)
		return err;
	for (size_t i = 0; i < count; i++)
		must(values_put_measured(&f->values, cut, &list[i]));
	free(list);
	return 0;
}

static int read_values(struct cut_folder *f, const char *dir, uint32_t cut,
		       struct faults *faults)
{
	char name[64], path[PATH_SIZE], part[16] = "";
	int err = 0;

	if (cut > 1)
		snprintf(part, sizeof part, ".%" PRIu32, cut);
	snprintf(name, sizeof name, "appraisals%s.csv", part);
	if (is_there(dir, name, path)) {
		err = put_appraisals(f, path, cut, faults);
		f->cuts = cut > f->cuts ? cut : f->cuts;
	}
	snprintf(name, sizeof name, "measured%s.csv", part);
	if (err == 0 && is_there(dir, name, path)) {
		err = put_measured(f, path, cut, faults);
		f->cuts = cut > f->cuts ? cut : f->cuts;
	}
	return err;
}

static int read_sheets(struct cut_folder *f, const char *dir, struct faults *faults)
{
	char path[PATH_SIZE];

	if (!is_there(dir, "ballots.csv", path))
		return 0;
	must(folder_read_ballots(path, &f->round, &f->read, faults));
	return faults->count == 0 ? 0 : ERR_REFUSED;
}

static int open_pool(struct cut_folder *f, const char *dir, struct faults *faults)
{
	const struct composite *c = &f->round.composite;
	char name[PATH_SIZE], path[PATH_SIZE];

	f->pool = room(c->pool_count, sizeof *f->pool);
	for (uint32_t i = 0; i < c->pool_count; i++) {
		int err;

		path_of(name, "pool", c->pool[i]);
		path_of(path, dir, name);
		err = cut_open(path, &f->pool[i], faults);
		if (err != 0)
			return err;
		f->pool_count++;
	}
	return 0;
}

static int read_rest(struct cut_folder *f, const char *dir, struct faults *faults)
{
	int err = read_sheets(f, dir, faults);

	if (err != 0)
		return err;
	number_sheets(f);
	read_own_tables(f, dir, faults);
	for (uint32_t cut = 1; err == 0 && cut <= CUTS_MAX; cut++)
		err = read_values(f, dir, cut, faults);
	return err == 0 ? open_pool(f, dir, faults) : err;
}

int cut_open(const char *dir, struct cut_folder *out, struct faults *faults)
{
	struct cut_folder f = {.cuts = 1};
	int err = folder_read(dir, &f.round, &f.roster, faults);

	if (err != 0)
		return err;
	values_init(&f.values);
	err = read_rest(&f, dir, faults);
	if (err != 0) {
		cut_close(&f);
		return err;
	}
	*out = f;
	return 0;
}

void cut_close(struct cut_folder *f)
{
	for (size_t i = 0; i < f->pool_count; i++)
		cut_close(&f->pool[i]);
	free(f->pool);
	for (size_t i = 0; f->sheets != NULL && i < f->read.count; i++)
		free(f->sheets[i].reason);
	free(f->sheets);
	values_free(&f->values);
	folder_sheets_free(&f->read);
	roster_rows_free(&f->roster);
	model_free(&f->round);
}

static bool is_out(const struct cut_sheet *s, uint32_t cut)
{
	return s->annulled != 0 && s->annulled <= cut;
}

/* The highest revision of each (rater, unit); with `cut`, of those not annulled. */
static void find_live(const struct cut_folder *f, uint32_t cut,
		      const struct cut_sheet **live)
{
	for (size_t i = 0; i < f->read.count; i++) {
		const struct cut_sheet *s = &f->sheets[i];
		const struct cut_sheet **at =
		    &live[(size_t)s->sheet.rater * f->round.unit_count +
			  s->sheet.unit];

		if (is_out(s, cut) || (*at != NULL && (*at)->revision > s->revision))
			continue;
		*at = s;
	}
}

static struct sample_annulment *annulment_of(struct sample *s, const char *reason)
{
	for (size_t i = 0; i < s->annulment_count; i++) {
		if (strcmp(s->annulments[i].reason, reason) == 0)
			return &s->annulments[i];
	}
	s->annulments[s->annulment_count].reason = strdup(reason);
	return &s->annulments[s->annulment_count++];
}

/* By rater, so that a rater is met under a reason once in a row. */
static void count_annulled(const struct cut_folder *f, uint32_t cut,
			   const struct cut_sheet *const *would, struct sample *out)
{
	size_t places = f->roster.count * f->round.unit_count;
	uint32_t *last = room(f->read.count, sizeof *last);

	out->annulments = room(f->read.count, sizeof *out->annulments);
	for (size_t i = 0; i < places; i++) {
		struct sample_annulment *a;
		size_t n;

		if (would[i] == NULL || !is_out(would[i], cut))
			continue;
		a = annulment_of(out, would[i]->reason);
		n = (size_t)(a - out->annulments);
		a->sheets++;
		a->raters += last[n] != would[i]->sheet.rater + 1;
		last[n] = would[i]->sheet.rater + 1;
	}
	free(last);
}

static void take_sheets(const struct cut_folder *f, uint32_t cut, struct sample *out)
{
	size_t places = f->roster.count * f->round.unit_count;
	const struct cut_sheet **live = room(places, sizeof *live);
	const struct cut_sheet **would = room(places, sizeof *would);

	find_live(f, cut, live);
	find_live(f, 0, would);
	out->sheets = room(f->read.count, sizeof *out->sheets);
	for (size_t i = 0; i < places; i++) {
		if (live[i] != NULL)
			out->sheets[out->sheet_count++] = live[i]->sheet;
	}
	count_annulled(f, cut, would, out);
	free(live);
	free(would);
}

void cut_sample(const struct cut_folder *f, uint32_t sheets_of, uint32_t values_of,
		struct sample *out)
{
	*out = (struct sample){.round = &f->round,
			       .strata = f->round.strata,
			       .stratum_count = f->round.stratum_count,
			       .invited = f->roster.count};
	take_sheets(f, sheets_of, out);
	must(values_copy_appraisals(&f->values, values_of, &out->appraisals,
				    &out->appraisal_count));
	must(values_copy_measured(&f->values, values_of, &out->measured,
				  &out->measured_count));
	out->pool = room(f->pool_count, sizeof *out->pool);
	for (; out->pool_count < f->pool_count; out->pool_count++)
		cut_sample(&f->pool[out->pool_count], f->pool[out->pool_count].cuts,
			   f->pool[out->pool_count].cuts, &out->pool[out->pool_count]);
}

void cut_sample_free(struct sample *s)
{
	for (size_t i = 0; i < s->pool_count; i++)
		cut_sample_free(&s->pool[i]);
	free(s->pool);
	for (size_t i = 0; i < s->annulment_count; i++)
		free(s->annulments[i].reason);
	free(s->annulments);
	appraisals_free(s->appraisals, s->appraisal_count);
	measured_free(s->measured, s->measured_count);
	free(s->sheets);
}
