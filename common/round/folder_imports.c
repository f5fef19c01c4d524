/* appraisals.csv and measured.csv. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/err.h"
#include "common/round/folder_internal.h"
#include "common/round/list.h"

struct importer {
	const struct round *r;
	const char *name;
	struct faults *faults;
	struct appraisal *appraisals;
	struct measured *measured;
	size_t count;
};

void appraisals_free(struct appraisal *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(list[i].evidence);
		free(list[i].by);
	}
	free(list);
}

void measured_free(struct measured *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(list[i].evidence);
	free(list);
}

/* False and a fault when there is no such place. */
static bool found(const struct importer *im, unsigned line, const char *what,
		  const char *code, int32_t place, uint32_t *out)
{
	if (place >= 0)
		*out = (uint32_t)place;
	else
		faults_add(im->faults, im->name, line,
			   "%s \"%s\" is not in the round %s", what, code, im->r->code);
	return place >= 0;
}

static bool find_unit(const struct importer *im, unsigned line, const char *code,
		      uint32_t *out)
{
	return found(im, line, "unit", code, model_unit(im->r, bytes_str(code)), out);
}

static bool find_criterion(const struct importer *im, unsigned line, const char *code,
			   uint32_t *out)
{
	return found(im, line, "criterion", code,
		     model_criterion(im->r, bytes_str(code)), out);
}

static bool read_target(const struct importer *im, unsigned line, const char *code,
			struct appraisal *a)
{
	if (strcmp(code, "bonus") == 0)
		a->target = TARGET_BONUS;
	else if (strcmp(code, "penalty") == 0)
		a->target = TARGET_PENALTY;
	else
		return find_criterion(im, line, code, &a->criterion);
	return true;
}

/* A row that can be taken; the reason why not is among the faults. */
static bool is_good(const struct importer *im, unsigned line, const char *fault)
{
	if (fault != NULL)
		faults_add(im->faults, im->name, line, "%s", fault);
	return fault == NULL;
}

enum { A_UNIT, A_CRITERION, A_POINTS, A_EVIDENCE, A_BY, A_COUNT };

static int on_appraisal(void *ctx, unsigned line, const char *const cells[])
{
	struct importer *im = ctx;
	struct appraisal a = {.target = TARGET_CRITERION}, *list;
	bool good = find_unit(im, line, cells[A_UNIT], &a.unit), full;

	good = read_target(im, line, cells[A_CRITERION], &a) && good;
	good = folder_decimal(im->faults, im->name, line, "points", cells[A_POINTS],
			      &a.points) &&
	       good;
	if (!good)
		return 0;
	list = list_room(im->appraisals, im->count, sizeof *list);
	if (list == NULL)
		return -ENOMEM;
	im->appraisals = list;
	a.evidence = strdup(cells[A_EVIDENCE]);
	a.by = strdup(cells[A_BY]);
	full = a.evidence == NULL || a.by == NULL;
	if (!full && is_good(im, line, appraisal_fault(im->r, &a))) {
		list[im->count++] = a;
		return 0;
	}
	free(a.evidence);
	free(a.by);
	return full ? -ENOMEM : 0;
}

enum { M_UNIT, M_CRITERION, M_VALUE, M_EVIDENCE, M_COUNT };

static int on_measured(void *ctx, unsigned line, const char *const cells[])
{
	struct importer *im = ctx;
	struct measured m = {0}, *list;
	bool good = find_unit(im, line, cells[M_UNIT], &m.unit);

	good = find_criterion(im, line, cells[M_CRITERION], &m.criterion) && good;
	good = folder_decimal(im->faults, im->name, line, "value", cells[M_VALUE],
			      &m.value) &&
	       good;
	if (!good)
		return 0;
	list = list_room(im->measured, im->count, sizeof *list);
	if (list == NULL)
		return -ENOMEM;
	im->measured = list;
	m.evidence = strdup(cells[M_EVIDENCE]);
	if (m.evidence == NULL)
		return -ENOMEM;
	if (is_good(im, line, measured_fault(im->r, &m)))
		list[im->count++] = m;
	else
		free(m.evidence);
	return 0;
}

static int read_file(struct importer *im, const char *path,
		     const struct csv_column *columns, size_t column_count,
		     csv_row_fn *on_row)
{
	struct csv_source source = {.path = path,
				    .name = im->name,
				    .columns = columns,
				    .column_count = column_count};
	size_t before = im->faults->count;
	int err = csv_read(&source, on_row, im, im->faults);

	if (err == 0 && im->count == 0 && im->faults->count == before)
		faults_add(im->faults, im->name, 0, "there is no row");
	if (err == 0 && im->faults->count != before)
		err = ERR_REFUSED;
	return err;
}

int folder_read_appraisals(const char *path, const struct round *r,
			   struct appraisal **list, size_t *count,
			   struct faults *faults)
{
	static const struct csv_column columns[A_COUNT] = {
	    [A_UNIT] = {"unit", true},     [A_CRITERION] = {"criterion", true},
	    [A_POINTS] = {"points", true}, [A_EVIDENCE] = {"evidence", true},
	    [A_BY] = {"by", true},
	};
	struct importer im = {.r = r, .name = folder_name(path), .faults = faults};
	int err = read_file(&im, path, columns, A_COUNT, on_appraisal);

	if (err != 0) {
		appraisals_free(im.appraisals, im.count);
		return err;
	}
	*list = im.appraisals;
	*count = im.count;
	return 0;
}

int folder_read_measured(const char *path, const struct round *r,
			 struct measured **list, size_t *count, struct faults *faults)
{
	static const struct csv_column columns[M_COUNT] = {
	    [M_UNIT] = {"unit", true},
	    [M_CRITERION] = {"criterion", true},
	    [M_VALUE] = {"value", true},
	    [M_EVIDENCE] = {"evidence", true},
	};
	struct importer im = {.r = r, .name = folder_name(path), .faults = faults};
	int err = read_file(&im, path, columns, M_COUNT, on_measured);

	if (err != 0) {
		measured_free(im.measured, im.count);
		return err;
	}
	*list = im.measured;
	*count = im.count;
	return 0;
}
