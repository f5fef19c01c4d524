/* Runs every file of a corpus directory through the target it is linked with. */

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/fuzz/target.h"

enum { INPUT_MAX = 1 << 20 };

/* The copy has no byte to spare, so that a sanitizer sees a read beyond it. */
static void run(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size > 0 ? size : 1);

	if (copy == NULL)
		abort();
	for (size_t i = 0; i < size; i++)
		copy[i] = data[i];
	LLVMFuzzerTestOneInput(copy, size);
	free(copy);
}

static int replay(const char *path)
{
	static uint8_t data[INPUT_MAX];
	FILE *file = fopen(path, "rb");
	size_t size;

	if (file == NULL)
		return -1;
	size = fread(data, 1, sizeof data, file);
	fclose(file);
	run(data, size);
	return 0;
}

static int replay_all(const char *dir, struct dirent **list, int count)
{
	char path[PATH_MAX];
	int done = 0;

	for (int i = 0; i < count; i++) {
		if (list[i]->d_name[0] == '.')
			continue;
		snprintf(path, sizeof path, "%s/%s", dir, list[i]->d_name);
		/* Said before, so that after an abort the last line names the input. */
		fprintf(stderr, "%s\n", path);
		if (replay(path) != 0)
			return -1;
		done++;
	}
	return done;
}

int main(int argc, char *argv[])
{
	struct dirent **list;
	int count, done;

	if (argc != 2) {
		fprintf(stderr, "usage: %s DIRECTORY\n", argv[0]);
		return 2;
	}
	count = scandir(argv[1], &list, NULL, alphasort);
	if (count < 0) {
		perror(argv[1]);
		return 1;
	}
	done = replay_all(argv[1], list, count);
	for (int i = 0; i < count; i++)
		free(list[i]);
	free(list);
	printf("%d inputs\n", done);
	return done > 0 ? 0 : 1;
}
