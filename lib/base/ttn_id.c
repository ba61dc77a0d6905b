#include "base/ttn_id.h"
#include <string.h>

bool
ttn_id_valid(const char *id)
{
	const size_t	len = strlen(id);

	return len >= TTN_ID_MIN && len <= TTN_ID_MAX && strspn(id,
	    "abcdefghijklmnopqrstuvwxyz0123456789-") == len &&
	    id[0] != '-' && id[len - 1] != '-' && strstr(id, "--") == NULL;
}
