/* par: one command line for people and scripts. Finds the command, reads its flags,
 * runs it, and turns its end into an exit code. */

#include "common/base/err.h"
#include "common/guard/guard.h"
#include "services/par/commands.h"
#include "services/par/show.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>

enum exit_code {
	EXIT_DONE = 0,
	EXIT_FAILED = 1,
	EXIT_USAGE = 2,
	EXIT_REFUSED = 3,
	EXIT_UNREACHED = 4,
};

/* The first four have been told where they were found. */
static int exit_status(int err)
{
	if (err == 0)
		return EXIT_DONE;
	if (err == ERR_CONFIG)
		return EXIT_USAGE;
	if (err == ERR_REFUSED || err == ERR_DENIED)
		return EXIT_REFUSED;
	if (err == ERR_TIMEOUT)
		return EXIT_UNREACHED;
	show_say("failed: %s", err_str(err));
	return EXIT_FAILED;
}

static int run_command(const struct command *c, int argc, char *argv[])
{
	struct options o;
	struct faults faults;
	faults_init(&faults);
	int err = options_read(c, argc, argv, &o, &faults);
	faults_print(&faults, "", stderr);
	faults_free(&faults);
	if (err == ERR_GONE)
		return 0;
	if (err != 0) {
		show_say("`%s --help` says how it is used", c->name);
		return err;
	}
	err = c->run(&o, argv + 1);
	if ((fflush(stdout) == 0 && !ferror(stdout)) || show_reader_left())
		return err;
	show_say("cannot write to the output");
	return err != 0 ? err : -EIO;
}

static int unknown(int argc, char *argv[])
{
	if (argc > 1 && commands_list(argv[1], stderr))
		show_say("`par %s` needs one of the words above", argv[1]);
	else if (argc > 1)
		show_say("there is no command `%s`; `par --help` lists them", argv[1]);
	else
		commands_help(stderr);
	return EXIT_USAGE;
}

int main(int argc, char *argv[])
{
	if (guard_begin() != 0) {
		show_say("cannot give up core dumps and new privileges");
		return EXIT_FAILED;
	}
	if (sodium_init() < 0) {
		show_say("no random numbers on this machine");
		return EXIT_FAILED;
	}
	if (argc == 2 && strcmp(argv[1], "--help") == 0) {
		commands_help(stdout);
		return EXIT_DONE;
	}
	if (argc == 2 && strcmp(argv[1], "--version") == 0) {
		config_version("par", stdout);
		return EXIT_DONE;
	}
	int words = 0;
	const struct command *c = commands_find(argc, argv, &words);
	if (!c)
		return unknown(argc, argv);
	return exit_status(run_command(c, argc - words, argv + words));
}
