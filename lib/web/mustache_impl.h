/*
 * mustache_impl.h - the compiled form, shared by compiler and renderer only.
 *
 * A program is an array of operations. One that has a body (section, inverted
 * section, parent, block) is followed by it, and end is the index behind it.
 */
#ifndef FG_MUSTACHE_IMPL_H
#define FG_MUSTACHE_IMPL_H
#include "base/arena.h"
#include "web/mustache.h"
#include "web/mustache_scan.h"

enum op_kind {
	OP_TEXT,
	OP_VAR,			/* escaped */
	OP_RAW,
	OP_SECTION,
	OP_INVERTED,
	OP_PARTIAL,
	OP_PARENT,		/* body: the blocks it overrides */
	OP_BLOCK
};

struct name {			/* "a.b" is kept as "a\0b\0", 2 parts */
	const char	*first;
	unsigned	 nparts;	/* 0: the item itself, "." */
	bool		 here;		/* ".a": the innermost context only */
	bool		 dynamic;	/* "*a": the value is the name */
};

struct op {
	enum op_kind	 kind;
	bool		 standalone;	/* alone on its line, which is gone */
	struct name	 name;		/* partial, block: one part, whole */
	struct span	 text;		/* the text, or the indentation */
	size_t		 end;
};

struct mustache {
	struct arena	 arena;		/* the text and the names */
	struct op	*ops;
	size_t		 nops, cap;
};

#endif
