#ifndef PAR_PAR_COMMANDS_H
#define PAR_PAR_COMMANDS_H

/* Every command of DESIGN section 7; a file each, or a family that belongs together. */

#include "services/par/options.h"

#include <stdio.h>

command_fn round_check, round_open, round_close, round_status, round_void;
command_fn roster_import, roster_forget, roster_backup;
command_fn codes_new;
command_fn ballots_import, ballots_send, ballots_annul;
command_fn appraisals_import, measured_import;
command_fn release_make, release_retract;
command_fn scores, explain, compare;
command_fn journal_export;
command_fn recompute;
command_fn watch;
command_fn status, doctor;
command_fn backup, restore;
command_fn keys_new;

/* The command that argv names; *words: how many words of argv[1..] are its name. */
const struct command *commands_find(int argc, char *const argv[], int *words);
/* Commands whose name begins with this word, a line each; false: none does. */
bool commands_list(const char *word, FILE *out);
void commands_help(FILE *out);

#endif
