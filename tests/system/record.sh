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

# The run is sealed, whole, lasted for $2 ms or more, and had one sample every $1 ms:
# each deadline from the first that was kept to the last was kept or is counted as
# lost, and how late a sample was tells its deadline. On a busy machine some are lost.
samples() {
	run=$(only_run) || exit 1
	case $run in *.partial) fail "$run is not sealed" ;; esac
	[ "$results/$(readlink "$results/latest")" = "$run" ] || fail "latest"
	says "run: $run"
	tables_whole "$run"
	wrong=$(awk -F, -v period="$1" -v least="$2" '
		NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
		{ t = $at["t_ns"] / 1e6 }
		$at["kind"] == "mark" && !marks++ { begin = t }
		$at["kind"] == "mark" { end = t; next }
		{ due = t - $at["late_ns"] / 1e6; lost = $at["lost"] }
		!ticks++ { first = due }
		END {
			kept = sprintf("%.0f", (due - first) / period) + 1
			if (end - begin < least * 0.9)
				print "it lasted for " end - begin " ms"
			if (ticks && ticks + lost != kept)
				print ticks " samples, " lost " lost of " kept
			if (ticks && first < begin + period)
				print "the first was due after " first " ms"
			if (!ticks && least > 2 * period)
				print "no samples"
		}' "$run/sampler.csv")
	[ -z "$wrong" ] || fail "$wrong"
	[ "$(grep -c ',mark,' "$run/sampler.csv")" = 2 ] || fail "marks"
	[ -s "$run/summary.json" ] || fail "there is no summary"
}

# --- exit codes are those of the command
record 0 -- true
samples 100 0
record 3 -- sh -c 'exit 3'
samples 100 0
record 143 -- sh -c 'kill $$'
samples 100 0
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
samples 100 1000
record 0 --for 500ms --rate 100
samples 10 500
record 0 --rate 1 --for 1500ms
samples 1000 1500
record 0 --rate 1000 --for 300ms
samples 1 300
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
samples 100 300
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
samples 100 200

# --- a signal ends the recording
for signal in INT TERM; do
	rm -rf "$results"
	"$FRAGBENCH" record -o "$results" >"$work/out" 2>"$work/err" &
	recorder=$!
	# The first second's rows are on disk: it is at work.
	# shellcheck disable=SC2317
	has_rows() { [ "$(cat "$results"/2*/buddy.csv | wc -l)" -gt 3 ]; }
	within 60000 has_rows 2>/dev/null || fail "nothing is recorded"
	kill -$signal $recorder
	wait $recorder
	expect_exit $? 0
	samples 100 0
done

# --- what ends the recording ends the command with it; ^C reaches both anyway
rm -rf "$results"
"$FRAGBENCH" record -o "$results" -- sleep 60 >"$work/out" 2>"$work/err" &
recorder=$!
within 60000 has_rows 2>/dev/null || fail "nothing is recorded"
kill -TERM $recorder
wait $recorder
expect_exit $? 143
samples 100 0
is_gone || fail "the command is left"
