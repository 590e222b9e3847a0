#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A regression that is planted on real memory is found by the gate: the same locked
# pages, which compaction may move in two series and may not in the third. Counts
# of guests' own free lists: nothing here is timed, and nothing touches the memory
# of this machine.

. tests/system/common

need_guests 1000

knob=vm.compact_unevictable_allowed

boot() { # NAME ALLOWED REPEATS
	guests tests/bench/sieve.ini -k debian:6.12 --memory 512M -j 1 \
		-r "$3" -o "$work/$1" --knob $knob="$2"
}

# Four runs are what a verdict takes; one that is in doubt takes no part.
series() { # NAME ALLOWED
	boot "$1" "$2" 4 || {
		expect_exit $? 5
		boot "$1" "$2" 2
		expect_exit $? 0 5
	}
}
series good 1
series again 1
series planted 0

# gate WANTED ARGS...: the gate must end with WANTED.
gate() {
	want=$1
	shift
	"$FRAGBENCH" compare --gate tests/bench/gate.ini "$@" >"$work/out" \
		2>"$work/err"
	expect_exit $? "$want"
}

gate 0 --baseline "$work/good" "$work/again"
gate 1 --differ $knob --baseline "$work/good" "$work/planted"
grep -q '^probe.hugetlb.success_share.ask .* WORSE: FAIL' "$work/out" ||
	fail "it failed, and does not say where"
gate 0 --differ $knob --baseline "$work/planted" "$work/good"

# The knob is no accident: who did not say that it is meant gets no verdict.
gate 5 --baseline "$work/good" "$work/planted"
says "not alike: the knob compact_unevictable_allowed differs"
says "--differ compact_unevictable_allowed"
