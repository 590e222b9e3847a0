#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Makes results/reference anew: what four experiments come to on five kernels, five
# boots each, in guests. Knows which they are, how large the guests, and which few
# metrics are tested (six at most: with five runs a side more could not be told
# apart). A column that is done is not booted again by the same program; what is
# named is all that is booted, and tables and pictures are made of all that is kept.
# usage: reference.sh BUILD-FOLDER [SERIES|KERNEL]... | tables | pictures
set -eu
build=$(cd -- "$1" && pwd -P)
top=$(cd -- "$(dirname -- "$0")/../.." && pwd -P)
shift
fragbench=${FRAGBENCH:-$build/fragbench}
kept=${FRAGBENCH_REFERENCE:-$top/results/reference}
runs=$build/reference/$(cksum <"$fragbench" | cut -d ' ' -f 1)
all_series='free-running lockstep fragment-module compaction-curve'
all_kernels='5.10 6.1 6.12 6.18 7.3'
repeats=5
code=0

say() {
	echo "reference: $*" >&2
}

# --- what is measured -------------------------------------------------------------

# What stands behind `fragbench vm`. Layout and counts alone are of interest, so
# that a sample or two a second beside those at the phase marks are enough.
series_words() { # SERIES
	echo --accel tcg --repeats $repeats --seed 1
	case $1 in
	free-running)
		echo sbrk-interleave --memory 1G --set rate=2 \
			--set pages=80000 --set mode=free-running \
			--set cpus=split --set pcp=default
		;;
	lockstep)
		echo sbrk-interleave --memory 1G --set rate=2 --set pages=80000
		;;
	fragment-module) echo fragment-module --memory 1G --set rate=2 ;;
	compaction-curve)
		echo compaction-curve --memory 768M --set rate=1 \
			--set count=192 --set ballast=700M
		;;
	esac
}

# Those that are tested.
series_metrics() { # SERIES
	case $1 in
	free-running)
		echo interleave.mean_run.fill interleave.mixed_pageblocks.fill \
			unusable.free unusable_pcp.free hidden_mib.free \
			unusable.compact
		;;
	lockstep)
		echo interleave.switch_share.fill unusable.free unusable.compact \
			effectiveness.compact compact_free_scanned.compact \
			pgmigrate_success.compact
		;;
	fragment-module)
		echo unusable.thin-out unusable.compact effectiveness.compact \
			compact_migrate_scanned.compact \
			pgmigrate_success.compact unusable.drain-all
		;;
	compaction-curve)
		echo effectiveness.compact-0 effectiveness.compact-5 \
			effectiveness.compact-10 effectiveness.compact-25 \
			effectiveness.compact-50 effectiveness.compact-100
		;;
	esac
}

# What differs from kernel to kernel, and is no reason not to compare: the module
# takes a share of the memory that was free.
series_differ() { # SERIES
	[ "$1" != fragment-module ] || echo --differ objects
}

# --- guests -----------------------------------------------------------------------

# The path of workloads/module, built for that kernel; fails where the archive has
# no headers for it.
module_build() { # KERNEL
	headers=$("$fragbench" vm headers "debian:$1") || return 1
	make -s -C "$top/workloads/module" HEADERS="$headers" \
		OUT="$build/module" 2>/dev/null
}

column_boot() { # SERIES KERNEL
	set -- "$1" "$2" "$runs/$1/$2"
	[ ! -e "$3/done" ] || return 0
	module=''
	if [ "$1" = fragment-module ] && ! module=$(module_build "$2"); then
		say "$1: no module for $2, and so no runs"
		return 0
	fi
	say "$1: $2"
	mkdir -p "$3"
	# what fails under an emulator mostly does not the next time
	for _ in 1 2 3; do
		result=0
		# shellcheck disable=SC2046 # words that are to be split
		"$fragbench" vm $(series_words "$1") --kernel "debian:$2" \
			${module:+--module "$module"} --output "$3" >&2 ||
			result=$?
		[ $result -eq 4 ] || break
	done
	case $result in
	0 | 1 | 5) : >"$3/done" ;; # the runs say themselves what they are worth
	130 | 143) exit "$result" ;;
	*)
		say "$1: $2 has failed ($result); the same command goes on"
		code=4
		return 0
		;;
	esac
	column_keep "$1" "$2" "$3"
}

# In results/reference/SERIES/KERNEL/rN, as a whole or not.
column_keep() { # SERIES KERNEL RUNS
	new=$runs/new
	rm -rf "$new"
	"$fragbench" keep --output "$new" "$3"/*-r[0-9] >/dev/null
	for run in "$new"/*; do
		mv -T "$run" "$new/r${run##*-r}"
	done
	mkdir -p "$kept/$1"
	rm -rf "${kept:?}/$1/$2"
	mv "$new" "$kept/$1/$2"
}

# --- tables -----------------------------------------------------------------------

# `compare --csv` of the tested metrics of a series.
compared() { # SERIES RUN...
	series=$1
	shift
	for metric in $(series_metrics "$series"); do
		set -- --metric "$metric" "$@"
	done
	# shellcheck disable=SC2046 # words
	"$fragbench" compare --csv $(series_differ "$series") "$@" 2>/dev/null
}

# From CSV to a table with a row for each metric, a column for each group.
# shellcheck disable=SC2016 # awk's
cells='
	NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i }
	NR > 1 {
		if (!($1 in seen)) { seen[$1] = ++n; name[n] = $1 }
		low = $at["min"]; high = $at["max"]
		has = $at["n"]; lacking = $at["lacking"]
		text = has == 0 ? "?" : $at["median"] + 0
		if (has > 0 && low != high)
			text = text " (" (low + 0) ".." (high + 0) ")"
		if (has > 0 && lacking > 0)
			text = text " [" has " of " has + lacking "]"
		cell[$1] = cell[$1] " " text " |"
	}
	END {
		for (i = 1; i <= n; i++)
			print "| " name[i] " |" cell[name[i]]
	}'
# And of two groups what came of the test.
# shellcheck disable=SC2016 # awk's
verdicts='
	NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i }
	NR > 1 && $at["group"] == "new" {
		text = $at["verdict"] == "" ? "?" : $at["verdict"]
		if ($at["p"] != "")
			text = text sprintf(" (%+.3g, p %.3f)",
				$at["difference"], $at["p"])
		print $1 "\t" text
	}'

series_kernels() { # SERIES
	for kernel in $all_kernels; do
		[ ! -d "$kept/$1/$kernel" ] || echo "$kernel"
	done
}

table_head() { # CELL...
	printf '|'
	printf ' %s |' "$@"
	printf '\n|'
	printf -- '---|%.0s' "$@"
	echo
}

medians() { # SERIES
	set -- "$1" "$(series_kernels "$1")"
	# shellcheck disable=SC2086 # a list of words
	table_head '' $2
	(cd "$kept/$1" && for metric in $(series_metrics "$1"); do
		# shellcheck disable=SC2046,SC2086 # lists of words
		"$fragbench" compare --csv --by kernel --metric "$metric" \
			$(series_differ "$1") $2 2>/dev/null | awk -F, "$cells"
	done)
}

# What came of the tests of one kernel and another, in a file; its name.
pair() { # SERIES KERNEL KERNEL
	(cd "$kept/$1" && compared "$1" "$2" -- "$3") |
		awk -F, "$verdicts" | sort >"$runs/pairs/$2:$3"
	echo "$2:$3"
}

# Each kernel and the next, and where there are more than two the first and the last.
neighbours() { # SERIES
	series=$1 first='' before='' heads='' count=0
	rm -rf "$runs/pairs"
	mkdir -p "$runs/pairs"
	for kernel in $(series_kernels "$series"); do
		[ -z "$before" ] ||
			heads="$heads $(pair "$series" "$before" "$kernel")"
		before=$kernel
		first=${first:-$kernel}
		count=$((count + 1))
	done
	[ $count -le 2 ] || heads="$heads $(pair "$series" "$first" "$before")"
	[ -n "$heads" ] || return 0
	# shellcheck disable=SC2086 # lists of words
	table_head '' $heads | sed 's/\([0-9]\):\([0-9]\)/\1 to \2/g'
	series_metrics "$series" | tr ' ' '\n' | while read -r metric; do
		printf '| %s |' "$metric"
		for head in $heads; do
			awk -F '\t' -v m="$metric" '$1 == m { t = $2 }
				END { printf " %s |", t == "" ? "?" : t }' \
				"$runs/pairs/$head"
		done
		echo
	done
}

tables() {
	cat <<-'END'
		# Tables of the reference series

		Written by `./dev reference`; [README.md](README.md) says what they show. Medians (lowest to highest). Then the verdict of
		`fragbench compare` between each kernel and the next, and between the first and the last: difference of the medians, exact
		Mann-Whitney p before Holm. Holm is over the six metrics of one pair.
	END
	for series in $all_series; do
		[ -d "$kept/$series" ] || continue
		printf '\n## %s\n\n' "$series"
		# shellcheck disable=SC2046 # words
		printf '    fragbench vm %s\n\n' "$(series_words "$series" | tr "\n" " ")"
		medians "$series"
		echo
		neighbours "$series"
	done
}

# --- pictures ---------------------------------------------------------------------

series_pictures() { # SERIES
	case $1 in
	free-running) echo orders measures ;;
	lockstep | fragment-module) echo orders ;;
	compaction-curve) echo curve ;;
	esac
}

# Those of the page of all kernels, without the page.
pictures() {
	for series in $all_series; do
		[ -d "$kept/$series" ] || continue
		rm -rf "$runs/pages"
		"$fragbench" report --by kernel --output "$runs/pages" \
			"$kept/$series"/* >/dev/null || return 4
		for name in $(series_pictures "$series"); do
			cp "$runs"/pages/*/[0-9]*-"$name.png" \
				"$kept/$series-$name.png" || return 4
		done
	done
}

# --- all of it --------------------------------------------------------------------

series_asked='' kernels_asked='' only=''
for word; do
	case " $all_series | $all_kernels | tables pictures " in
	*" $word "*'|'*'|'*) series_asked="$series_asked $word" ;;
	*'|'*" $word "*'|'*) kernels_asked="$kernels_asked $word" ;;
	*'|'*" $word "*) only="$only $word" ;;
	*)
		say "what is '$word'? There are $all_series;" \
			"$all_kernels; tables, pictures"
		exit 2
		;;
	esac
done
mkdir -p "$runs" "$kept"
[ -n "$only" ] || for series in ${series_asked:-$all_series}; do
	for kernel in ${kernels_asked:-$all_kernels}; do
		column_boot "$series" "$kernel"
	done
done
case ${only:-tables pictures} in
*tables*)
	tables >"$kept/tables.new"
	mv "$kept/tables.new" "$kept/tables.md"
	;;
esac
case ${only:-tables pictures} in
*pictures*) pictures || code=4 ;;
esac
say "see $kept/tables.md"
exit $code
