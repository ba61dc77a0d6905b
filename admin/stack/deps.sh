# deps - the Debian packages FrostGuard needs, for ./run and ./check.
# shellcheck shell=sh

# To build and to run.
deps_run='
	autoconf
	automake
	ca-certificates
	cron
	curl
	gcc
	libc6-dev
	libcurl4-openssl-dev
	libevent-dev
	libfcgi-dev
	libjson-c-dev
	libpq-dev
	libsodium-dev
	make
	multiwatch
	nginx
	pkg-config
	postgresql
	spawn-fcgi
	tzdata
	zlib1g-dev
'
# To test, beside those. PACKAGE/COMMAND: any package that has the command.
deps_check='
	chromium
	clang
	clang-format
	git
	lcov
	libclang-rt-dev
	libcriterion-dev
	nodejs/node
	npm/npm
	shellcheck
	wrk
	xz-utils
'

# as_root COMMAND... - directly, or through sudo.
as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	else
		sudo "$@"
	fi
}

# deps_install PACKAGE... - install those that are missing.
deps_install() {
	missing=
	for package in "$@"; do
		case $package in
		*/*)	command -v "${package#*/}" >/dev/null && continue ;;
		esac
		package=${package%/*}
		dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null |
		    grep -q '^.i' || missing="$missing $package"
	done
	[ -n "$missing" ] || return 0
	echo "installing$missing"
	# Nothing of ours uses the system's PostgreSQL cluster or nginx site: the
	# packages shall not start them, on a machine that has no word on it yet.
	policy=
	if [ ! -e /usr/sbin/policy-rc.d ]; then
		policy=/usr/sbin/policy-rc.d
		printf '#!/bin/sh\nexit 101\n' | as_root tee $policy >/dev/null
		as_root chmod 755 $policy
	fi
	rc=0
	apt_log=$(mktemp)
	# shellcheck disable=SC2086 # one word each
	as_root sh -c 'apt-get -q update && DEBIAN_FRONTEND=noninteractive \
	    apt-get -q -y --no-install-recommends install "$@"' apt $missing \
	    </dev/null >"$apt_log" 2>&1 || rc=$?
	[ "$rc" = 0 ] || tail -n 40 "$apt_log" >&2
	rm -f "$apt_log"
	[ -z "$policy" ] || as_root rm -f $policy
	return "$rc"
}
