#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/net/http_private.h"

enum { CONNECTIONS = 16, PER_ADDRESS = 4, WORDS_MAX = 4096 };

static const char text_type[] = "text/plain; charset=utf-8";
static const char metrics_type[] = "text/plain; version=0.0.4; charset=utf-8";

static int get_ready(const struct health *health, struct http_response *out)
{
	struct buf words;

	buf_init(&words, WORDS_MAX);
	bool ready = health->ready(health->ctx, &words);
	out->status = ready ? 200 : 503;
	int err = ready ? buf_put_str(&out->body, "ready\n")
			: buf_printf(&out->body, "not ready: %.*s\n", (int)words.len,
				     words.len ? (const char *)words.data : "");
	buf_free(&words);
	return err;
}

static int get(const struct health *health, const char *path, struct http_response *out)
{
	if (strcmp(path, "/livez") == 0) {
		out->status = 200;
		return buf_put_str(&out->body, "alive\n");
	}
	if (strcmp(path, "/readyz") == 0)
		return get_ready(health, out);
	if (strcmp(path, "/metrics") == 0) {
		out->status = 200;
		out->type = metrics_type;
		return health->metrics(health->ctx, &out->body);
	}
	return buf_put_str(&out->body, "there are /livez, /readyz and /metrics\n");
}

static void on_request(void *ctx, const struct http_request *request,
		       struct http_response *out)
{
	out->type = text_type;
	if (get(ctx, request->path, out))
		out->status = 500;
}

int health_open(struct loop *l, const char *listen, const struct health *health,
		struct http **out)
{
	struct health *own = malloc(sizeof(*own));
	if (!own)
		return -ENOMEM;
	*own = *health;
	int err = http_open_owning(l, listen, CONNECTIONS, PER_ADDRESS, on_request, own,
				   own, out);
	if (err)
		free(own);
	return err;
}

static bool is_counter(const char *name)
{
	static const char suffix[] = "_total";
	size_t len = strlen(name);

	return len >= sizeof(suffix) &&
	       strcmp(name + len + 1 - sizeof(suffix), suffix) == 0;
}

int metrics_put(struct buf *out, const struct metric list[], size_t count)
{
	int err = 0;

	for (size_t i = 0; i < count && !err; i++)
		err = buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n%s %" PRIu64 "\n",
				 list[i].name, list[i].help, list[i].name,
				 is_counter(list[i].name) ? "counter" : "gauge",
				 list[i].name, list[i].value);
	return err;
}
