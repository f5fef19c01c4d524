#ifndef PAR_BASE_ERR_H
#define PAR_BASE_ERR_H

/*
 * One space of error codes. A fallible function returns int: 0, or one negative
 * code, which is an own code below, -errno (libzmq's included) or LMDB's own
 * negative code. Nothing is mapped away, so err_str() can name what happened.
 */

enum err {
	ERR_RETRY = -2000,     /* outcome unknown or not now: send the same again */
	ERR_FENCED = -2001,    /* a newer writer has the journal */
	ERR_FORKED = -2002,    /* the position is not in this journal */
	ERR_GONE = -2003,      /* what was asked for has been erased */
	ERR_FULL = -2004,      /* the declared limit is reached */
	ERR_CORRUPT = -2005,   /* a checksum or a chain does not hold */
	ERR_FORMAT = -2006,    /* bytes that do not parse */
	ERR_VERSION = -2007,   /* made by a newer version of this software */
	ERR_REFUSED = -2008,   /* understood and refused; faults say why */
	ERR_LOCKED = -2009,    /* another process has it */
	ERR_NOT_FOUND = -2010, /* no such key, round, unit, ... */
	ERR_LIMIT = -2011,     /* larger than is accepted */
	ERR_TIMEOUT = -2012,   /* the time to wait has passed */
	ERR_DENIED = -2013,    /* this key is not admitted, or not in that role */
	ERR_CONFIG = -2014,    /* a flag, a setting or a file is wrong */
	ERR_OVERFLOW = -2015,  /* a sum does not fit; METHOD U1 */
	ERR_OLD = -2016,       /* made by an older version, in a layout not read now */
};

/* -errno as a code; `fallback` when errno is 0. */
int err_errno(int fallback);

/* Words for a code, in English, static. */
const char *err_str(int code);

#endif
