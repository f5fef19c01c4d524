#ifndef PAR_METHOD_FIGURE_TEXT_H
#define PAR_METHOD_FIGURE_TEXT_H

/* Room for a printed figure with its end. */
enum { FIGURE_TEXT = 48 };

#endif
