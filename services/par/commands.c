#include "services/par/commands.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum {
	TO_COLLECTOR = FLAG_KEYS | FLAG_COLLECTOR | FLAG_WAIT,
	TO_COLLECTOR_LONG = FLAG_KEYS | FLAG_COLLECTOR | FLAG_WAIT_LONG,
	TO_SCORER = FLAG_KEYS | FLAG_SCORER | FLAG_WAIT,
	TO_ALL = TO_COLLECTOR | FLAG_SCORER | FLAG_PUBLISHER,
	COMMAND_TEXT = 64,
};

/* Of two names that both fit, the longer one comes first. */
static const struct command commands[] = {
    {"par round check", "DIR", 1, 0,
     "Reads a round folder and tells every fault with its file and line. Asks no\n"
     "service. Exit 3 when there are faults.",
     "  par round check rounds/mau-2024\n", round_check},
    {"par round open", "DIR", 1, TO_COLLECTOR,
     "Opens the round of a folder: round.json, criteria.csv, units.csv, strata.csv,\n"
     "roster.csv. Role operator.",
     "  par round open rounds/mau-2024\n", round_open},
    {"par round close", "ROUND", 1, TO_COLLECTOR,
     "Closes a round: sheets that come later count nothing. Role releaser.",
     "  par round close mau-2024\n", round_close},
    {"par round status", "ROUND", 1, TO_COLLECTOR,
     "Who has answered, by stratum, and what was taken. Role operator.",
     "  par round status mau-2024\n", round_status},
    {"par round void", "ROUND", 1, TO_COLLECTOR | FLAG_REASON,
     "Gives a round up before its first release; its name is not used again. Role\n"
     "operator.",
     "  par round void mau-2024 --reason \"wrong units\"\n", round_void},
    {"par roster import", "FILE", 1, TO_COLLECTOR | FLAG_ROUND,
     "Adds the enterprises of a roster.csv to an open round. Role operator.",
     "  par roster import late.csv --round mau-2024\n", roster_import},
    {"par roster forget", "ROUND", 1, TO_COLLECTOR,
     "Destroys the roster of a closed or void round: who was asked, and which rater\n"
     "number and code was whose. Results stay; sheets can no longer be annulled by\n"
     "their respondent. Nothing brings it back. Role operator.",
     "  par roster forget mau-2024\n", roster_forget},
    {"par roster backup", "ROUND DIR", 2, TO_COLLECTOR,
     "Writes DIR/roster/N, a copy of the sealed records of a roster, in place of an\n"
     "older one. Its key is copied by hand. Role operator.",
     "  par roster backup mau-2024 /mnt/copies\n", roster_backup},
    {"par codes new", "ROUND", 1, TO_COLLECTOR | FLAG_REPLACE,
     "Makes a code for each enterprise of an open round that came with none, and\n"
     "prints them as CSV, when they are in force. They are secrets: nothing shows\n"
     "them again. With --replace also for those whose code was made before; the old\n"
     "ones stop working. Codes of roster.csv stay as they are. Write into a new file\n"
     "each time: one that exists loses its codes before par starts. Role operator.",
     "  (umask 077; par codes new mau-2024 > codes.csv)\n"
     "  (umask 077; par codes new mau-2024 --replace > new-codes.csv)\n",
     codes_new},
    {"par ballots import", "FILE", 1, TO_COLLECTOR_LONG | FLAG_ROUND | FLAG_DRY_RUN,
     "Sends the sheets of a ballots.csv. Prints the id of the import and what became\n"
     "of the sheets; each conflict and refusal with its line on stderr, and exit 3\n"
     "then. The same file again is all duplicates. Role operator.",
     "  par ballots import ballots.csv --round mau-2024\n"
     "  par ballots import ballots.csv --round mau-2024 --dry-run\n",
     ballots_import},
    {"par ballots send", "FILE", 1, TO_COLLECTOR | FLAG_ROUND | FLAG_CODE_FILE,
     "Sends the sheets of one enterprise under its code and prints the\n"
     "acknowledgement. FILE is as ballots.csv, all rows with one respondent; the code\n"
     "decides whose they are. Role intake.",
     "  par ballots send mine.csv --round mau-2024 --code-file code.txt\n",
     ballots_send},
    {"par ballots annul", "ROUND", 1, TO_COLLECTOR | FLAG_REASON | FLAG_WHOM,
     "Takes all sheets of a respondent, or of an import, out of what counts. Role\n"
     "releaser.",
     "  par ballots annul mau-2024 --respondent DN0001 --reason \"not a member\"\n"
     "  par ballots annul mau-2024 --import 00c3f3a1d2e4b596 --reason \"wrong file\"\n",
     ballots_annul},
    {"par appraisals import", "FILE", 1, TO_COLLECTOR | FLAG_ROUND,
     "Sends appraised points, bonus and penalty. The last one of a unit and criterion\n"
     "holds. Role operator.",
     "  par appraisals import appraisals.csv --round mau-2024\n", appraisals_import},
    {"par measured import", "FILE", 1, TO_COLLECTOR | FLAG_ROUND,
     "Sends measured values. The last value of a unit and criterion holds. Role\n"
     "operator.",
     "  par measured import measured.csv --round mau-2024\n", measured_import},
    {"par release retract", "ROUND N", 2, TO_COLLECTOR | FLAG_REASON,
     "Takes release N of a round back; its page says so. Role releaser.",
     "  par release retract mau-2024 1 --reason \"wrong frame\"\n", release_retract},
    {"par release", "ROUND", 1, TO_COLLECTOR | FLAG_PUBLISHER | FLAG_RELEASE,
     "Releases the result of a closed round and waits until it is published. Exit 4\n"
     "when it is recorded but --wait passes first; the same command waits for it "
     "again.\n"
     "Exit 3 also when it is recorded but its rules cannot compute it. --kind is\n"
     "official, correction or trial.\n"
     "Roles releaser (--key), then downstream.",
     "  par release mau-2024 --kind official --decision \"12/QD-UBND\"\n",
     release_make},
    {"par scores", "ROUND", 1, TO_SCORER | FLAG_SCORES,
     "Prints a result with every digit: the newest release, else the draft. The cut "
     "is\n"
     "told on stderr. Role operator, or auditor where there is no operator.key.",
     "  par scores mau-2024\n"
     "  par scores mau-2024 --release 1 --format csv > scores.csv\n",
     scores},
    {"par explain", "ROUND UNIT", 2, TO_SCORER | FLAG_EXPLAIN,
     "Prints how the figure of one unit comes about, from the answers to the index.\n"
     "Each step has its fraction and its rule; the weights; what was left out and\n"
     "why. Of the newest release, else the draft; json has every digit. Role\n"
     "operator, or auditor where there is no operator.key.",
     "  par explain mau-2024 SNV\n"
     "  par explain mau-2024 SNV --release 1 --format json\n",
     explain},
    {"par compare", "ROUND UNIT UNIT", 3, TO_SCORER | FLAG_EXPLAIN | FLAG_LANG,
     "Prints the difference of two units of a block, its standard error, and one "
     "sentence\n"
     "that says whether their order is certain. Of the newest release, else the "
     "draft.\n"
     "Role operator, or auditor where there is no operator.key.",
     "  par compare mau-2024 SNV STC\n"
     "  par compare mau-2024 SNV STC --lang en --format json\n",
     compare},
    {"par journal export", "ROUND FILE", 2, FLAG_KEYS | FLAG_JOURNAL | FLAG_WAIT_LONG,
     "Writes an auditor's copy of a closed round. It holds the headers of all\n"
     "entries of the journal, and all that was said in this round and in those\n"
     "pooled with it; of other rounds nothing more. FILE is made with mode 0600:\n"
     "what enterprises said is private. `par recompute` makes the result of it\n"
     "with no service. Role auditor.",
     "  par journal export mau-2024 mau-2024.export\n", journal_export},
    {"par recompute", "FILE", 1, FLAG_RECOMPUTE,
     "Computes the result of a round from an auditor's copy alone. Of the newest\n"
     "release that stands, or of --release N; where there is none, of all that is\n"
     "there. Prints it as `par scores` does, and on stderr the hash and the digests.\n"
     "Asks no service.",
     "  par recompute mau-2024.export\n"
     "  par recompute mau-2024.export --release 1 --format csv > scores.csv\n",
     recompute},
    {"par watch", NULL, 0, FLAG_KEYS | FLAG_PUBLISHER | FLAG_WAIT_LONG | FLAG_WATCH,
     "Prints a line of JSON for each release and retraction, in order, until stopped.\n"
     "SIGTERM and SIGINT stop it; when --wait passes without any answer it ends with\n"
     "exit 4: start it again. With --state it goes on where it stopped: each exactly\n"
     "once after a clean stop; after a kill the last line may come again. Keep all\n"
     "lines: `par restore` needs them. Role downstream.",
     "  par watch\n"
     "  par watch --state /var/lib/portal/position >> releases.jsonl\n",
     watch},
    {"par status", NULL, 0, TO_ALL,
     "Where each of the three services stands, and the rounds. Exit 4 when one cannot\n"
     "be reached. Roles operator and downstream.",
     "  par status --wait 2\n", status},
    {"par doctor", NULL, 0, FLAG_DOCTOR,
     "Status, then reads the whole journal over link 2 and all releases over link 4,\n"
     "and verifies every digest and chain. With --data DIR instead: every record of\n"
     "every store under DIR, while the services are stopped, or of a copy that par\n"
     "backup made. Names what is damaged and what to do; exit 1 then. Roles operator,\n"
     "downstream, internal.",
     "  par doctor\n"
     "  deploy/down --data /srv/par && par doctor --data /srv/par\n",
     doctor},
    {"par backup", "DIR", 1, FLAG_KEYS | FLAG_JOURNAL | FLAG_WAIT_LONG,
     "Makes DIR/journal an exact copy of the collector's journal, verified entry by\n"
     "entry, up to where the journal is when it begins. Run again it goes on from\n"
     "there. Rosters are copied by `par roster backup`. Role internal.",
     "  par backup /mnt/copies\n", backup},
    {"par restore", "DIR", 1, FLAG_RESTORE,
     "Makes a data directory for the collector out of a copy, whole or not at all.\n"
     "Only for when the collector's own is lost or damaged. The journal gets a new\n"
     "id, and its last entry says what it comes from. --published is the file of all\n"
     "lines that `par watch` ever printed: numbers of releases go on above them;\n"
     "`--published none` says that nothing was published beyond the copy. Files only.",
     "  par restore /mnt/copies --data /srv/par/collector --published "
     "releases.jsonl\n",
     restore},
    {"par keys new", "NAME", 1, FLAG_NEW_KEY,
     "Makes a key: NAME.key, to keep, and NAME.pub, for the allow-lists. Files only.",
     "  par keys new portal --role downstream --dir keys\n", keys_new},
};

/* How many words after "par" are the name; 0: argv starts with another one. */
static int name_words(const char *name, int argc, char *const argv[])
{
	int words = 0;
	const char *rest = strchr(name, ' ');
	while (rest) {
		const char *word = rest + 1;
		rest = strchr(word, ' ');
		size_t len = rest ? (size_t)(rest - word) : strlen(word);
		words++;
		if (words >= argc || strlen(argv[words]) != len ||
		    strncmp(argv[words], word, len) != 0)
			return 0;
	}
	return words;
}

const struct command *commands_find(int argc, char *const argv[], int *words)
{
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
		*words = name_words(commands[i].name, argc, argv);
		if (*words > 0)
			return &commands[i];
	}
	return NULL;
}

/* The first sentence of what a command does, on one line. */
static void print_about(const char *about, FILE *out)
{
	for (; *about && (*about != '.' || isalnum((unsigned char)about[1])); about++)
		fputc(*about == '\n' ? ' ' : *about, out);
	fputc('\n', out);
}

bool commands_list(const char *word, FILE *out)
{
	char start[COMMAND_TEXT], name[COMMAND_TEXT];
	bool some = false;

	snprintf(start, sizeof start, "par %s", word);
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
		const struct command *c = &commands[i];
		if (strncmp(c->name, start, strlen(start)) != 0)
			continue;
		snprintf(name, sizeof name, "%s %s", c->name,
			 c->arguments ? c->arguments : "");
		fprintf(out, "  %-30s", name);
		print_about(c->about, out);
		some = true;
	}
	return some;
}

void commands_help(FILE *out)
{
	fputs("par: the command line of the PAR Index scoring services\n\n", out);
	(void)commands_list("", out);
	fputs("\n`par COMMAND --help` says more, with examples; `par --version` the "
	      "version.\n"
	      "Settings come from flags or the environment: PAR_KEYS, PAR_COLLECTOR,\n"
	      "PAR_JOURNAL, PAR_SCORER, PAR_PUBLISHER.\n"
	      "Results go to stdout, words to stderr. Exit codes: 0 done, 1 failed, 2 "
	      "usage\n"
	      "or configuration, 3 refused, 4 not reachable or --wait passed.\n",
	      out);
}
