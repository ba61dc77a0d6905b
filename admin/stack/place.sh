# place - where the files of one ./run live, and as whom its processes run.
#
#	$state	what --dir says: frostguard.conf, demo.json, log/
#	$home	the same, or, where the programs' users cannot enter that, a
#		directory of its own under /var/lib: programs, database, spool
#	$sockets  short enough for the kernel's limit of 107 characters
# shellcheck shell=bash

# place_users - prefixes of a command: ${as_db[@]} for PostgreSQL, ${as_fg[@]}
# for our programs. As root each drops to a user of its own.
place_users() {
	db_user=$(id -un)
	fg_user=$db_user
	as_db=()
	as_fg=()
	if [[ $db_user == root ]]; then
		db_user=postgres
		fg_user=www-data
		as_db=(setpriv --reuid "$db_user" --regid "$db_user" --init-groups)
		as_fg=(setpriv --reuid "$fg_user" --regid "$fg_user" --init-groups)
	fi
}

# enterable DIRECTORY - by the users our processes run as.
enterable() {
	"${as_db[@]}" test -x "$1" && "${as_fg[@]}" test -x "$1"
}

# place_set DIRECTORY - decide; creates nothing but the state directory.
place_set() {
	local uid key
	uid=$(id -u)
	# Names go into configuration files and crontabs without quotes.
	[[ $1 =~ ^[A-Za-z0-9/._@+~,=-]+$ ]] ||
	    fail "$1: only letters, digits and ._@+~,=- in the directory's name"
	mkdir -p "$1" || fail "$1: cannot create the state directory"
	state=$(cd "$1" && pwd -P)
	key=$(printf %s "$state" | sha256sum | cut -c 1-12)
	mark=frostguard-$key
	place_users
	home=$state
	if [[ $uid == 0 ]]; then
		chmod a+x "$state"
		enterable "$state" || home=/var/lib/$mark
		sockets=/run/$mark
	else
		sockets=$state/run
		((${#sockets} <= 80)) || sockets=/tmp/$mark-$uid
	fi
	logs=$home/log
	pids=$home/pid
	database_place
}

place_create() {
	place_dir "$sockets" "$(id -un)" 755
	if [[ $home != "$state" ]]; then
		# Whoever removed the state directory meant all of it.
		[[ -L $state/frostguard.conf ]] || rm -rf "$home"
		ln -sfn "$home/frostguard.conf" "$home/log" "$state"
	fi
	place_dir "$home" "$(id -un)" 755
	mkdir -p "$logs" "$pids"
}

# place_dir DIRECTORY OWNER MODE - ours, whoever made it: a directory in /tmp
# that somebody else got in first is refused.
place_dir() {
	mkdir -p -m 700 "$1"
	[[ ! -L $1 && -O $1 || $(stat -c %U "$1") == "$2" ]] ||
	    fail "$1: belongs to somebody else"
	[[ $2 == "$(id -un)" ]] || chown "$2:" "$1"
	chmod "$3" "$1"
}
