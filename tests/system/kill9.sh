#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What survives kill -9: the guardian, for the second that it takes to put every
# knob back. And when it is killed, too: the journal, which every verb then
# speaks of and doctor --restore replays.
. tests/system/common
need_root
need_memory 2048

before=$(knobs)
pcp=$(pcp_knob)
[ -n "$pcp" ] || skip "skipped: this kernel has no knob for the per-CPU lists"

# Start the run and wait until its knobs are written and its heaps full. 300 MiB
# are set aside, the rest stays free. A busy machine gets no ballast: then the
# other knob must do.
start() {
	rm -rf "$results"
	long_scenario "pcp = small
ballast = $(($(memory MemFree) - 300))M" >"$work/long.ini"
	pool=$(cat /proc/sys/vm/nr_hugepages)
	"$FRAGBENCH" run "$work/long.ini" -o "$results" \
		>"$work/out" 2>"$work/err" &
	runner=$!
	wait_filled
	[ "$(cat "$pcp")" = 100000 ] || fail "$pcp was not written"
	if grep -q 'ballast is in place' "$work/err"; then
		[ "$(cat /proc/sys/vm/nr_hugepages)" -gt "$pool" ] ||
			fail "ballast is said to be in place and is not"
	else
		says "no ballast"
	fi
	guardian=
	workers=
	for child in $(children $runner); do
		case $(cat "/proc/$child/comm") in
		frag-guardian) guardian=$child ;;
		*) workers="$workers $child" ;;
		esac
	done
	[ -n "$guardian" ] || fail "there is no guardian"
	[ "$(echo "$workers" | wc -w)" = 3 ] || fail "not 3 workers: $workers"
	for worker in $workers; do
		[ "$(cat "/proc/$worker/oom_score_adj")" = 1000 ] ||
			fail "worker $worker is not the first to go"
		[ "$(sed 's/^.*) //' "/proc/$worker/stat" |
			cut -d ' ' -f 3)" = "$worker" ] ||
			fail "worker $worker is in the group of others"
	done
	[ "$(sed 's/^.*) //' "/proc/$guardian/stat" |
		cut -d ' ' -f 4)" = "$guardian" ] ||
		fail "the guardian is in the session of the runner"
}

# --- the runner is killed
start
kill -9 "$runner"
within 10000 are_knobs_back || fail "after ten seconds the knobs are $(knobs)"
within 10000 is_gone || fail "processes are left: $(ours)"
wait "$runner"
expect_exit $? 137
[ ! -e "$FRAGBENCH_STATE/journal" ] || fail "the journal is left"
run=$(only_run) || exit 1
case $run in *.partial) ;; *) fail "$run was sealed" ;; esac
run_readable "$run"
"$FRAGBENCH" list >"$work/out" 2>"$work/err" || fail "list"
[ ! -s "$work/err" ] || fail "something is said to be wrong"

# --- and so do the files of its workers go
mkdir -p "$work/files"
where="dir = $work/files"
is_disk=yes
case $(stat -f -c %T "$work") in
tmpfs | ramfs) is_disk='' ;;
esac
cat >"$work/files.ini" <<-END
	[phase fill]
	do = run
	for = 600s
	workload = page-cache-mix
	budget = 8M
	then = churn
	disk-floor = 0
	$([ -n "$is_disk" ] || echo 'tmpfs = yes')
	$where
	workload = slab-dentries
	kind = inodes
	count = 100000
	rate = 5
	$where
END
rm -rf "$results"
"$FRAGBENCH" run "$work/files.ini" -o "$results" >"$work/out" 2>"$work/err" &
runner=$!
has_files() {
	kill -0 "$runner" 2>/dev/null || return 0
	[ "$(find "$work/files" -mindepth 1 -maxdepth 1 -type d | wc -l)" = 3 ] &&
		[ "$(find "$work/files" -type f | wc -l)" -ge 100 ]
}
within 120000 has_files || fail "no files are written"
kill -9 "$runner" || fail "it ended by itself: $(cat "$work/err")"
wait "$runner"
expect_exit $? 137
within 20000 is_gone || fail "processes are left: $(ours)"
[ -z "$(ls -A "$work/files")" ] ||
	fail "files are left: $(ls -A "$work/files")"

# --- the runner is ended by the death of its guardian
start
kill -9 "$guardian"
wait "$runner"
expect_exit $? 4
says "the guardian was killed"
are_knobs_back || fail "the knobs were $before and are $(knobs)"
is_gone || fail "processes are left: $(ours)"

# --- a worker is killed
start
kill -9 "${workers##* }"
wait "$runner"
expect_exit $? 4
says "signal 9 ended it"
are_knobs_back || fail "the knobs were $before and are $(knobs)"
is_gone || fail "processes are left: $(ours)"

# --- both are killed
start
while_away=$(knobs)
kill -STOP "$guardian"
kill -9 "$runner" "$guardian"
within 10000 is_gone || fail "processes are left: $(ours)"
wait "$runner"
[ "$(knobs)" = "$while_away" ] || fail "who has put the knobs back?"
waits="its journal waits in $FRAGBENCH_STATE/journal"
for verb in "list" "doctor" "snapshot" "explain unusable" "report $results/no"; do
	# shellcheck disable=SC2086
	"$FRAGBENCH" $verb >"$work/out" 2>"$work/err"
	says "$waits"
	says "fragbench doctor --restore"
done
"$FRAGBENCH" record --for 100ms -o "$work/record" >"$work/out" 2>"$work/err" ||
	fail "record cannot go on with a journal that waits"
says "$waits"
"$FRAGBENCH" run null --for 1s -o "$work/record" >"$work/out" 2>"$work/err"
expect_exit $? 3
says "$waits"
[ "$(knobs)" = "$while_away" ] || fail "a run that refused has moved a knob"

"$FRAGBENCH" doctor --restore >"$work/out" 2>"$work/err"
expect_exit $? 0
are_knobs_back || fail "the knobs were $before and are $(knobs)"
grep -q "^$pcp: " "$work/out" || fail "it does not say what it put back"
[ ! -e "$FRAGBENCH_STATE/journal" ] || fail "the journal is left"
"$FRAGBENCH" doctor --restore >"$work/out" 2>"$work/err"
expect_exit $? 0
grep -q "nothing to put back" "$work/out" || fail "it puts back again"
