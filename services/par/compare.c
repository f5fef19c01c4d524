#include "services/par/commands.h"

#include "common/base/err.h"
#include "services/par/comparison.h"
#include "services/par/show.h"

#include <string.h>

static int print_json(const struct comparison *c, enum language language)
{
	struct buf out;
	buf_init(&out, COMPARISON_TEXT_MAX);
	int err = comparison_json(c, language, &out);
	if (err == 0)
		fwrite(out.data, 1, out.len, stdout);
	buf_free(&out);
	return err;
}

/* Units of two blocks: the sentence is the refusal. */
static int refuse_blocks(const struct comparison *c, enum language language)
{
	struct buf words;
	buf_init(&words, COMPARISON_TEXT_MAX);
	int err = comparison_sentence(c, language, &words);
	if (err == 0) {
		show_say("%.*s", (int)words.len, (const char *)words.data);
		err = ERR_REFUSED;
	}
	buf_free(&words);
	return err;
}

static int print_comparison(const struct options *o, enum language language,
			    const struct inspected *i, const char *second)
{
	struct comparison c;
	if (comparison_make(i, second, &c) != 0) {
		show_say("this round has no unit %s", second);
		return ERR_REFUSED;
	}
	if (c.order == ORDER_OTHER_BLOCK)
		return refuse_blocks(&c, language);
	if (strcmp(o->format, "json") == 0)
		return print_json(&c, language);
	return comparison_table(&c, language, stdout);
}

static int check_options(const struct options *o, char *const words[],
			 enum language *language)
{
	if (strcmp(o->format, "table") != 0 && strcmp(o->format, "json") != 0)
		show_say("--format is table or json, not %s", o->format);
	else if (!words_language(o->lang, language))
		show_say("--lang is vi or en, not %s", o->lang);
	else if (strcmp(words[1], words[2]) == 0)
		show_say("name two different units, not %s twice", words[1]);
	else
		return 0;
	return ERR_CONFIG;
}

int compare(const struct options *o, char *const words[])
{
	enum language language = LANGUAGE_VI;
	struct inspected_which which;
	struct inspected i;
	struct ask a;
	int err = check_options(o, words, &language);
	if (err == 0)
		err = inspected_open(o, words[0], &which, &a);
	if (err != 0)
		return err;
	err = inspected_unit(&a, &which, words[1], &i);
	ask_close(&a);
	if (err != 0)
		return err;
	inspected_say_cut(i.scores);
	err = print_comparison(o, language, &i, words[2]);
	inspected_free(&i);
	return err;
}
