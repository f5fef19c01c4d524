/* The digests of FIPS 180-4's examples, and those of another implementation. */

#include "common/base/sha256.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sodium.h>
#include <string.h>

static void expect(const char *text, const char *hex)
{
	uint8_t digest[SHA256_SIZE];
	char seen[2 * SHA256_SIZE + 1];

	sha256(bytes_str(text), digest);
	hex_encode(bytes_of(digest, sizeof digest), seen);
	assert_string_equal(seen, hex);
}

static void examples_of_the_standard(void **state)
{
	(void)state;
	expect("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	expect("abc",
	       "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	expect("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
	       "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

static void every_length_as_libsodium_has_it(void **state)
{
	uint8_t data[1100], ours[SHA256_SIZE], theirs[SHA256_SIZE];

	(void)state;
	randombytes_buf(data, sizeof data);
	for (size_t len = 0; len <= sizeof data; len++) {
		sha256(bytes_of(data, len), ours);
		crypto_hash_sha256(theirs, data, len);
		assert_memory_equal(ours, theirs, sizeof ours);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(examples_of_the_standard),
	    cmocka_unit_test(every_length_as_libsodium_has_it),
	};

	return sodium_init() < 0 || cmocka_run_group_tests(tests, NULL, NULL);
}
