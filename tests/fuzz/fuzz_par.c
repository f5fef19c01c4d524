/*
 * What services answer to par. The first byte of an input chooses a command, then come
 * the answers it gets, each a head of 3 bytes (how it is wrapped, 2 of length) and its
 * bytes. The command ends; what reaches the terminal holds no control character, and
 * the journal of a copy is whole, whatever the collector sent.
 */

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/err.h"
#include "common/base/text.h"
#include "common/net/client.h"
#include "common/round/entry.h"
#include "common/round/proto.h"
#include "par/v1/feed.pb-c.h"
#include "services/par/commands.h"
#include "services/par/copy.h"
#include "services/par/doctor.h"
#include "tests/fuzz/answer.h"
#include "tests/fuzz/scratch.h"
#include "tests/fuzz/target.h"

enum { HEAD = 3, ANSWERS_MAX = 200, ASKED_MAX = 600, REPLY_MAX = 4 << 20 };

/* A client of client.h whose server is the input. */
struct client {
	client_reply_fn *on_reply;
	client_state_fn *on_state;
	void *ctx;
	bool told; /* that it is up */
	uint8_t asked[ASKED_MAX][WIRE_ID_SIZE];
	size_t count;
};

static struct {
	struct bytes in;
	struct client *client; /* the newest */
	size_t answers;
	struct position at; /* where the feed was asked to go on from */
} world;

/* ---- answers ---- */

static void forget(struct client *c, size_t place)
{
	memmove(c->asked[place], c->asked[place + 1],
		(c->count - place - 1) * WIRE_ID_SIZE);
	c->count--;
}

static void answer(struct client *c, unsigned how, struct bytes body)
{
	uint8_t id[WIRE_ID_SIZE];
	struct buf reply;

	if (c->count == 0)
		return;
	memcpy(id, c->asked[0], sizeof id);
	buf_init(&reply, REPLY_MAX);
	answer_wrap(how, body, id, &world.at, &reply);
	forget(c, 0);
	if (reply.len > 0 && !c->on_reply(c->ctx, id, buf_bytes(&reply))) {
		memcpy(c->asked[c->count], id, sizeof id);
		c->count++;
	}
	buf_free(&reply);
}

/* ---- instead of client.c ---- */

int client_open(struct loop *l, const struct client_config *config, client_id_fn *id_of,
		client_reply_fn *on_reply, client_state_fn *on_state, void *ctx,
		struct client **out)
{
	struct client *c = calloc(1, sizeof *c);

	(void)l;
	(void)config;
	(void)id_of;
	assert(c != NULL);
	c->on_reply = on_reply;
	c->on_state = on_state;
	c->ctx = ctx;
	world.client = c;
	*out = c;
	return 0;
}

void client_close(struct client *c)
{
	if (world.client == c)
		world.client = NULL;
	free(c);
}

/* Of a question on links 2 and 4. */
static void note_position(struct bytes question)
{
	Par__V1__FeedRequest *q =
	    par__v1__feed_request__unpack(NULL, question.len, question.data);

	world.at = (struct position){.n = 0};
	if (q != NULL && q->from != NULL && q->from->journal.len == JOURNAL_ID_SIZE &&
	    q->from->chain.len == CHAIN_SIZE) {
		memcpy(world.at.journal, q->from->journal.data, JOURNAL_ID_SIZE);
		memcpy(world.at.chain, q->from->chain.data, CHAIN_SIZE);
		world.at.n = q->from->n;
	}
	if (q != NULL)
		par__v1__feed_request__free_unpacked(q, NULL);
}

int client_send(struct client *c, const uint8_t id[WIRE_ID_SIZE], struct bytes payload)
{
	note_position(payload);
	if (c->count == ASKED_MAX - 1)
		return ERR_LIMIT;
	memcpy(c->asked[c->count++], id, WIRE_ID_SIZE);
	return 0;
}

void client_forget(struct client *c, const uint8_t id[WIRE_ID_SIZE])
{
	for (size_t i = 0; i < c->count; i++) {
		if (memcmp(c->asked[i], id, WIRE_ID_SIZE) != 0)
			continue;
		forget(c, i);
		return;
	}
}

void client_delay(struct client *c, const uint8_t id[WIRE_ID_SIZE], uint64_t in_ms)
{
	(void)c;
	(void)id;
	(void)in_ms;
}

void client_reconnect(struct client *c)
{
	(void)c;
}

size_t client_unanswered(const struct client *c)
{
	return c->count;
}

enum client_state client_state(const struct client *c)
{
	(void)c;
	return CLIENT_UP;
}

/* ---- instead of a turn of the loop ---- */

int __wrap_loop_turn(struct loop *l, int max_ms);
int __wrap_loop_turn(struct loop *l, int max_ms)
{
	struct bytes in = world.in;
	struct client *c = world.client;
	size_t len;

	(void)l;
	(void)max_ms;
	if (c != NULL && !c->told) {
		c->told = true;
		if (c->on_state != NULL)
			c->on_state(c->ctx, CLIENT_UP);
		return 0;
	}
	if (in.len < HEAD || world.answers++ == ANSWERS_MAX || c == NULL)
		return -EINTR;
	len = be16_get(in.data + 1);
	if (len > in.len - HEAD)
		len = in.len - HEAD;
	world.in = bytes_of(in.data + HEAD + len, in.len - HEAD - len);
	answer(c, in.data[0], bytes_of(in.data + HEAD, len));
	return 0;
}

/* ---- commands ---- */

static char dir[PATH_MAX / 2], ballots[PATH_MAX], code_file[PATH_MAX], export[PATH_MAX];
static char copy[PATH_MAX];
static char ky1[] = "KY-1", s1[] = "S1", s2[] = "S2";

static int codes_again(const struct options *o, char *const words[])
{
	struct options again = *o;

	again.replace = true;
	return codes_new(&again, words);
}

/* The second time into the copy that the first made. */
static int backup_twice(const struct options *o, char *const words[])
{
	int first = backup(o, words), second = backup(o, words);

	return first != 0 ? first : second;
}

static int roster_backup_twice(const struct options *o, char *const words[])
{
	int first = roster_backup(o, words), second = roster_backup(o, words);

	return first != 0 ? first : second;
}

static int links(const struct options *o, char *const words[])
{
	(void)words;
	return doctor_links(o);
}

static const struct {
	command_fn *run;
	char *words[4];
	const char *format;
} commands[] = {
    {status, {NULL}, ""},
    {round_status, {ky1}, ""},
    {scores, {ky1}, "table"},
    {scores, {ky1}, "json"},
    {scores, {ky1}, "csv"},
    {explain, {ky1, s1}, "table"},
    {explain, {ky1, s1}, "json"},
    {compare, {ky1, s1, s2}, "table"},
    {compare, {ky1, s1, s2}, "json"},
    {watch, {NULL}, ""},
    {release_make, {ky1}, ""},
    {round_close, {ky1}, ""},
    {ballots_send, {ballots}, ""},
    {ballots_import, {ballots}, ""},
    {journal_export, {ky1, export}, ""},
    {codes_new, {ky1}, ""},
    {codes_again, {ky1}, ""},
    {roster_backup_twice, {ky1, copy}, ""},
    {backup_twice, {copy}, ""},
    {links, {NULL}, ""},
};

static void make_key(const char *name, enum role role)
{
	struct key k;
	int err = key_make(name, role, &k);

	assert(err == 0);
	err = key_write(&k, dir);
	assert(err == 0);
}

static void prepare(void)
{
	static const enum role roles[] = {ROLE_INTAKE,  ROLE_OPERATOR,   ROLE_RELEASER,
					  ROLE_AUDITOR, ROLE_DOWNSTREAM, ROLE_INTERNAL};

	if (dir[0] != '\0')
		return;
	snprintf(dir, sizeof dir, "%s", scratch_dir());
	for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
		make_key(role_name(roles[i]), roles[i]);
	make_key("collector", ROLE_INTERNAL);
	make_key("scorer", ROLE_INTERNAL);
	make_key("publisher", ROLE_INTERNAL);
	snprintf(code_file, sizeof code_file, "%s",
		 scratch_file("code", bytes_str("abc\n")));
	snprintf(ballots, sizeof ballots, "%s",
		 scratch_file("ballots.csv",
			      bytes_str("respondent,unit,criterion,answer\n"
					"DN 1,S1,A1,5\nDN 1,S1,A2,3\nDN 1,S2,A1,1\n")));
	snprintf(export, sizeof export, "%s/export", dir);
	snprintf(copy, sizeof copy, "%s/copy", dir);
}

static struct options options_of(const char *format)
{
	return (struct options){
	    .keys = dir,
	    .key = "",
	    .collector = "tcp://127.0.0.1:1",
	    .journal = "tcp://127.0.0.1:1",
	    .scorer = "tcp://127.0.0.1:1",
	    .publisher = "tcp://127.0.0.1:1",
	    .wait = 1000,
	    .round = "KY-1",
	    .reason = "r",
	    .respondent = "",
	    .import = "",
	    .kind = "official",
	    .decision = "",
	    .note = "",
	    .format = format,
	    .lang = "vi",
	    .from = "0",
	    .state = "",
	    .code_file = code_file,
	    .role = "",
	    .dir = "",
	    .data = "",
	    .published = "none",
	};
}

/* An escape sequence in it could do anything to the terminal. */
static void check_shown(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		assert((uint8_t)text[i] >= ' ' || text[i] == '\n' || text[i] == '\t');
	assert(memchr(text, 0x7f, len) == NULL);
	/* C1, as UTF-8. */
	for (size_t i = 1; i < len; i++)
		assert((uint8_t)text[i - 1] != 0xC2 || (uint8_t)text[i] >= 0xA0);
}

static void run(unsigned which)
{
	struct options o = options_of(commands[which].format);
	char *shown[2] = {NULL, NULL};
	size_t lens[2];
	FILE *out = stdout, *words = stderr;

	stdout = open_memstream(&shown[0], &lens[0]);
	stderr = open_memstream(&shown[1], &lens[1]);
	assert(stdout != NULL && stderr != NULL);
	int err = commands[which].run(&o, commands[which].words);
	fclose(stdout);
	fclose(stderr);
	stdout = out;
	stderr = words;
	assert(err <= 0);
	check_shown(shown[0], lens[0]);
	check_shown(shown[1], lens[1]);
	free(shown[0]);
	free(shown[1]);
}

static int check_entry(void *ctx, uint64_t n, const uint8_t chain[CHAIN_SIZE],
		       struct bytes record)
{
	struct position *at = ctx;
	struct entry e;
	int err = entry_decode(record, true, &e);

	assert(err == 0 && n == ++at->n);
	entry_chain_next(at->chain, n, e.header);
	assert(memcmp(at->chain, chain, CHAIN_SIZE) == 0);
	return 0;
}

static void check_copy(void)
{
	char uri[PATH_MAX + 16];
	struct journal *j;
	struct position at;
	int err;

	snprintf(uri, sizeof uri, "%s/journal", copy);
	if (access(uri, F_OK) != 0)
		return;
	snprintf(uri, sizeof uri, "lmdb:%s/journal", copy);
	err = journal_open(uri, COPY_JOURNAL_BYTES, &j);
	assert(err == 0);
	at = (struct position){.n = 0};
	entry_chain_start(journal_head(j, 0).journal, 0, at.chain);
	err = journal_read(j, 0, 1, check_entry, &at, NULL);
	assert(err == 0 && at.n == journal_head(j, 0).n);
	journal_close(j);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	prepare();
	memset(&world, 0, sizeof world);
	world.in = bytes_of(data + 1, size - 1);
	run(data[0] % (sizeof commands / sizeof *commands));
	check_copy();
	scratch_remove("copy");
	scratch_remove("export");
	return 0;
}
