#include "services/par/commands.h"

#include "services/par/inspected.h"
#include "services/par/scores_print.h"

int scores(const struct options *o, char *const words[])
{
	struct inspected_which which;
	struct ask a;
	int err = scores_print_check(o->format);
	if (err == 0)
		err = inspected_open(o, words[0], &which, &a);
	if (err != 0)
		return err;
	Par__V1__Scores *s = NULL;
	err = inspected_scores(&a, &which, &s);
	ask_close(&a);
	if (err != 0)
		return err;
	inspected_say_cut(s);
	err = scores_print(o->format, s);
	par__v1__scores__free_unpacked(s, NULL);
	return err;
}
