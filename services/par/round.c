#include "services/par/commands.h"

#include "common/base/err.h"
#include "common/round/folder.h"
#include "common/round/manifest.h"
#include "services/par/intake.h"
#include "services/par/wire_rows.h"
#include "services/par/show.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- check ---- */

static int read_folder(const char *dir, struct round *r, struct roster_rows *rows)
{
	struct faults faults;
	DIR *folder = opendir(dir);
	if (!folder) {
		show_say("%s: %s; a round is a folder of its own", dir,
			 strerror(errno));
		return ERR_CONFIG;
	}
	closedir(folder);
	faults_init(&faults);
	int err = folder_read(dir, r, rows, &faults);
	faults_print(&faults, "", stderr);
	if (faults.count > 0)
		show_say("%s has %zu faults", dir, faults.count);
	faults_free(&faults);
	return err;
}

static uint64_t frame_members(const struct round *r)
{
	uint64_t members = 0;
	for (uint32_t i = 0; i < r->stratum_count; i++)
		members += r->strata[i].members;
	return members;
}

static void print_summary(const struct round *r, const struct roster_rows *rows)
{
	printf("round        %s\n", r->code);
	printf("title        %s\n", r->title.vi[0] ? r->title.vi : r->title.en);
	printf("blocks       %" PRIu32 "\n", r->block_count);
	printf("units        %" PRIu32 "\n", r->unit_count);
	printf("criteria     %" PRIu32 "\n", r->criterion_count);
	printf("surveyed     %" PRIu32 "\n", r->answer_count);
	printf("strata       %" PRIu32 "\n", r->stratum_count);
	printf("members      %" PRIu64 "\n", frame_members(r));
	printf("enterprises  %zu\n", rows->count);
}

int round_check(const struct options *o, char *const words[])
{
	(void)o;
	struct round r;
	struct roster_rows rows;
	int err = read_folder(words[0], &r, &rows);
	if (err != 0)
		return err;
	print_summary(&r, &rows);
	roster_rows_free(&rows);
	model_free(&r);
	return 0;
}

/* ---- open ---- */

/* One way from the model to the wire: the rules' own encoding. */
static int rules_message(const struct round *r, Par__V1__Manifest **out)
{
	struct buf rules;
	buf_init(&rules, MANIFEST_BYTES_MAX);
	int err = manifest_encode(r, false, &rules);
	if (err == 0) {
		*out = par__v1__manifest__unpack(NULL, rules.len, rules.data);
		err = *out ? 0 : ERR_FORMAT;
	}
	buf_free(&rules);
	return err;
}

static int send_open(const struct options *o, Par__V1__Manifest *manifest,
		     struct wire_rows *rows)
{
	Par__V1__OpenRound open = PAR__V1__OPEN_ROUND__INIT;
	open.manifest = manifest;
	open.n_rows = rows->count;
	open.rows = rows->list;
	Par__V1__Command command = PAR__V1__COMMAND__INIT;
	command.what_case = PAR__V1__COMMAND__WHAT_OPEN;
	command.open = &open;
	struct intake_done done;
	return intake_command(o, ROLE_OPERATOR, &command, &done);
}

static int open_round(const struct options *o, const struct round *r,
		      const struct roster_rows *rows)
{
	Par__V1__Manifest *manifest = NULL;
	struct wire_rows wire = {0};
	int err = rules_message(r, &manifest);
	if (err == 0)
		err = wire_rows_make(rows, r->strata, r->strata_column_count, &wire);
	if (err == 0)
		err = send_open(o, manifest, &wire);
	wire_rows_free(&wire);
	if (manifest)
		par__v1__manifest__free_unpacked(manifest, NULL);
	return err;
}

static int print_opened(const struct round *r, const struct roster_rows *rows)
{
	uint8_t digest[32];
	char hex[sizeof digest * 2 + 1];
	int err = manifest_rules_digest(r, digest);
	if (err != 0)
		return err;
	hex_encode(bytes_of(digest, sizeof digest), hex);
	printf("round %s is open\n", r->code);
	printf("rules %s\n", hex);
	printf("invited %zu\n", rows->count);
	return 0;
}

int round_open(const struct options *o, char *const words[])
{
	struct round r;
	struct roster_rows rows;
	int err = read_folder(words[0], &r, &rows);
	if (err != 0)
		return err;
	err = open_round(o, &r, &rows);
	if (err == 0)
		err = print_opened(&r, &rows);
	roster_rows_free(&rows);
	model_free(&r);
	return err;
}

/* ---- close, void ---- */

int round_close(const struct options *o, char *const words[])
{
	Par__V1__CloseRound close = PAR__V1__CLOSE_ROUND__INIT;
	close.round = ask_text(words[0]);
	Par__V1__Command command = PAR__V1__COMMAND__INIT;
	command.what_case = PAR__V1__COMMAND__WHAT_CLOSE;
	command.close = &close;
	struct intake_done done;
	int err = intake_command(o, ROLE_RELEASER, &command, &done);
	if (err == 0)
		printf("round %s is closed\n", words[0]);
	return err;
}

int round_void(const struct options *o, char *const words[])
{
	Par__V1__VoidRound wire = PAR__V1__VOID_ROUND__INIT;
	wire.round = ask_text(words[0]);
	wire.reason = ask_text(o->reason);
	Par__V1__Command command = PAR__V1__COMMAND__INIT;
	command.what_case = PAR__V1__COMMAND__WHAT_VOID;
	command.void_ = &wire;
	struct intake_done done;
	int err = intake_command(o, ROLE_OPERATOR, &command, &done);
	if (err == 0)
		printf("round %s is void; its name is not used again\n", words[0]);
	return err;
}
