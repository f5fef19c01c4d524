#include "common/net/keys.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>
#include <zmq.h>

#include "common/base/err.h"
#include "common/net/key_file.h"

enum { KEY_LINE_MAX = 256, KEY_RAW = 32 };

static const char key_format[] = "par-key/1";

static const struct {
	enum role role;
	const char *name;
} roles[] = {
    {ROLE_INTAKE, "intake"},     {ROLE_OPERATOR, "operator"},
    {ROLE_RELEASER, "releaser"}, {ROLE_AUDITOR, "auditor"},
    {ROLE_INTERNAL, "internal"}, {ROLE_DOWNSTREAM, "downstream"},
};

enum { ROLE_COUNT = sizeof(roles) / sizeof(roles[0]) };

const char *role_name(enum role r)
{
	for (size_t i = 0; i < ROLE_COUNT; i++)
		if (roles[i].role == r)
			return roles[i].name;
	return "none";
}

enum role role_parse(const char *name)
{
	for (size_t i = 0; i < ROLE_COUNT; i++)
		if (strcmp(roles[i].name, name) == 0)
			return roles[i].role;
	return ROLE_NONE;
}

static bool name_is_good(const char *name)
{
	size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyz"
				  "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_");

	return len > 0 && len <= KEY_NAME_MAX && name[len] == '\0';
}

static bool z85_is_good(const char *text)
{
	uint8_t raw[KEY_RAW];
	size_t len = strspn(text, "0123456789abcdefghijklmnopqrstuvwxyz"
				  "ABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#");

	if (len != KEY_TEXT - 1 || text[len] != '\0')
		return false;
	bool good = zmq_z85_decode(raw, text);
	sodium_memzero(raw, sizeof(raw));
	return good;
}

int key_make(const char *name, enum role role, struct key *out)
{
	struct key k = {.role = role};

	if (!name_is_good(name) || role_parse(role_name(role)) == ROLE_NONE)
		return ERR_FORMAT;
	memcpy(k.name, name, strlen(name));
	if (zmq_curve_keypair(k.public_text, k.secret_text))
		return -zmq_errno();
	*out = k;
	key_wipe(&k);
	return 0;
}

void key_wipe(struct key *k)
{
	sodium_memzero(k, sizeof(*k));
}

void key_user_id(const struct key *k, char out[USER_ID_MAX + 1])
{
	uint8_t raw[KEY_RAW] = {0};
	uint8_t digest[crypto_hash_sha256_BYTES];
	char hex[9];

	zmq_z85_decode(raw, k->public_text);
	crypto_hash_sha256(digest, raw, sizeof(raw));
	hex_encode(bytes_of(digest, 4), hex);
	snprintf(out, USER_ID_MAX + 1, "%s.%s", k->name, hex);
}

/* ---- writing ---- */

static int write_line(int fd, const struct key *k, const char *text)
{
	char line[KEY_LINE_MAX];
	int len = snprintf(line, sizeof(line), "%s %s %s %s\n", key_format,
			   role_name(k->role), k->name, text);
	ssize_t written = write(fd, line, (size_t)len);

	sodium_memzero(line, sizeof(line));
	if (written != len)
		return written < 0 ? err_errno(-EIO) : -EIO;
	return fsync(fd) ? err_errno(-EIO) : 0;
}

static int write_file(const struct key *k, int dir, const char *suffix,
		      const char *text, mode_t mode)
{
	char file[KEY_NAME_MAX + 8];

	snprintf(file, sizeof(file), "%s%s", k->name, suffix);
	int fd = openat(dir, file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	if (fd < 0)
		return err_errno(-EIO);
	int err = write_line(fd, k, text);
	close(fd);
	if (err)
		unlinkat(dir, file, 0);
	return err;
}

static int write_pair(const struct key *k, int dir)
{
	char file[KEY_NAME_MAX + 8];
	int err = write_file(k, dir, ".key", k->secret_text, 0600);
	if (err)
		return err;
	err = write_file(k, dir, ".pub", k->public_text, 0644);
	if (err) {
		snprintf(file, sizeof(file), "%s.key", k->name);
		unlinkat(dir, file, 0);
		return err;
	}
	return fsync(dir) ? err_errno(-EIO) : 0;
}

int key_write(const struct key *k, const char *dir)
{
	if (mkdir(dir, 0700) && errno != EEXIST)
		return err_errno(-EIO);
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return err_errno(-EIO);
	int err = write_pair(k, fd);
	close(fd);
	return err;
}

/* ---- reading ---- */

/* The four words of a line, in place; false when it has another shape. */
static bool split(char *line, char *words[4])
{
	char *rest = line;

	line[strcspn(line, "\r\n")] = '\0';
	for (size_t i = 0; i < 4; i++) {
		words[i] = strsep(&rest, " ");
		if (!words[i] || !*words[i])
			return false;
	}
	return !rest;
}

static int parse(char *line, bool secret, const char *path, struct key *out,
		 struct faults *faults)
{
	struct key k = {0};
	char *words[4];
	const char *wrong = NULL;

	if (!split(line, words) || strcmp(words[0], key_format) != 0)
		wrong = "is not a key file: its line has to be "
			"\"par-key/1 ROLE NAME KEY\"; make one with par keys new";
	else if (role_parse(words[1]) == ROLE_NONE)
		wrong = "names an unknown role; known are intake, operator, releaser, "
			"auditor, internal, downstream";
	else if (!name_is_good(words[2]))
		wrong = "has a bad name; letters, digits, - and _, 48 at most";
	else if (!z85_is_good(words[3]))
		wrong = "has a damaged key; copy the file again from where it was made";
	if (wrong) {
		faults_add(faults, path, 1, "%s", wrong);
		return ERR_CONFIG;
	}
	k.role = role_parse(words[1]);
	memcpy(k.name, words[2], strlen(words[2]));
	memcpy(secret ? k.secret_text : k.public_text, words[3], KEY_TEXT);
	if (secret && zmq_curve_public(k.public_text, k.secret_text)) {
		faults_add(faults, path, 1, "holds no usable secret key");
		return ERR_CONFIG;
	}
	*out = k;
	key_wipe(&k);
	return 0;
}

int key_read(const char *path, struct key *out, struct faults *faults)
{
	char line[KEY_LINE_MAX];
	size_t len = strlen(path);
	bool secret = len > 4 && strcmp(path + len - 4, ".key") == 0;

	if (!secret && (len <= 4 || strcmp(path + len - 4, ".pub") != 0)) {
		faults_add(faults, path, 0, "is not named .key or .pub");
		return ERR_CONFIG;
	}
	int fd = key_file_open(path, secret, faults);
	if (fd < 0)
		return fd;
	ssize_t got = read(fd, line, sizeof(line) - 1);
	close(fd);
	line[got > 0 ? got : 0] = '\0';
	int err = parse(line, secret, path, out, faults);
	sodium_memzero(line, sizeof(line));
	return err;
}

int key_read_own(const char *path, struct key *out, struct faults *faults)
{
	struct key k;
	int err = key_read(path, &k, faults);
	if (err)
		return err;
	if (!*k.secret_text) {
		faults_add(faults, path, 0, "is a public key; the own key is NAME.key");
		err = ERR_CONFIG;
	}
	if (k.role != ROLE_INTERNAL) {
		faults_add(faults, path, 0,
			   "has role %s; a service needs role internal",
			   role_name(k.role));
		err = ERR_CONFIG;
	}
	if (!err)
		*out = k;
	key_wipe(&k);
	return err;
}
