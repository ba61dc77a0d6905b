/*
 * deveui.h - the 64-bit identity of a LoRaWAN device: one spelling of it.
 *
 * People and consoles write it with colons, hyphens and blanks in either case;
 * everywhere inside it is sixteen lower-case hex digits. No storage, no lookup.
 */
#ifndef FG_DEVEUI_H
#define FG_DEVEUI_H
#include <stdbool.h>
#include <stddef.h>

#define DEVEUI_TEXT	17	/* 16 digits and the terminating NUL */

/* Takes colons, hyphens and blanks out; false unless 16 hex digits remain. */
bool	deveui_parse(const char *s, size_t len, char out[DEVEUI_TEXT]);

#endif
