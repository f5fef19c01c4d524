#include "tests/crash/case.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CHUNK = 1 << 16 };

void told_add(struct told *t, const struct mark *m)
{
	t->marks = realloc(t->marks, (t->count + 1) * sizeof(*t->marks));
	if (!t->marks)
		abort();
	t->marks[t->count++] = *m;
}

void log_load(const char *path, struct buf *out)
{
	FILE *in = fopen(path, "re");
	size_t got = 1;

	buf_init(out, SIZE_MAX);
	if (!in)
		abort();
	while (got > 0) {
		if (buf_reserve(out, CHUNK) < 0)
			abort();
		got = fread(out->data + out->len, 1, CHUNK, in);
		out->len += got;
	}
	fclose(in);
}

void told_op(struct told *t, const struct log_op *op)
{
	struct mark mark;

	if (op->kind != LOG_MARK || op->data.len != sizeof(mark))
		return;
	memcpy(&mark, op->data.data, sizeof(mark));
	told_add(t, &mark);
}

void told_read(struct bytes log, struct told *t)
{
	struct log_op op;

	while (log_next(&log, &op))
		told_op(t, &op);
}

void told_free(struct told *t)
{
	free(t->marks);
	*t = (struct told){0};
}

void tell(struct teller *t, const struct mark *m)
{
	struct log_op op = {
	    .kind = LOG_MARK,
	    .data = {(const uint8_t *)m, sizeof(*m)},
	};

	if (log_put(t->log, &op) < 0)
		abort();
}

int finding_say(struct finding *f, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(f->words, sizeof(f->words), format, args);
	va_end(args);
	return -1;
}

struct path path_of(const char *dir, const char *name)
{
	struct path p;

	if (snprintf(p.text, sizeof(p.text), "%s/%s", dir, name) >= (int)sizeof(p.text))
		abort();
	return p;
}

bool path_is_there(const struct path *p)
{
	return access(p->text, F_OK) == 0;
}

bool stray_name(const char *dir, bool (*allowed)(const void *ctx, const char *name),
		const void *ctx, char out[256])
{
	DIR *list = opendir(dir);
	bool found = false;

	if (!list)
		abort();
	for (struct dirent *e = readdir(list); e && !found; e = readdir(list)) {
		found = e->d_name[0] != '.' && !allowed(ctx, e->d_name);
		if (found)
			snprintf(out, 256, "%s", e->d_name);
	}
	closedir(list);
	return found;
}
