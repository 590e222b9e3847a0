#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Does the gate find a regression, and let pass what is none? In guests, on real
# memory, with a regression that is planted by a knob: with
# vm.compact_unevictable_allowed = 0 compaction leaves locked pages where they are.
# `locked` is the dose: the share of the pageblocks whose page is locked. Ends with
# 1 when a series of the same configuration fails, or one with the largest dose
# does not. Prints its results as a table of Markdown.
# usage: gate.sh BUILD-FOLDER [--quick] [KERNEL]
set -eu
build=$(cd -- "$1" && pwd -P)
here=$(cd -- "$(dirname -- "$0")" && pwd -P)
gate=$here/gate.ini
fragbench=${FRAGBENCH:-$build/fragbench}
work=$build/bench-gate
repeats=9 doses='100 50'
shift
[ "${1-}" != --quick ] || { repeats=5 doses=100 && shift; }
kernel=${1:-debian:6.12}
knob=vm.compact_unevictable_allowed

series() { # NAME ALLOWED LOCKED
	[ ! -e "$work/$1.done" ] || return 0
	echo "bench: $1, $repeats guests" >&2
	code=0
	"$fragbench" vm "$here/sieve.ini" -k "$kernel" --memory 512M \
		-r $repeats -o "$work/$1" --knob $knob="$2" --locked "$3%" \
		>"$work/$1.out" 2>"$work/$1.err" || code=$?
	# 5: a run is in doubt, and takes no part
	[ $code = 0 ] || [ $code = 5 ] || {
		tail -n 5 "$work/$1.err" >&2
		exit $code
	}
	: >"$work/$1.done"
}

compare() { # NAME ARGS...
	name=$1
	shift
	"$fragbench" compare --gate "$gate" --differ $knob --differ locked \
		"$@" --baseline "$work/good" "$work/$name" 2>>"$work/compare.err"
}

row() { # NAME ALLOWED LOCKED [EXIT-CODE]... without one, any
	name=$1 allowed=$2 locked=$3
	shift 3
	code=0
	compare "$name" --csv >"$work/$name.csv" || code=$?
	awk -F, -v head="| $name | $allowed | $locked % " -v code=$code '
		NR > 1 && $4 == "base" { base = $7 }
		NR > 1 && $4 == "new" { printf "%s| %s | %.3f | %.3f | %+.3f..%+.3f | %.2g | %s | %d |\n",
			head, $1, base, $7, $14, $15, $17, $18, code
			head = "| | | " }' "$work/$name.csv"
	[ $# -gt 0 ] || return 0
	for want; do
		[ $code != "$want" ] || return 0
	done
	echo "bench: $name: the gate ended with $code, not $*" >&2
	bad=1
}

# After an interrupted call it goes on, after a finished one it begins anew.
[ ! -e "$work/finished" ] || rm -rf "$work"
mkdir -p "$work"
bad=0
series good 1 100
series again 1 100
for dose in $doses; do
	series "planted-$dose" 0 "$dose"
done
cat <<END
\`./dev bench gate\`: sieve.ini in $repeats guests a series, $kernel, 512 MiB, a limit of 0.05.

| series | allowed | locked | metric | base | new | 95 % interval | p (Holm) | verdict | exit code |
|---|---|---|---|---|---|---|---|---|---|
END
row again 1 100 0
for dose in $doses; do
	if [ "$dose" = 100 ]; then
		row planted-100 0 100 1
	else
		row "planted-$dose" 0 "$dose" # for what it says
	fi
done
: >"$work/finished"
exit $bad
