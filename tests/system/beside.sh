#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Two runs with journals in different folders: the knobs are the machine's, so the
# second that would write one is refused, by the number of the first, and what
# writes none goes on beside it.
. tests/system/common
need_root
need_memory 1024

before=$(knobs)
[ -n "$(pcp_knob)" ] ||
	skip "skipped: this kernel has no knob for the per-CPU lists"

short() {
	cat <<-END
		[scenario]
		$1
		[phase watch]
		do = settle
		for = 100ms
	END
}
long_scenario "pcp = small" >"$work/long.ini"
short "pcp = small" >"$work/small.ini"
short "rate = 10" >"$work/watch.ini"

other=$work/other
mkdir "$other"
# A run beside, with a journal of its own: exit code $1, then what to run.
beside() {
	want=$1
	shift
	FRAGBENCH_STATE=$other "$FRAGBENCH" "$@" >"$work/out" 2>"$work/err"
	code=$?
	# One that was done may be in doubt: the machine is used by others, too.
	[ "$code $want" != "5 0" ] || code=0
	expect_exit $code "$want"
}

"$FRAGBENCH" run "$work/long.ini" -o "$results" >"$work/first" 2>&1 &
runner=$!
within 120000 is_filled || fail "the heaps are not filled: $(cat "$work/first")"
during=$(knobs)
[ "$during" != "$before" ] || fail "the first run has written no knob"

beside 3 run "$work/small.ini" -o "$work/beside"
says "another fragbench run is at work: process $runner writes the knobs"
says "kill $runner"
[ "$(knobs)" = "$during" ] || fail "a run that was refused has moved a knob"
[ ! -e "$other/journal" ] || fail "a run that was refused has left a journal"

beside 0 run "$work/watch.ini" -o "$work/beside"
[ "$(knobs)" = "$during" ] || fail "a run without knobs has moved one"

# An old journal is not replayed into the middle of a run.
cat >"$other/journal" <<-END
	fragbench journal 1
	boot $(cat /proc/sys/kernel/random/boot_id)
	pid 1
	knob $(pcp_knob)	$(cat "$(pcp_knob)")
END
beside 3 doctor --restore
says "process $runner writes the knobs"
[ -e "$other/journal" ] || fail "the journal is gone, and nothing was put back"
[ "$(knobs)" = "$during" ] || fail "it was put back in the middle of a run"
rm "$other/journal"

# The guardian keeps the lock until all is back; then it is the next run's.
kill -9 "$runner"
wait "$runner"
within 20000 is_gone || fail "processes are left: $(ours)"
are_knobs_back || fail "the knobs were $before and are $(knobs)"
beside 0 run "$work/small.ini" -o "$work/beside"
are_knobs_back || fail "the knobs were $before and are $(knobs)"
