#include "common/client/release_item.h"

#include <errno.h>
#include <stdlib.h>

#include "common/base/err.h"
#include "common/client/page.h"
#include "common/client/release.h"
#include "common/round/proto.h"

#include "par/v1/release.pb-c.h"

enum { VERSION = 1 };

/* A lost one is taken back, where it is known which it was. */
static bool tells(const Par__V1__ReleaseItem *m)
{
	return m->what_case != PAR__V1__RELEASE_ITEM__WHAT_FAILURE ||
	       (m->failure->lost && m->number > 0);
}

static void take_url(struct taken *t, const char *site, const Par__V1__ReleaseItem *m,
		     struct par_item *out)
{
	out->url = "";
	if (site[0] == '\0')
		return;
	char *url = page_url(site, proto_bytes(m->round), m->number);
	if (url)
		out->url = taken_copy(t, url);
	free(url);
}

static void take(struct taken *t, const Par__V1__ReleaseItem *m, const char *site,
		 struct par_item *out)
{
	out->round = taken_text(t, m->round);
	out->number = m->number;
	out->time = (int64_t)m->time;
	out->reason = "";
	take_url(t, site, m, out);
	if (m->what_case == PAR__V1__RELEASE_ITEM__WHAT_RELEASE)
		out->release = release_take(t, m->release);
	else if (m->what_case == PAR__V1__RELEASE_ITEM__WHAT_RETRACTION)
		out->reason = taken_text(t, m->retraction->reason);
	taken_check(t, m->what_case != PAR__V1__RELEASE_ITEM__WHAT__NOT_SET);
}

/* Of this version and with something to tell: 0. */
static int judge(const Par__V1__ReleaseItem *m)
{
	if (m->version > VERSION)
		return ERR_VERSION;
	return tells(m) ? 0 : 1;
}

static int make(const struct position *at, const Par__V1__ReleaseItem *m,
		const char *site, struct held_item *out)
{
	struct taken t;
	int err = judge(m);

	if (err != 0)
		return err;
	*out = (struct held_item){.public.n = at->n};
	taken_init(&t);
	take(&t, m, site, &out->public);
	err = taken_err(&t);
	if (err != 0)
		taken_free(&t);
	else
		out->taken = t;
	return err;
}

int release_item_make(const struct position *at, struct bytes payload, const char *site,
		      struct held_item *out)
{
	Par__V1__ReleaseItem *m =
	    par__v1__release_item__unpack(NULL, payload.len, payload.data);
	if (!m)
		return ERR_FORMAT;
	int err = make(at, m, site, out);
	par__v1__release_item__free_unpacked(m, NULL);
	if (err != 0)
		return err;
	out->public.position = position_text(at, out->position);
	out->public.message = payload.data;
	out->public.message_size = payload.len;
	return 0;
}

void release_item_free(struct held_item *item)
{
	taken_free(&item->taken);
	*item = (struct held_item){0};
}
