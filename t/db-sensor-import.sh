#!/bin/bash
# Sensors by the thousand, from a spreadsheet: all of them or none, every fault
# told by line and column, and nothing done by a dry run.
set -uo pipefail
# shellcheck source=command
. "$(dirname "$0")/command"

does 'added' organization add 'Harbour Kitchen'
does 'added' site add Quayside
does 'added' site add 'Market hall'
does 'added' unit add 'Fish fridge' --type fridge --site Quayside
does 'added' unit add 'Oyster "big" case, left' --type display_case \
    --site 'Market hall'
does 'added' unit add Freezer --type freezer --site Quayside --area Bar
does 'added' unit add Freezer --type freezer --site 'Market hall' --area Bar

# list LINE... - a file of these lines, ended as spreadsheets do.
list() {
	printf '%s\r\n' "$@" >"$tmp/list.csv"
}
sensors() {
	sql "SELECT d.device_eui || '|' || coalesce(u.name, '-') || '|' ||
	    coalesce(s.name, '-') || '|' || d.name || '|' ||
	    coalesce(d.manufacturer || '/' || d.model, '-') || '|' ||
	    coalesce(l.join_eui, '-')
	  FROM devices d
	  JOIN lora_sensors l ON l.device_id = d.id
	  LEFT JOIN units u ON u.id = d.unit_id
	  LEFT JOIN areas a ON a.id = u.area_id
	  LEFT JOIN sites s ON s.id = a.site_id ORDER BY 1"
}

# In any order of columns, under any spelling, with a mark and quotes; units
# by name, narrowed where that needs it.
printf '\xef\xbb\xbf' >"$tmp/list.csv"
printf '%s\r\n' 'Unit,DevEUI,Site,Model,Manufacturer,Name,Join EUI,Interval' \
    'fish fridge,A8:40:41:00:00:00:00:01,,lht65n,dragino, Fish ,,10min' \
    '"Oyster ""big"" case, left",a840410000000002,,dragino/lht65n,,,A000000000000001' \
    'Freezer,a840410000000003,market hall,,,"two
lines"' ',,,,,,' ',a840410000000004' >>"$tmp/list.csv"
refuses 1 'FILE ".*list.csv": nothing was added for 1 fault$' \
    sensor import "$tmp/list.csv"
grep -qx 'line 4, name: must not have control characters' "$tmp/err" ||
    fault 'does not name line and column'
sed -i 's/"two$/"two lines",/; s/^lines"//' "$tmp/list.csv"
before=$(everything)
does '^line 2: a840410000000001 to fish fridge$' \
    sensor import --dry-run "$tmp/list.csv"
grep -qx '4 sensors would be added; the organization would have 4' \
    "$tmp/out" || fault 'does not count'
same 'what a dry run changes' "$before" "$(everything)"
does '^4 sensors added; the organization has 4$' sensor import "$tmp/list.csv"
same 'the sensors' \
'a840410000000001|Fish fridge|Quayside|Fish|dragino/lht65n|-
a840410000000002|Oyster "big" case, left|Market hall|a840410000000002|dragino/lht65n|a000000000000001
a840410000000003|Freezer|Market hall|two lines|-|-
a840410000000004|-|-|a840410000000004|-|-' "$(sensors)"
same 'how often units are to be heard' 'Fish fridge 600
Freezer 300
Oyster "big" case, left 1200' "$(sql "SELECT name || ' ' ||
    checkin_interval_seconds FROM units WHERE primary_device_id IS NOT NULL
    ORDER BY name")"
same 'units that have a primary sensor' 3 "$(sql 'SELECT count(*) FROM units
    WHERE primary_device_id IS NOT NULL')"
same 'the trail' 4 "$(sql "SELECT count(*) FROM event_logs
    WHERE event_type = 'device_created' AND event_data ? 'operator'")"
refuses 1 'for 4 faults' sensor import "$tmp/list.csv"

# All faults at once.
list 'dev_eui,unit,site,manufacturer,model,join_eui' \
    'a840410000000011,Fish fridge' 'a84041,Fish fridge' ',Fish fridge' \
    'a840410000000011,Freezer,Quayside' 'a840410000000012,Freezer' \
    'a840410000000013,Nowhere' 'a840410000000014,,Quayside' \
    'a840410000000001,Fish fridge' 'a840410000000015,,,dragino' \
    'a840410000000016,,,,,xyz' 'a840410000000017,a,b,c,d,e,f'
refuses 1 'for 8 faults' sensor import "$tmp/list.csv"
same 'faults of the file itself' \
'line 3, dev_eui: must be 16 hexadecimal digits
line 4, dev_eui: is missing
line 8, unit: is missing, and a sensor is on a unit or nowhere
line 10, model: is missing
line 11, join_eui: must be 16 hexadecimal digits
line 12: 7 fields under 6 columns
line 12, join_eui: must be 16 hexadecimal digits
line 5, dev_eui: stands on line 2 too' "$(tail -n +2 "$tmp/err")"
list 'dev_eui,unit,site' 'a840410000000011,Fish fridge' \
    'a840410000000012,Freezer' 'a840410000000013,Nowhere' \
    'a840410000000001,Freezer,Quayside'
refuses 1 'for 3 faults' sensor import "$tmp/list.csv"
same 'faults that the database knows of' \
'line 3, unit: there is more than one "Freezer" there
line 4, unit: there is no "Nowhere" there
line 5, dev_eui: there is a sensor a840410000000001 already' \
    "$(tail -n +2 "$tmp/err")"

# What their network calls them is another's neither here nor there.
list 'DevEUI,TTN device id' 'a840410000000011,probe-11' \
    'a840410000000012,probe-11' 'a840410000000013,Probe'
refuses 1 'for 2 faults' sensor import "$tmp/list.csv"
same 'faults of ids' \
'line 4, ttn_device_id: must be 3 to 36 lower-case letters and digits, with '\
'single dashes between them
line 3, ttn_device_id: stands on line 2 too' "$(tail -n +2 "$tmp/err")"
list 'DevEUI,TTN device id' 'a840410000000011,probe-11' a840410000000012,
before=$(everything)
does '^2 sensors would be' sensor import --dry-run "$tmp/list.csv"
same 'what a dry run changes' "$before" "$(everything)"
sql "UPDATE devices SET ttn_device_id = 'probe-11'
    WHERE device_eui = 'a840410000000001'"
refuses 1 'for 1 fault' sensor import "$tmp/list.csv"
same 'the fault' 'line 2, ttn_device_id: another sensor has probe-11' \
    "$(tail -n +2 "$tmp/err")"
sql "UPDATE devices SET ttn_device_id = NULL"

# Another organization's sensors are taken, its units are not there.
does 'added' organization add Northside
list 'dev_eui,unit' 'a840410000000001,Fish fridge'
refuses 1 '--organization: there is more than one' sensor import "$tmp/list.csv"
refuses 1 'for 2 faults' sensor import "$tmp/list.csv" --organization northside

# What is no list of sensors.
mine() {
	refuses 1 "$1" sensor import "$tmp/list.csv" \
	    --organization harbour-kitchen
}
list 'eui,unit' 'a840410000000021,Freezer'
mine '^line 1: no column is called "eui"$'
list 'name,unit' 'a,b'
mine '^line 1: there is no column dev_eui$'
list 'dev_eui,DevEUI' 'a840410000000021,'
mine '^line 1: two columns are called dev_eui$'
list 'dev_eui,name' 'a840410000000021,"x'
mine '^line 2: field 2: no closing quote$'
printf 'dev_eui,name\na840410000000021,K\xfche\n' >"$tmp/list.csv"
mine '^line 2: field 2: not UTF-8$'
: >"$tmp/list.csv"
mine 'there are no columns'
list 'dev_eui'
mine 'there are no sensors'
refuses 1 'FILE "/nonexistent": No such file' sensor import /nonexistent \
    --organization harbour-kitchen
refuses 1 'FILE "/": (Is a directory|cannot be read)' sensor import / \
    --organization harbour-kitchen
refuses 2 'FILE: must be given' sensor import
{
	echo dev_eui
	for ((i = 0; i < 30; i++)); do echo x; done
} >"$tmp/list.csv"
mine '^and 10 more$'

seq -f 'a840420%09.0f' 1 100001 | sed '1i dev_eui' >"$tmp/list.csv"
mine '^line 100002: a list may have 100000 sensors$'

# Ten thousand, from a pipe, in seconds.
{
	echo 'dev_eui;unit;site;manufacturer;model'
	for ((i = 0; i < 10000; i++)); do
		printf 'a8404100%08x;Fish fridge;Quayside;dragino;lht65n\n' \
		    $((i + 4096))
	done
} >"$tmp/list.csv"
asked='10000 sensors'
SECONDS=0
./frostguard sensor import - --organization harbour-kitchen <"$tmp/list.csv" \
    >"$tmp/out" 2>"$tmp/err" || fault failed
grep -qx '10000 sensors added; the organization has 10004' "$tmp/out" ||
    fault 'does not count them'
((SECONDS <= 30)) || fault "took $SECONDS s"
same 'their trail' 10004 "$(sql "SELECT count(*) FROM event_logs
    WHERE event_type = 'device_created'")"
echo "10000 sensors in $SECONDS s"
command_end
