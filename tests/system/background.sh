#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A workload in the background goes on while others run, while a phase waits and
# while memory is released, until it is stopped; a wait whose condition comes ends
# at once, and one whose condition does not come says so; a release leaves half.
. tests/system/common
need_memory 1024

cat >"$work/background.ini" <<-END
	; 16 MiB come and go, 32 MiB grow beside them, half of those go back.
	[scenario]
	start = as-is
	pcp = default
	floor = 32M
	rate = 20
	[phase churn]
	do = run
	background = yes
	for = 1s
	workload = mmap-churn
	processes = 1
	resident = 16M
	rate = 2000
	[phase grow]
	do = run
	workload = sbrk-interleave
	pages = 4096
	[phase there]
	do = wait
	until = free_mib > 1
	for = 30s
	[phase never]
	do = wait
	until = free_mib < 1
	for = 1s
	[phase thin-out]
	do = release
	share = 50%
	for = 1s
	[phase quiet]
	do = stop
	phase = churn
	[phase end]
	do = settle
	for = 300ms
END
"$FRAGBENCH" run "$work/background.ini" -o "$results" \
	>"$work/out" 2>"$work/err"
# What was waited for in vain is a doubt.
expect_exit $? 5
says "never"
is_gone || fail "processes are left: $(ours)"

run=$(only_run) || exit 1
tables_whole "$run"
# Not by the knobs themselves: another run may move them meanwhile.
grep -q '"knobs": \[\]' "$run/manifest.json" || fail "it has written a knob"
for phase in churn,run grow,run thin-out,release quiet,stop end,settle; do
	grep -q "^$phase,done," "$run/phases.csv" || fail "$phase was not done"
done
awk -F, '
	$1 == "there" { quick = $3 == "done" && $5 - $4 < 10e9 }
	$1 == "never" { late = $3 == "timeout" && $5 - $4 >= 1e9 }
	END { exit !(quick && late) }' "$run/phases.csv" ||
	fail "the waits: $(grep ,wait, "$run/phases.csv")"

# t_ns,phase,workload,worker,state,ops,pages,allocated
awk -F, '
	$3 == "mmap-churn" {
		if (!(($2, "first") in ops))
			ops[$2, "first"] = $6
		ops[$2, "last"] = $6
		state[$2] = $5
	}
	$3 == "sbrk-interleave" { pages[$2, $4] = $7; allocated = $8 }
	function moved(phase) { return ops[phase, "last"] - ops[phase, "first"] }
	END {
		for (i = split("churn never thin-out", busy, " "); i; i--)
			if (moved(busy[i]) <= 0 || state[busy[i]] != 1) {
				print "it did not go on in " busy[i]; bad = 1
			}
		if (moved("end") || state["end"] != 2) {
			print "it was not stopped"; bad = 1
		}
		for (w = 2; w <= 3; w++)
			if (pages["never", w] != 4096 ||
			    pages["thin-out", w] != 2048 ||
			    pages["end", w] != 2048) {
				print "worker " w " holds " pages["end", w]
				bad = 1
			}
		exit bad || allocated != 4096
	}' "$run/ops.csv" || fail "ops.csv: $(tail -n 5 "$run/ops.csv")"
run_readable "$run"
