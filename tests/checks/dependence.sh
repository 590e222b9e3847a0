#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Dependence goes one way: include <- base <- collect, probe, events <-
# runner <- vm <- verb, base <- analysis <- verb, and workloads include only include/fragbench.
# Walks every #include and names each arrow that points elsewhere. Before that it
# plants wrong arrows in a folder of its own, to prove that it can fail.
#
# usage: tests/checks/dependence.sh [FOLDER]

set -u

# The layer that the file $1 belongs to.
layer_of() {
	case $1 in
	include/*) echo include ;;
	runner/base/*) echo base ;;
	runner/collect/*) echo collect ;;
	runner/probe/*) echo probe ;;
	runner/events/*) echo events ;;
	runner/main.c | runner/verb/*) echo verb ;;
	runner/vm/*) echo vm ;;
	workloads/workloads.def) echo table ;;
	runner/*) echo runner ;;
	analysis/*) echo analysis ;;
	workloads/*) echo workloads ;;
	*) echo unknown ;;
	esac
}

# The layers that layer $1 may include.
layers_below() {
	case $1 in
	include | workloads) echo include ;;
	base) echo include base ;;
	collect) echo include base collect ;;
	probe) echo include base probe ;;
	events) echo include base events ;;
	runner) echo include base collect probe events runner table ;;
	vm) echo include base runner vm ;;
	analysis) echo include base analysis ;;
	verb) echo include base collect probe events runner vm analysis verb ;;
	esac
}

# Take "a/../" out of the path $1.
path_plain() {
	path=$1
	while case $path in */../*) ;; *) false ;; esac do
		path=$(printf '%s\n' "$path" | sed 's,[^/]*/\.\./,,')
	done
	echo "$path"
}

# The file that "$2", included in file $1, is: where the compiler looks.
included_file() {
	for place in "$(dirname "$1")" include runner .; do
		if [ -f "$place/$2" ]; then
			path_plain "${place#.}/$2" | sed 's,^/,,'
			return
		fi
	done
}

# Every quoted #include below $1 as "file:line:name".
includes_list() {
	find include runner analysis workloads -name '*.[ch]' -exec \
		grep -nHE '^[[:space:]]*#[[:space:]]*include[[:space:]]+("|<fragbench/)' \
		{} + | sed -E 's/:[[:space:]]*#[^"<]*["<]([^">]*).*/:\1/'
}

# Name the wrong arrows of the tree in the current folder; 1 when there are any.
arrows_check() {
	includes_list | sort | {
		wrong=0
		while IFS=: read -r file line name; do
			# Made by the build, from workloads/scenarios.
			[ "$name" != scenarios.inc ] || continue
			target=$(included_file "$file" "$name")
			if [ -z "$target" ]; then
				echo "$file:$line: includes \"$name\", which is nowhere"
				wrong=1
				continue
			fi
			from=$(layer_of "$file") to=$(layer_of "$target")
			case " $(layers_below "$from") " in
			*" $to "*) ;;
			*)
				echo "$file:$line: $from must not include $to ($target)"
				wrong=1
				;;
			esac
		done
		return $wrong
	}
}

# Make the file $1 with the text $2 in the planted tree.
plant() {
	mkdir -p "$(dirname "$1")" && printf '%s\n' "$2" >"$1"
}

# A tree with right arrows is passed; each wrong one, planted alone, is named.
self_test() {
	plant include/fragbench/a.h '#include "fragbench/b.h"'
	plant include/fragbench/b.h ''
	plant runner/base/base.h '#include <fragbench/a.h>'
	plant runner/collect/collect.c '#include "base/base.h"'
	plant runner/probe/probe.c '#include "base/base.h"'
	plant runner/events/events.h '#include "base/base.h"'
	plant runner/runner.h '#include "events/events.h"'
	plant runner/vm/vm.h '#include "runner.h"'
	plant runner/verb/vm.c '#include "vm/vm.h"'
	plant runner/verb/verb.c '#include "analysis/analysis.h"'
	plant analysis/analysis.h '#include "base/base.h"'
	plant analysis/analysis.c '#include "analysis.h"'
	plant workloads/workload.c '#include "fragbench/a.h"'
	plant workloads/workloads.def ''
	plant runner/tables.c '#include "../workloads/workloads.def"'
	if ! arrows_check; then
		echo "self-test: a tree in order was not passed"
		return 1
	fi
	while read -r file name; do
		plant "$file" "# include \"$name\""
		if arrows_check >found; then
			echo "self-test: $file includes $name, and nothing was said"
			return 1
		fi
		if ! grep -q "^$file:1: " found; then
			echo "self-test: $file includes $name, but it said:"
			cat found
			return 1
		fi
		rm "$file"
	done <<-END
		include/fragbench/c.h base/base.h
		runner/base/wrong.c runner.h
		runner/base/wrong.c ../../analysis/analysis.h
		runner/collect/wrong.c runner.h
		runner/probe/wrong.c runner.h
		runner/probe/wrong.c ../collect/collect.c
		runner/events/wrong.c runner.h
		runner/events/wrong.c ../collect/collect.c
		runner/wrong.c ../analysis/analysis.h
		runner/wrong.c verb/../../runner/verb/verb.c
		runner/wrong.c ../workloads/workload.c
		runner/wrong.c vm/vm.h
		runner/vm/wrong.c ../verb/verb.c
		runner/vm/debian/wrong.c ../../verb/verb.c
		runner/vm/wrong.c ../../analysis/analysis.h
		analysis/wrong.c runner.h
		analysis/wrong.c collect/collect.c
		workloads/wrong.c base/base.h
		workloads/wrong.c ../runner/runner.h
		workloads/wrong.c missing.h
	END
}

tree=$(cd "${1:-$(dirname "$0")/../..}" && pwd) || exit 2
planted=$(mktemp -d) || exit 2
trap 'rm -rf "$planted"' EXIT
cd "$planted" && self_test || exit 1
cd "$tree" || exit 2
arrows_check || {
	echo "dependence goes one way: include <- base <- collect, probe, events <- runner <- vm <- verb"
	exit 1
}
