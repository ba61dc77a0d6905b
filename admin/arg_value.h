/*
 * arg_value.h - what the value of an argument may be, and what it means.
 *
 * Decides the spelling and the limits of each kind of value: a slug, a DevEUI,
 * degrees, a day. Which argument has a value of which kind is arg.h. Pure.
 */
#ifndef FG_ARG_VALUE_H
#define FG_ARG_VALUE_H
#include <stdint.h>

#include "base/centi.h"
#include "domain/kinds.h"
#include "domain/role.h"

/* NULL when s will do, else a phrase that follows it: static, until the next
 * call. */
typedef const char	*arg_fault_fn(const char *s);

arg_fault_fn	 arg_text_fault, arg_slug_fault, arg_email_fault,
		 arg_zone_fault, arg_eui_fault, arg_model_fault,
		 arg_role_fault, arg_type_fault, arg_network_fault,
		 arg_degrees_fault, arg_offset_fault, arg_interval_fault,
		 arg_scopes_fault, arg_expires_fault, arg_when_fault,
		 arg_server_fault, arg_ttn_id_fault;

/* What s means in which its kind finds no fault. */
enum app_role	 arg_role(const char *s);
enum unit_type	 arg_type(const char *s);
centi_t		 arg_degrees(const char *s);
/* What is added to a temperature. */
centi_t		 arg_offset(const char *s);
/* In seconds; 0 for NULL. */
int32_t		 arg_interval(const char *s);
/* In days; 0 for NULL. */
int32_t		 arg_days(const char *s);
/* The beginning of a day of UTC, or an instant; otherwise for NULL. */
int64_t		 arg_when(const char *s, int64_t otherwise);

#endif
