#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A host that is too busy to take what a guest sends: here it does not run at all
# while the guest does. The guest must not end before everything has left it.
. tests/system/common
need_guests 1500

# Fetches the kernel, and says where a guest fails at all.
guests null --memory 256M --kernel debian:6.12 --for 100ms -o "$work/first"
expect_exit $? 0 5

"$FRAGBENCH" vm null --memory 256M --kernel debian:6.12 --set rate=1000 \
	--for 30s -o "$results" >"$work/out" 2>"$work/err" &
host=$!

# The one that is a guest, not the one that is asked for its version.
# shellcheck disable=SC2317
finds_qemu() {
	for child in $(children $host); do
		if tr '\0' '\n' <"/proc/$child/cmdline" | grep -qx -e -kernel; then
			qemu=$child
		fi
	done 2>/dev/null
	[ -n "${qemu:-}" ]
}
within 300000 finds_qemu || fail "no QEMU was started"
kill -STOP $host

# Ticks of CPU time that QEMU has used; nothing when it is gone.
ticks() {
	sed 's/^.*) //' "/proc/$qemu/stat" 2>/dev/null |
		awk '$1 != "Z" { print $12 + $13 }'
}
# Until it is gone, or waits: the pipe to the host is full.
now=0
for _ in $(seq 100); do
	before=$now
	sleep 1
	now=$(ticks)
	[ -n "$now" ] || break
	[ $((now - before)) -ge 5 ] || break
done
kill -CONT $host
wait $host
expect_exit $? 0 5
! grep -q ', tried again: ' "$work/err" ||
	skip "skipped: the guest that was looked at panicked, and was booted again"
run=$(only_run) || exit 1
# More than a pipe holds, else nothing had to wait.
size=$(du -sb "$run" | cut -f 1)
run_readable "$run"
[ "$size" -gt 3000000 ] ||
	skip "skipped: the guest was too slow to fill a pipe ($size bytes)"
[ -n "$now" ] || fail "the guest has ended while nobody took what it sent: $size"
