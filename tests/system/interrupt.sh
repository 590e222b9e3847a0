#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A run that is asked to stop in the middle of its fill: soon the workers are
# gone and the knobs are back, and what was sampled until then can be read.
. tests/system/common
need_memory 1024

before=$(knobs)
long_scenario "pcp = small" >"$work/long.ini"

# Run the scenario, send signal $1 when its heaps are full; it must end with $2,
# and soon in one of three: the machine may be busy.
interrupt() {
	for attempt in 1 2 3; do
		interrupt_once "$1" "$2"
		[ $took -gt 3000 ] || return 0
		echo "SIG$1: $took ms to stop (attempt $attempt)"
	done
	fail "it took $took ms to stop after SIG$1"
}

interrupt_once() {
	rm -rf "$results"
	"$FRAGBENCH" run "$work/long.ini" -o "$results" \
		>"$work/out" 2>"$work/err" &
	runner=$!
	wait_filled
	! is_root || [ "$(knobs)" != "$before" ] ||
		fail "no knob was touched: the test sees nothing"
	begin=$(now_ms)
	kill -"$1" $runner
	wait $runner
	expect_exit $? "$2"
	took=$(($(now_ms) - begin))
	are_knobs_back || fail "the knobs were $before and are $(knobs)"
	is_gone || fail "processes are left: $(ours)"
	[ ! -e "$FRAGBENCH_STATE/journal" ] || fail "the journal is left"
	run=$(only_run) || exit 1
	case $run in
	*.partial) ;;
	*) fail "$run was sealed" ;;
	esac
	[ ! -e "$results/latest" ] || fail "latest points at it"
	tables_whole "$run"
	grep -q '"status": "interrupted"' "$run/manifest.json" ||
		fail "the manifest does not say that it was interrupted"
	grep -q '^fill,run,failed,' "$run/phases.csv" ||
		fail "phases.csv does not say where it was interrupted"
	[ -s "$run/summary.json" ] || fail "there is no summary"
}

interrupt INT 130
run_readable "$run"
grep -q '"status": "interrupted"' "$run/summary.json" ||
	fail "the summary does not say that it was interrupted"
interrupt TERM 143
interrupt HUP 129
