#!/bin/sh
# Every header compiles alone, and may be included twice. $COMPILE is the
# compiler with the flags of the build.
set -u
top=$(cd "${srcdir:-.}" && pwd)
rc=0
for header in "$top"/lib/*/*.h; do
	name=${header#"$top"/lib/}
	printf '#include "%s"\n#include "%s"\n' "$name" "$name" |
	    eval "$COMPILE -I'$top/lib' -fsyntax-only -x c -" || {
		echo "$name does not stand alone"
		rc=1
	}
done
exit "$rc"
