#include "common/net/callers.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

enum { TICK_MS = 500, ADDRESS = 8 };

struct caller {
	int fd;
	uint64_t until_ms;
	uint8_t from[ADDRESS]; /* all 0: not counted */
	struct caller *prev, *next;
};

static void on_tick(void *ctx)
{
	struct callers *cs = ctx;
	uint64_t now = loop_now_ms(cs->loop);

	/* libmicrohttpd sees the end of the stream and closes it. */
	for (struct caller *c = cs->list; c; c = c->next)
		if (c->until_ms <= now)
			shutdown(c->fd, SHUT_RDWR);
	if (cs->list)
		loop_timer_set(cs->loop, &cs->tick, TICK_MS);
}

void callers_init(struct callers *cs, struct loop *l, unsigned per_address)
{
	*cs = (struct callers){.loop = l, .per_address = per_address};
	loop_timer_init(&cs->tick, on_tick, cs);
}

void callers_stop(struct callers *cs)
{
	loop_timer_stop(cs->loop, &cs->tick);
}

static void take_v4(const void *address, uint8_t out[ADDRESS])
{
	const uint8_t own[4] = {127, 0, 0, 1};

	if (memcmp(address, own, sizeof(own)) != 0)
		memcpy(out, address, sizeof(own));
}

/* Whose share it is; all 0 where none is counted. */
static void address_of(const struct sockaddr *from, uint8_t out[ADDRESS])
{
	enum { MAPPED = 12 }; /* before an IPv4 address in an IPv6 one */
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;

	memset(out, 0, ADDRESS);
	if (from->sa_family == AF_INET) {
		memcpy(&v4, from, sizeof(v4));
		take_v4(&v4.sin_addr, out);
	} else if (from->sa_family == AF_INET6) {
		memcpy(&v6, from, sizeof(v6));
		if (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr))
			take_v4(v6.sin6_addr.s6_addr + MAPPED, out);
		else /* that of ::1 is all 0 anyway */
			memcpy(out, &v6.sin6_addr, ADDRESS);
	}
}

bool callers_admit(const struct callers *cs, const struct sockaddr *from)
{
	static const uint8_t uncounted[ADDRESS];
	uint8_t address[ADDRESS];
	unsigned there = 0;

	address_of(from, address);
	if (memcmp(address, uncounted, ADDRESS) == 0)
		return true;
	for (const struct caller *c = cs->list; c; c = c->next)
		there += memcmp(c->from, address, ADDRESS) == 0;
	return there < cs->per_address;
}

struct caller *callers_add(struct callers *cs, int fd, const struct sockaddr *from)
{
	struct caller *c = calloc(1, sizeof(*c));
	if (!c)
		return NULL;
	c->fd = fd;
	address_of(from, c->from);
	c->next = cs->list;
	if (c->next)
		c->next->prev = c;
	cs->list = c;
	if (!cs->tick.at_ms)
		loop_timer_set(cs->loop, &cs->tick, TICK_MS);
	return c;
}

void callers_remove(struct callers *cs, struct caller *c)
{
	if (!c)
		return;
	if (c->prev)
		c->prev->next = c->next;
	else
		cs->list = c->next;
	if (c->next)
		c->next->prev = c->prev;
	free(c);
}

void caller_give_ms(struct callers *cs, struct caller *c, uint64_t ms)
{
	if (c)
		c->until_ms = loop_now_ms(cs->loop) + ms;
}
