#include "services/par/inspect.h"

#include <sodium.h>

static struct ask_envelope envelope(const ProtobufCMessage *reply)
{
	const Par__V1__InspectReply *r = (const Par__V1__InspectReply *)reply;
	return (struct ask_envelope){r->version, r->id, r->outcome, r->faults,
				     r->n_faults};
}

const struct ask_link inspect_link = {SERVICE_SCORER,
				      &par__v1__inspect_reply__descriptor, envelope};

int inspect_ask(struct ask *a, Par__V1__InspectRequest *request,
		Par__V1__InspectReply **out)
{
	uint8_t id[WIRE_ID_SIZE];
	ProtobufCMessage *reply;
	randombytes_buf(id, sizeof id);
	request->version = WIRE_VERSION;
	request->id = (ProtobufCBinaryData){sizeof id, id};
	int err = ask_message(a, id, &request->base, &reply);
	if (err == 0)
		*out = (Par__V1__InspectReply *)reply;
	return err;
}
