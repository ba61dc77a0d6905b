/*
 * migrate_files.h - the schema as files: which there are, and their contents.
 *
 * migrations/NNNN-words.sql are numbered from 1 without a gap and never change
 * once applied; roles.sql, functions/, views/ and grants.sql say how things
 * are to be, and may be run again. Knows no database.
 */
#ifndef FG_MIGRATE_FILES_H
#define FG_MIGRATE_FILES_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SQL_FILE_MAX	((size_t)4 * 1024 * 1024)
#define SHA256_TEXT	65

struct sql_file {
	char	*name;			/* below the directory, "views/a.sql" */
	char	*text;
	char	 sha256[SHA256_TEXT];
};

struct sql_files {			/* owns its files */
	struct sql_file	*v;
	size_t		 n;
};

/* False: *why says what is wrong, caller frees with free(); out is empty. */
bool	sql_files_migrations(struct sql_files *out, const char *dir,
	    char **why);
/* One file, or the *.sql of a folder by name; a folder may be missing. */
bool	sql_files_one(struct sql_files *out, const char *dir, const char *name,
	    char **why);
bool	sql_files_folder(struct sql_files *out, const char *dir,
	    const char *name, char **why);
void	sql_files_release(struct sql_files *f);

/* 12 for "migrations/0012-words.sql"; 0 for anything else. */
int64_t	sql_file_version(const char *name);
/* The line of the text in which the character (counted from 1) stands. */
int	sql_file_line(const struct sql_file *f, int character);

#endif
