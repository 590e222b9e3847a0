#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Sampling beside a command: its exit code is handed on, its output is left
# alone, and a signal ends the recording, not what was recorded.
. tests/system/common

# record "$@" must end with exit code $1.
record() {
	want=$1
	shift
	rm -rf "$results"
	"$FRAGBENCH" record -o "$results" "$@" >"$work/out" 2>"$work/err"
	expect_exit $? "$want"
	is_gone || fail "processes are left: $(ours)"
}

# The run is sealed, whole, and has $1 to $2 samples by the clock.
samples() {
	run=$(only_run) || exit 1
	case $run in *.partial) fail "$run is not sealed" ;; esac
	[ "$results/$(readlink "$results/latest")" = "$run" ] || fail "latest"
	says "run: $run"
	tables_whole "$run"
	ticks=$(grep -c ',tick,' "$run/sampler.csv")
	if [ "$ticks" -lt "$1" ] || [ "$ticks" -gt "$2" ]; then
		fail "$ticks samples, not $1 to $2"
	fi
	[ "$(grep -c ',mark,' "$run/sampler.csv")" = 2 ] || fail "marks"
	[ -s "$run/summary.json" ] || fail "there is no summary"
}

# --- exit codes are those of the command
record 0 -- true
samples 0 5
record 3 -- sh -c 'exit 3'
samples 0 5
record 143 -- sh -c 'kill $$'
samples 0 5
record 137 -- sh -c 'kill -9 $$'
record 127 -- "$work/none"
says "cannot run $work/none"
record 126 -- "$work"
echo no program >"$work/plain"
record 126 -- "$work/plain"

# --- its streams are its own
"$FRAGBENCH" record -o "$results" -- echo hello 2>"$work/err" |
	cat >"$work/out"
[ "$(cat "$work/out")" = hello ] || fail "the output of the command is lost"
echo given | "$FRAGBENCH" record -o "$results" -- cat >"$work/out" 2>"$work/err"
[ "$(cat "$work/out")" = given ] || fail "the input of the command is lost"
record 0 -- sh -c 'cat /proc/$$/oom_score_adj; trap' # no handler is handed on
[ "$(cat "$work/out")" = "$(cat /proc/$$/oom_score_adj)" ] ||
	fail "the command is no ordinary process"

# --- time and rate
record 0 --for 1s
samples 8 11
record 0 --for 500ms --rate 100
samples 35 52
record 0 --rate 1 --for 1500ms
samples 1 1
record 0 --rate 1000 --for 300ms
samples 150 310
for rate in 0 0.5 1001 -1 x; do
	record 2 --rate $rate --for 100ms
	[ ! -e "$results" ] || fail "--rate $rate has made a run"
done
record 2 --for x
record 2 true
says "fragbench record -- true"
record 2 --

# --- maps, of before and of after
record 0 --map marks --for 300ms
samples 1 4
if [ -r /proc/kpageflags ] && is_root; then
	for map in 00-start 01-record; do
		"$FRAGBENCH" map --load "$run/maps/$map.map" >"$work/out" \
			2>"$work/err" || fail "maps/$map.map cannot be read"
		grep -q "\"maps/$map.map\"" "$run/manifest.json" ||
			fail "the manifest does not have maps/$map.map"
	done
	grep -q '"map.mixed_pageblocks.record"' "$run/summary.json" ||
		fail "no metric of the map"
else
	grep -q 'no maps: ' "$run/manifest.json" || fail "no note of no maps"
fi
record 0 --for 100ms
[ ! -e "$run/maps" ] || fail "maps that nobody asked for"

# --- the recording is shorter than the command, whose end is awaited
record 7 --for 200ms -- sh -c 'sleep 0.6; exit 7'
samples 1 3

# --- a signal ends the recording
for signal in INT TERM; do
	rm -rf "$results"
	"$FRAGBENCH" record -o "$results" >"$work/out" 2>"$work/err" &
	recorder=$!
	# The first second's rows are on disk: it is at work.
	# shellcheck disable=SC2317
	has_rows() { [ "$(cat "$results"/2*/buddy.csv | wc -l)" -gt 3 ]; }
	within 5000 has_rows 2>/dev/null || fail "nothing is recorded"
	kill -$signal $recorder
	wait $recorder
	expect_exit $? 0
	samples 5 40
done

# --- what ends the recording ends the command with it; ^C reaches both anyway
rm -rf "$results"
"$FRAGBENCH" record -o "$results" -- sleep 60 >"$work/out" 2>"$work/err" &
recorder=$!
within 5000 has_rows 2>/dev/null || fail "nothing is recorded"
kill -TERM $recorder
wait $recorder
expect_exit $? 143
samples 5 40
is_gone || fail "the command is left"
