#include "services/publisher/publisher.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "common/base/err.h"
#include "common/base/log.h"
#include "common/service/service.h"
#include "services/publisher/downstream.h"
#include "services/publisher/health.h"
#include "services/publisher/taking.h"
#include "services/publisher/web.h"

void publisher_alarm(struct publisher *p, const char *format, ...)
{
	char quoted[2 * ALARM_TEXT];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(p->alarm, sizeof(p->alarm), format, arguments);
	va_end(arguments);
	text_quoted(bytes_str(p->alarm), quoted, sizeof(quoted));
	log_event(LOG_ERROR, "alarm", "words=\"%s\"", quoted);
}

void publisher_fail(struct publisher *p, const char *what, int err)
{
	log_event(LOG_ERROR, "store-failed", "doing=\"%s\" err=\"%s\"", what,
		  err_str(err));
	p->failed = err;
	loop_stop(p->loop);
}

static int check_site(const char *site, struct faults *faults)
{
	size_t before = faults->count;
	size_t len = strlen(site);

	if (strncmp(site, "http://", 7) != 0 && strncmp(site, "https://", 8) != 0)
		faults_add(faults, NULL, 0,
			   "--site %s: must begin with http:// or https://", site);
	if (len > 0 && site[len - 1] == '/')
		faults_add(faults, NULL, 0, "--site %s: leave out the slash at its end",
			   site);
	return faults->count == before ? 0 : ERR_CONFIG;
}

static int read_keys(struct publisher *p, struct faults *faults)
{
	const struct settings *s = p->settings;

	int own = key_read_own(s->key, &p->key, faults);
	int theirs = key_read(s->scorer_key, &p->scorer_key, faults);

	if (theirs == 0)
		memset(p->scorer_key.secret_text, 0, KEY_TEXT);
	return own != 0 ? own : theirs;
}

int publisher_init(const struct settings *s, struct loop *loop, struct publisher *out,
		   struct faults *faults)
{
	int err = check_site(s->site, faults);
	int keys_err;

	*out = (struct publisher){.settings = s, .loop = loop};
	keys_err = read_keys(out, faults);
	return err != 0 ? err : keys_err;
}

static int open_releases(struct publisher *p)
{
	int err =
	    releases_open(p->settings->data, p->settings->releases_bytes, &p->releases);

	if (err == ERR_OLD)
		log_event(LOG_ERROR, "releases-old",
			  "words=\"Move the directory releases in --data aside, keep "
			  "it, and start again: it is filled again from the scorer\"");
	if (err == ERR_CORRUPT)
		log_event(LOG_ERROR, "releases-damaged",
			  "words=\"`par doctor --data` names the record. Move the "
			  "directory releases in --data aside, keep it, and start "
			  "again: it is filled again from the scorer\"");
	return err;
}

int publisher_open(struct publisher *p, struct faults *faults)
{
	static const struct {
		const char *what;
		int (*start)(struct publisher *p);
	} steps[] = {
	    {"opening the releases under --data", open_releases},
	    {"listening on --health-listen", health_start},
	    {"listening on --http", web_start},
	    {"binding --feed and refusing a stranger there", downstream_start},
	    {"connecting to --scorer", taking_start},
	};
	int err = gate_open(p->loop, &p->key, p->settings->allow, &p->gate, faults);

	if (err == 0)
		service_follow_keys(p->gate, p->loop);
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
