/*
 * fuzz-main.c - runs a fuzz target where there is no libFuzzer: on every file
 * of the corpus directories given, then on MUTATIONS changed copies of each.
 * The changes come from a fixed seed: what fails once fails again.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_MAX	(64 * 1024)
#define MUTATIONS	200

int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static uint64_t	seed = 0x9e3779b97f4a7c15;

static uint64_t
next(void)			/* xorshift64 */
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

/* The bytes in a block of exactly their size, so that a sanitizer sees a read
 * past the end. */
static void
run(const uint8_t *data, size_t len)
{
	uint8_t	*exact = malloc(len > 0 ? len : 1);

	if (exact == NULL)
		abort();
	if (len > 0)
		memcpy(exact, data, len);
	LLVMFuzzerTestOneInput(exact, len);
	free(exact);
}

/* One change: flip a bit, put a byte, cut the end, or repeat a stretch. */
static size_t
mutate(uint8_t *data, size_t len)
{
	size_t	at, n;

	if (len == 0)
		return 0;
	at = next() % len;
	switch (next() % 4) {
	case 0:
		data[at] ^= (uint8_t)(1u << next() % 8);
		return len;
	case 1:
		data[at] = (uint8_t)next();
		return len;
	case 2:
		return at;
	default:
		n = len - at < FILE_MAX - len ? len - at : FILE_MAX - len;
		memcpy(data + len, data + at, n);
		return len + n;
	}
}

static void
run_file(const char *dir, const char *name)
{
	static uint8_t	original[FILE_MAX], changed[FILE_MAX];
	char		path[4096];
	size_t		len, n;
	FILE		*f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	if ((f = fopen(path, "rb")) == NULL) {
		perror(path);
		exit(1);
	}
	len = fread(original, 1, sizeof(original), f);
	fclose(f);
	run(original, len);
	for (int i = 0; i < MUTATIONS; i++) {
		memcpy(changed, original, len);
		n = len;
		for (uint64_t k = 1 + next() % 4; k > 0; k--)
			n = mutate(changed, n);
		run(changed, n);
	}
}

int
main(int argc, char **argv)
{
	struct dirent	*e;
	DIR		*d;
	int		 files = 0;

	run(NULL, 0);
	for (int i = 1; i < argc; i++) {
		if ((d = opendir(argv[i])) == NULL) {
			perror(argv[i]);
			return 1;
		}
		while ((e = readdir(d)) != NULL) {
			if (e->d_name[0] == '.')
				continue;
			run_file(argv[i], e->d_name);
			files++;
		}
		closedir(d);
	}
	printf("%d files, %d mutations each\n", files, MUTATIONS);
	return files == 0;
}
