#ifndef PAR_COLLECTOR_CONTROL_H
#define PAR_COLLECTOR_CONTROL_H

/*
 * Commands on link 1: put together from parts, decided, appended one by one, answered.
 * And the rounds that close by themselves. Shell.
 */

#include "services/collector/answer.h"

void on_command(struct collector *c, const struct request *q);

/* What the machine lacks now and may have again: nothing was changed. */
bool control_is_lack(int err);

/* loop_fn, ctx is the collector: closes what is due and sets the timer again. */
void on_closing(void *ctx);

#endif
