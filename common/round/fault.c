/* A guard around faults_add(). */

#include "common/round/fault.h"

#include <stdarg.h>
#include <stdio.h>

#include "common/base/err.h"

enum { LINE = 1024 };

int fault_add(struct faults *faults, const char *format, ...)
{
	char text[LINE];
	va_list args;

	if (faults == NULL)
		return ERR_FORMAT;
	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	faults_add(faults, NULL, 0, "%s", text);
	return ERR_FORMAT;
}
