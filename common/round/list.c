/* Lists double: there is no room exactly when the count is 0 or a power of 2. */

#include "common/round/list.h"

#include <stdlib.h>

void *list_room(void *list, size_t count, size_t size)
{
	if ((count & (count - 1)) != 0)
		return list;
	return realloc(list, (count == 0 ? 1 : 2 * count) * size);
}
