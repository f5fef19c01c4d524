#include "services/par/options.h"

#include "common/base/err.h"

#include <string.h>

struct flag {
	unsigned commands; /* the bits that bring it */
	struct config_item item;
};

enum { WAIT_MAX_S = 1000000 };

static const struct flag flags[] = {
    {FLAG_KEYS,
     {"keys", CONFIG_TEXT, offsetof(struct options, keys), NULL, 0, 0,
      "directory with SERVICE.pub and ROLE.key"}},
    {FLAG_KEYS,
     {"key", CONFIG_TEXT, offsetof(struct options, key), "", 0, 0,
      "key file to use instead of ROLE.key of --keys"}},
    {FLAG_COLLECTOR,
     {"collector", CONFIG_TEXT, offsetof(struct options, collector), NULL, 0, 0,
      "endpoint of link 1"}},
    {FLAG_JOURNAL,
     {"journal", CONFIG_TEXT, offsetof(struct options, journal), NULL, 0, 0,
      "endpoint of link 2"}},
    {FLAG_SCORER,
     {"scorer", CONFIG_TEXT, offsetof(struct options, scorer), NULL, 0, 0,
      "endpoint of link 5"}},
    {FLAG_PUBLISHER,
     {"publisher", CONFIG_TEXT, offsetof(struct options, publisher), NULL, 0, 0,
      "endpoint of link 4"}},
    {FLAG_WAIT,
     {"wait", CONFIG_UINT, offsetof(struct options, wait), "10", 1, WAIT_MAX_S,
      "seconds to go on asking for an answer"}},
    {FLAG_WAIT_LONG,
     {"wait", CONFIG_UINT, offsetof(struct options, wait), "600", 1, WAIT_MAX_S,
      "seconds to go on without any answer"}},
    {FLAG_ROUND,
     {"round", CONFIG_TEXT, offsetof(struct options, round), NULL, 0, 0,
      "code of the round"}},
    {FLAG_REASON,
     {"reason", CONFIG_TEXT, offsetof(struct options, reason), NULL, 0, 0,
      "why, in a sentence"}},
    {FLAG_WHOM,
     {"respondent", CONFIG_TEXT, offsetof(struct options, respondent), "", 0, 0,
      "the respondent, as in roster.csv"}},
    {FLAG_WHOM,
     {"import", CONFIG_TEXT, offsetof(struct options, import), "", 0, 0,
      "id that `par ballots import` printed"}},
    {FLAG_RELEASE,
     {"kind", CONFIG_TEXT, offsetof(struct options, kind), NULL, 0, 0,
      "official or correction; trial for a trial round"}},
    {FLAG_RELEASE,
     {"decision", CONFIG_TEXT, offsetof(struct options, decision), "", 0, 0,
      "the decision it is published under"}},
    {FLAG_RELEASE,
     {"note", CONFIG_TEXT, offsetof(struct options, note), "", 0, 0,
      "a note for the page"}},
    {FLAG_SCORES | FLAG_RECOMPUTE | FLAG_EXPLAIN,
     {"release", CONFIG_UINT, offsetof(struct options, release), "0", 0, UINT32_MAX,
      "number of a release; 0: newest"}},
    {FLAG_SCORES | FLAG_EXPLAIN,
     {"draft", CONFIG_BOOL, offsetof(struct options, draft), "false", 0, 0,
      "the state now"}},
    {FLAG_SCORES | FLAG_RECOMPUTE,
     {"format", CONFIG_TEXT, offsetof(struct options, format), "table", 0, 0,
      "table, csv or json"}},
    {FLAG_EXPLAIN,
     {"format", CONFIG_TEXT, offsetof(struct options, format), "table", 0, 0,
      "table or json"}},
    {FLAG_LANG,
     {"lang", CONFIG_TEXT, offsetof(struct options, lang), "vi", 0, 0,
      "of the sentence: vi or en"}},
    {FLAG_WATCH,
     {"from", CONFIG_TEXT, offsetof(struct options, from), "0", 0, 0,
      "position to go on from; 0: the first release"}},
    {FLAG_WATCH,
     {"state", CONFIG_TEXT, offsetof(struct options, state), "", 0, 0,
      "file that keeps the position; once there, it wins over --from"}},
    {FLAG_DRY_RUN,
     {"dry-run", CONFIG_BOOL, offsetof(struct options, dry_run), "false", 0, 0,
      "check, take nothing"}},
    {FLAG_REPLACE,
     {"replace", CONFIG_BOOL, offsetof(struct options, replace), "false", 0, 0,
      "also in place of codes made before"}},
    {FLAG_CODE_FILE,
     {"code-file", CONFIG_TEXT, offsetof(struct options, code_file), NULL, 0, 0,
      "file with the enterprise's code"}},
    {FLAG_NEW_KEY,
     {"role", CONFIG_TEXT, offsetof(struct options, role), NULL, 0, 0,
      "intake, operator, releaser, auditor, downstream or internal"}},
    {FLAG_NEW_KEY,
     {"dir", CONFIG_TEXT, offsetof(struct options, dir), "", 0, 0,
      "where to write; otherwise --keys, otherwise here"}},
    {FLAG_NEW_KEY,
     {"keys", CONFIG_TEXT, offsetof(struct options, keys), "", 0, 0,
      "directory of keys"}},
    {FLAG_RESTORE,
     {"data", CONFIG_TEXT, offsetof(struct options, data), NULL, 0, 0,
      "the collector's data directory to make; not there, or empty"}},
    {FLAG_RESTORE,
     {"published", CONFIG_TEXT, offsetof(struct options, published), NULL, 0, 0,
      "file of all lines that `par watch` printed, or none"}},
    {FLAG_DOCTOR,
     {"data", CONFIG_TEXT, offsetof(struct options, data), "", 0, 0,
      "look at the files under this directory; the services are stopped"}},
    {FLAG_DOCTOR,
     {"keys", CONFIG_TEXT, offsetof(struct options, keys), "", 0, 0,
      "directory with SERVICE.pub and ROLE.key"}},
    {FLAG_DOCTOR,
     {"key", CONFIG_TEXT, offsetof(struct options, key), "", 0, 0,
      "key file to use instead of ROLE.key of --keys"}},
    {FLAG_DOCTOR,
     {"collector", CONFIG_TEXT, offsetof(struct options, collector), "", 0, 0,
      "endpoint of link 1"}},
    {FLAG_DOCTOR,
     {"journal", CONFIG_TEXT, offsetof(struct options, journal), "", 0, 0,
      "endpoint of link 2"}},
    {FLAG_DOCTOR,
     {"scorer", CONFIG_TEXT, offsetof(struct options, scorer), "", 0, 0,
      "endpoint of link 5"}},
    {FLAG_DOCTOR,
     {"publisher", CONFIG_TEXT, offsetof(struct options, publisher), "", 0, 0,
      "endpoint of link 4"}},
    {FLAG_DOCTOR,
     {"wait", CONFIG_UINT, offsetof(struct options, wait), "600", 1, WAIT_MAX_S,
      "seconds to go on without any answer"}},
};

enum { FLAG_COUNT = sizeof flags / sizeof *flags };

int options_read(const struct command *c, int argc, char *argv[], struct options *out,
		 struct faults *faults)
{
	struct config_item items[FLAG_COUNT];
	size_t count = 0;
	for (size_t i = 0; i < FLAG_COUNT; i++) {
		if (flags[i].commands & c->flags)
			items[count++] = flags[i].item;
	}
	const struct config config = {.items = items,
				      .count = count,
				      .program = c->name,
				      .about = c->about,
				      .examples = c->examples,
				      .arguments = c->arguments};
	struct options o = {0};
	int words = 0;
	int err = config_read(&config, argc, argv, &o, &words, faults);
	if (err != 0)
		return err;
	if (words != c->word_count) {
		faults_add(faults, NULL, 0, "%s takes %s after its name, not %d words",
			   c->name, c->arguments ? c->arguments : "nothing", words);
		return ERR_CONFIG;
	}
	*out = o;
	return 0;
}
