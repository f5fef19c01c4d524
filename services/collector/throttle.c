#include "services/collector/throttle.h"

#include "common/base/log.h"

void throttle_init(struct throttle *t, uint64_t ballots_per_second)
{
	buckets_init(&t->ballots, ballots_per_second, ballots_per_second);
	buckets_init(&t->tries, TRIES_AT_ONCE, TRIES_BACK);
	buckets_init(&t->questions, QUESTIONS_AT_ONCE, QUESTIONS_BACK);
}

void throttle_free(struct throttle *t)
{
	buckets_free(&t->ballots);
	buckets_free(&t->tries);
	buckets_free(&t->questions);
}

static bool is_under_code(const struct request *q)
{
	return q->message->submit->credential_case == PAR__V1__SUBMIT__CREDENTIAL_CODE;
}

static void say_later(struct collector *c, const struct request *q, const char *words)
{
	answer_say(c, q, PAR__V1__OUTCOME__OUTCOME_TRY_LATER, words);
}

bool throttle_holds(struct collector *c, const struct request *q)
{
	const char *user = q->peer->user_id;
	uint64_t now = loop_now_ms(c->loop);
	bool taken;
	int err = buckets_take(&c->throttle.ballots, user, now, &taken);

	if (err) {
		collector_fail(c, "ballot-failed", err);
		return true;
	}
	if (!taken) {
		c->counts.too_fast++;
		say_later(c, q, "more ballots a second than this key may send");
		return true;
	}
	if (is_under_code(q) && !buckets_left(&c->throttle.tries, user, now)) {
		c->counts.out_of_tries++;
		say_later(c, q, "too many wrong codes came from this key: it waits");
		return true;
	}
	return false;
}

bool throttle_holds_question(struct collector *c, const struct request *q)
{
	uint64_t now = loop_now_ms(c->loop);
	bool taken;
	int err = buckets_take(&c->throttle.questions, q->peer->user_id, now, &taken);

	if (err) {
		collector_fail(c, "question-failed", err);
		return true;
	}
	if (!taken)
		say_later(c, q, "this key asks without end");
	return !taken;
}

void throttle_wrong_code(struct collector *c, const struct request *q)
{
	const char *user = q->peer->user_id;
	uint64_t now = loop_now_ms(c->loop);
	bool taken;
	int err = buckets_take(&c->throttle.tries, user, now, &taken);

	if (err) {
		collector_fail(c, "ballot-failed", err);
		return;
	}
	c->counts.wrong_codes++;
	if (!buckets_left(&c->throttle.tries, user, now))
		log_event(LOG_WARN, "out-of-tries", "user=\"%s\"", user);
}
