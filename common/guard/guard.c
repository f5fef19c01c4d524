#include "common/guard/guard.h"
