#include "common/report/edge.h"

#include <stdlib.h>

#include "common/round/proto.h"

ProtobufCBinaryData edge_text(const char *text)
{
	return proto_view(bytes_str(text));
}

ProtobufCBinaryData *edge_texts(char *const texts[], size_t count)
{
	ProtobufCBinaryData *list = calloc(count + 1, sizeof(*list));

	for (size_t i = 0; list != NULL && i < count; i++)
		list[i] = edge_text(texts[i]);
	return list;
}

Par__V1__Text edge_text2(const struct text2 *text)
{
	Par__V1__Text out = PAR__V1__TEXT__INIT;

	out.vi = edge_text(text->vi);
	out.en = edge_text(text->en);
	return out;
}

Par__V1__Position edge_position(const struct position *p)
{
	Par__V1__Position out = PAR__V1__POSITION__INIT;

	if (position_is_start(p))
		return out;
	out.journal = proto_view(bytes_of(p->journal, sizeof(p->journal)));
	out.shard = p->shard;
	out.n = p->n;
	out.chain = proto_view(bytes_of(p->chain, sizeof(p->chain)));
	return out;
}

Par__V1__UnitStatus edge_status(enum status status)
{
	static const Par__V1__UnitStatus wire[] = {
	    [STATUS_RANKED] = PAR__V1__UNIT_STATUS__UNIT_STATUS_RANKED,
	    [STATUS_RANKED_WARNING] = PAR__V1__UNIT_STATUS__UNIT_STATUS_RANKED_WARNING,
	    [STATUS_INSUFFICIENT] = PAR__V1__UNIT_STATUS__UNIT_STATUS_INSUFFICIENT,
	};

	return wire[status];
}

Par__V1__Design edge_design(enum design design)
{
	static const Par__V1__Design wire[] = {
	    [DESIGN_OPEN] = PAR__V1__DESIGN__DESIGN_OPEN,
	    [DESIGN_CENSUS] = PAR__V1__DESIGN__DESIGN_CENSUS,
	    [DESIGN_PROBABILITY] = PAR__V1__DESIGN__DESIGN_PROBABILITY,
	};

	return wire[design];
}

Par__V1__Source edge_source(enum source source)
{
	static const Par__V1__Source wire[] = {
	    [SOURCE_NONE] = PAR__V1__SOURCE__SOURCE_UNSPECIFIED,
	    [SOURCE_SURVEY] = PAR__V1__SOURCE__SOURCE_SURVEY,
	    [SOURCE_APPRAISED] = PAR__V1__SOURCE__SOURCE_APPRAISED,
	    [SOURCE_MEASURED] = PAR__V1__SOURCE__SOURCE_MEASURED,
	};

	return wire[source];
}

Par__V1__Mode edge_mode(enum mode mode)
{
	return mode == MODE_COMPOSITE ? PAR__V1__MODE__MODE_COMPOSITE
				      : PAR__V1__MODE__MODE_POINTS;
}

int edge_pack(const ProtobufCMessage *message, struct buf *out)
{
	size_t size = protobuf_c_message_get_packed_size(message);
	int err = buf_reserve(out, size);

	if (err != 0)
		return err;
	out->len += protobuf_c_message_pack(message, out->data + out->len);
	return 0;
}
