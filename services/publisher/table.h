#ifndef PAR_PUBLISHER_TABLE_H
#define PAR_PUBLISHER_TABLE_H

/*
 * A release as CSV and as JSON. Pure: the same release gives the same bytes.
 *
 * CSV: UTF-8 with BOM, LF, units in the order of units.csv, decimal points; cells are
 * empty where there is no figure or it is withheld. Every row carries the title, so
 * that a piece of the file still says what it is. It does not change when the release
 * is retracted; page and JSON say so.
 *
 * JSON: keys in a fixed order; figures are strings, as the scorer printed them, or
 * null.
 */

#include "services/publisher/item.h"

/* Both append. ERR_LIMIT, -ENOMEM. */
int table_csv(const struct item *release, struct buf *out)
    __attribute__((warn_unused_result));
int table_json(const struct publication *p, struct buf *out)
    __attribute__((warn_unused_result));

#endif
