/*
 * utf8.h - whether bytes are UTF-8, as the Unicode standard defines it.
 *
 * No overlong forms, no surrogates, nothing above U+10FFFF.
 */
#ifndef FG_UTF8_H
#define FG_UTF8_H
#include <stdbool.h>
#include <stddef.h>

/* Bytes (1 to 4) of the character at s, or 0 when none begins there. */
size_t	utf8_step(const char *s, size_t len);
bool	utf8_valid(const char *s, size_t len);

#endif
