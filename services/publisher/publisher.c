#include "services/publisher/publisher.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "common/base/err.h"
#include "common/base/log.h"
#include "services/publisher/downstream.h"
#include "services/publisher/health.h"
#include "services/publisher/taking.h"
#include "services/publisher/web.h"

void publisher_alarm(struct publisher *p, const char *format, ...)
{
	char escaped[ALARM_TEXT];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(p->alarm, sizeof(p->alarm), format, arguments);
	va_end(arguments);
	text_escape(bytes_str(p->alarm), escaped, sizeof(escaped));
	log_event(LOG_ERROR, "alarm", "words=\"%s\"", escaped);
}

void publisher_fail(struct publisher *p, const char *what, int err)
{
	log_event(LOG_ERROR, "store-failed", "doing=\"%s\" err=\"%s\"", what,
		  err_str(err));
	p->failed = err;
	loop_stop(p->loop);
}

static void check_site(const char *site, struct faults *faults)
{
	size_t len = strlen(site);

	if (strncmp(site, "http://", 7) != 0 && strncmp(site, "https://", 8) != 0)
		faults_add(faults, NULL, 0,
			   "--site %s: must begin with http:// or https://", site);
	if (len > 0 && site[len - 1] == '/')
		faults_add(faults, NULL, 0, "--site %s: leave out the slash at its end",
			   site);
}

static void check_keys(struct publisher *p, struct faults *faults)
{
	const struct settings *s = p->settings;

	if (key_read(s->key, &p->key, faults) == 0) {
		if (p->key.secret_text[0] == '\0')
			faults_add(faults, s->key, 0,
				   "is a public key; the own key is NAME.key");
		if (p->key.role != ROLE_INTERNAL)
			faults_add(faults, s->key, 0,
				   "has role %s; a service needs role internal",
				   role_name(p->key.role));
	}
	/* key_read has told the fault. */
	if (key_read(s->scorer_key, &p->scorer_key, faults) != 0)
		return;
	memset(p->scorer_key.secret_text, 0, sizeof(p->scorer_key.secret_text));
}

int publisher_init(const struct settings *s, struct loop *loop, struct publisher *out,
		   struct faults *faults)
{
	*out = (struct publisher){.settings = s, .loop = loop};
	check_site(s->site, faults);
	check_keys(out, faults);
	return faults->count == 0 ? 0 : ERR_CONFIG;
}

static int open_releases(struct publisher *p)
{
	return releases_open(p->settings->data, p->settings->releases_bytes,
			     &p->releases);
}

int publisher_open(struct publisher *p, struct faults *faults)
{
	static const struct {
		const char *what;
		int (*start)(struct publisher *p);
	} steps[] = {
	    {"opening the releases under --data", open_releases},
	    {"listening on --health", health_start},
	    {"listening on --http", web_start},
	    {"binding --feed", downstream_start},
	    {"connecting to --scorer", taking_start},
	};
	int err = gate_open(p->loop, &p->key, p->settings->allow, &p->gate, faults);

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]) && err == 0; i++) {
		err = steps[i].start(p);
		if (err != 0)
			log_event(LOG_ERROR, "start-failed", "doing=\"%s\" err=\"%s\"",
				  steps[i].what, err_str(err));
	}
	return err;
}

void publisher_close(struct publisher *p)
{
	feed_reader_close(p->reader);
	feed_server_close(p->server);
	http_close(p->web);
	http_close(p->health);
	gate_close(p->gate);
	releases_close(p->releases);
	heads_free(&p->heads);
	key_wipe(&p->key);
}

void publisher_reload(struct publisher *p)
{
	struct faults faults;

	faults_init(&faults);
	if (gate_reload(p->gate, &faults) == 0)
		log_event(LOG_INFO, "allow-list-read", "keys=%zu", gate_size(p->gate));
	else
		log_event(LOG_ERROR, "allow-list-kept", "faults=%zu", faults.count);
	faults_free(&faults);
}
