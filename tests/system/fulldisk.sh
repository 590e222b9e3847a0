#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A disk that fills up: under the results the run ends with a clear error and
# what it has is readable; under the journal no knob is touched at all. The full
# disks are file systems of a megabyte that only this test sees.
. tests/system/common
need_root
need_memory 1024

if [ "${1-}" != inside ]; then
	unshare -m true 2>/dev/null ||
		skip "skipped: no mount namespace of our own can be had"
	unshare -m --propagation private sh "$0" inside
	exit $?
fi

before=$(knobs)
trap 'umount "$results" "$FRAGBENCH_STATE" 2>/dev/null; clean_up' EXIT

# Mount a file system of size $1 at $2.
small_disk() {
	mkdir -p "$2"
	mount -t tmpfs -o "size=$1" none "$2" ||
		skip "skipped: no file system of our own can be had"
}

# --- the results: at 1000 Hz a megabyte is full in the first second
small_disk 1m "$results"
long_scenario "pcp = small
rate = 1000" >"$work/long.ini"
"$FRAGBENCH" run "$work/long.ini" -o "$results" >"$work/out" 2>"$work/err"
expect_exit $? 4
says "cannot write the samples to $results"
says "No space left on device"
are_knobs_back || fail "the knobs were $before and are $(knobs)"
is_gone || fail "processes are left: $(ours)"
[ ! -e "$FRAGBENCH_STATE/journal" ] || fail "the journal is left"
run=$(only_run) || exit 1
case $run in *.partial) ;; *) fail "$run was sealed" ;; esac
[ ! -e "$results/latest" ] || fail "latest points at it"
# On a disk with room again it can be read.
cp -R "$run" "$work/${run##*/}"
run=$work/${run##*/}
[ "$(wc -l <"$run/buddy.csv")" -gt 50 ] || fail "too few samples were kept"
for csv in buddy vmstat sampler psi; do
	[ -e "$run/$csv.csv" ] || continue # a kernel may have no psi
	mkdir -p "$work/tables"
	rm -f "$work/tables"/*
	cp "$run/$csv.csv" "$work/tables"
	tables_whole "$work/tables"
done
run_readable "$run"
umount "$results"

# --- the results: no room for the first file
small_disk 1m "$results"
head -c 1048576 /dev/zero >"$results/others" 2>/dev/null
"$FRAGBENCH" run "$work/long.ini" -o "$results" >"$work/out" 2>"$work/err"
expect_exit $? 4
says "No space left on device"
are_knobs_back || fail "the knobs were $before and are $(knobs)"
is_gone || fail "processes are left: $(ours)"
"$FRAGBENCH" record --for 100ms -o "$results" >"$work/out" 2>"$work/err"
expect_exit $? 4
says "No space left on device"
umount "$results"

# --- files run out one by one: whichever cannot be made, nothing is left behind
"$FRAGBENCH" run "$work/long.ini" -o "$work/whole" --rate 10 --for 300ms \
	>"$work/out" 2>"$work/err"
expect_exit $? 0 5
# The file system's own root is one more; a kernel may lack some of the tables.
needed=$(($(find "$work/whole" | wc -l) + 1))
for inodes in 2 3 4 5 6 8 10 14 16 18 20; do
	[ $inodes -lt $needed ] || break
	small_disk 1m,nr_inodes=$inodes "$results"
	"$FRAGBENCH" run "$work/long.ini" -o "$results" --rate 10 --for 300ms \
		>"$work/out" 2>"$work/err"
	expect_exit $? 4
	says "No space left on device"
	are_knobs_back || fail "$inodes files: the knobs are $(knobs)"
	is_gone || fail "$inodes files: processes are left: $(ours)"
	umount "$results"
done

# --- the journal
small_disk 64k "$FRAGBENCH_STATE"
head -c 65536 /dev/zero >"$FRAGBENCH_STATE/others" 2>/dev/null
"$FRAGBENCH" run "$work/long.ini" -o "$results" >"$work/out" 2>"$work/err"
expect_exit $? 3
says "cannot write the journal $FRAGBENCH_STATE/journal"
says "No space left on device"
are_knobs_back || fail "a knob was touched without a journal: $(knobs)"
[ -z "$(ls -A "$results")" ] || fail "a run directory was made"
rm "$FRAGBENCH_STATE/others"
"$FRAGBENCH" list >"$work/out" 2>"$work/err" || fail "list"
[ ! -s "$work/err" ] || fail "an empty journal is said to wait"
umount "$FRAGBENCH_STATE"
