#ifndef PAR_PUBLISHER_TABLE_H
#define PAR_PUBLISHER_TABLE_H

/*
 * A release as CSV and as JSON. Pure: the same release gives the same bytes.
 *
 * CSV: UTF-8 with BOM, LF, units in the order of units.csv, decimal points; cells are
 * empty where there is no figure or it is withheld; a bound is ">= 95.00". It does not
 * change when the release is retracted; page and JSON say so.
 *
 * scores.csv has a row a unit; every row carries the title, so that a piece of the file
 * still says what it is. criteria.csv has a row a unit and criterion (none of units
 * that are not ranked) with its state, shown, no_se, high, low, hidden or none, and, of
 * a trial, a mark that says so.
 *
 * JSON: keys in a fixed order, a line a unit; figures are strings, as the scorer
 * printed them, or null; states as in criteria.csv.
 */

#include "services/publisher/item.h"

/* Each appends. ERR_LIMIT, -ENOMEM. */
int table_scores(const struct item *release, struct buf *out)
    __attribute__((warn_unused_result));
int table_criteria(const struct item *release, struct buf *out)
    __attribute__((warn_unused_result));
int table_json(const struct publication *p, struct buf *out)
    __attribute__((warn_unused_result));

/* What both write, CSV and JSON. */
const char *table_status(enum status status);
const char *table_state(enum cell_state state);
/* What everything of a trial carries (METHOD P3). */
extern const char table_trial[];

#endif
