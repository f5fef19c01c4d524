#ifndef PAR_NET_PART_WIRE_H
#define PAR_NET_PART_WIRE_H

/* A part as the message that carries it. Views are passed on, nothing is copied. */

#include "common/net/parts.h"

#include "par/v1/common.pb-c.h"

struct part part_wire_read(const Par__V1__Part *message);
Par__V1__Part part_wire_message(const struct part *part);

#endif
