#include "tests/rot/rot.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/text.h"

enum {
	PAGE = 4096,
	META_BYTES = 2 * PAGE,
	HEADER_BYTES = 64, /* a page's own, and where its records lie */
	META_USED = 160,
	HANG_S = 20,
	LONG_TIMES = 100,
};

enum outcome { TOLD, ENDED, SAME, OLDER, OTHER, OUTCOMES };

struct image {
	const char *path;
	uint8_t *data;
	size_t len;
};

/* Written by the child. */
struct report {
	bool done;
	int err;
	struct rot_content content;
};

struct session {
	const struct rot *rot;
	struct image images[ROT_FILES_MAX];
	struct rot_content whole;
	struct report *report; /* shared */
	uint64_t dice;
	size_t counts[OUTCOMES];
};

struct flip {
	size_t file;
	size_t bit;
};

/* The same bits in every run. */
static uint64_t throw(struct session * s, uint64_t below)
{
	s->dice = s->dice * 6364136223846793005 + 1442695040888963407;
	return (s->dice >> 20) % below;
}

void rot_in_memory(void)
{
	if (access("/dev/shm", W_OK) == 0)
		setenv("TMPDIR", "/dev/shm", 1);
}

/* ---- files ---- */

static void load(struct image *image, const char *path)
{
	FILE *in = fopen(path, "re");
	struct buf all;
	size_t got = 1;

	assert_non_null(in);
	buf_init(&all, SIZE_MAX);
	while (got > 0) {
		assert_int_equal(buf_reserve(&all, PAGE), 0);
		got = fread(all.data + all.len, 1, PAGE, in);
		all.len += got;
	}
	assert_int_equal(fclose(in), 0);
	*image = (struct image){path, all.data, all.len};
}

static void store(const struct image *image)
{
	int fd = open(image->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, image->data, image->len), image->len);
	close(fd);
}

/* ---- one flip ---- */

static size_t byte_of(struct session *s, const struct image *image)
{
	size_t pages = image->len / PAGE;

	switch (image->len > META_BYTES ? throw(s, 4) : 0) {
	case 1:
		return throw(s, 2) * PAGE + throw(s, META_USED);
	case 2:
		return throw(s, pages) * PAGE + throw(s, HEADER_BYTES);
	default:
		return throw(s, image->len);
	}
}

static struct flip next_flip(struct session *s)
{
	struct flip f = {.file = throw(s, 20) == 0 ? s->rot->file_count - 1 : 0};

	f.bit = byte_of(s, &s->images[f.file]) * 8 + throw(s, 8);
	return f;
}

static void apply(const struct session *s, const struct flip *f)
{
	s->images[f->file].data[f->bit / 8] ^= (uint8_t)(1 << f->bit % 8);
}

static void read_in_child(struct session *s)
{
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	dup2(null, STDERR_FILENO);
	dup2(null, STDOUT_FILENO);
	alarm(HANG_S);
	s->report->err = s->rot->read(s->rot->ctx, &s->report->content);
	s->report->done = true;
	_exit(0);
}

static void read_all(struct session *s)
{
	pid_t child;
	int status;

	*s->report = (struct report){.done = false};
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		read_in_child(s);
	assert_int_equal(waitpid(child, &status, 0), child);
	/* To hang is no answer. */
	assert_false(WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM);
}

static bool same(const struct rot_content *a, const struct rot_content *b)
{
	return a->items == b->items && memcmp(a->digest, b->digest, ROT_DIGEST) == 0;
}

static bool is_older(const struct rot *r, const struct rot_content *content)
{
	return content->items < r->older_count &&
	       same(content, &r->older[content->items]);
}

static enum outcome judge(const struct session *s)
{
	const struct report *report = s->report;

	if (!report->done)
		return ENDED;
	if (report->err != 0)
		return TOLD;
	if (same(&report->content, &s->whole))
		return SAME;
	return is_older(s->rot, &report->content) ? OLDER : OTHER;
}

/* Whoever reads may also write: every file is put back whole. */
static void try_flip(struct session *s, struct flip f)
{
	enum outcome outcome;

	apply(s, &f);
	for (size_t i = 0; i < s->rot->file_count; i++)
		store(&s->images[i]);
	apply(s, &f);
	read_all(s);
	outcome = judge(s);
	s->counts[outcome]++;
	if (outcome == OTHER)
		fail_msg(
		    "%s: bit %zu of byte %zu of %s (page %zu, byte %zu of it) gives "
		    "other content, %llu items, and nobody says so",
		    s->rot->name, f.bit % 8, f.bit / 8, s->images[f.file].path,
		    f.bit / 8 / PAGE, f.bit / 8 % PAGE,
		    (unsigned long long)s->report->content.items);
}

/* ---- all of them ---- */

static void begin(struct session *s, const struct rot *r)
{
	*s = (struct session){.rot = r, .dice = 20241124};
	s->report = mmap(NULL, sizeof(*s->report), PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(s->report != MAP_FAILED);
	for (size_t i = 0; i < r->file_count; i++)
		load(&s->images[i], r->files[i]);
	read_all(s);
	assert_true(s->report->done);
	assert_int_equal(s->report->err, 0);
	s->whole = s->report->content;
	/* Nothing random is in what is compared. */
	read_all(s);
	assert_true(same(&s->report->content, &s->whole));
}

static void end(struct session *s)
{
	for (size_t i = 0; i < s->rot->file_count; i++) {
		store(&s->images[i]);
		free(s->images[i].data);
	}
	munmap(s->report, sizeof(*s->report));
}

/* Both root pages, which nothing protects: every bit that is in use. */
static size_t try_roots(struct session *s, size_t step)
{
	size_t tried = 0;

	for (size_t bit = 0; bit < META_USED * 8; bit += step) {
		try_flip(s, (struct flip){.bit = bit});
		try_flip(s, (struct flip){.bit = PAGE * 8 + bit});
		tried += 2;
	}
	return tried;
}

/* Under a sanitizer a process takes long to begin. */
static size_t share(void)
{
	const char *text = getenv("PAR_ROT_SHARE");
	uint64_t n = 1;

	if (text)
		assert_int_equal(text_uint(text, 1000, &n), 0);
	assert_true(n > 0);
	return n;
}

void rot_run(const struct rot *r, size_t flips)
{
	struct session s;
	const char *is_long = getenv("PAR_LONG");
	size_t count = is_long && is_long[0] ? flips * LONG_TIMES : flips / share();

	begin(&s, r);
	for (size_t i = 0; i < count; i++)
		try_flip(&s, next_flip(&s));
	count += try_roots(&s, share());
	printf("%s: %zu flips in %zu KiB: told %zu, process ended %zu, no matter %zu",
	       r->name, count, s.images[0].len / 1024, s.counts[TOLD], s.counts[ENDED],
	       s.counts[SAME]);
	if (r->older_count > 0)
		printf(", older %zu", s.counts[OLDER]);
	printf("\n");
	/* A test that finds nothing has not looked. */
	assert_true(s.counts[TOLD] > count / 20);
	end(&s);
}
