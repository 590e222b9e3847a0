#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What a machine refuses: io_uring, locked memory, huge pages, memory beyond that
# of a cgroup, room on a disk; and workers that somebody kills. Each is said, with
# a mend, and nothing is left behind. The settings of the machine are put back.
. tests/system/common
need_root
need_memory 1024

if [ "${1-}" != inside ]; then
	unshare -m true 2>/dev/null ||
		skip "skipped: no mount namespace of our own can be had"
	unshare -m --propagation private sh "$0" inside
	exit $?
fi

uring=/proc/sys/kernel/io_uring_disabled
thp=/sys/kernel/mm/transparent_hugepage/enabled
disk=$work/disk
group=
uring_was=$(cat $uring 2>/dev/null)
thp_was=$(sed 's/.*\[\(.*\)\].*/\1/' $thp 2>/dev/null)

put_back() {
	[ -z "$uring_was" ] || echo "$uring_was" >$uring
	[ -z "$thp_was" ] || echo "$thp_was" >$thp
	umount "$disk" 2>/dev/null
	clean_up
	[ -z "$group" ] || rmdir "$group"
}
trap put_back EXIT
before=$(knobs)

# Ours are back at once; somebody else's run may have to end first.
knobs_back() {
	within 20000 are_knobs_back ||
		fail "$*: the knobs were $before and are $(knobs)"
}

# A scenario of workload $1, with its keys in the lines $2.
scenario() {
	cat >"$work/hard.ini" <<-END
		[scenario]
		ballast = 0
		start = as-is
		pcp = default
		[phase fill]
		do = run
		for = ${3-60s}
		workload = $1
		$2
	END
}

# Run it, by "$@" if there is any.
go() {
	"$@" "$FRAGBENCH" run "$work/hard.ini" -o "$results" \
		>"$work/out" 2>"$work/err"
	code=$?
	is_gone || fail "processes are left: $(ours)"
	knobs_back run
	return $code
}

# What counter $1 came to, of all workers.
counted() {
	awk -F, -v name="$1" '$5 == name { n[$3 "," $4] = $NF }
		END { for (i in n) sum += n[i]; print sum + 0 }' \
		"$results/latest/counters.csv"
}

# --- no io_uring: pages are pinned through pipes instead, and counted so
if [ -n "$uring_was" ]; then
	echo 2 >$uring
	scenario pinned-pages "size = 32M"
	go
	expect_exit $? 0
	[ "$(counted by-io-uring)" = 0 ] || fail "pinned through io_uring"
	[ "$(counted by-vmsplice)" -gt 0 ] || fail "not pinned through pipes"
	scenario pinned-pages "size = 32M
how = io-uring"
	go
	expect_exit $? 3
	says "cannot pin through io_uring here: Operation not permitted"
	says "mend: sysctl -w kernel.io_uring_disabled=0"
	echo "$uring_was" >$uring
else
	echo "not tried: this kernel has no $uring"
fi

# --- no memory may be locked
if command -v setpriv >/dev/null && command -v prlimit >/dev/null; then
	chmod 755 "$work"
	mkdir -p "$FRAGBENCH_STATE"
	chown 65534:65534 "$results" "$FRAGBENCH_STATE"
	# Where the program was built may be closed to others.
	cp "$FRAGBENCH" "$work/fragbench"
	program=$FRAGBENCH
	FRAGBENCH=$work/fragbench
	bare="prlimit --memlock=0:0 setpriv --reuid=65534 --regid=65534
		--clear-groups --inh-caps=-all --bounding-set=-all"
	# AddressSanitizer makes mlock() do nothing at all.
	if ! is_sanitized; then
		scenario mlock-sieve "size = 32M"
		# shellcheck disable=SC2086
		go $bare
		expect_exit $? 4
		says "(mlock-sieve) failed: no more than 0 kB may be locked"
		says "  mend: ulimit -Hl unlimited"
	fi
	scenario pinned-pages "size = 32M"
	# shellcheck disable=SC2086
	go $bare
	expect_exit $? 0
	[ "$(counted held)" -gt 0 ] || fail "nothing was pinned"
	FRAGBENCH=$program
	rm -r "$FRAGBENCH_STATE" "${results:?}"
	mkdir "$results"
else
	echo "not tried: there is no setpriv or prlimit"
fi

# --- no huge pages
if [ -n "$thp_was" ]; then
	echo never >$thp
	before=$(knobs)
	scenario thp-fault "total = 32M"
	go
	expect_exit $? 4
	says "no huge page of 2048 KiB would come: the kernel's setting is never"
	says "  mend: --knob transparent_hugepage/enabled=madvise"
	"$FRAGBENCH" run "$work/hard.ini" -o "$results" \
		--knob transparent_hugepage/enabled=madvise \
		>"$work/out" 2>"$work/err"
	expect_exit $? 0 5
	knobs_back "the mend"
	# It has a setting of its own for the size, and puts it back.
	"$FRAGBENCH" probe thp --count 4 --warm no >"$work/out" 2>"$work/err"
	expect_exit $? 0 1
	knobs_back "the probe"
	echo "$thp_was" >$thp
	before=$(knobs)
else
	echo "not tried: this kernel has no transparent huge pages"
fi

# --- a cgroup that allows 192 MiB
make_group() {
	limit=memory.max
	top=/sys/fs/cgroup
	if grep -q ':memory:' /proc/self/cgroup; then
		limit=memory.limit_in_bytes
		top=$top/memory
	fi
	mkdir "$top/fragbench-test-$$" 2>/dev/null || return 1
	group=$top/fragbench-test-$$
	echo 192M 2>/dev/null >"$group/$limit"
}
if make_group; then
	scenario sbrk-interleave "pages = 200000"
	# shellcheck disable=SC2016
	go sh -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' "$group"
	expect_exit $? 0 5
	says "the memory cgroup leaves"
	says "scaled down: the scenario asks for 1562 MiB"
	failures=$(cat "$group/memory.failcnt" 2>/dev/null ||
		awk '$1 == "oom" { print $2 }' "$group/memory.events")
	[ "$failures" = 0 ] || fail "it ran into the limit $failures times"
else
	echo "not tried: no memory cgroup can be made"
fi

# --- a tmpfs that is full, of data and of names
mkdir "$disk"
mount -t tmpfs -o size=4m none "$disk" ||
	skip "skipped: no file system of our own can be had"
keys="dir = $disk
tmpfs = yes
budget = 32M"
scenario page-cache-mix "$keys"
go
expect_exit $? 3
says "no room for its files in $disk"
says "  mend: --dir DIR on a larger disk, or a smaller --budget"
mount -o remount,size=512m,nr_inodes=24 "$disk"
go
expect_exit $? 4
# Of a file, or of the folder of the worker that came second.
says ", or no inodes"
says "  mend: --dir DIR, "
scenario slab-dentries "dir = $disk
kind = inodes
count = 10000"
go
expect_exit $? 4
says "no room, or no inodes"
says "  mend: --count with fewer"
scenario slab-dentries "dir = $disk"
go
expect_exit $? 3
says "no negative dentries in $disk"
[ -z "$(ls -A "$disk")" ] || fail "files are left: $(ls -A "$disk")"
umount "$disk"

# Is the run over, without us?
has_ended() {
	case $(sed 's/^.*) //' "/proc/$runner/stat" 2>/dev/null) in
	Z* | '') ;;
	*) return 1 ;;
	esac
}

# --- a worker of each workload is killed half-way
tried=0
mkdir -p "$work/files"
for workload in $("$FRAGBENCH" list workloads --json |
	sed -n 's/.*"name": "\([a-z-]*\)".*/\1/p'); do
	keys=
	case $workload in
	fragment-module) continue ;;
	page-cache-mix | slab-dentries) keys="dir = $work/files" ;;
	esac
	[ "$workload" != page-cache-mix ] || case $(stat -f -c %T "$work") in
	tmpfs | ramfs) keys="$keys
tmpfs = yes" ;;
	esac
	[ "$workload" != slab-dentries ] || keys="$keys
kind = inodes"
	# So slow that it is at work all the time.
	scenario "$workload" "$keys
rate = 5" 600s
	free=$(memory MemAvailable)
	"$FRAGBENCH" run "$work/hard.ini" -o "$results" \
		>"$work/out" 2>"$work/err" &
	runner=$!
	worker=
	has_worker() {
		for child in $(children "$runner"); do
			case $(cat "/proc/$child/comm" 2>/dev/null) in
			"$(echo "$workload" | cut -c 1-15)") worker=$child ;;
			esac
		done
		[ -n "$worker" ]
	}
	is_working() {
		awk -F, -v w="$workload" '$2 == "fill" && $3 == w && $6 > 0 {
			found = 1 } END { exit !found }' \
			"$results"/*.partial/ops.csv 2>/dev/null
	}
	is_begun() { has_ended || { has_worker && is_working; }; }
	within 120000 is_begun || fail "$workload: it does not work"
	if has_ended; then
		wait "$runner"
		code=$?
		# Huge pages that are switched off, no whole blocks, a small disk.
		grep -q '^  mend: ' "$work/err" ||
			fail "$workload: exit code $code before it was killed"
		expect_exit $code 3 4
		echo "not tried: $workload: $(head -n 1 "$work/err")"
		knobs_back "$workload"
		continue
	fi
	tried=$((tried + 1))
	kill -9 "$worker"
	wait "$runner"
	expect_exit $? 4
	says "($workload) failed: signal 9 ended it"
	within 20000 is_gone || fail "$workload: processes are left: $(ours)"
	knobs_back "$workload"
	[ -z "$(ls -A "$work/files")" ] ||
		fail "$workload: files are left: $(ls -A "$work/files")"
	# Others live here, too.
	within 30000 eval "[ \$(memory MemAvailable) -gt $((free - 200)) ]" ||
		fail "$workload: $free MiB before, $(memory MemAvailable) after"
done
[ $tried -ge 8 ] || fail "only $tried workloads were at work"
[ ! -e "$FRAGBENCH_STATE/journal" ] || fail "the journal is left"
