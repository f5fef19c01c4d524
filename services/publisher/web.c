#include "services/publisher/web.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "common/base/err.h"
#include "common/base/log.h"
#include "services/publisher/files.h"
#include "services/publisher/front.h"
#include "services/publisher/page.h"
#include "services/publisher/style.h"

static const char type_html[] = "text/html; charset=utf-8";

static void set_etag(struct http_response *out, const uint8_t digest[FILE_DIGEST])
{
	char hex[2 * FILE_DIGEST + 1];

	hex_encode(bytes_of(digest, FILE_DIGEST), hex);
	snprintf(out->etag, sizeof(out->etag), "\"%s\"", hex);
}

static void set_etag_of_body(struct http_response *out)
{
	uint8_t digest[FILE_DIGEST];

	crypto_hash_sha256(digest, out->body.data, out->body.len);
	set_etag(out, digest);
}

static void fail(struct publisher *p, struct http_response *out, int err)
{
	buf_reset(&out->body);
	out->status = 500;
	out->type = "text/plain; charset=utf-8";
	out->etag[0] = '\0';
	out->immutable = false;
	if (err == ERR_LIMIT)
		log_event(LOG_WARN, "file-too-large", "limit_mib=%d",
			  FILE_BYTES_MAX >> 20);
	else if (err == ERR_CORRUPT)
		publisher_alarm(p,
				"a stored release cannot be read: stop, remove the "
				"directory \"releases\", start again; it is rebuilt");
	else
		publisher_fail(p, "answering a page", err);
}

static void answer_front(struct publisher *p, enum language language,
			 struct http_response *out)
{
	size_t count;
	const struct publication *list = releases_list(p->releases, &count);
	int err = front_page(&p->heads, list, count, language, &out->body);

	if (err != 0) {
		fail(p, out, err);
		return;
	}
	out->status = 200;
	out->type = type_html;
	set_etag_of_body(out);
}

static void answer_style(struct publisher *p, struct http_response *out)
{
	int err = buf_put(&out->body, style_css, style_css_len);

	if (err != 0) {
		fail(p, out, err);
		return;
	}
	out->status = 200;
	out->type = "text/css; charset=utf-8";
	set_etag_of_body(out);
}

static void answer_not_found(struct publisher *p, struct http_response *out)
{
	int err = front_not_found(p->settings->site, &out->body);

	if (err != 0) {
		fail(p, out, err);
		return;
	}
	out->status = 404;
	out->type = type_html;
}

static void redirect(struct http_response *out, const char *to)
{
	out->status = 302;
	out->type = "text/plain; charset=utf-8";
	snprintf(out->location, sizeof(out->location), "%s", to);
}

/* To a name beside this one, as a directory. */
static void redirect_to(struct publisher *p, const char *name,
			struct http_response *out)
{
	struct buf to;
	struct html h = {.out = &to};

	buf_init(&to, sizeof(out->location));
	html_segment(&h, name);
	html_raw(&h, "/");
	if (h.err == 0)
		h.err = buf_put(&to, "", 1);
	if (h.err == 0)
		redirect(out, (const char *)to.data);
	else
		answer_not_found(p, out);
	buf_free(&to);
}

/* A name for the saved file: letters, digits, - and _ of the code, the rest as _. */
static void name_download(const struct item *r, const char *what,
			  struct http_response *out)
{
	char code[MODEL_CODE_MAX + 1];
	size_t len = strlen(r->round);

	len = len < sizeof(code) ? len : sizeof(code) - 1;
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)r->round[i];
		bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
			     (c >= 'a' && c <= 'z') || c == '-';

		code[i] = plain ? (char)c : '_';
	}
	code[len] = '\0';
	snprintf(out->filename, sizeof(out->filename), "%.120s-%u%s%s.csv", code,
		 r->number, what, r->trial ? "-TRIAL" : "");
}

static void answer_file(struct publisher *p, const struct publication *release,
			enum file which, struct http_response *out)
{
	static const char *const types[] = {
	    [FILE_PAGE_VI] = type_html,
	    [FILE_PAGE_EN] = type_html,
	    [FILE_SCORES] = "text/csv; charset=utf-8",
	    [FILE_CRITERIA] = "text/csv; charset=utf-8",
	    [FILE_JSON] = "application/json; charset=utf-8",
	};
	uint8_t digest[FILE_DIGEST];
	int err = files_get(p->releases, release, which, &out->body, digest);

	if (err != 0) {
		fail(p, out, err);
		return;
	}
	out->status = 200;
	out->type = types[which];
	out->immutable = which == FILE_SCORES || which == FILE_CRITERIA;
	if (out->immutable)
		name_download(release->release, which == FILE_SCORES ? "" : "-criteria",
			      out);
	set_etag(out, digest);
}

/* The newest release that holds; if all were retracted, the newest. */
static const struct publication *newest(const struct publisher *p, const char *round)
{
	const struct publication *found = NULL;
	size_t count;
	const struct publication *list = releases_list(p->releases, &count);

	for (size_t i = 0; i < count; i++) {
		if (list[i].release->what != ITEM_RELEASE ||
		    strcmp(list[i].release->round, round) != 0)
			continue;
		if (list[i].retraction == NULL || found == NULL ||
		    found->retraction != NULL)
			found = &list[i];
	}
	return found;
}

static void answer_round(struct publisher *p, const char *round,
			 struct http_response *out)
{
	char to[16];

	snprintf(to, sizeof(to), "%u/", newest(p, round)->release->number);
	redirect(out, to);
}

static void answer_unit(struct publisher *p, const struct publication *release,
			const struct item_block *block, const struct item_unit *unit,
			enum language language, struct http_response *out)
{
	int err = page_unit(release, block, unit, language, &out->body);

	if (err != 0) {
		fail(p, out, err);
		return;
	}
	out->status = 200;
	out->type = type_html;
	set_etag_of_body(out);
}

/* `rest` is "UNIT/", "UNIT/en.html", or "UNIT" that leads there. A code may hold a
 * slash. */
static bool answer_unit_of(struct publisher *p, const struct publication *release,
			   const char *rest, struct http_response *out)
{
	static const char *const ends[] = {"/", "/en.html"};
	const struct item_block *block;
	const struct item_unit *unit;

	if (!item_is_detailed(release->release))
		return false;
	if (item_find_unit(release->release, rest, strlen(rest), &block, &unit)) {
		redirect_to(p, unit->code, out);
		return true;
	}
	for (unsigned i = 0; i < 2; i++) {
		size_t len = strlen(rest);
		size_t end = strlen(ends[i]);

		if (len <= end || strcmp(rest + len - end, ends[i]) != 0 ||
		    !item_find_unit(release->release, rest, len - end, &block, &unit))
			continue;
		answer_unit(p, release, block, unit, i == 0 ? LANGUAGE_VI : LANGUAGE_EN,
			    out);
		return true;
	}
	return false;
}

/* `rest` is what follows "/ROUND/N/". False: there is no such thing. */
static bool answer_release(struct publisher *p, const struct publication *release,
			   const char *rest, struct http_response *out)
{
	static const char *const names[] = {
	    [FILE_PAGE_VI] = "",          [FILE_PAGE_EN] = "en.html",
	    [FILE_SCORES] = "scores.csv", [FILE_CRITERIA] = "criteria.csv",
	    [FILE_JSON] = "scores.json",
	};

	for (unsigned i = 0; i < FILE_COUNT; i++) {
		if (strcmp(rest, names[i]) == 0) {
			answer_file(p, release, (enum file)i, out);
			return true;
		}
	}
	return answer_unit_of(p, release, rest, out);
}

/* What follows "/ROUND" in the path, or NULL. A code may hold a slash. */
static const char *after_round(const char *path, const char *round)
{
	size_t len = strlen(round);

	if (path[0] != '/' || strncmp(path + 1, round, len) != 0)
		return NULL;
	return path + 1 + len;
}

/* The same for "/N". */
static const char *after_number(const char *path, uint32_t number)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "/%u", number);

	return strncmp(path, text, (size_t)len) == 0 ? path + len : NULL;
}

/* False: the path is not of this release. */
static bool answer_one(struct publisher *p, const struct publication *release,
		       const char *path, struct http_response *out)
{
	const char *rest = after_round(path, release->release->round);
	char to[16];

	if (rest == NULL || release->release->what != ITEM_RELEASE)
		return false;
	if (rest[0] == '\0') {
		redirect_to(p, release->release->round, out);
		return true;
	}
	if (strcmp(rest, "/") == 0) {
		answer_round(p, release->release->round, out);
		return true;
	}
	rest = after_number(rest, release->release->number);
	if (rest == NULL || (rest[0] != '\0' && rest[0] != '/'))
		return false;
	if (rest[0] == '/')
		return answer_release(p, release, rest + 1, out);
	snprintf(to, sizeof(to), "%u/", release->release->number);
	redirect(out, to);
	return true;
}

static void route(struct publisher *p, const char *path, struct http_response *out)
{
	size_t count;
	const struct publication *list = releases_list(p->releases, &count);

	if (strcmp(path, "/") == 0) {
		answer_front(p, LANGUAGE_VI, out);
		return;
	}
	if (strcmp(path, "/en.html") == 0) {
		answer_front(p, LANGUAGE_EN, out);
		return;
	}
	if (strcmp(path, "/style.css") == 0) {
		answer_style(p, out);
		return;
	}
	for (size_t i = 0; i < count; i++) {
		if (answer_one(p, &list[i], path, out))
			return;
	}
	answer_not_found(p, out);
}

static void on_request(void *ctx, const struct http_request *request,
		       struct http_response *out)
{
	struct publisher *p = ctx;

	route(p, request->path, out);
	p->served++;
}

int web_start(struct publisher *p)
{
	unsigned per_address =
	    p->settings->behind_proxy ? WEB_CONNECTIONS_MAX : WEB_PER_ADDRESS;

	return http_open(p->loop, p->settings->http, WEB_CONNECTIONS_MAX, per_address,
			 on_request, p, &p->web);
}
