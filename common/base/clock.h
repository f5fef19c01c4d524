#ifndef PAR_BASE_CLOCK_H
#define PAR_BASE_CLOCK_H

/* Time of day and a clock that never jumps. */

#include <stdint.h>

int64_t clock_wall_s(void);       /* Unix seconds */
uint64_t clock_mono_ms(void);     /* since some start; never goes back */
uint64_t clock_mono_ns(void);

#endif
