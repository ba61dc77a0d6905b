#include "domain/seal.h"
#include "base/log.h"
#include "domain/token.h"
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define FORMAT		1
#define NONCE		crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG		crypto_aead_xchacha20poly1305_ietf_ABYTES
#define HEAD		(1 + NONCE)
#define PLACE_MAX	(UUID_TEXT + 64)

_Static_assert(SEAL_TEXT == 3 + 2 * (HEAD + SEAL_MAX + TAG), "as stored");
_Static_assert(TOKEN_KEY_BYTES == crypto_aead_xchacha20poly1305_ietf_KEYBYTES,
    "a key is one");

/* What the seal is bound to. */
static size_t
place(const struct uuid *row, const char *column, unsigned char out[PLACE_MAX])
{
	char	id[UUID_TEXT];
	int	n;

	n = snprintf((char *)out, PLACE_MAX, "%s %s", uuid_format(row, id),
	    column);
	if (n < 0 || n >= PLACE_MAX)
		bug("seal: %s is a long name", column);
	return (size_t)n;
}

const char *
seal_close(const struct uuid *row, const char *column, const char *secret,
    char out[SEAL_TEXT])
{
	unsigned char		key[TOKEN_KEY_BYTES], at[PLACE_MAX];
	unsigned char		bytes[HEAD + SEAL_MAX + TAG] = { FORMAT };
	unsigned long long	n;
	size_t			len = strlen(secret);

	if (len > SEAL_MAX)
		bug("seal: a secret of %zu characters", len);
	token_subkey(TOKEN_SEAL, key);
	randombytes_buf(bytes + 1, NONCE);
	crypto_aead_xchacha20poly1305_ietf_encrypt(bytes + HEAD, &n,
	    (const unsigned char *)secret, len, at, place(row, column, at),
	    NULL, bytes + 1, key);
	sodium_memzero(key, sizeof(key));
	memcpy(out, "\\x", 2);
	sodium_bin2hex(out + 2, SEAL_TEXT - 2, bytes, HEAD + (size_t)n);
	return out;
}

bool
seal_open(const struct uuid *row, const char *column, const char *sealed,
    char out[SEAL_MAX + 1])
{
	unsigned char		key[TOKEN_KEY_BYTES], at[PLACE_MAX];
	unsigned char		bytes[HEAD + SEAL_MAX + TAG];
	unsigned long long	n = 0;
	size_t			len;
	bool			good;

	if (strncmp(sealed, "\\x", 2) != 0 || sodium_hex2bin(bytes,
	    sizeof(bytes), sealed + 2, strlen(sealed + 2), NULL, &len, NULL) !=
	    0 || len < HEAD + TAG || bytes[0] != FORMAT)
		return false;
	token_subkey(TOKEN_SEAL, key);
	good = crypto_aead_xchacha20poly1305_ietf_decrypt((unsigned char *)out,
	    &n, NULL, bytes + HEAD, len - HEAD, at, place(row, column, at),
	    bytes + 1, key) == 0;
	sodium_memzero(key, sizeof(key));
	out[n] = '\0';
	return good;
}
