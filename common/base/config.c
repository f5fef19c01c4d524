#include "common/base/config.h"

#include <assert.h>
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/config_file.h"
#include "common/base/err.h"
#include "common/base/text.h"

enum { ITEMS_MAX = 64, ENV_NAME_MAX = 64 };

/* What was said for an item and where; text NULL: nothing. */
struct said {
	const char *text;
	const char *file;
	unsigned line;
};

struct reading {
	const struct config *config;
	struct faults *faults;
	struct said flag[ITEMS_MAX];
	struct said file[ITEMS_MAX];
	const char *file_path;
	bool help, version;
	bool deed; /* one was said */
};

/* "PAR_JOURNAL_BYTES" of "journal-bytes". */
static const char *env_name(const char *name, char out[ENV_NAME_MAX])
{
	int len = snprintf(out, ENV_NAME_MAX, "PAR_%s", name);

	assert(len < ENV_NAME_MAX);
	for (char *p = out; *p != '\0'; p++)
		*p = *p == '-' ? '_' : (char)toupper((unsigned char)*p);
	return out;
}

static const struct config_item *find_item(const struct config *config,
					   struct bytes name)
{
	for (size_t i = 0; i < config->count; i++) {
		if (bytes_equal(bytes_str(config->items[i].name), name))
			return &config->items[i];
	}
	return NULL;
}

/* A flag without a value. */
static bool is_switch(const struct config_item *item)
{
	return item->type == CONFIG_BOOL || item->type == CONFIG_DEED;
}

static bool is_flag(const char *word)
{
	return word && word[0] == '-' && word[1] != '\0';
}

/* Where the value of the flag `name` is to be kept; NULL: no such flag. */
static const char **place_of(struct reading *r, struct bytes name, bool *needs_value)
{
	const struct config_item *item = find_item(r->config, name);

	*needs_value = !item || !is_switch(item);
	if (item)
		return &r->flag[item - r->config->items].text;
	return bytes_equal(name, bytes_str("config")) ? &r->file_path : NULL;
}

/* Takes the flag `word`; returns whether `next` was its value. */
static bool take_flag(struct reading *r, const char *word, const char *next)
{
	const char *name = word + 2;
	size_t len = strcspn(name, "=");
	bool needs_value;
	const char **place = place_of(r, bytes_of(name, len), &needs_value);

	if (word[1] != '-' || !place) {
		faults_add(r->faults, NULL, 0, "unknown flag %s: --help lists all",
			   word);
		return false;
	}
	if (name[len] == '=')
		*place = name + len + 1;
	else if (!needs_value)
		*place = "true";
	else if (next && !is_flag(next))
		*place = next;
	else
		faults_add(r->faults, NULL, 0, "%s needs a value", word);
	return needs_value && name[len] != '=' && *place == next;
}

/* The words are moved to argv[1..]; returns their number. */
static int take_arguments(struct reading *r, int argc, char *argv[])
{
	int words = 0, i = 1;

	for (; i < argc && strcmp(argv[i], "--") != 0; i++) {
		if (!is_flag(argv[i]))
			argv[++words] = argv[i];
		else if (strcmp(argv[i], "--help") == 0)
			r->help = true;
		else if (strcmp(argv[i], "--version") == 0)
			r->version = true;
		else if (take_flag(r, argv[i], argv[i + 1]))
			i++;
	}
	for (i++; i < argc; i++)
		argv[++words] = argv[i];
	if (words > 0 && !r->config->arguments)
		faults_add(r->faults, NULL, 0,
			   "\"%s\" is no flag, and no words are "
			   "expected: --help shows the use",
			   argv[1]);
	return words;
}

static void on_file_line(void *ctx, unsigned line, const char *name, const char *value)
{
	struct reading *r = ctx;
	const struct config_item *item = find_item(r->config, bytes_str(name));

	if (!item || item->type == CONFIG_DEED) {
		faults_add(r->faults, r->file_path, line,
			   "unknown setting \"%s\": --help lists all", name);
		return;
	}
	r->file[item - r->config->items] = (struct said){value, r->file_path, line};
}

/* `origin` gets the words for a fault: "--data", "PAR_DATA". */
static struct said choose(const struct reading *r, size_t i, char origin[ENV_NAME_MAX])
{
	const struct config_item *item = &r->config->items[i];
	const char *env = getenv(env_name(item->name, origin));

	if (!r->flag[i].text && env && item->type != CONFIG_DEED)
		return (struct said){.text = env};
	snprintf(origin, ENV_NAME_MAX, "%s%s",
		 !r->flag[i].text && r->file[i].text ? "" : "--", item->name);
	if (r->flag[i].text)
		return r->flag[i];
	if (r->file[i].text)
		return r->file[i];
	if (item->otherwise)
		return (struct said){.text = item->otherwise};
	if (is_switch(item))
		return (struct said){.text = "false"};
	return (struct said){.text = r->deed && item->type == CONFIG_TEXT ? "" : NULL};
}

static int to_bool(const char *text, bool *out)
{
	static const char *const yes[] = {"true", "yes", "1"};
	static const char *const no[] = {"false", "no", "0"};

	for (size_t i = 0; i < 3; i++) {
		if (strcmp(text, yes[i]) != 0 && strcmp(text, no[i]) != 0)
			continue;
		*out = strcmp(text, yes[i]) == 0;
		return 0;
	}
	return ERR_FORMAT;
}

static void check(const struct reading *r, const struct config_item *item,
		  const struct said *said, const char *origin)
{
	struct faults *faults = r->faults;
	uint64_t number = 0;
	bool truth;

	if (!said->text) {
		faults_add(faults, NULL, 0, "%s is required: %s", origin, item->help);
		return;
	}
	if (item->type == CONFIG_TEXT && !item->otherwise && *said->text == '\0' &&
	    !r->deed)
		faults_add(faults, said->file, said->line, "%s is empty: %s", origin,
			   item->help);
	if (is_switch(item) && to_bool(said->text, &truth) < 0)
		faults_add(faults, said->file, said->line,
			   "%s: \"%s\" is neither true nor false", origin, said->text);
	if (item->type == CONFIG_UINT &&
	    (text_uint(said->text, item->max, &number) < 0 || number < item->min))
		faults_add(faults, said->file, said->line,
			   "%s: \"%s\" is no whole number from %" PRIu64 " to %" PRIu64,
			   origin, said->text, item->min, item->max);
}

static int fill(const struct config_item *item, const char *text, void *into)
{
	void *place = (char *)into + item->offset;

	if (item->type == CONFIG_UINT)
		return text_uint(text, item->max, place);
	if (is_switch(item))
		return to_bool(text, place);
	*(const char **)place = text;
	return 0;
}

/* --health=false asks for nothing. */
static bool says_deed(const struct config_item *item, const char *text)
{
	bool truth = false;

	return item->type == CONFIG_DEED && text && to_bool(text, &truth) == 0 && truth;
}

static int settle(struct reading *r, void *into)
{
	const struct config *config = r->config;
	struct said said[ITEMS_MAX];
	char origin[ENV_NAME_MAX];
	int err = 0;

	for (size_t i = 0; i < config->count; i++)
		r->deed |= says_deed(&config->items[i], r->flag[i].text);
	for (size_t i = 0; i < config->count; i++) {
		said[i] = choose(r, i, origin);
		check(r, &config->items[i], &said[i], origin);
	}
	if (r->faults->count > 0)
		return ERR_CONFIG;
	for (size_t i = 0; i < config->count && err == 0; i++)
		err = fill(&config->items[i], said[i].text, into);
	return err;
}

int config_read(const struct config *config, int argc, char *argv[], void *into,
		int *rest, struct faults *faults)
{
	struct reading r = {.config = config, .faults = faults};
	int words, err;

	assert(config->count <= ITEMS_MAX);
	words = take_arguments(&r, argc, argv);
	if (r.help)
		config_help(config, stdout);
	else if (r.version)
		config_version(config->program, stdout);
	if (r.help || r.version)
		return ERR_GONE;
	if (r.file_path)
		config_file_read(r.file_path, on_file_line, &r, faults);
	err = settle(&r, into);
	if (err < 0)
		return err;
	*rest = words;
	return 0;
}

static void help_item(const struct config_item *item, FILE *out)
{
	static const char *const values[] = {
	    [CONFIG_TEXT] = " TEXT", [CONFIG_UINT] = " NUMBER", [CONFIG_BOOL] = ""};
	char env[ENV_NAME_MAX];

	if (item->type == CONFIG_DEED) {
		fprintf(out, "  --%s\n        %s\n", item->name, item->help);
		return;
	}
	fprintf(out, "  --%s%s\n        %s\n        %s", item->name, values[item->type],
		item->help, env_name(item->name, env));
	if (item->type == CONFIG_UINT)
		fprintf(out, "; %" PRIu64 " to %" PRIu64, item->min, item->max);
	if (item->type == CONFIG_BOOL)
		fprintf(out, "; default %s\n",
			item->otherwise ? item->otherwise : "false");
	else if (!item->otherwise)
		fprintf(out, "; required\n");
	else if (item->otherwise[0] != '\0')
		fprintf(out, "; default %s\n", item->otherwise);
	else
		fprintf(out, "; default none\n");
}

void config_help(const struct config *config, FILE *out)
{
	fprintf(out, "%s: %s\n\nUse: %s [FLAGS]%s%s\n\n", config->program,
		config->about, config->program, config->arguments ? " " : "",
		config->arguments ? config->arguments : "");
	fprintf(out,
		"Flags, as --name value or --name=value. Each can also be set in the\n"
		"environment under the name below, or in a file as name = value. The\n"
		"flag wins over the environment, that over the file.\n\n");
	for (size_t i = 0; i < config->count; i++)
		help_item(&config->items[i], out);
	fprintf(out, "  --config FILE\n        the file with settings\n"
		     "  --help\n        this text\n"
		     "  --version\n        the version of this program\n");
	if (config->examples)
		fprintf(out, "\nExamples:\n%s%s", config->examples,
			config->examples[0] != '\0' &&
				config->examples[strlen(config->examples) - 1] != '\n'
			    ? "\n"
			    : "");
}

void config_version(const char *program, FILE *out)
{
	fprintf(out, "%.*s %s\n", (int)strcspn(program, " "), program, PAR_VERSION);
}

int config_exit_code(int err)
{
	if (err == 0 || err == ERR_GONE)
		return 0;
	return err == ERR_CONFIG ? 2 : 1;
}
