#ifndef PAR_PUBLISHER_STYLE_H
#define PAR_PUBLISHER_STYLE_H

/* The bytes of style.css, made part of the program by the build. */

#include <stddef.h>
#include <stdint.h>

extern const uint8_t style_css[];
extern const size_t style_css_len;

#endif
