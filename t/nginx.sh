#!/bin/bash
# nginx takes the configuration, and sends every route that a program prints
# to that program.
set -euo pipefail
top=$(cd "${srcdir:-.}" && pwd)
PATH=$PATH:/usr/sbin
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
# shellcheck disable=SC2034 # for services_nginx_conf
sockets=$home logs=$home port=18080 fg_user=www-data
# shellcheck source=../admin/stack/services.sh
. "$top/admin/stack/services.sh"

services_nginx_conf
mkdir "$home/tmp"
nginx -t -q -e "$home/error.log" -p "$home" -c "$home/nginx/run.conf"

# program_of PATH - whom nginx would ask, by the tables of its configuration.
program_of() {
	local segment=${1#/}
	segment=${segment%%/*}
	awk -v path="$1" -v segment="$segment" '
		$1 == "location" { how = $2; place = $3 }
		$1 == "fastcgi_pass" && (how == "=" && path == place ||
		    how == "~" && path ~ place) { program = $2 }
		FILENAME ~ /programs/ && $1 == segment { by_segment = $2 }
		FILENAME ~ /programs/ && $1 == "default" { by_default = $2 }
		END {
			if (program == "")
				program = by_segment ? by_segment : by_default
			gsub(/^fg_|;$/, "", program)
			print program
		}' "$home/nginx/programs.conf" "$home/nginx/server.conf"
}

routes=0
wrong=0
for binary in cgi-bin/*; do
	[[ -f $binary && -x $binary && $binary != */serve ]] || continue
	program=$(basename "$binary")
	grep -q "^upstream fg_$program {" "$home/nginx/http.conf" || {
		echo "$program: no upstream in nginx/http.conf.in"
		wrong=1
	}
	while read -r path; do
		routes=$((routes + 1))
		[[ $(program_of "$path") == "$program" ]] || {
			echo "$path of $program goes to $(program_of "$path")"
			wrong=1
		}
	done < <("$binary" --routes | sed -n 's/.*"path": *"\([^"]*\)".*/\1/p')
done
echo "$routes routes"
exit "$wrong"
