#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Do the frames of two processes alternate? From free lists that were put in
# order before: with a turn a page nearly all neighbours have two owners, with a
# turn in 16 pages one in 16 has. (At full size it is 0.98: see target.sh.)
. tests/system/common
need_root
need_memory 2048

# The share of adjacent frames with two owners after a fill with "$@".
share() {
	rm -rf "$results"
	"$FRAGBENCH" run sbrk-interleave -o "$results" --pages 20000 \
		--ballast 0 --jitter 0 "$@" --set baseline.for=0s \
		--set free.for=0s --set settle.for=0s --set drain.for=0s \
		--set compact.for=0s --set end.for=0s \
		>"$work/out" 2>"$work/err"
	expect_exit $? 0 5
	run=$(only_run) || exit 1
	awk -F, 'NR > 1 && $2 == "fill" { pairs += $7; switches += $8 }
		END { printf "%.4f\n", switches / pairs }' "$run/owners.csv"
}

# Pages in free pieces below 16 pages when the last fill began.
scattered() {
	awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
		$2 == "fill" { exit }
		$at["t_ns"] != t { t = $at["t_ns"]; n = 0 }
		{ for (o = 0; o < 4; o++) n += $at["free_" o] * 2 ^ o }
		END { print n }' "$results"/2*/buddy.csv
}

# "$@" must give $1 to $2, in one of three: others use the machine, too. The
# kernel takes the small pieces first: where half of a fill are such, it does not
# tell whose turn it was.
share_within() {
	least=$1
	most=$2
	shift 2
	for attempt in 1 2 3; do
		got=$(share "$@") || {
			[ $? != 77 ] || skip "$got"
			fail "$got"
		}
		echo "$*: $got (attempt $attempt)"
		! awk "BEGIN { exit !($got >= $least && $got <= $most) }" ||
			return 0
	done
	small=$(scattered)
	[ "$small" -lt 20000 ] ||
		skip "skipped: $small free pages are in pieces below 16 pages"
	fail "$*: a share of $got, not $least to $most"
}

share_within 0.95 1 --mode lockstep --chunk 1
# Where much is scattered in pieces below 16 pages, turns end early.
share_within 0.05 0.15 --mode lockstep --chunk 16
share_within 0 0.2 --mode free-running
