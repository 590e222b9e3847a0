#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A scenario of which this machine refuses a part: with on-failure = go-on the rest
# is done, the run says what is missing, and ends with exit code 5 when a worker
# failed; without, it ends there. No io_uring, no locked memory, a full tmpfs.
. tests/system/common
need_root
need_memory 512

if [ "${1-}" != inside ]; then
	unshare -m true 2>/dev/null ||
		skip "skipped: no mount namespace of our own can be had"
	unshare -m --propagation private sh "$0" inside
	exit $?
fi

uring=/proc/sys/kernel/io_uring_disabled
uring_was=$(cat $uring 2>/dev/null)
disk=$work/disk
put_back() {
	[ -z "$uring_was" ] || echo "$uring_was" >$uring
	umount "$disk" 2>/dev/null
	clean_up
}
trap put_back EXIT
before=$(knobs)

# Two workloads, of which $1 with its keys $2 is refused, and what depends on it;
# $3: time for the first to fail in.
scenario() {
	cat >"$work/part.ini" <<-END
		[scenario]
		on-failure = go-on
		[phase behind]
		do = run
		background = yes
		for = ${3-200ms}
		workload = $1
		$2
		[phase fill]
		do = run
		for = 60s
		workload = sbrk-interleave
		pages = 500
		[phase quiet]
		do = stop
		phase = behind
		[phase thin-out]
		do = release
		[phase kill]
		do = free
		kill = 2
		[phase again]
		do = release
		[phase end]
		do = settle
	END
}

go() {
	"$@" "$FRAGBENCH" run "$work/part.ini" -o "$results" \
		>"$work/out" 2>"$work/err"
	code=$?
	is_gone || fail "processes are left: $(ours)"
	[ "$(knobs)" = "$before" ] || fail "the knobs are not back"
	return $code
}

# Nothing that was left out is a doubt. (Others use the machine, too: $1 is 5 then.)
expect_no_doubt() {
	expect_exit "$1" 0 5
	! grep -q '^doubt: .*\(page-cache-mix\|pinned-pages\)' "$work/err" ||
		fail "what cannot run is a doubt"
}

# What became of the phases: "name result, ...".
phases_are() {
	got=$(awk -F, 'NR > 1 && $2 != "setup" && $2 != "teardown" {
		printf "%s %s, ", $1, $3 }' "$results/latest/phases.csv")
	[ "$got" = "$1" ] || fail "phases: $got"
}

# --- a full tmpfs: the worker in the background fails, and the rest is done
mkdir "$disk"
mount -t tmpfs -o size=64m,nr_inodes=24 none "$disk" ||
	skip "skipped: no file system of our own can be had"
scenario slab-dentries "dir = $disk
kind = inodes
count = 10000" 3s
go
expect_exit $? 5
says "doubt: worker 1 (slab-dentries) failed: "
says "no room, or no inodes; mend: --count with fewer"
says "note: phase quiet was skipped: the phase that it stops does not run"
says "note: phase again was skipped: nobody holds memory"
phases_are "behind failed, fill done, quiet skipped, thin-out done, kill done, again skipped, end done, "
[ -z "$(ls -A "$disk")" ] || fail "files are left: $(ls -A "$disk")"
tables_whole "$results/latest"

# Told to stop, it does.
"$FRAGBENCH" run "$work/part.ini" -o "$results" --on-failure stop \
	>"$work/out" 2>"$work/err"
expect_exit $? 4
says "worker 1 (slab-dentries) failed"

# --- no room at all: the workload cannot run here, which is no doubt
umount "$disk"
mount -t tmpfs -o size=1m none "$disk"
scenario page-cache-mix "dir = $disk
tmpfs = yes
budget = 32M"
go
expect_no_doubt $?
says "note: phase behind was skipped: page-cache-mix: no room for its files"
says "note: phase again was skipped: nobody holds memory"
phases_are "behind skipped, fill done, quiet skipped, thin-out done, kill done, again skipped, end done, "
umount "$disk"

# --- no io_uring
if [ -n "$uring_was" ]; then
	echo 2 >$uring
	scenario pinned-pages "size = 8M
how = io-uring"
	go
	expect_no_doubt $?
	says "note: phase behind was skipped: pinned-pages cannot pin through io_uring here"
	says "mend: sysctl -w kernel.io_uring_disabled=0"
	phases_are "behind skipped, fill done, quiet skipped, thin-out done, kill done, again skipped, end done, "
	echo "$uring_was" >$uring
else
	echo "not tried: this kernel has no $uring"
fi

# --- no memory may be locked, of an ordinary user
if is_sanitized; then
	echo "not tried: under AddressSanitizer mlock does nothing"
elif command -v setpriv >/dev/null && command -v prlimit >/dev/null; then
	chmod 755 "$work"
	mkdir -p "$FRAGBENCH_STATE"
	chown 65534:65534 "$results" "$FRAGBENCH_STATE"
	cp "$FRAGBENCH" "$work/fragbench"
	program=$FRAGBENCH
	FRAGBENCH=$work/fragbench
	scenario mlock-sieve "size = 8M" 3s
	go prlimit --memlock=0:0 setpriv --reuid=65534 --regid=65534 \
		--clear-groups --inh-caps=-all --bounding-set=-all
	expect_exit $? 5
	says "doubt: worker 1 (mlock-sieve) failed: no more than 0 kB"
	says "; mend: ulimit -Hl unlimited"
	phases_are "behind failed, fill done, quiet skipped, thin-out done, kill done, again skipped, end done, "
	FRAGBENCH=$program
else
	echo "not tried: there is no setpriv or prlimit"
fi

# --- a knob that the kernel refuses ends its phase only
proactive=/proc/sys/vm/compaction_proactiveness
if [ -w $proactive ]; then
	was=$(cat $proactive)
	cat >"$work/part.ini" <<-END
		[scenario]
		on-failure = go-on
		[phase odd]
		knobs = compaction_proactiveness=101
		[phase even]
		knobs = compaction_proactiveness=0
	END
	rm -r "$FRAGBENCH_STATE"
	go
	expect_exit $? 5
	says "doubt: cannot set vm.compaction_proactiveness to 101"
	phases_are "odd failed, even done, "
	[ "$(cat $proactive)" = "$was" ] || fail "left at $(cat $proactive)"
fi
