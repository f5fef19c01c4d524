#ifndef PAR_GUARD_GUARD_H
#define PAR_GUARD_GUARD_H

/*
 * What a process gives up once it needs it no more, so that whoever breaks in finds
 * little: no new privileges, no core dumps, no files but its own (Landlock), no system
 * calls but those it makes (seccomp, an allow-list).
 */

#include "common/base/faults.h"

#endif
