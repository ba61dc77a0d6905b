/*
 * enrol_find.h - what an administrator means by a name.
 *
 * Decides that a name must mean exactly one thing; names compare as the
 * database keeps them unique, without case. Part of the caller's transaction.
 */
#ifndef FG_ENROL_FIND_H
#define FG_ENROL_FIND_H
#include "domain/enrol_act.h"

enum enrol_found {
	ENROL_FOUND,
	ENROL_NOBODY,		/* nothing has this name */
	ENROL_SEVERAL,		/* more than one has it */
	ENROL_DOWN		/* the database; already logged */
};

/* By slug; NULL: the only one there is. */
enum enrol_found enrol_find_organization(struct db *db, const char *slug,
		    struct uuid *out) must_check;

/* Of e's organization. A name that is NULL is that of the only one. */
enum enrol_found enrol_find_site(struct enrol *e, const char *name,
		    struct uuid *out) must_check;
enum enrol_found enrol_find_area(struct enrol *e, const struct uuid *site,
		    const char *name, struct uuid *out) must_check;
/* site and area narrow it where they are not NULL; name may not be. */
enum enrol_found enrol_find_unit(struct enrol *e, const char *site,
		    const char *area, const char *name, struct uuid *out)
		    must_check;
enum enrol_found enrol_find_person(struct enrol *e, const char *email,
		    struct uuid *out) must_check;
/* The enabled connection of an application; network NULL: any. */
enum enrol_found enrol_find_webhook(struct enrol *e, const char *network,
		    const char *application, struct uuid *out) must_check;
/* A key that is not revoked. */
enum enrol_found enrol_find_api_key(struct enrol *e, const char *name,
		    struct uuid *out) must_check;
/* *unit is nil where it is on none. */
enum enrol_found enrol_find_device(struct enrol *e, const char *dev_eui,
		    struct uuid *out, struct uuid *unit) must_check;

/* What is asked of a sensor that is to be added, and what is so. */
struct enrol_place {
	const char	*dev_eui;
	const char	*site, *area;	/* narrow it; NULL: any */
	const char	*unit;		/* NULL: none */
	const char	*ttn_id;	/* or NULL */
	bool		 taken;		/* somebody has this DevEUI already */
	bool		 ttn_taken;	/* another of theirs has this id */
	enum enrol_found found;		/* ENROL_FOUND also if unit is NULL */
	struct uuid	 at;		/* nil unless a unit was found */
};
/* Many at once, as enrol_devices() takes them. */
enum db_rc	 enrol_find_places(struct enrol *e, struct enrol_place *v,
		    size_t n) must_check;

#endif
