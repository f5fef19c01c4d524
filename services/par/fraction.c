#include "services/par/fraction.h"

#include "common/base/text.h"
#include "common/method/figure.h"
#include "common/round/proto.h"
#include "services/par/show.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { DECIMALS = 6, WHOLE_DIGITS_MAX = 30 };

static bool read_decimal(const char *text, mpq_t out)
{
	struct decimal d;
	if (text_decimal(text, &d) != 0)
		return false;
	mpq_set_si(out, d.micro, DECIMAL_ONE);
	mpq_canonicalize(out);
	return true;
}

/* A divisor of 0 would end the process in GMP. */
static bool read_ratio(const char *text, mpq_t out)
{
	mpq_t x;
	mpq_init(x);
	bool good = mpq_set_str(x, text, 10) == 0 && mpz_sgn(mpq_denref(x)) > 0;
	if (good) {
		mpq_canonicalize(x);
		mpq_set(out, x);
	}
	mpq_clear(x);
	return good;
}

bool fraction_read(ProtobufCBinaryData text, mpq_t out)
{
	char *copy = text.len > 0 ? bytes_dup(proto_bytes(text)) : NULL;
	bool good = copy && (read_decimal(copy, out) || read_ratio(copy, out));
	free(copy);
	return good;
}

const char *fraction_six_of(const mpq_t x, char out[FIGURE_TEXT])
{
	mpz_t whole;
	mpz_init(whole);
	mpz_tdiv_q(whole, mpq_numref(x), mpq_denref(x));
	out[0] = '\0';
	if (mpz_sizeinbase(whole, 10) <= WHOLE_DIGITS_MAX)
		figure_text_signed(x, DECIMALS, false, out);
	mpz_clear(whole);
	return out;
}

const char *fraction_six(ProtobufCBinaryData text, char out[FIGURE_TEXT])
{
	mpq_t x;
	mpq_init(x);
	out[0] = '\0';
	if (fraction_read(text, x))
		fraction_six_of(x, out);
	mpq_clear(x);
	return out;
}

const char *fraction_cut(ProtobufCBinaryData text, char out[FRACTION_CUT])
{
	size_t digits = 0;
	if (text.len <= FRACTION_SHOWN)
		return show_text(text, out, FRACTION_CUT);
	for (size_t i = 0; i < text.len; i++)
		digits += isdigit(text.data[i]) != 0;
	show_text(text, out, FRACTION_SHOWN + 1);
	size_t len = strlen(out);
	snprintf(out + len, FRACTION_CUT - len, "... (%zu digits)", digits);
	return out;
}
