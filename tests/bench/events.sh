#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What listening to the kernel's events costs others: the CPU time of a page
# fault, and of a write to compact_memory, beside `fragbench record` with each
# set of events. All sets take their turn in every round, in ever another order;
# what is told is the median of the rounds' ratios to `none`, with the interval
# that has the median with 95 %. CPU time, for a neighbour takes turns, too.
# usage: events.sh BUILD-FOLDER [ROUNDS]
set -eu
here=$(cd -- "$(dirname -- "$0")" && pwd -P)
top=$(cd -- "$here/../.." && pwd -P)
build=$(cd -- "$1" && pwd -P)
fragbench=${FRAGBENCH:-$build/fragbench}
work=$build/bench-events
rounds=${2-20}
sets='none default all'
recorder=''

stop() {
	[ -z "$recorder" ] || kill "$recorder" 2>/dev/null || :
	[ -z "$recorder" ] || wait "$recorder" 2>/dev/null || :
	recorder=''
}

die() { # TEXT
	echo "bench: $*" >&2
	tail -n 5 "$work/err" >&2
	exit 4
}

trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
rm -rf "$work"
mkdir -p "$work"
touch "$work/err"
compile() { # PROGRAM SOURCE...
	program=$work/$1
	shift
	${CC:-cc} -O2 -D_GNU_SOURCE -I"$top/include" -I"$top/runner" \
		-o "$program" "$@"
}
compile cputime "$here/cputime.c"
compile faulter "$here/faulter.c" "$top/runner/base/histogram.c"

# Record with the set $1, until stop.
start() {
	rm -rf "$work/runs"
	"$fragbench" record --events "$1" --for 600s -o "$work/runs" \
		>>"$work/out" 2>>"$work/err" &
	recorder=$!
	sleep 0.5
	kill -0 "$recorder" || die "the recorder has ended"
	[ "$1" = none ] || [ -e "$(echo "$work"/runs/*/events.csv)" ] ||
		die "no events can be had here"
}

# One number of each victim: ns of CPU time for one fault, us for one compaction.
fault() {
	"$work/faulter" 1 | awk '{ print $NF }'
}
compact() {
	# shellcheck disable=SC2016 # the inner shell is to expand these
	"$work/cputime" "$work/cpu" sh -c 'for i in 1 2 3 4 5 6 7 8 9 10; do
		echo 1 >/proc/sys/vm/compact_memory
	done' && tail -n 1 "$work/cpu" | awk '{ print $1 * 1e5 }'
}
victims=fault
[ ! -w /proc/sys/vm/compact_memory ] || victims='fault compact'

# Memory that is as it will be: the first rounds must not mend it.
for victim in $victims; do "$victim" >>"$work/out"; done
for round in $(seq "$rounds"); do
	echo "bench: events, round $round of $rounds" >&2
	# shellcheck disable=SC2086 # words
	set -- $sets
	case $((round % 3)) in
	1) set -- "$2" "$3" "$1" ;;
	2) set -- "$3" "$1" "$2" ;;
	esac
	for name; do
		start "$name"
		for victim in $victims; do
			"$victim" >>"$work/$name.$victim"
		done
		stop
	done
done

# The row of set $1 and victim $2: ratios to none, round by round.
row() {
	paste -d ' ' "$work/$1.$2" "$work/none.$2" |
		awk '{ print $1 / $2 }' | sort -g |
		awk -v text="$1" -v of="$(sort -g "$work/$1.$2" |
			awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }')" '
		{ v[NR] = $1 }
		END {
			k = int(NR / 2 - 0.98 * sqrt(NR))
			if (k < 1) k = 1
			printf "  %-8s %10.0f   %.3f   %.3f to %.3f\n", text, of,
				(v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2,
				v[k], v[NR + 1 - k]
		}'
}
for victim in $victims; do
	case $victim in
	fault) echo "CPU time of one page fault, ns; its ratio to none" ;;
	compact) echo "CPU time of one write to compact_memory, us; its ratio" \
		"to none" ;;
	esac
	echo "  events       median   ratio   95 % of $rounds rounds"
	for name in $sets; do row "$name" "$victim"; done
done
