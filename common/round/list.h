#ifndef PAR_ROUND_LIST_H
#define PAR_ROUND_LIST_H

#include <stddef.h>

/*
 * Room for one more in a malloc list of `count` that only ever grew by this. The list,
 * perhaps elsewhere now; NULL when out of memory, and the old one is as it was.
 */
void *list_room(void *list, size_t count, size_t size);

#endif
