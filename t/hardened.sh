#!/bin/sh
# Programs are built as the compiler can harden them: position independent,
# what the linker resolves read-only from the start.
set -u
if grep -q '^FG_LDFLAGS.*sanitize' Makefile; then
	echo "sanitizers take their place here"
	exit 77
fi
faults=0
for program in cgi-bin/* cron/* frostguard; do
	case $program in *.o) continue ;; esac
	# Folders and scripts are none.
	readelf -hldW "$program" >hardened.out 2>&1 || continue
	for want in 'Type: *DYN' GNU_RELRO 'FLAGS_1.*NOW.*PIE'; do
		grep -q "$want" hardened.out || {
			echo "$program: no $want"
			faults=$((faults + 1))
		}
	done
done
rm -f hardened.out
echo "$faults faults"
[ "$faults" = 0 ]
