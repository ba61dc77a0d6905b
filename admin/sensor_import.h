/*
 * sensor_import.h - "frostguard sensor import": all sensors of a list, or
 * none.
 */
#ifndef FG_SENSOR_IMPORT_H
#define FG_SENSOR_IMPORT_H
#include "noun.h"

act_fn	sensor_import;

#endif
