#ifndef PAR_TEST_PUBLISHER_SHOWN_H
#define PAR_TEST_PUBLISHER_SHOWN_H

/* A page of the example, rendered, and what it says. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "services/publisher/html.h"
#include "tests/unit/publisher/example.h"

struct shown {
	struct item release, retraction;
	struct publication publication;
	struct buf page;
};

/* The page of the release; retracted for that reason unless it is NULL. */
void show(struct shown *s, const struct example *e, enum language language,
	  const char *retracted);
/* The page of its unit with that code. */
void show_unit(struct shown *s, const struct example *e, enum language language,
	       const char *code);
void hide(struct shown *s);

#define HAS(needle)   assert_int_not_equal(example_count(&s.page, needle), 0)
#define LACKS(needle) assert_int_equal(example_count(&s.page, needle), 0)

#endif
