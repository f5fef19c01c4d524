#include "services/par/watch_line.h"

#include "common/base/text.h"
#include "services/par/show.h"

#include <jansson.h>
#include <stdlib.h>

static json_t *json_hash(ProtobufCBinaryData hash)
{
	char hex[SHOW_HASH];
	return hash.len > 0 ? json_string(show_hash(hash, hex)) : json_null();
}

static json_t *line_object(const struct link4_item *item, const char *url)
{
	const Par__V1__ReleaseItem *m = item->message;
	bool release = m->what_case == PAR__V1__RELEASE_ITEM__WHAT_RELEASE;
	char time[TIME_TEXT];
	json_t *kind =
	    release ? json_string(link4_kind(m->release->kind)) : json_null();
	json_t *hash = release ? json_hash(m->release->result_hash) : json_null();
	return json_pack(
	    "{s:I, s:s%, s:I, s:s, s:o, s:s, s:o, s:s}", "n",
	    (json_int_t)item->position.n, "round", (const char *)m->round.data,
	    m->round.len, "release", (json_int_t)m->number, "type",
	    release ? "release" : "retraction", "kind", kind, "time",
	    time_text((int64_t)m->time, time), "result_hash", hash, "url", url);
}

char *watch_line(const struct link4_item *item)
{
	char *url = link4_url(item->site, item->message);
	json_t *object = url ? line_object(item, url) : NULL;
	char *line = object ? json_dumps(object, JSON_COMPACT) : NULL;
	json_decref(object);
	free(url);
	return line;
}
