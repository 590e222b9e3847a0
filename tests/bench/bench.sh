#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What watching costs: CPU time for each sample, the slowdown of a neighbour
# that faults, and memory over time, of `fragbench record` and of what people
# use otherwise. Rounds are interleaved; medians stand beside their range.
# usage: bench.sh BUILD-FOLDER [--quick]
#        FRAGBENCH, NODE_EXPORTER: other programs than the ones found
set -eu
here=$(cd -- "$(dirname -- "$0")" && pwd -P)
top=$(cd -- "$here/../.." && pwd -P)
build=$(cd -- "$1" && pwd -P)
fragbench=${FRAGBENCH:-$build/fragbench}
exporter=${NODE_EXPORTER:-prometheus-node-exporter}
work=$build/bench
pids=''

rounds=3 loops=1000 record=10 ticks=11 scrapes=1000 fault=3 watch=30
[ "${2-}" != --quick ] ||
	rounds=2 loops=150 record=3 ticks=2 scrapes=200 fault=1 watch=5

# --- helpers ----------------------------------------------------------------------

# No number at all rather than a wrong one.
die() { # TEXT
	echo "bench: $*" >&2
	tail -n 5 "$work/err" >&2
	exit 4
}

stop() {
	for pid in $pids; do
		kill "$pid" 2>/dev/null || continue
		wait "$pid" 2>/dev/null || :
	done
	pids=''
}

# Run a command; a line of cpu, wall and memory goes to the file NAME.
cost() { # NAME COMMAND...
	name=$1
	shift
	"$work/cputime" "$work/$name" "$@" >>"$work/out" 2>>"$work/err" ||
		die "$name left with $?"
}

# Median, least and most of the numbers on standard input.
median() {
	sort -g | awk '{ v[NR] = $1 } END { if (NR)
		print (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2, v[1], v[NR] }'
}

# Samples that the newest run holds, by the clock.
ticks_of() { # FOLDER
	awk -F, '$3 == "tick"' "$1"/*/sampler.csv | wc -l
}

# --- what is compared ---------------------------------------------------------------

compile() { # PROGRAM SOURCE...
	program=$work/$1
	shift
	${CC:-cc} -O2 -D_GNU_SOURCE -I"$top/include" -I"$top/runner" \
		-o "$program" "$@"
}

build_tools() {
	compile cputime "$here/cputime.c"
	compile faulter "$here/faulter.c" "$top/runner/base/histogram.c"
}

# Each puts a line "CPU-seconds-for-1000-samples" into its result file.
per_1000() { # NAME SAMPLES
	tail -n 1 "$work/$1" | awk -v n="$2" '{ print $1 * 1000 / n }' \
		>>"$work/$1.per1000"
}

# Without the start: a run of more samples less a run of fewer.
per_1000_more() { # NAME SAMPLES-MORE
	tail -n 2 "$work/$1" | awk -v n="$2" '
		{ c[NR] = $1 } END { print (c[2] - c[1]) * 1000 / n }' \
		>>"$work/$1.per1000"
}

record_for() { # SECONDS
	rm -rf "$work/runs"
	cost record "$fragbench" record --rate 100 --for "$1s" -o "$work/runs"
	taken=$(ticks_of "$work/runs")
}

# What it costs to begin and end, once, goes to a file of its own.
cost_record() {
	record_for 1
	few=$taken
	record_for "$((record + 1))"
	per_1000_more record "$((taken - few))"
	tail -n 2 "$work/record" | awk -v few="$few" -v many="$taken" '
		{ c[NR] = $1 }
		END { print c[1] - few * (c[2] - c[1]) / (many - few) }' \
		>>"$work/record.start"
}

cost_loop() {
	cost loop sh "$here/loop.sh" "$loops" 0.01
	per_1000 loop "$loops"
}

cost_pagetypes() {
	cost pagetypes sh "$here/loop.sh" "$loops" 0.01 /proc/pagetypeinfo
	per_1000 pagetypes "$loops"
}

# These take a sample a second at most: many copies of them, for enough samples.
copies() { # NAME COMMAND...
	name=$1
	shift
	# shellcheck disable=SC2016 # the inner shell is to expand these
	cost "$name" sh -c 'for i in 1 2 3 4 5 6 7 8 9 10; do
		"$@" &
	done
	wait' copies "$@"
}

cost_vmstat() {
	copies vmstat vmstat 1 1
	copies vmstat vmstat 1 "$((ticks + 1))"
	per_1000_more vmstat "$((ticks * 10))"
}

cost_sar() {
	copies sar sar -B 1 1
	copies sar sar -B 1 "$((ticks + 1))"
	per_1000_more sar "$((ticks * 10))"
}

# Ours to start and to end, on a loopback port; what asks is not counted. Asked
# at the rate that record samples at, for the counters that it records, and
# packed, as Prometheus asks.
scrape() { # TIMES
	"$work/cputime" "$work/exporter" "$exporter" \
		--web.listen-address="127.0.0.1:$port" \
		--collector.disable-defaults --collector.buddyinfo \
		--collector.vmstat --collector.pressure \
		--collector.vmstat.fields='^(compact|nr_free|oom|pg|thp)' >>"$work/out" 2>&1 &
	pids=$!
	curl -s --retry 10 --retry-delay 1 --retry-connrefused -o "$work/page" \
		"http://127.0.0.1:$port/metrics" || die "no answer from $exporter"
	[ "$1" -eq 0 ] || curl -s --rate 100/s --compressed -o /dev/null \
		"http://127.0.0.1:$port/metrics?[1-$1]" ||
		die "no answer from $exporter"
	stop 2>/dev/null
}

cost_exporter() {
	port=$((20000 + $$ % 20000))
	scrape 0
	scrape "$scrapes"
	per_1000_more exporter "$scrapes"
}

# --- a faulting neighbour ------------------------------------------------------------

observe() { # NAME
	case $1 in
	alone) return ;;
	record*)
		rm -rf "$work/runs"
		"$fragbench" record --rate "${1#record}" --for 600s \
			-o "$work/runs" >>"$work/out" 2>>"$work/err" &
		;;
	loop10)
		sh "$here/loop.sh" 100000 0.1 >>"$work/out" &
		;;
	pagetypes10)
		sh "$here/loop.sh" 100000 0.1 /proc/pagetypeinfo >>"$work/out" &
		;;
	esac
	pids=$!
	# let it start: its beginning is not what is measured here
	sleep 0.5
}

neighbour() { # NAME
	observe "$1"
	"$work/faulter" "$fault" >>"$work/$1.faults"
	[ -z "$pids" ] || kill -0 "$pids" || die "$1 ended too early"
	stop
}

# --- tables -------------------------------------------------------------------------

cost_row() { # NAME TEXT [WANTED]
	[ -s "$work/$1.per1000" ] || return 0
	# shellcheck disable=SC2046 # three numbers
	set -- "$1" "$2" "${3-}" $(median <"$work/$1.per1000")
	awk -v text="$2" -v wanted="$3" -v m="$4" -v l="$5" -v h="$6" -v us="$us" '
	BEGIN {
		printf "%-44s %8.3f  %.3f to %.3f", text, m, l, h
		if (m != us && us > 0)
			printf "  %5.1f x", m / us
		print wanted ? " (wanted: " wanted " x or more)" : ""
	}'
}

cost_table() {
	us=$(median <"$work/record.per1000") us=${us%% *}
	echo "CPU seconds for 1000 samples, whole process tree without its" \
		"start: median of $rounds, range"
	cost_row record 'fragbench record at 100 Hz'
	cost_row loop 'shell loop' 40
	cost_row pagetypes 'shell loop, pagetypeinfo too'
	cost_row vmstat 'vmstat 1 (sees no free lists)'
	cost_row sar 'sar -B 1 (sees no free lists)'
	cost_row exporter 'node_exporter: buddyinfo, vmstat, pressure' 15
	median <"$work/record.start" | awk '{ printf \
		"To begin and to end costs fragbench record %.3f s, once\n", $1 }'
}

fault_row() { # NAME TEXT
	[ -s "$work/$1.faults" ] || return 0
	# shellcheck disable=SC2046 # three numbers
	set -- "$1" "$2" $(median <"$work/$1.faults") \
		$(for column in 2 3 4 5 6; do
			cut -d ' ' -f $column "$work/$1.faults" | median |
				cut -d ' ' -f 1
		done)
	awk -v text="$2" -v m="$3" -v l="$4" -v h="$5" -v p="$6 $7 $8 $9" \
		-v max="${10}" -v alone="$alone" 'BEGIN {
		printf "%-32s %7d  %.3f  %.3f to %.3f", text, m, m / alone,
			l / alone, h / alone
		n = split(p " " max, t, " ")
		for (i = 1; i <= n; i++)
			printf " %8.1f", t[i] / 1000
		print ""
	}'
}

fault_table() {
	alone=$(cut -d ' ' -f 1 "$work/alone.faults" | median) alone=${alone%% *}
	echo "A neighbour that faults, median of $rounds rounds of $fault s:" \
		"faults/s, its ratio to alone and the range; one fault in us"
	printf '%-32s %7s  %-21s %8s %8s %8s %8s %8s\n' beside faults/s ratio \
		p50 p99 p99.9 p99.99 max
	fault_row alone 'nothing'
	fault_row record10 'fragbench record at 10 Hz'
	fault_row record100 'fragbench record at 100 Hz'
	fault_row loop10 'shell loop at 10 Hz'
	fault_row pagetypes10 'shell loop, pagetypeinfo, 10 Hz'
}

# Resident memory of the recorder, told by the kernel while it runs.
memory_table() {
	rm -rf "$work/runs"
	echo "Memory of fragbench record at 1000 Hz, resident KiB over $watch s"
	"$fragbench" record --rate 1000 --for "${watch}s" -o "$work/runs" \
		>>"$work/out" 2>>"$work/err" &
	pids=$!
	for second in $(seq "$((watch - 1))"); do
		sleep 1
		sed -n "s/^VmRSS:[^0-9]*\([0-9]*\).*/$second \1/p" \
			"/proc/$pids/status" 2>/dev/null || break
	done >"$work/memory"
	code=0
	wait "$pids" || code=$?
	# 5: not to be trusted, for so many samples a second; its memory is
	[ $code -eq 0 ] || [ $code -eq 5 ] || die "record left with $code"
	pids=''
	awk 'NR == 1 { first = $2 } { if ($2 > most) most = $2; last = $2 }
		END { printf "first %d, most %d, last %d\n", first, most, last }' \
		"$work/memory"
}

# --- all of it ------------------------------------------------------------------------

trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
rm -rf "$work"
mkdir -p "$work"
touch "$work/err"
build_tools

costs='record loop' faults='alone record10 record100 loop10'
if [ -r /proc/pagetypeinfo ]; then
	costs="$costs pagetypes" faults="$faults pagetypes10"
fi
for tool in vmstat sar; do
	if command -v $tool >/dev/null; then
		costs="$costs $tool"
	else
		echo "not compared: $tool is not here"
	fi
done
if command -v "$exporter" >/dev/null && command -v curl >/dev/null; then
	costs="$costs exporter"
else
	echo "not compared: $exporter or curl is not here (its Debian package" \
		"starts a service)"
fi

for round in $(seq "$rounds"); do
	echo "bench: round $round of $rounds" >&2
	for name in $costs; do
		"cost_$name"
	done
	for name in $faults; do
		neighbour "$name"
	done
done
cost_table
echo
fault_table
echo
memory_table
