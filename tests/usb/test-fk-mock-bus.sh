#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# fk-mock-bus itself: how it ends, what a program sees of the bus, cables pulled by signals.
# Usage: test-fk-mock-bus.sh FK-MOCK-BUS.  Speaks TAP.

bus=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
number=0

# check NAME STATUS PATTERN ARGUMENT...: fk-mock-bus with these arguments ends with STATUS, having said
# something that PATTERN fits.
check() {
    name=$1 expected=$2 pattern=$3
    shift 3
    number=$((number + 1))
    "$bus" "$@" >"$folder/said" 2>&1 </dev/null
    status=$?
    if [ $status -eq "$expected" ] &&
        echo "$(tr '\n' ' ' <"$folder/said")" | grep -qe "$pattern"; then
        echo "ok $number /fk-mock-bus/$name"
    else
        echo "not ok $number /fk-mock-bus/$name"
        echo "# ended with $status, not $expected; wanted “$pattern” in:"
        sed 's/^/# /' "$folder/said"
    fi
}

devices='ls /sys/bus/usb/devices'
until_gone='while ls /sys/bus/usb/devices/1-1; do sleep 0.05; done >/dev/null 2>&1'
until_there='until ls /sys/bus/usb/devices/1-1/devnum; do sleep 0.05; done >/dev/null 2>&1'

echo 1..20
check status 0 '^$' -- true
check other-status 7 '^$' -- sh -c 'exit 7'
check killed 143 '^$' -- sh -c 'kill $$'
check not-found 127 'no-such-program' -- no-such-program
check no-command 125 'which command' -b blue-pill
check no-board 125 'no simulated board' -b no-such-board -- true
check output 0 '^hello *$' -- echo hello
check empty 0 '^usb1 *$' -- $devices
check boards 0 '^1-1 1-2 usb1 *$' -b blue-pill -b skr-mini-e3 -- $devices
check attributes 0 '^0483 374b 0670FF555654846687182235 12 *$' -b disco-f4 -- sh -c \
    'cd /sys/bus/usb/devices/1-1; cat idVendor idProduct serial speed'
check unplug 0 '^1-1 usb1 usb1 *$' -b blue-pill -- sh -c \
    "$devices; kill -USR1 \$PPID; $until_gone; $devices"
check plug 0 '^2 usb1 1-1 usb1 3 *$' -b blue-pill -- sh -c \
    "cat /sys/bus/usb/devices/1-1/devnum; kill -USR1 \$PPID; $until_gone; $devices; \
     kill -USR2 \$PPID; $until_there; $devices; cat /sys/bus/usb/devices/1-1/devnum"
mkfifo "$folder/control"
check control 0 '^1-2 usb1 1-1 1-2 usb1 *$' -b blue-pill -b skr-mini-e3 --control "$folder/control" -- sh -c \
    "echo unplug 0 >$folder/control; $until_gone; $devices; \
     echo plug 0 >$folder/control; $until_there; $devices"
check denied 0 '^denied *$' -b 'blue-pill?access=denied' -- sh -c \
    '(: <>/dev/bus/usb/001/002) 2>/dev/null || echo denied'
check not-denied 0 '^open *$' -b blue-pill -- sh -c \
    '(: <>/dev/bus/usb/001/002) && echo open'
check dump 0 '^65536 *$' -b blue-pill --dump "0x08000000:65536:$folder/dump" -- sh -c 'echo 65536'
size=$(stat -c %s "$folder/dump")
number=$((number + 1))
[ "$size" = 65536 ] || printf 'not '
echo "ok $number /fk-mock-bus/dump-size"

# counted NAME EXPRESSION ARGUMENT...: the report of this run, as r, and its only board, as b, make
# EXPRESSION true.
counted() {
    name=$1 expression=$2
    shift 2
    number=$((number + 1))
    "$bus" --report-json="$folder/report" "$@" >"$folder/said" 2>&1 </dev/null
    if python3 -c '
import json, sys
r = json.load(open(sys.argv[1]))
b = r["boards"][0] if r["boards"] else None
sys.exit(not eval("(" + sys.argv[2] + ")"))' "$folder/report" "$expression"; then
        echo "ok $number /fk-mock-bus/$name"
    else
        echo "not ok $number /fk-mock-bus/$name"
        echo "# not so: $expression"
        sed 's/^/# /' "$folder/report"
    fi
}

counted report-status 'r["exit_status"] == 3 and r["boards"] == []' -- sh -c 'exit 3'
counted report-cost '0.2 < r["client_user_seconds"] + r["client_system_seconds"] and
    r["wall_seconds"] >= 0.2 and b["name"] == "blue-pill" and b["transfers"] == b["bytes"] == 0' \
    -b blue-pill -- python3 -c 'import time
while time.process_time() < 0.2: pass'
check report-nowhere 125 'no-such-folder' --report-json="$folder/no-such-folder/report" -- true
