#ifndef PAR_BASE_FAULTS_H
#define PAR_BASE_FAULTS_H

/*
 * Everything that is wrong with an input, collected so that it is told in one
 * go. Each fault names its place and the cure. Text from outside is escaped and
 * cut when it is added. Past FAULTS_MAX only the number grows.
 */

#include <stdio.h>

#include "common/base/bytes.h"

enum { FAULTS_MAX = 1000 };

struct fault {
	char *file;    /* NULL: not from a file */
	unsigned line; /* 0: the file as a whole */
	char *text;
};

struct faults {
	struct fault *list;
	size_t listed;
	size_t count; /* all, listed or not */
};

void faults_init(struct faults *f);
void faults_free(struct faults *f);
/* Adds one; when out of memory only the count grows. */
void faults_add(struct faults *f, const char *file, unsigned line, const char *format,
		...) __attribute__((format(printf, 4, 5)));
/* "criteria.csv:12: text" or "text"; malloc, NULL when out of memory. */
char *fault_text(const struct fault *f);
/* A line each, `prefix` before it, and how many more there are. */
void faults_print(const struct faults *f, const char *prefix, FILE *out);

#endif
