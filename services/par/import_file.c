#include "services/par/import_file.h"

#include "services/par/intake.h"
#include "services/par/show.h"

#include <inttypes.h>

int import_file(const struct options *o, const char *path, import_file_fn *fn)
{
	struct round r;
	struct faults faults;
	int err = show_readable(path);
	if (err == 0)
		err = intake_manifest(o, ROLE_OPERATOR, o->round, &r);
	if (err != 0)
		return err;
	faults_init(&faults);
	err = fn(o, path, &r, &faults);
	faults_print(&faults, "", stderr);
	faults_free(&faults);
	model_free(&r);
	return err;
}

int import_file_send(const struct options *o, const Par__V1__Command *command,
		     const char *what)
{
	struct intake_done done;
	int err = intake_command(o, ROLE_OPERATOR, command, &done);
	if (err == 0)
		printf("%s %" PRIu64 "\n", what, done.rows);
	return err;
}
