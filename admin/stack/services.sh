# services - configuration, FastCGI programs and nginx of one ./run.
# shellcheck shell=bash

# Each upstream of nginx is a program cgi-bin/NAME that serves $sockets/NAME.sock.
services_programs=$(sed -n 's/^upstream fg_\(.*\) {.*/\1/p' \
    "$top/nginx/http.conf.in")

# services_build - into $build; a second ./run of the same tree waits.
services_build() {
	local source=$top
	build=$top/build
	if [[ ! -w $top ]]; then
		source=$home/source
		build=$home/build
		mkdir -p "$source"
		tar -C "$top" --exclude=./build --exclude=./var --exclude=./.git \
		    -cf - . | tar -C "$source" --no-same-owner -xf -
	elif [[ -e $top/config.status ]]; then
		build=$top		# configured in place
	fi
	mkdir -p "$build"
	say "building"
	(
		flock 8
		cd "$build"
		[[ -e $source/configure ]] || (cd "$source" && autoreconf -fi)
		[[ -e config.status ]] || "$source/configure" -q
		make -s -j"$(nproc)"
	) 8>"$build/.lock" 9>&- >"$logs/build.log" 2>&1 ||
	    fail_with "$logs/build.log" "the build failed"
	[[ $build != "$top/build" ]] ||
	    ln -sfn build/frostguard "$top/frostguard"
}

# services_install - what runs goes to where its users can read it.
services_install() {
	make -s -C "$build" install prefix="$home/app" \
	    exec_prefix="$home/app" sysconfdir="$home/app/etc" \
	    >"$logs/install.log" 2>&1 9>&- ||
	    fail_with "$logs/install.log" "make install failed"
}

# What ./run decides; every other line of the file is the user's.
services_keys() {
	cat <<-!
	base_url = $base_url
	database = host=$pg_socket port=$database_port dbname=$database_name
	database_password_file = $passwords
	key_file = $home/secret/key
	metrics_file = $sockets/live/metrics
	run_dir = $sockets/live
	spool_dir = $home/spool
	sql_dir = $home/app/share/frostguard/sql
	state_dir = $home
	stream_socket = $sockets/live/stream.events
	templates_dir = $home/app/share/frostguard/templates
	!
}

services_configure() {
	local key
	place_dir "$home/secret" "$fg_user" 700
	place_dir "$home/spool" "$fg_user" 700
	place_dir "$home/tmp" "$fg_user" 700
	place_dir "$sockets/live" "$fg_user" 700
	if [[ ! -e $home/secret/key ]]; then
		head -c 32 /dev/urandom >"$home/secret/key"
		chown "$fg_user" "$home/secret/key"
		chmod 600 "$home/secret/key"
	fi
	touch "$FROSTGUARD_CONF"
	key=$(services_keys | sed 's/ =.*//' | paste -sd '|')
	{
		services_keys
		grep -vE "^($key) *=" "$FROSTGUARD_CONF" || :
	} >"$FROSTGUARD_CONF.new"
	mv "$FROSTGUARD_CONF.new" "$FROSTGUARD_CONF"
	services_nginx_conf
}

services_nginx_conf() {
	local files user='' file
	files=$(ulimit -Hn)
	[[ $files != unlimited && $files -lt 65536 ]] || files=65536
	[[ $(id -u) != 0 ]] || user="user $fg_user;"
	mkdir -p "$home/nginx"
	for file in "$top"/nginx/*.conf "$top"/nginx/*.conf.in; do
		sed -e "s|@CONNECTIONS@|$((files / 2))|g" \
		    -e "s|@HOME@|$home|g" \
		    -e "s|@LISTEN@|127.0.0.1:$port|g" \
		    -e "s|@LOGS@|$logs|g" \
		    -e "s|@NGINX@|$home/nginx|g" \
		    -e "s|@NOFILE@|$files|g" \
		    -e "s|@SOCKETS@|$sockets|g" \
		    -e "s|@TEMPLATES@|$home/app/share/frostguard/templates|g" \
		    -e "s|@TMP@|$home/tmp|g" \
		    -e "s|@USER@|$user|g" \
		    -e "s|@WEBHOOK_BURST@|100000|g" \
		    -e "s|@WEBHOOK_RATE@|100000|g" \
		    "$file" >"$home/nginx/$(basename "${file%.in}")"
	done
}

# serve NAME - a FastCGI program on its socket. Lists of readings are large and
# take long: of them only a few wait, and to the others nginx says 503.
serve() {
	local owner=() waiting=()
	[[ $1 != bulk ]] || waiting=(-b 16)
	[[ $(id -u) != 0 ]] || owner=(-u "$fg_user" -g "$fg_user" -U "$fg_user")
	launch "$1" spawn-fcgi -n -s "$sockets/$1.sock" -M 0600 "${waiting[@]}" \
	    "${owner[@]}" -- \
	    "$home/app/libexec/frostguard/serve" "$1"
}

services_start() {
	local name
	! (: >"/dev/tcp/127.0.0.1/$port") 2>/dev/null ||
	    fail "port $port is taken; --port names another"
	say "starting the programs"
	for name in $services_programs; do
		serve "$name"
	done
	launch nginx nginx -e "$logs/nginx-error.log" -p "$home" \
	    -c "$home/nginx/run.conf" -g 'daemon off;'
	services_await
}

# Returns when everything answers; says whose log to read when it does not.
services_await() {
	local tries name
	for ((tries = 0; tries < 300; tries++)); do
		for name in $services_programs nginx; do
			running "$name" ||
			    fail_with "$logs/$name.log" "$name does not start"
		done
		curl -fs -o "$home/tmp/ready" "$base_url/health/ready" && return
		sleep 0.1
	done
	fail_with "$logs/health.log" "not ready after 30 s: $base_url/health/ready"
}

services_stop() {
	local name
	for name in nginx $services_programs; do
		halt "$name"
	done
}
