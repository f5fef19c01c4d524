#ifndef PAR_REPORT_SCORES_ROW_H
#define PAR_REPORT_SCORES_ROW_H

/* Pure. One unit of the operator's table: a UnitScore and the text that it points to.
 */

#include "par/v1/inspect.pb-c.h"
#include "common/report/analysis.h"

struct scores_row {
	Par__V1__UnitScore message;
	Par__V1__Text name, band;
	char reliability[FIGURE_TEXT];
	char change[FIGURE_TEXT];
	char effective[FIGURE_TEXT];
	char contact[FIGURE_TEXT];
	char dont_know[FIGURE_TEXT];
};

/* The row points into itself and the analysis: it must not move. */
void scores_row_fill(const struct analysis *a, uint32_t unit, struct scores_row *out);

#endif
