#ifndef PAR_TESTS_CRASH_DISK_PRIVATE_H
#define PAR_TESTS_CRASH_DISK_PRIVATE_H

/* What disk.c (operations) and disk_state.c (real directories) share. */

#include "tests/crash/disk.h"

enum { ROOT, SECTOR = 512, NAME_SIZE = 128 };

/* A file or a directory, whatever its names. */
struct file {
	bool directory;
	bool mapped;
	struct buf live; /* as the program sees it */
	struct buf kept; /* as it is on the disk for certain */
};

struct name {
	int dir; /* a file's number; of the root itself -1 */
	char text[NAME_SIZE];
	int file; /* -1: nobody has the name */
};

struct names {
	struct name *list;
	size_t count;
};

/* Of one directory; happens as a whole. */
struct name_change {
	int dir;
	struct name set[2];
	size_t count;
};

struct sector {
	int file;
	uint64_t at;
	uint8_t image[SECTOR];
};

struct disk {
	struct file *files; /* by number */
	size_t file_count;
	struct names live, kept;
	/* Not yet durable, in order. */
	struct name_change *changes;
	size_t change_count;
	struct sector *sectors;
	size_t sector_count;
};

/* Makes room in a list of `count` for one more; only such lists. */
void *disk_grown(void *list, size_t count, size_t size);
/* The number of a new, empty one. */
int disk_add_file(struct disk *d, bool directory);
/* file -1 takes the name away. */
void disk_set_name(struct names *names, struct name name);
/* Cuts or fills up with 0. */
void disk_resize(struct buf *content, size_t size);
/* As far as it lies in the content. */
void disk_put_sector(struct buf *content, const struct sector *s);

#endif
