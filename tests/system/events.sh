#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The kernel's events on real memory: fallbacks and a compaction are seen, whole,
# in order and in their phase; nothing is left behind, also after kill -9; and
# where there are no events a run says so and goes on.
. tests/system/common
need_root
need_memory 2048

"$FRAGBENCH" doctor --json >"$work/doctor" || skip "skipped: no run can be done"
grep -q '"state": "ok".*"name": "tracepoints"' "$work/doctor" ||
	skip "skipped: $(grep -o '"name": "tracepoints".*' "$work/doctor")"
# Where the kernel tells of events; what else others mount is theirs.
mounts() { grep -E ' (tracefs|debugfs) ' /proc/self/mounts; }
mounted=$(mounts)

# The value of $1, a Python expression of the manifest m of the run.
told() {
	python3 -c 'import json, sys
m = json.load(open(sys.argv[1]))
print(eval(sys.argv[2]))' "$run/manifest.json" "$1"
}

# Run the scenario $1 with the rest as arguments; $run is its folder.
run_it() {
	rm -rf "$results"
	scenario=$1
	shift
	"$FRAGBENCH" run "$work/$scenario" -o "$results" "$@" \
		>"$work/out" 2>"$work/err"
	# 5: somebody else made the result doubtful, a compaction that gave up.
	expect_exit $? 0 5
	run=$(only_run) || exit 1
	tables_whole "$run"
}

# 512 MiB that cannot be moved, more than the unmovable free lists have: where
# those are full, somebody was here before.
spare=$(awk '/type +(Unmovable|Reclaimable)/ {
	for (i = 7; i <= NF; i++) { sub(/>/, "", $i); n += $i * 2 ^ (i - 7) }
	} END { print int(n / 256) }' /proc/pagetypeinfo)
[ "$spare" -le 1024 ] || skip "skipped: $spare MiB of unmovable blocks are free"
need_memory $((spare * 2 + 1536))
cat >"$work/pipes.ini" <<-END
	[scenario]
	pcp = small
	[phase pipes]
	do = run
	for = 300s
	workload = pipe-pages
	pages = $((131072 + spare * 256))
	[phase compact]
	do = compact
	[phase end]
	do = settle
	for = 200ms
END
# Who is kept from the CPU loses some, and says so; not five times in a row.
for attempt in 1 2 3 4 5; do
	run_it pipes.ini --events all
	lost=$(told 'm["events"]["lost"]')
	late=$(told 'm["events"]["out_of_order"]')
	[ "$lost $late" != "0 0" ] || break
	echo "$lost events lost, $late out of order (attempt $attempt)"
done
[ "$lost" = 0 ] || fail "events were lost"
[ "$late" = 0 ] || fail "rows are out of order"
[ "$(told 'm["events"]["rows"]')" = $(($(wc -l <"$run/events.csv") - 1)) ] ||
	fail "the manifest does not know how many rows there are"

# --- fallbacks: unmovable pages from the lists of movable ones
taken=$(awk -F, '$2 == "pipes" && $3 == "mm_page_alloc_extfrag" &&
	$6 == "pipe-pages" && $9 == "unmovable" && $10 == "movable" &&
	$8 >= $7 && $11 ~ /^[01]$/ && $12 > 0 && $14 != ""' "$run/events.csv" |
	wc -l)
[ "$taken" -ge 10 ] || fail "$taken fallbacks are seen, not 10 at least"

# --- the compaction: by the runner, each zone begun and ended, with a name
awk -F, -v tid="$(told 'm["events"]["runner_tid"]')" '
$2 != "compact" || $5 != tid || $3 !~ /^mm_compaction_(begin|end)$/ { next }
$6 != "fragbench" || $14 == "" || $19 == "" { print; wrong = 1 }
$3 ~ /begin/ { open[$13 $14 $19] = 1; begun++ }
$3 ~ /end/ {
	if (!open[$13 $14 $19] || $18 !~ /^[a-z_]+$/) { print; wrong = 1 }
	delete open[$13 $14 $19]; ended++
}
END { for (z in open) wrong = 1; exit wrong || begun < 1 || begun != ended }' \
	"$run/events.csv" || fail "the compaction is not told whole"

# --- in the order of time, each in its phase
awk -F, 'NR == FNR { start[$1] = $4; end[$1] = $5; next }
	FNR == 1 { next }
	$1 < last || $1 < start[$2] || $1 > end[$2] { print; wrong = 1 }
	{ last = $1 }
	END { exit wrong }' "$run/phases.csv" "$run/events.csv" ||
	fail "rows are not in their phase, or not in order"

# --- no row more or less than the kernel counted: up to the last sample, for
# some come after it
awk -F, 'NR == FNR { if (FNR == 1) for (i = 3; i <= NF; i++) name[i] = $i
	else { until = $1; for (i = 3; i <= NF; i++) count[name[i]] = $i }
	next }
	FNR > 1 { rows[$3]++; if ($1 > until) later[$3]++ }
	END {
		for (n in rows)
			if (rows[n] - later[n] > count[n] || rows[n] < count[n]) {
				print n, rows[n], later[n] + 0, count[n]
				wrong = 1
			}
		if (count["mm_page_alloc"] < 131072) wrong = 1
		exit wrong
	}' "$run/tracepoints.csv" "$run/events.csv" ||
	fail "rows and counts differ"

# --- threads that come and go are called by their names
run=$results
rm -rf "$results"
cp "$(command -v sh)" "$work/shortlived"
"$FRAGBENCH" record -o "$results" -- "$work/shortlived" -c \
	'echo 1 >/proc/sys/vm/compact_memory' >"$work/out" 2>"$work/err"
expect_exit $? 0
run=$(only_run) || exit 1
grep -q ',mm_compaction_begin,[0-9]*,[0-9]*,shortlived,' "$run/events.csv" ||
	fail "a process that is gone has no name"

# --- a ring that runs over: what is missing is counted, exactly. The recorder
# stands still while threads that begin and end fill the ring of one CPU.
if command -v taskset >"$work/which"; then
	rm -rf "$results"
	"$FRAGBENCH" record -o "$results" >"$work/out" 2>"$work/err" &
	recorder=$!
	# shellcheck disable=SC2317
	has_rows() { [ "$(cat "$results"/2*/buddy.csv | wc -l)" -gt 3 ]; }
	within 60000 has_rows 2>/dev/null || fail "nothing is recorded"
	kill -STOP $recorder
	# shellcheck disable=SC2016 # the inner shell is to expand these
	taskset -c "$(sed -n 's/^Cpus_allowed_list:[^0-9]*\([0-9]*\).*/\1/p' \
		/proc/self/status)" sh -c '
		for i in $(seq 5000); do (:); done
		for i in $(seq 5); do echo 1 >/proc/sys/vm/compact_memory; done
		# What finds room again is no thread but an event: the kernel
		# tells the loss in another form then.
		kill -CONT "$1"
		# For two seconds and more, in which it is sure to have had a CPU.
		i=0
		read -r begin rest </proc/uptime
		now=$begin
		until [ $i -ge 5 ] && [ $((${now%.*} - ${begin%.*})) -gt 2 ]; do
			echo 1 >/proc/sys/vm/compact_memory
			i=$((i + 1))
			read -r now rest </proc/uptime
		done
	' sh "$recorder"
	kill -CONT $recorder
	# The sampler counts what came meanwhile before all is over.
	sleep 2
	kill -TERM $recorder
	wait $recorder
	expect_exit $? 0
	run=$(only_run) || exit 1
	lost=$(told 'm["events"]["lost"]')
	[ "$lost" -gt 0 ] || fail "5000 threads do not fill a ring"
	says "doubt: $lost events were lost, of "
	! grep "made no sense" "$work/err" || fail "a record is not understood"
	grep -q ",mm_compaction_end," "$run/events.csv" ||
		fail "nothing is told of what came after the loss"
	[ "$(told 'sum(c["lost"] for c in m["events"]["lost_by_cpu"])')" = \
		"$lost" ] || fail "the CPUs do not add up"
	awk -F, -v lost="$lost" '
	NR == FNR {
		if (FNR == 1)
			for (i = 3; i <= NF; i++) name[i] = $i
		until = $1; sum = 0
		for (i = 3; i <= NF; i++)
			if (name[i] !~ /kswapd_wake/) sum += $i
		next
	}
	FNR > 1 && $1 <= until { rows++ }
	END {
		print rows, "rows,", lost, "lost,", sum, "counted"
		exit rows + lost != sum
	}' "$run/tracepoints.csv" "$run/events.csv" ||
		fail "what is there and what is lost is not what was counted"
fi

# --- none, when none are asked for
cat >"$work/short.ini" <<-END
	[phase settle]
	do = settle
	for = 100ms
END
run_it short.ini --events none
[ ! -e "$run/events.csv" ] || fail "there are events that nobody asked for"
[ ! -e "$run/tracepoints.csv" ] || fail "there are counts that nobody asked for"
[ "$(told 'm["events"]["set"]')" = none ] || fail "the manifest says no none"

# --- none to be had: said, with the mend, and the run goes on
if command -v setpriv >"$work/which"; then
	chmod 755 "$work"
	mkdir -p "$work/state"
	chmod 777 "$work/state"
	rm -rf "$results"
	mkdir "$results"
	chmod 777 "$results"
	# No root, and the program where everybody can execute it.
	cp "$FRAGBENCH" "$work/fragbench"
	setpriv --reuid=65534 --regid=65534 --clear-groups "$work/fragbench" \
		run "$work/short.ini" -o "$results" >"$work/out" 2>"$work/err"
	expect_exit $? 0 5
	says "no events.csv, no tracepoints.csv: "
	says "mend: run as root"
	run=$(only_run) || exit 1
	[ -n "$(told 'm["events"]["why_not"]')" ] || fail "why_not is empty"
	[ ! -e "$run/events.csv" ] || fail "an empty table was made"
fi

# --- kill -9: what was written is whole, nothing is mounted, nobody is left
rm -rf "$results"
mkdir "$results"
long_scenario "events = default" >"$work/long.ini"
"$FRAGBENCH" run "$work/long.ini" -o "$results" >"$work/out" 2>"$work/err" &
runner=$!
wait_filled
echo 1 >/proc/sys/vm/compact_memory
# shellcheck disable=SC2317
has_events() { grep -q ',mm_compaction_end,' "$results"/2*/events.csv; }
within 60000 has_events || fail "events are not written while the run goes on"
kill -9 $runner
wait $runner 2>/dev/null
within 20000 is_gone || fail "processes are left: $(ours)"
mkdir "$work/tables"
cp "$results"/2*/events.csv "$results"/2*/tracepoints.csv "$work/tables"
tables_whole "$work/tables"
[ "$(mounts)" = "$mounted" ] || fail "something is mounted"
