# database - the private PostgreSQL cluster of one ./run.
#
# It listens on a socket in a directory that only its own user and the
# programs' user can enter. Administration is by peer (whoever called ./run,
# and the server's user); the programs' roles have generated passwords (SCRAM)
# in a file that only their user can read. There is no trust.
# shellcheck shell=bash

database_name=frostguard
database_port=5432
database_superuser=postgres
database_roles='fg_app fg_hooks fg_ingest fg_inspector fg_jobs fg_owner fg_platform fg_stream'

database_place() {
	pg_data=$home/postgres
	pg_socket=$sockets/postgres
	passwords=$home/secret/passwords
	database_admin="host=$pg_socket port=$database_port"
	database_admin+=" dbname=$database_name user=$database_superuser"
}

# sql [ARGUMENT...] - psql as the superuser.
sql() {
	psql -qXAt -v ON_ERROR_STOP=1 -h "$pg_socket" -p "$database_port" \
	    -U "$database_superuser" "$@"
}

# The postmaster of our data directory, if it runs: whatever started it, and
# whatever a stale postmaster.pid says.
database_pid() {
	local pid
	read -r pid 2>/dev/null <"$pg_data/postmaster.pid" || return 1
	[[ $(readlink "/proc/$pid/cwd") == "$pg_data" ]] && echo "$pid"
}

database_settings() {
	cat <<-!
	listen_addresses = ''
	port = $database_port
	unix_socket_directories = '$pg_socket'
	unix_socket_permissions = 0777	# the directory decides
	cluster_name = '$mark'
	max_connections = 200
	shared_buffers = 256MB
	fsync = on
	synchronous_commit = on
	max_wal_size = 2GB
	checkpoint_timeout = 15min
	wal_compression = lz4
	jit = off
	timezone = 'UTC'
	log_timezone = 'UTC'
	password_encryption = 'scram-sha-256'
	log_line_prefix = '%m %a [%p] '
	log_min_duration_statement = 1s
	!
}

database_access() {
	cat <<-!
	local all $database_superuser peer map=run
	local $database_name ${database_roles// /,} scram-sha-256
	!
}

database_administrators() {
	local user
	for user in $(printf '%s\n' "$(id -un)" "$db_user" | sort -u); do
		echo "run $user $database_superuser"
	done
}

database_create() {
	say "creating the database cluster"
	place_dir "$pg_data" "$db_user" 700
	"${as_db[@]}" "$pg_bin/initdb" -D "$pg_data" -U "$database_superuser" \
	    -E UTF8 --locale=C.UTF-8 --data-checksums --auth-local=peer \
	    --auth-host=reject >"$logs/initdb.log" 2>&1 || {
		rm -rf "$pg_data"
		fail_with "$logs/initdb.log" "initdb failed"
	}
	echo "include_if_exists = 'run.conf'" >>"$pg_data/postgresql.conf"
}

# database_file NAME - standard input becomes a file of the data directory.
database_file() {
	cat >"$pg_data/$1"
	chown "$db_user" "$pg_data/$1"
	chmod 600 "$pg_data/$1"
}

database_start() {
	local tries
	pg_bin=$(pg_config --bindir)
	[[ -e $pg_data/PG_VERSION ]] || database_create
	place_dir "$pg_socket" "$db_user" 750
	[[ $db_user == "$fg_user" ]] || chgrp "$fg_user" "$pg_socket"
	database_settings | database_file run.conf
	database_access | database_file pg_hba.conf
	database_administrators | database_file pg_ident.conf
	database_pid >/dev/null && return
	say "starting PostgreSQL"
	launch postgres "${as_db[@]}" "$pg_bin/postgres" -D "$pg_data"
	for ((tries = 0; tries < 600; tries++)); do
		sql -d postgres -c 'SELECT 1' >/dev/null 2>&1 && return
		running postgres || break
		sleep 0.1
	done
	fail_with "$logs/postgres.log" "PostgreSQL does not start"
}

database_stop() {
	local pid tries
	pid=$(database_pid) || return 0
	kill -INT "$pid"	# disconnect everybody, then a clean end
	for ((tries = 0; tries < 300; tries++)); do
		[[ -e /proc/$pid ]] || break
		sleep 0.1
	done
	[[ ! -e /proc/$pid ]] || kill -QUIT "$pid"
	rm -f "$pids/postgres"
}

# One password a role, made once.
database_passwords() {
	local role
	for role in $database_roles; do
		grep -s "^$role:" "$passwords" ||
		    echo "$role:$(head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n')"
	done >"$passwords.new"
	chown "$fg_user" "$passwords.new"
	chmod 600 "$passwords.new"
	mv "$passwords.new" "$passwords"
}

database_migrate() {
	local role word
	[[ -n $(sql -d postgres -c "SELECT 1 FROM pg_database
	    WHERE datname = '$database_name'") ]] ||
	    sql -d postgres -c "CREATE DATABASE $database_name"
	say "migrating the schema"
	"$frostguard" migrate up --database "$database_admin" \
	    >"$logs/migrate.log" 2>&1 ||
	    fail_with "$logs/migrate.log" "the migration failed"
	database_passwords
	while IFS=: read -r role word; do
		echo "ALTER ROLE $role LOGIN PASSWORD '$word';"
	done <"$passwords" | sql -d postgres
}
