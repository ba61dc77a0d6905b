#!/bin/bash
# The two faults that happen, in small: webhook workers die, and PostgreSQL is
# away for a while. t/faults/check has the others, and more of these.
set -euo pipefail
# shellcheck source=faults/common
. "$(dirname "$0")/faults/common"

load 4 20
kill_workers uplinks 5
kill_workers stream 1
after 200

load 6 20
sleep 1
database_away 3
after '200|202'

order_kept
ask_end
