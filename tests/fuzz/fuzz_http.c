/*
 * The bytes of one HTTP connection to the publisher, over a socket, as a browser or
 * something else sends them: each request gets an answer or the connection ends, and
 * nothing of it is an alarm.
 */

#include <arpa/inet.h>
#include <assert.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/base/err.h"
#include "common/base/log.h"
#include "services/publisher/publisher.h"
#include "services/publisher/web.h"
#include "tests/fuzz/scratch.h"
#include "tests/fuzz/target.h"
#include "tests/unit/publisher/example.h"

enum { STORE_BYTES = 64 << 20, SILENT_TURNS = 3, READ = 1 << 16 };

static struct settings settings = {
    .http = "127.0.0.1:0", .site = "http://localhost", .releases_bytes = STORE_BYTES};

static void put(struct releases *s, uint64_t n, struct buf *item)
{
	static const uint8_t journal[JOURNAL_ID_SIZE] = {1};
	static uint8_t chain[CHAIN_SIZE];
	int err;

	if (n == 1)
		entry_chain_start(journal, 0, chain);
	release_chain_next(chain, n, buf_bytes(item));
	err = releases_put(s, journal, n, chain, buf_bytes(item));
	assert(err == 0);
	buf_free(item);
}

static void fill(struct releases *s)
{
	const struct example first = {.round = "KY-1", .number = 1};
	const struct example second = {.round = "a/b %", .number = 1, .trial = true};
	struct buf item;
	int err;

	releases_begin(s);
	example_release(&first, &item);
	put(s, 1, &item);
	example_release(&second, &item);
	put(s, 2, &item);
	example_retraction("KY-1", 1, "sai", &item);
	put(s, 3, &item);
	example_failure("KY-1", 2, &item);
	put(s, 4, &item);
	err = releases_commit(s);
	assert(err == 0);
}

static void open_publisher(struct publisher *p)
{
	struct buf heads;
	int err;

	settings.data = scratch_dir();
	*p = (struct publisher){.settings = &settings};
	log_setup("publisher", LOG_ERROR);
	err = loop_open(&p->loop);
	assert(err == 0);
	err = releases_open(settings.data, settings.releases_bytes, &p->releases);
	assert(err == 0);
	fill(p->releases);
	example_heads(&heads);
	err = heads_decode(buf_bytes(&heads), &p->heads);
	assert(err == 0);
	buf_free(&heads);
	err = web_start(p);
	assert(err == 0);
}

static struct publisher *publisher(void)
{
	static struct publisher one;

	if (one.loop == NULL)
		open_publisher(&one);
	return &one;
}

static int dial(const struct publisher *p)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
				 .sin_port = htons((uint16_t)http_port(p->web)),
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	const struct linger now = {.l_onoff = 1};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int err = connect(fd, (struct sockaddr *)&to, sizeof to);

	assert(fd >= 0 && err == 0);
	/* No port is left behind for a minute. */
	err = setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
	assert(err == 0);
	return fd;
}

static void turn(struct publisher *p)
{
	int err = loop_turn(p->loop, 0);

	assert(err == 0 && p->failed == 0 && p->alarm[0] == '\0');
}

/* Keeps the first bytes that come. False: nothing is there. */
static bool read_some(int fd, struct buf *out)
{
	static uint8_t data[READ];
	ssize_t got = recv(fd, data, sizeof data, MSG_DONTWAIT);
	int err;

	if (got <= 0)
		return false;
	err = out->len == 0 ? buf_put(out, data, (size_t)got) : 0;
	assert(err == 0);
	return true;
}

static void check_answer(const struct buf *answer)
{
	assert(answer->len == 0 || memcmp(answer->data, "HTTP/1.", 7) == 0);
	assert(answer->len < 12 || memcmp(answer->data + 9, "500", 3) != 0);
}

/* Until the server has nothing more to say. */
static void listen_to(struct publisher *p, int fd, struct buf *answer)
{
	for (int silent = 0; silent < SILENT_TURNS; silent++) {
		turn(p);
		if (read_some(fd, answer))
			silent = 0;
	}
}

/* In two pieces. What does not fit into the socket is not sent. */
static void talk(struct publisher *p, int fd, struct bytes in, struct buf *answer)
{
	size_t half = in.len / 2;
	ssize_t sent = send(fd, in.data, half, MSG_NOSIGNAL | MSG_DONTWAIT);

	turn(p);
	turn(p);
	if (sent == (ssize_t)half)
		sent = send(fd, in.data + half, in.len - half,
			    MSG_NOSIGNAL | MSG_DONTWAIT);
	listen_to(p, fd, answer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct publisher *p = publisher();
	struct buf answer;
	int fd = dial(p);

	buf_init(&answer, READ);
	talk(p, fd, bytes_of(data, size), &answer);
	check_answer(&answer);
	buf_free(&answer);
	close(fd);
	turn(p);
	turn(p);
	return 0;
}
