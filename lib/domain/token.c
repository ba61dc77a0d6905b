#include "domain/token.h"
#include "base/log.h"
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

static unsigned char	key[TOKEN_KEY_BYTES];
static bool		have_key;

bool
token_key_load(const char *path)
{
	unsigned char	read_key[TOKEN_KEY_BYTES + 1];
	ssize_t		n;
	int		fd;

	if (sodium_init() < 0)
		fatal("libsodium does not initialise");
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) < 0)
		return false;
	n = read(fd, read_key, sizeof(read_key));
	close(fd);
	if (n != TOKEN_KEY_BYTES) {
		if (n >= 0)
			errno = EINVAL;
		return false;
	}
	/* Without the privilege to lock memory the key may be swapped out;
	 * that is no reason not to start. */
	(void)sodium_mlock(key, sizeof(key));
	memcpy(key, read_key, sizeof(key));
	sodium_memzero(read_key, sizeof(read_key));
	have_key = true;
	return true;
}

bool
token_key_create(const char *path)
{
	unsigned char	fresh[TOKEN_KEY_BYTES];
	bool		ok;
	int		fd;

	if (sodium_init() < 0)
		fatal("libsodium does not initialise");
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return false;
	randombytes_buf(fresh, sizeof(fresh));
	ok = write(fd, fresh, sizeof(fresh)) == (ssize_t)sizeof(fresh) &&
	    fsync(fd) == 0;
	sodium_memzero(fresh, sizeof(fresh));
	if (close(fd) != 0)
		ok = false;
	return ok;
}

static void
digest_of(const char *purpose, const char *text, size_t len,
    unsigned char digest[TOKEN_KEY_BYTES])
{
	crypto_generichash_state st;

	if (!have_key)
		bug("token_hash without a key");
	crypto_generichash_init(&st, key, sizeof(key), TOKEN_KEY_BYTES);
	/* The NUL ends the purpose: no two inputs share a text. */
	crypto_generichash_update(&st, (const unsigned char *)purpose,
	    strlen(purpose) + 1);
	crypto_generichash_update(&st, (const unsigned char *)text, len);
	crypto_generichash_final(&st, digest, TOKEN_KEY_BYTES);
	sodium_memzero(&st, sizeof(st));
}

void
token_subkey(const char *purpose, unsigned char out[TOKEN_KEY_BYTES])
{
	digest_of(purpose, "", 0, out);
}

const char *
token_hash(const char *purpose, const char *text, size_t len,
    char out[TOKEN_HASH])
{
	unsigned char	digest[TOKEN_KEY_BYTES];

	digest_of(purpose, text, len, digest);
	out[0] = '\\';
	out[1] = 'x';
	sodium_bin2hex(out + 2, TOKEN_HASH - 2, digest, sizeof(digest));
	return out;
}

void
token_make(char out[TOKEN_TEXT])
{
	unsigned char	raw[(TOKEN_TEXT - 1) / 2];

	if (sodium_init() < 0)
		fatal("libsodium does not initialise");
	randombytes_buf(raw, sizeof(raw));
	sodium_bin2hex(out, TOKEN_TEXT, raw, sizeof(raw));
	sodium_memzero(raw, sizeof(raw));
}
