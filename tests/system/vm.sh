#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Guests, for real: Debian's stable kernel and a newer one, a run of each brought
# home and taken apart; then everything that can go wrong with one: it does not
# boot, it hangs, ^C, kill -9, a full disk. Nothing here needs root, and nothing
# touches the memory of this machine.

. tests/system/common

need_guests 3000

# Small enough for an emulator, and yet the whole experiment.
cat >"$work/guest.ini" <<-END
	; Two heaps that interleave, one of them killed, in a guest.
	[scenario]
	start = clean
	pcp = small
	floor = 32M
	[phase baseline]
	do = settle
	for = 300ms
	[phase drain]
	do = drain
	[phase fill]
	do = run
	workload = sbrk-interleave
	processes = 2
	pages = 40000
	mode = lockstep
	cpus = same
	[phase free]
	do = free
	kill = 1
	for = 300ms
	[phase compact]
	do = compact
	for = 300ms
END

# Runs a guest; says why it is impossible here when it is. One that was done may be
# in doubt: a busy host lets it wait.
vm() {
	"$FRAGBENCH" vm -o "$results" --memory 512M --boot-limit 300s "$@" \
		>"$work/out" 2>"$work/err"
	code=$?
	[ $code != 5 ] || code=0
	return $code
}

# A guest that does nothing: fetches its kernel first, and 3 is "not here".
kernel_get() { # SPEC
	vm null --for 100ms --kernel "$1"
}

stable=debian:6.12
kernel_get $stable
case $? in
0) ;;
3) skip "skipped: no kernel to boot: $(head -n 1 "$work/err")" ;;
*) fail "a guest with $stable that does nothing" ;;
esac
newer=$("$FRAGBENCH" vm kernels 2>/dev/null | awk '
	/^debian:/ { last = $1 } END { print last }')
if [ -z "$newer" ] || [ "$newer" = $stable ] || ! kernel_get "$newer"; then
	echo "no kernel newer than $stable can be had: tested with one"
	newer=
fi

# $1: jq is not needed for one value of a JSON file.
json() { # FILE KEY...
	/usr/bin/env python3 -c '
import json, sys
at = json.load(open(sys.argv[1]))
for key in sys.argv[2:]:
    at = at[int(key)] if isinstance(at, list) else at[key]
print(json.dumps(at) if isinstance(at, (dict, list)) else at)' "$@"
}

checksums_right() { # FOLDER
	/usr/bin/env python3 -c '
import hashlib, json, os, sys
d = sys.argv[1]
n = 0
for f in json.load(open(d + "/manifest.json"))["files"]:
    if "sha256" in f:
        data = open(os.path.join(d, f["name"]), "rb").read()
        assert hashlib.sha256(data).hexdigest() == f["sha256"], f["name"]
        n += 1
assert n > 8, n' "$1" || fail "a checksum in $1 is wrong"
}

# What a run from a guest has to say of itself.
run_check() { # FOLDER RELEASE-PREFIX
	[ "$(json "$1/manifest.json" status)" = "done" ] || fail "$1 is not done"
	case $(json "$1/manifest.json" machine kernel) in
	"$2"*) ;;
	*) fail "$1 is not from a kernel $2" ;;
	esac
	tables_whole "$1"
	checksums_right "$1"
	[ -s "$1/log/console.log" ] || fail "$1 has no console.log"
	accel=$(json "$1/manifest.json" machine guest accel)
	[ "$accel" = "$(json "$1/summary.json" accelerator)" ] ||
		fail "$1: manifest and summary differ on the accelerator"
	if [ "$accel" = tcg ]; then
		[ "$(json "$1/summary.json" metrics pages_per_s.fill value)" = \
			None ] || fail "$1: a time from TCG is reported as a time"
	fi
	json "$1/summary.json" metrics unusable.free value | awk -v b="$(
		json "$1/summary.json" metrics unusable.baseline value)" \
		'{ exit !($1 > b + 0.05) }' ||
		fail "$1: killing one of two heaps left no trace"
	run_readable "$1"
}

rm -rf "$results"/2* "$results"/latest
echo "-- two kernels, one run each, at the same time"
vm "$work/guest.ini" --kernel $stable ${newer:+--kernel "$newer"} -j 2 ||
	fail "exit code $? of a plain run"
tries_remove
runs=0
for run in "$results"/2*; do
	case $run in
	*-6.12.*) run_check "$run" 6.12 ;;
	*) run_check "$run" "${newer#debian:}" ;;
	esac
	runs=$((runs + 1))
done
[ $runs = $((1 + 0${newer:+1})) ] || fail "$runs runs came home"
rm -rf "$results"/2* "$results"/latest

echo "-- a kernel that does not boot"
vm null --kernel $stable --append rdinit=/nothing
expect_exit $? 4
says "Kernel panic - not syncing"
says "tried twice"
for folder in "$results"/*.failed; do
	[ -s "$folder/console.log" ] || fail "$folder has no console.log"
done
vm null --kernel $stable --append rdinit=/nothing --bisect
expect_exit $? 125

# The QEMU that the fragbench in the background has started.
qemu_pid() {
	for child in $(children "$1"); do
		[ "$(cat /proc/"$child"/comm)" = qemu-system-x86 ] && echo "$child"
	done
}
is_running() { [ -n "$(qemu_pid "$1")" ]; }

echo "-- two nodes, a knob, and nothing but the serial line"
rm -rf "${results:?}"/*
vm null --for 100ms --kernel $stable --nodes 256M@1,256M@1 \
	--axis watermark_boost_factor=0 \
	--append initcall_blacklist=virtio_pci_driver_init
expect_exit $? 0
run=$(only_run)
[ "$(json "$run/manifest.json" machine nodes | grep -o '"node"' | wc -l)" = 2 ] ||
	fail "not two nodes"
json "$run/manifest.json" knobs | grep -q '"during": "0"' ||
	fail "the knob was not written"

echo "-- a guest that falls silent"
rm -rf "${results:?}"/*
"$FRAGBENCH" vm -o "$results" --memory 512M "$work/guest.ini" \
	--kernel $stable --silence 15s >"$work/out" 2>"$work/err" &
pid=$!
has_word() { grep -qs '^drained' "$results"/.guest-*/console.log; }
within 300000 has_word || fail "the guest never began its run"
kill -STOP "$(qemu_pid $pid)"
wait $pid
expect_exit $? 4
says "hang: no word from it for 15 s"
is_gone || fail "left running: $(ours)"

echo "-- ^C, and on from there"
rm -rf "$results"/2*
"$FRAGBENCH" vm -o "$results" --memory 512M null --for 1s -r 2 -j 1 \
	--kernel $stable >"$work/out" 2>"$work/err" &
pid=$!
has_run() { [ -d "$(echo "$results"/2*-r1)" ] || [ -d "$(echo "$results"/2*-r2)" ]; }
within 300000 has_run || fail "no first run"
kill -INT $pid
wait $pid
expect_exit $? 130
within 20000 is_gone || fail "left running: $(ours)"
vm null --for 1s -r 2 -j 1 --kernel $stable || fail "exit code $? going on"
says "1 of 2"
rm -rf "$results"/2*.failed # of one that was tried again
set -- "$results"/2*
[ $# = 2 ] || fail "not two runs but: $*"
[ -z "$(ls "$results"/*.json 2>/dev/null)" ] || fail "its notes were left"

echo "-- kill -9"
"$FRAGBENCH" vm -o "$results" --memory 512M "$work/guest.ini" \
	--kernel $stable >"$work/out" 2>"$work/err" &
pid=$!
within 60000 is_running $pid || fail "QEMU was not started"
kill -9 $pid
wait $pid 2>/dev/null
within 20000 is_gone || fail "left running: $(ours)"

echo "-- a full disk"
if is_root; then
	mkdir "$work/small"
	mount -t tmpfs -o size=64k none "$work/small" || skip "cannot mount"
	"$FRAGBENCH" vm -o "$work/small" --memory 512M "$work/guest.ini" \
		--kernel $stable >"$work/out" 2>"$work/err"
	code=$?
	umount "$work/small"
	expect_exit $code 4
	says "No space left"
	is_gone || fail "left running: $(ours)"
fi
echo "all is well"
