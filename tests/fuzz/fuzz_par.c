/*
 * What services answer to par. The first byte of an input chooses a command, then come
 * the answers it gets, each a head of 3 bytes (how it is wrapped, 2 of length) and its
 * bytes. The command ends; what reaches the terminal holds no control character.
 */

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/err.h"
#include "common/base/text.h"
#include "common/net/client.h"
#include "common/net/part_wire.h"
#include "common/round/entry.h"
#include "common/round/proto.h"
#include "par/v1/feed.pb-c.h"
#include "par/v1/inspect.pb-c.h"
#include "par/v1/intake.pb-c.h"
#include "services/par/commands.h"
#include "tests/fuzz/example.h"
#include "tests/fuzz/scratch.h"
#include "tests/fuzz/target.h"

enum { HEAD = 3, ANSWERS_MAX = 200, CLIENTS_MAX = 4, ASKED_MAX = 600 };
enum { WRAP_NONE, WRAP_MANIFEST, WRAP_SCORES, WRAP_UNIT, WRAP_ITEM, WRAP_ENTRY, WRAPS };

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
	struct position at; /* of links 2 and 4 */
} world;

/* ---- answers ---- */

static void pack(const ProtobufCMessage *m, struct buf *out)
{
	int err = buf_reserve(out, protobuf_c_message_get_packed_size(m));

	assert(err == 0);
	out->len = protobuf_c_message_pack(m, out->data);
}

static void wrap_inspect(struct bytes whole, bool unit, const uint8_t *id,
			 struct buf *out)
{
	Par__V1__InspectReply r = PAR__V1__INSPECT_REPLY__INIT;
	struct whole w;
	struct part part;

	whole_init(&w, whole, PART_INSPECT_MAX);
	(void)!whole_part(&w, 1, &part);
	Par__V1__Part message = part_wire_message(&part);
	r.version = WIRE_VERSION;
	r.id = proto_view(bytes_of(id, WIRE_ID_SIZE));
	r.outcome = PAR__V1__OUTCOME__OUTCOME_DONE;
	r.what_case = unit ? PAR__V1__INSPECT_REPLY__WHAT_UNIT
			   : PAR__V1__INSPECT_REPLY__WHAT_SCORES;
	if (unit)
		r.unit = &message;
	else
		r.scores = &message;
	pack(&r.base, out);
}

static void wrap_manifest(struct bytes whole, const uint8_t *id, struct buf *out)
{
	Par__V1__IntakeReply r = PAR__V1__INTAKE_REPLY__INIT;
	struct whole w;
	struct part part;

	whole_init(&w, whole.len > 0 ? whole : example_manifest(), PART_INTAKE_MAX);
	(void)!whole_part(&w, 1, &part);
	Par__V1__Part message = part_wire_message(&part);
	r.version = WIRE_VERSION;
	r.id = proto_view(bytes_of(id, WIRE_ID_SIZE));
	r.outcome = PAR__V1__OUTCOME__OUTCOME_DONE;
	r.what_case = PAR__V1__INTAKE_REPLY__WHAT_MANIFEST;
	r.manifest = &message;
	pack(&r.base, out);
}

/* The next item of link 4, or the next entry of link 2, with the chain it must have. */
static void wrap_item(struct bytes payload, bool entry, const uint8_t *id,
		      struct buf *out)
{
	Par__V1__FeedReply r = PAR__V1__FEED_REPLY__INIT;
	Par__V1__FeedItem item = PAR__V1__FEED_ITEM__INIT, *items = &item;
	Par__V1__Position head = PAR__V1__POSITION__INIT;
	Par__V1__Heads heads = PAR__V1__HEADS__INIT;
	struct position *at = &world.at;
	uint8_t info[64];

	if (at->n++ == 0)
		entry_chain_start(at->journal, 0, at->chain);
	if (!entry)
		release_chain_next(at->chain, at->n, payload);
	else if (payload.len >= ENTRY_HEADER)
		entry_chain_next(at->chain, at->n,
				 bytes_of(payload.data, ENTRY_HEADER));
	heads.site = proto_view(bytes_str("http://localhost"));
	r.info = (ProtobufCBinaryData){par__v1__heads__pack(&heads, info), info};
	item.n = at->n;
	item.chain = proto_view(bytes_of(at->chain, CHAIN_SIZE));
	item.payload = proto_view(payload);
	head.journal = proto_view(bytes_of(at->journal, JOURNAL_ID_SIZE));
	head.n = at->n + 1;
	head.chain = item.chain;
	r.version = WIRE_VERSION;
	r.id = proto_view(bytes_of(id, WIRE_ID_SIZE));
	r.outcome = PAR__V1__OUTCOME__OUTCOME_DONE;
	r.n_items = 1;
	r.items = &items;
	r.head = &head;
	pack(&r.base, out);
}

static void wrap(unsigned how, struct bytes body, const uint8_t *id, struct buf *out)
{
	uint8_t ignored[WIRE_ID_SIZE];
	int err;

	if (how == WRAP_MANIFEST)
		wrap_manifest(body, id, out);
	else if (how == WRAP_SCORES || how == WRAP_UNIT)
		wrap_inspect(body, how == WRAP_UNIT, id, out);
	else if (how == WRAP_ITEM || how == WRAP_ENTRY)
		wrap_item(body, how == WRAP_ENTRY, id, out);
	else if (wire_id(body, ignored) == 0) {
		err = buf_put(out, body.data, body.len);
		assert(err == 0);
	}
}

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
	buf_init(&reply, 4 << 20);
	wrap(how, body, id, &reply);
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

int client_send(struct client *c, const uint8_t id[WIRE_ID_SIZE], struct bytes payload)
{
	(void)payload;
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
	answer(c, in.data[0] % WRAPS, bytes_of(in.data + HEAD, len));
	return 0;
}

/* ---- commands ---- */

static char dir[PATH_MAX / 2], ballots[PATH_MAX], code_file[PATH_MAX], export[PATH_MAX];
static char ky1[] = "KY-1", s1[] = "S1", s2[] = "S2";

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
	static const enum role roles[] = {ROLE_INTAKE, ROLE_OPERATOR, ROLE_RELEASER,
					  ROLE_AUDITOR, ROLE_DOWNSTREAM};

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
	};
}

/* An escape sequence in it could do anything to the terminal. */
static void check_shown(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		assert((uint8_t)text[i] >= ' ' || text[i] == '\n');
	assert(memchr(text, 0x7f, len) == NULL);
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	prepare();
	memset(&world, 0, sizeof world);
	world.in = bytes_of(data + 1, size - 1);
	run(data[0] % (sizeof commands / sizeof *commands));
	scratch_remove("export");
	return 0;
}
