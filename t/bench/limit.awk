# limit.awk - PostgreSQL's log of one uplink becomes a pgbench script.
#
# Two round trips: up to the first statement that writes, and the rest.
# Values that belong to the sensor or the instant (org, device, unit, eui, at:
# what they were is in the variables of these names) become variables of the
# script, others are constants of the command line, one "NAME=VALUE" a line in
# the file named by "values": pgbench sends both as parameters.

BEGIN {
	known[org] = "org"
	known[device] = "device"
	known[unit] = "unit"
	known[eui] = "eui"
	known[at] = "at"
}

/ DETAIL:  parameters: / && executed {
	sub(/.* DETAIL:  parameters: /, "")
	parameters[n] = $0
}
{ executed = / uplinks \[/ && sub(/.* execute [a-z_]+\.[0-9a-f.]+: /, "") }
executed { sql[++n] = $0 }
END {
	for (i = 1; i <= n; i++)
		if (sql[i] ~ /^BEGIN/)
			first = i
	print "\\if :ready = 0"
	print "\\set n :sensor + :client_id"
	print "SELECT set_config('frostguard.org_id', :org, false) \\gset"
	print "SELECT id AS device, unit_id AS unit, device_eui AS eui" \
	    " FROM devices WHERE device_eui =" \
	    " 'a840410000' || lpad(to_hex(:n::int), 6, '0') \\gset"
	print "\\set ready 1"
	print "\\endif"
	print "\\set at :at + 1"
	print "\\startpipeline"
	for (i = first; i <= n; i++) {
		if (!writes && sql[i] ~ /^(INSERT|UPDATE)/) {
			writes = 1
			print "\\endpipeline"
			print "\\startpipeline"
		}
		print with_values(sql[i], parameters[i]) ";"
	}
	print "\\endpipeline"
}

# The statement, with names for its parameters.
function with_values(text, list,    name, out, i) {
	while (match(list, /^(, )?\$[0-9]+ = /)) {
		i = substr(list, RSTART, RLENGTH)
		gsub(/[^0-9]/, "", i)
		list = substr(list, RLENGTH + 1)
		if (match(list, /^NULL/))
			name[i] = "NULL"
		else if (match(list, /^'([^']|'')*'/))
			name[i] = name_of(substr(list, 2, RLENGTH - 2))
		list = substr(list, RLENGTH + 1)
	}
	while (match(text, /\$[0-9]+/)) {
		out = out substr(text, 1, RSTART - 1) \
		    name[substr(text, RSTART + 1, RLENGTH - 1)]
		text = substr(text, RSTART + RLENGTH)
	}
	return out text
}

# A constant is named when it is first met. What holds a known value, as a row
# does, is put together of the parts.
function name_of(value,    k, at, first, which) {
	if (value in known)
		return ":" known[value]
	for (k in known) {
		at = length(k) > 12 ? index(value, k) : 0
		if (at && (!first || at < first)) {
			first = at
			which = k
		}
	}
	if (first)
		return "(" name_of(substr(value, 1, first - 1)) " || " \
		    name_of(which) "::text || " \
		    name_of(substr(value, first + length(which))) ")"
	known[value] = "c" ++constants
	print known[value] "=" value >values
	return ":" known[value]
}
