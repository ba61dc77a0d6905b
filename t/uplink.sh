#!/bin/sh
# frostguard uplink: a line in, a line out, and what is wrong with a line.
set -u
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
faults=0
messages=${srcdir:-.}/t/data/messages

# check WHAT WANT GOT
check()
{
	[ "$2" = "$3" ] && return
	printf '%s: want "%s", got "%s"\n' "$1" "$2" "$3"
	faults=$((faults + 1))
}

# ask WANTED-STATUS: standard input to the command, its answer in $dir/out.
ask()
{
	./frostguard uplink >"$dir/out" 2>"$dir/err"
	check 'exit status' "$1" $?
	check 'standard error' '' "$(cat "$dir/err")"
}

ask 0 <<'EOF2'
{"TempC_SHT":4.05,"Hum_SHT":61.3,"BatV":3.05,"TempC_DS":327.67}

{"temperature":-18,"battery":98,"door":"open"}
EOF2
check 'a payload' '{"temperature":4.05,"humidity":61.3,'\
'"batteryVoltage":3.05,"batteryPercent":null,"doorOpen":null,'\
'"temperatures":[4.05],"faults":["TempC_DS: no value a probe can measure: '\
'broken or not connected"],"why":' \
    "$(sed -n '1s/"why":.*/"why":/p' "$dir/out")"
check 'whole numbers' '{"temperature":-18,"humidity":null,'\
'"batteryVoltage":null,"batteryPercent":98,"doorOpen":true,'\
'"temperatures":[-18],"faults":[],"why":["temperature: a temperature",'\
'"battery: battery charge","door: door","temperature: the main temperature"]}' \
    "$(sed -n 2p "$dir/out")"
check 'a blank line' 2 "$(wc -l <"$dir/out")"

tr -d '\n' <"$messages/uplink-three-gateways.json" | ask 0
check 'a webhook body' '{"temperature":4.1,"humidity":61,'\
'"batteryVoltage":null,"batteryPercent":85,"doorOpen":false,' \
    "$(sed 's/"temperatures".*//' "$dir/out")"
tr -d '\n' <"$messages/../chirpstack/up-three-gateways.json" | ask 0
check 'an event of ChirpStack' '{"temperature":4.1,"humidity":61,'\
'"batteryVoltage":null,"batteryPercent":85,"doorOpen":false,' \
    "$(sed 's/"temperatures".*//' "$dir/out")"
tr -d '\n' <"$messages/../chirpstack/up-mac-only.json" | ask 0
check 'an event without payload' '["uplink_message without payload: '\
'the frame carries no payload"]}' "$(sed 's/.*"why"://' "$dir/out")"
tr -d '\n' <"$messages/join-accept.json" | ask 0
check 'a join' '"why":["join_accept: this kind of message carries no reading"]}' \
    "$(sed 's/.*"faults":\[\],//' "$dir/out")"

ask 1 <<'EOF2'
{"temperature":4
[4]
{"temperature":4}
4
EOF2
check 'four answers' 4 "$(wc -l <"$dir/out")"
check 'three errors' 3 "$(grep -c '^{"error":"[^"]*"}$' "$dir/out")"
check 'the good line' 1 "$(grep -c '^{"temperature":4,' "$dir/out")"

{
	printf '{"x":"'
	head -c 1100000 /dev/zero | tr '\0' x
	printf '"}\n{"temperature":4}'
} | ask 1
check 'a line of over 1 MB' '{"error":"line too long"}' \
    "$(sed -n 1p "$dir/out")"
check 'the line after it' 1 "$(grep -c '^{"temperature":4,' "$dir/out")"

ask 0 </dev/null
check 'no input' '' "$(cat "$dir/out")"

# Whoever feeds it line by line gets each answer before the next question.
mkfifo "$dir/in" "$dir/answers"
./frostguard uplink <"$dir/in" >"$dir/answers" &
exec 3>"$dir/in" 4<"$dir/answers"
for t in 1 2; do
	printf '{"temperature":%s}\n' "$t" >&3
	read -r line <&4
	check 'streaming' "{\"temperature\":$t" "${line%%,*}"
done
exec 3>&- 4<&-
wait

./frostguard uplink --help >"$dir/out" || check 'help' 0 1
check 'help' 1 "$(grep -c '^usage: frostguard uplink' "$dir/out")"
./frostguard uplink file >"$dir/out" 2>/dev/null
check 'an operand' 2 $?
exit $((faults > 0))
