#include "services/par/commands.h"

#include "common/base/err.h"
#include "services/par/ballot_file.h"
#include "services/par/show.h"
#include "services/par/submit.h"

#include <inttypes.h>
#include <sodium.h>

static uint64_t new_import_id(void)
{
	uint64_t id = 0;
	while (id == 0)
		randombytes_buf(&id, sizeof id);
	return id;
}

static void print_counts(const struct submit_counts *c)
{
	printf("accepted %" PRIu64 "\n", c->accepted);
	printf("replaced %" PRIu64 "\n", c->replaced);
	printf("superseded %" PRIu64 "\n", c->superseded);
	printf("duplicate %" PRIu64 "\n", c->duplicate);
	printf("conflict %" PRIu64 "\n", c->conflict);
	printf("refused %" PRIu64 "\n", c->refused);
}

int ballots_import(const struct options *o, char *const words[])
{
	struct ballot_file file;
	int err = ballot_file_read(o, ROLE_OPERATOR, words[0], &file);
	if (err != 0)
		return err;
	const struct submit_plan plan = {.round = &file.round,
					 .sheets = &file.sheets,
					 .file = words[0],
					 .import_id = new_import_id(),
					 .dry_run = o->dry_run};
	struct submit_counts counts = {.refused = file.sheets.refused};
	printf("import %016" PRIx64 "\n", plan.import_id);
	fflush(stdout);
	err = submit_all(o, &plan, &counts);
	print_counts(&counts);
	if (o->dry_run)
		show_say("this was a dry run: nothing was taken");
	bool bad = file.faulty || counts.conflict > 0 || counts.refused > 0;
	ballot_file_free(&file);
	if (err == 0 && bad)
		return ERR_REFUSED;
	return err;
}
