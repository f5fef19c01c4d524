#include "common/net/part_wire.h"

#include "common/round/proto.h"

struct part part_wire_read(const Par__V1__Part *message)
{
	return (struct part){
	    .digest = proto_bytes(message->digest),
	    .index = message->index,
	    .count = message->count,
	    .data = proto_bytes(message->data),
	};
}

Par__V1__Part part_wire_message(const struct part *part)
{
	Par__V1__Part message = PAR__V1__PART__INIT;

	message.digest = proto_view(part->digest);
	message.index = part->index;
	message.count = part->count;
	message.data = proto_view(part->data);
	return message;
}
