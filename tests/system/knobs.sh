#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The knobs of a scenario are what it says while it runs and what they were
# when it is over, also when the kernel refuses one of them, and when the run is
# killed. Two knobs that do no harm: nothing compacts or reclaims here.
. tests/system/common
need_root

boost=/proc/sys/vm/watermark_boost_factor
proactive=/proc/sys/vm/compaction_proactiveness
for knob in $boost $proactive; do
	[ -w "$knob" ] || skip "skipped: this kernel has no $knob"
done
before="$(cat $boost) $(cat $proactive)"
are_back() { [ "$(cat $boost) $(cat $proactive)" = "$before" ]; }
# One that neither stands at.
other=$(($(cat $boost) + 1))

run_null() {
	"$FRAGBENCH" run null -o "$results" --for 200ms --set baseline.for=0s \
		--set hold.for=0s "$@" >"$work/out" 2>"$work/err"
}

# --- set, and put back
run_null --knobs "watermark_boost_factor=$other" \
	--knob vm.compaction_proactiveness=0
expect_exit $? 0 5
are_back || fail "the knobs were $before and are $(cat $boost $proactive)"
run=$results/$(readlink "$results/latest")
during() {
	awk -v path="\"$1\"" -F ': ' '
		index($0, "\"path\"") && index($0, path) { on = 1 }
		on && /"during"/ { print $2; exit }' "$run/manifest.json"
}
[ "$(during $boost)" = "\"$other\"," ] || fail "during: $(during $boost)"
[ "$(during $proactive)" = '"0",' ] || fail "during: $(during $proactive)"
[ "$(grep -c '"by": "scenario"' "$run/manifest.json")" = 2 ] ||
	fail "the manifest does not say on whose behalf the knobs were written"

# --- repeated from its own copy
run_null_again() {
	"$FRAGBENCH" run "$run/scenario.ini" -o "$results" >"$work/out" \
		2>"$work/err"
}
run_null_again
expect_exit $? 0 5
run=$results/$(readlink "$results/latest")
[ "$(during $boost)" = "\"$other\"," ] || fail "again: $(during $boost)"
are_back || fail "the knobs were $before and are $(cat $boost $proactive)"

# --- refused: the one before it is put back as well
run_null --knobs "watermark_boost_factor=$other compaction_proactiveness=101"
expect_exit $? 4
says "cannot set vm.compaction_proactiveness to 101"
says "it is $(cat $proactive)"
are_back || fail "the knobs were $before and are $(cat $boost $proactive)"

# --- of one phase: while it lasts, on top of what the scenario sets
cat >"$work/phases.ini" <<-END
	[scenario]
	knobs = watermark_boost_factor=$other
	[phase before]
	for = 100ms
	[phase with]
	for = 5s
	knobs = watermark_boost_factor=$((other + 1)) compaction_proactiveness=0
	knobs = ?no_such_knob_here=1
	[phase after]
	for = 5s
END
run_phases() {
	"$FRAGBENCH" run "$work/phases.ini" -o "$results" "$@" \
		>"$work/out" 2>"$work/err"
}
run_phases
expect_exit $? 0 5
says "phase with was skipped: this kernel has no vm.no_such_knob_here"
sed -i /no_such/d "$work/phases.ini"
run_phases &
pid=$!
stand_at() { [ "$(cat $boost) $(cat $proactive)" = "$1" ]; }
within 60000 stand_at "$((other + 1)) 0" || fail "the phase set no knob"
within 60000 stand_at "$other ${before#* }" ||
	fail "the phase has left $(cat $boost) $(cat $proactive)"
wait $pid
expect_exit $? 0 5
are_back || fail "the knobs were $before and are $(cat $boost $proactive)"
run=$results/$(readlink "$results/latest")
[ "$(grep -c '"phase": "with"' "$run/manifest.json")" -ge 2 ] ||
	fail "the manifest does not say which phase wrote the knobs"
run_phases --set after.knobs=compaction_proactiveness=101
expect_exit $? 4
says "cannot set vm.compaction_proactiveness to 101"
are_back || fail "the knobs were $before and are $(cat $boost $proactive)"

# --- killed: the guardian puts them back
"$FRAGBENCH" run null -o "$results" --for 600s \
	--knobs "watermark_boost_factor=$other" >"$work/out" 2>"$work/err" &
pid=$!
is_set() { [ "$(cat $boost)" = "$other" ]; }
within 60000 is_set || fail "the knob was not set"
kill -9 $pid
wait $pid
within 20000 are_back || fail "the guardian left $(cat $boost $proactive)"
within 20000 is_gone || fail "processes are left: $(ours)"
[ ! -e "$FRAGBENCH_STATE/journal" ] || fail "the journal is left"
