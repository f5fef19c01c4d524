#ifndef PAR_PAR_JSON_WIRE_H
#define PAR_PAR_JSON_WIRE_H

/*
 * Pieces of a result as JSON: exact numbers and figures are strings, whole. Texts are
 * UTF-8, which the scorer makes sure of.
 */

#include "common/base/bytes.h"

#include "par/v1/inspect.pb-c.h"

#include <jansson.h>

json_t *json_wire_text(ProtobufCBinaryData text); /* null when empty */
json_t *json_wire_word(const char *word);         /* null when empty */
json_t *json_wire_place(uint32_t v);              /* null when 0 */
json_t *json_wire_count(uint64_t v);
json_t *json_wire_name(const Par__V1__Text *name); /* {vi, en}, what there is */
json_t *json_wire_hash(ProtobufCBinaryData hash);  /* hexadecimal, or null */
json_t *json_wire_seed(uint64_t seed);             /* 16 hexadecimal digits */
json_t *json_wire_cut(Par__V1__Position *const cut[], size_t count);
json_t *json_wire_texts(const ProtobufCBinaryData list[], size_t count);

/* One unit with all columns; `scores` has the names of the associations (O2). */
json_t *json_wire_unit(const Par__V1__Scores *scores, const Par__V1__UnitScore *u);

/* Appends it with a line end; takes the reference. ERR_LIMIT, -ENOMEM. */
int json_wire_put(json_t *json, struct buf *out) __attribute__((warn_unused_result));

#endif
