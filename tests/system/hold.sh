#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The verb hold: the index comes to where it is asked to be while a command runs,
# whose exit code is kept; ^C seals the run; and whatever ends it gives all back.
. tests/system/common
need_root
need_memory 2048

before=$(knobs)
# A tenth above what it is: some of the free blocks, on a machine of any size.
target=$(awk '/zone/ {
		for (o = 5; o <= NF; o++) {
			pages = $o * 2 ^ (o - 5)
			free += pages
			huge += o >= 14 ? pages : 0
		} }
	END { printf "%.3f", 1 - huge / free + 0.1 }' /proc/buddyinfo)
case $target in 0.[0-8]*) ;;
*) skip "skipped: this machine is fragmented already, there is nothing to raise" ;;
esac

# The last value of counter $1 in $run.
counter() {
	awk -F, -v name="$1" '$5 == name { v = $6 } END { print v + 0 }' \
		"$run/counters.csv"
}

"$FRAGBENCH" hold --unusable "$target" --unmovable 20% --for 60s \
	--set reach.for=300s -o "$results" -- sh -c 'echo ran; exit 7' \
	>"$work/out" 2>"$work/err"
expect_exit $? 7
grep -q '^ran$' "$work/out" || fail "the command did not run"
is_gone || fail "processes are left: $(ours)"
are_knobs_back || fail "the knobs were $before and are $(knobs)"
run=$(only_run) || exit 1
tables_whole "$run"
for phase in before take reach hold; do
	grep -q "^$phase,[a-z]*,done," "$run/phases.csv" ||
		fail "$phase was not done"
done
[ "$(counter reached)" = 1 ] || fail "it did not reach $target"
[ "$(counter taken)" -gt 0 ] || fail "it took nothing"
[ "$(counter pinned)" -gt 0 ] || fail "it pinned nothing"
# What stands at the end of `reach` is what was asked for, on the whole machine.
awk -F, -v target="$target" '
	NR == 1 { for (i = 1; i <= NF; i++) if ($i == "unusable_pcp_9") c = i }
	$2 == "reach" && $3 == "all" { last = $c }
	END { d = last - target
		if (!c || d > 0.05 || d < -0.05) { print last; exit 1 } }' \
	"$run/index.csv" || fail "the index is not $target"
run_readable "$run"

# Processes of a hold that has reached its target, until $1 is sent to it.
held() {
	rm -rf "$results"
	"$FRAGBENCH" hold --unusable "$target" -o "$results" --set reach.for=300s \
		>"$work/out" 2>"$work/err" &
	runner=$!
	within 400000 is_holding || fail "it does not come to hold"
	kill -"$1" $runner
	wait $runner
}
is_holding() {
	grep -qs '^[0-9]*,hold,' "$results"/*.partial/ops.csv
}

# Nobody said how long: to be interrupted is how it ends. (5: a busy machine.)
held INT
expect_exit $? 0 5
is_gone || fail "processes are left: $(ours)"
are_knobs_back || fail "the knobs were $before and are $(knobs)"
run=$(only_run) || exit 1
case $run in
*.partial) fail "$run was not sealed" ;;
esac

held KILL
expect_exit $? 137
within 20000 is_gone || fail "processes are left: $(ours)"
within 20000 are_knobs_back || fail "the knobs were $before and are $(knobs)"
