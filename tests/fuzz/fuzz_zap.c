/*
 * Requests to the gate of a service, each a series of frames (1 byte of length and the
 * frame): nobody passes whose key is not on the list for that socket.
 */

#include <assert.h>
#include <string.h>

#include <zmq.h>

#include "common/net/keys.h"
#include "common/net/zap.h"
#include "tests/fuzz/scratch.h"
#include "tests/fuzz/target.h"

enum { FRAMES_MAX = 16, ANSWER_FRAMES = 7, TURNS = 50, RAW = 32 };

static struct {
	struct loop *loop;
	struct gate *gate;
	void *peer;
	uint8_t admitted[RAW];
} world;

/* The bytes that the corpus knows: admitted as operator, 2. */
static void admit(void)
{
	struct key k = {.role = ROLE_OPERATOR, .name = "operator"};
	char line[128];

	memset(world.admitted, 'k', RAW);
	zmq_z85_encode(k.public_text, world.admitted, RAW);
	snprintf(line, sizeof line, "par-key/1 operator operator %s\n", k.public_text);
	scratch_file("operator.pub", bytes_str(line));
}

static void open_world(void)
{
	struct faults faults;
	struct key own;
	int err;

	admit();
	faults_init(&faults);
	err = key_make("own", ROLE_INTERNAL, &own);
	assert(err == 0);
	err = loop_open(&world.loop);
	assert(err == 0);
	err = gate_open(world.loop, &own, scratch_dir(), &world.gate, &faults);
	assert(err == 0 && gate_size(world.gate) == 1);
	world.peer = zmq_socket(loop_zmq(world.loop), ZMQ_DEALER);
	err = zmq_connect(world.peer, "inproc://zeromq.zap.01");
	assert(err == 0);
	faults_free(&faults);
}

/* The frames as the gate gets them behind the route; false: there is none. */
static bool send_frames(struct bytes in, struct bytes frames[FRAMES_MAX], size_t *count)
{
	*count = 0;
	while (in.len > 0 && *count < FRAMES_MAX) {
		size_t len = in.data[0] < in.len ? in.data[0] : in.len - 1;

		frames[(*count)++] = bytes_of(in.data + 1, len);
		in = bytes_of(in.data + 1 + len, in.len - 1 - len);
	}
	for (size_t i = 0; i < *count; i++) {
		int more = i + 1 < *count ? ZMQ_SNDMORE : 0;
		int sent = zmq_send(world.peer, frames[i].data, frames[i].len, more);

		assert(sent >= 0);
	}
	return *count > 0;
}

static bool may_pass(const struct bytes frames[], size_t count)
{
	unsigned roles = 0;
	char domain[16] = "";

	if (count != ZAP_FRAMES - 1 || frames[ZAP_DOMAIN - 1].len >= sizeof domain)
		return false;
	memcpy(domain, frames[ZAP_DOMAIN - 1].data, frames[ZAP_DOMAIN - 1].len);
	if (sscanf(domain, "roles-%u", &roles) != 1 || !(roles & ROLE_OPERATOR))
		return false;
	return bytes_equal(frames[ZAP_VERSION - 1], bytes_str("1.0")) &&
	       bytes_equal(frames[ZAP_MECHANISM - 1], bytes_str("CURVE")) &&
	       bytes_equal(frames[ZAP_CREDENTIAL - 1], bytes_of(world.admitted, RAW));
}

/* One frame of the answer; its length, -1: none. */
static int next_frame(char out[ZAP_FRAME_MAX])
{
	return zmq_recv(world.peer, out, ZAP_FRAME_MAX, ZMQ_DONTWAIT);
}

static void check_answer(bool passes)
{
	char frames[ANSWER_FRAMES][ZAP_FRAME_MAX];
	int lens[ANSWER_FRAMES];

	for (int turn = 0; turn < TURNS; turn++) {
		int err = loop_turn(world.loop, 0);

		assert(err == 0);
		lens[0] = next_frame(frames[0]);
		if (lens[0] >= 0)
			break;
	}
	assert(lens[0] == 0);
	for (size_t i = 1; i < ANSWER_FRAMES; i++)
		lens[i] = next_frame(frames[i]);
	assert(lens[3] == 3 && (memcmp(frames[3], "200", 3) == 0) == passes);
	assert(next_frame(frames[0]) < 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes frames[FRAMES_MAX];
	size_t count;

	if (world.loop == NULL)
		open_world();
	if (send_frames(bytes_of(data, size), frames, &count))
		check_answer(may_pass(frames, count));
	return 0;
}
