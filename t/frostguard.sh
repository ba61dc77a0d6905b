#!/bin/sh
# The administrator's program: how it is asked, and how it refuses.
set -u
doc=${srcdir:?}/doc
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
faults=0
export FROSTGUARD_CONF="$tmp/conf"
echo 'session_hours = 7' >"$tmp/conf"

# expect STATUS STREAM PATTERN ARGUMENT...: the exit status, and a line of
# what is written to out or err; the other stream stays empty.
expect()
{
	status=$1 stream=$2 pattern=$3
	shift 3
	rc=0
	./frostguard "$@" >"$tmp/out" 2>"$tmp/err" || rc=$?
	other=$([ "$stream" = out ] && echo err || echo out)
	if [ "$rc" != "$status" ] || ! grep -q "$pattern" "$tmp/$stream" ||
	    [ -s "$tmp/$other" ]; then
		echo "frostguard $*: status $rc"
		cat "$tmp/out" "$tmp/err"
		faults=$((faults + 1))
	fi
}

expect 0 out '^usage: frostguard' --help
expect 0 out '^frostguard [0-9]' --version
expect 2 err '^usage: frostguard'
expect 2 err 'no command nonsense' nonsense
expect 2 err 'no command Conf' Conf
expect 2 err 'unrecognized option' --nonsense
expect 2 err 'requires an argument' --conf
expect 0 out '^usage: frostguard conf' conf --help
expect 2 err '^usage: frostguard conf' conf --nonsense
expect 0 out '^usage: frostguard hold' hold add --help
expect 0 out '^usage: frostguard site add' site add --help
expect 2 err '^frostguard: --seed: must be 0 to [0-9]*, not "x"$' \
    simulate --seed x file
expect 2 err '^frostguard: --interval: must be 1 to 86400' \
    simulate --interval 0.5 file
expect 2 err '^usage: frostguard simulate' simulate --nonsense file
expect 2 err '^frostguard: --units: must be 1 to 100000, not "5x"$' \
    bench-data --units 5x
expect 2 err '^frostguard: --jobs: must be' bench-data --jobs ''
expect 2 err '^frostguard: --now: not a time' retention --now never
expect 2 err '^frostguard: --reason: must be given' hold add --by me
expect 2 err '^frostguard: --by: must be given' hold add --reason x --by ''
expect 2 err '^frostguard: --organization: must be given' \
    hold add --reason x --by me
expect 2 err '^frostguard: --unit: does not go with --site' hold add \
    --organization x --site y --unit z --reason x --by me
expect 2 err '^frostguard: --month: is held as a whole' hold add \
    --month 2026-01 --unit z --reason x --by me
expect 2 err '^frostguard: --reason: must be given' hold release 1 --by me
expect 2 err '^usage: frostguard hold' hold list 1
expect 2 err '^usage: frostguard conf' conf --list more
expect 2 err '^usage: frostguard migrate' migrate
expect 2 err '^usage: frostguard migrate' migrate down
expect 2 err '^usage: frostguard migrate' migrate up down
expect 2 err '^usage: frostguard migrate' migrate --nonsense up
expect 1 err '^frostguard: /nonexistent: no migrations' \
    migrate up --dir /nonexistent
expect 0 out '^session_hours = 7$' conf
echo 'session_hours = 8' >"$tmp/other"
expect 0 out '^session_hours = 8$' --conf "$tmp/other" conf
echo 'session_hours = never' >"$tmp/other"
expect 1 err "^frostguard: $tmp/other:1: session_hours: not an integer" \
    --conf "$tmp/other" conf
expect 0 out '^usage: frostguard migrate' --conf "$tmp/other" migrate --help
expect 1 err '/nonexistent: No such file' --conf /nonexistent conf

# A full disk is a failure, even of a command that did its work.
if ./frostguard conf >/dev/full 2>"$tmp/err"; then
	echo "frostguard conf does not notice that nobody got its output"
	faults=$((faults + 1))
fi

# Every command has its usage and its place in the manual.
for command in $(./frostguard --help | sed -n 's/^    \([a-z-]*\) .*/\1/p'); do
	expect 0 out "^usage: frostguard $command" "$command" --help
	verb=$(./frostguard "$command" --help |
	    sed -n "s/^usage: frostguard $command \([a-z]*\) .*/\1/p;q")
	expect 0 out "^example: frostguard $command" "$command" \
	    ${verb:+"$verb"} --help
	grep -q "^\.It Ic $command\( \|\$\)" "$doc/frostguard.1" || {
		echo "frostguard.1 does not tell of $command"
		faults=$((faults + 1))
	}
done
exit $((faults > 0))
