/*
 * engine-laws.h - what must hold after every step of the engine.
 *
 * Each law is a function that knows the rules of the house but not how the
 * engine goes about them. t-engine-laws plays random lives of units against
 * them, fuzz-engine those that a fuzzer thinks of.
 */
#ifndef ENGINE_LAWS_H
#define ENGINE_LAWS_H
#include "engine-oracle.h"

/* The name of the first law that is broken; NULL when all hold. */
const char	*engine_laws_broken(const struct moment *m);

#endif
