#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# How well `hold` holds the unusable index at 0.8 beside neighbours, what it costs,
# and what the neighbour loses to it, as the Markdown of workloads/README.md. Each
# neighbour runs beside a loop that follows and one that has reached the target
# and holds still (follow = no): what it loses to the second is the price of the
# fragmentation, not ours.
# usage: hold.sh BUILD-FOLDER [--quick] [NAME...]   only the rows of these names
set -eu
build=$(cd -- "$1" && pwd -P)
fragbench=${FRAGBENCH:-$build/fragbench}
work=$build/bench-hold
ballast=4608M seconds=60
shift
if [ "${1-}" = --quick ]; then
	seconds=5
	shift
fi
only=$*
names='churn half proactive-20 proactive-100 pinned-100 thp-never thp-always'
names="$names stress-ng compiler"
pid=''

# --- what runs --------------------------------------------------------------------

# Two processes that fault and unmap; $1: steps a second of each, 0: all they can;
# more are keys of the workload.
churn() { # RATE [KEY=VALUE...]
	cat <<-END
		workload = mmap-churn
		processes = 2
		resident = 256M
		rate = $1
	END
	shift
	for key; do
		echo "$key"
	done
}

scenario() { # FOLLOW KNOBS NEIGHBOUR...
	follow=$1 knobs=$2
	shift 2
	cat <<-END
		; One row of the table in workloads/README.md.
		[scenario]
		start = clean
		pcp = small
		ballast = $ballast
		rate = 10
		$([ -z "$knobs" ] || echo "knobs = $knobs")
		[phase take]
		do = run
		background = yes
		for = 5s
		workload = hold
		unusable = 0.8
		unmovable = $unmovable
		follow = $follow
		[phase beside]
		do = run
		for = ${seconds}s
		$("$@")
	END
}

run() { # NAME
	mkdir -p "$work/$1"
	"$fragbench" run "$work/$1.ini" --output "$work/$1" \
		>"$work/$1.out" 2>"$work/$1.err" && return
	code=$?
	# a doubt is told below the table, and a result all the same
	[ $code = 5 ] && [ -s "$work/$1/latest/summary.json" ] && return
	{ grep -m 1 . "$work/$1.err" || echo "exit code $code"; } |
		tr '|' '/' >"$work/$1.why"
	return 1
}

# A command in the phase `beside` of a run whose own neighbour does nothing.
command_run() { # NAME COMMAND...
	name=$1
	shift
	run "$name" &
	pid=$!
	until cat "$work/$name"/*.partial/ops.csv 2>/dev/null |
		grep -q ',beside,'; do
		kill -0 "$pid" 2>/dev/null || break
		sleep 0.1
	done
	"$@" >"$work/$name.did" 2>&1 || :
	code=0
	wait "$pid" || code=$?
	pid=''
	return "$code"
}

# --- what came of it --------------------------------------------------------------

metric() { # NAME METRIC
	awk -v name="\"$2\": {" 'index($0, name) {
		getline
		sub(/,$/, "", $2)
		if ($2 != "null")
			print $2
		exit
	}' "$work/$1/latest/summary.json"
}

# Steps a second of both processes of the churn.
churned() { # NAME
	maps=$(metric "$1" mmap-churn.maps.beside)
	awk -v n="${maps:-0}" -v s=$seconds 'BEGIN { printf "%.0f", n / s }'
}

# Huge pages that khugepaged collapsed others into, beside.
collapsed() { # NAME
	awk -F, 'NR == 1 { for (i = 1; i <= NF; i++)
			if ($i == "thp_collapse_alloc") c = i }
		$2 == "beside" { last = $c; if (first == "") first = $c }
		END { if (c) print last - first }' "$work/$1/latest/vmstat.csv"
}

# How often a command could do its thing.
did() { # NAME
	awk '/metrc:|info:/ && / vm / { v = $9 } /^done / { v = $2 }
		END { print v }' "$work/$1.did"
}

row() { # LABEL NAME RATE-WITH RATE-WITHOUT
	if [ -s "$work/$2.why" ]; then
		echo "| $1 | $(cat "$work/$2.why") | | | | | | | |"
		return
	fi
	printf '| %s ' "$1" "$(metric "$2" hold.reached_s.take)" \
		"$(metric "$2" hold.within_005.beside)" \
		"$(metric "$2" hold.corrections_per_s.beside)" \
		"$(metric "$2" hold.cpu_share.beside)" \
		"$(metric "$2" hold.moved.beside)" "$(collapsed "$2")" "$3" \
		"$(awk -v a="$3" -v b="$4" 'BEGIN {
			if (a > 0 && b > 0) printf "%+.1f %%", 100 * (a - b) / b }')"
	echo '|'
}

# Compile one file again and again for the time of the phase.
compile() {
	end=$(($(date +%s) + seconds)) n=0
	while [ "$(date +%s)" -lt $end ]; do
		cc -O2 -I"$top/include" -D_GNU_SOURCE -c -o "$work/build.o" \
			"$top/workloads/hold-law.c" && n=$((n + 1))
	done
	echo "done $n"
}
top=$(cd -- "$(dirname -- "$0")/../.." && pwd -P)

# --- the rows ---------------------------------------------------------------------

is_wanted() { # NAME
	case " ${only:-$1} " in
	*" $1 "*) ;;
	*) return 1 ;;
	esac
}

# $1 of it beside a loop that follows, and beside one that is still.
both() { # NAME KNOBS NEIGHBOUR...
	name=$1 knobs=$2
	shift 2
	for follow in no yes; do
		echo "bench: $name, follow = $follow" >&2
		scenario $follow "$knobs" "$@" >"$work/$name-$follow.ini"
		run "$name-$follow" || :
	done
}

churn_row() { # NAME LABEL KNOBS RATE [KEY=VALUE...]
	is_wanted "$1" || return 0
	key=$1 label=$2 knobs=$3
	shift 3
	both "$key" "$knobs" churn "$@"
	row "$label" "$key-yes" "$(churned "$key-yes")" "$(churned "$key-no")"
}

command_row() { # NAME LABEL COMMAND...
	is_wanted "$1" || return 0
	key=$1 label=$2
	shift 2
	for follow in no yes; do
		echo "bench: $key, follow = $follow" >&2
		scenario $follow '' echo 'workload = null' \
			>"$work/$key-$follow.ini"
		command_run "$key-$follow" "$@" || :
	done
	row "$label" "$key-yes" "$(did "$key-yes")" "$(did "$key-no")"
}

# Half of what one process of the churn comes to beside a loop that follows: of
# the first row where that was made, else asked for.
half_find() {
	[ -s "$work/churn-yes/latest/summary.json" ] || {
		echo 'bench: how fast the churn goes' >&2
		lasts=$seconds seconds=5
		scenario yes $still churn 0 >"$work/churn-yes.ini"
		run churn-yes || :
		half=$(($(churned churn-yes) / 4))
		seconds=$lasts
		return
	}
	half=$(($(churned churn-yes) / 4))
}

# --- all of it --------------------------------------------------------------------

# shellcheck disable=SC2317 # called by the traps
stop() {
	[ -z "$pid" ] || kill "$pid" 2>/dev/null || return 0
	[ -z "$pid" ] || wait "$pid" || :
}
for name in $only; do
	case " $names " in
	*" $name "*) ;;
	*)
		echo "bench: hold has no row '$name' (mend: one of $names)" >&2
		exit 2
		;;
	esac
done
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
rm -rf "$work"
mkdir -p "$work"

still=vm.compaction_proactiveness=0 huge=transparent_hugepage
unmovable=0% half=''
echo "Linux $(uname -r), $(nproc) CPUs; \`./dev bench hold${only:+ $only}\`;" \
	"target 0.80, \`ballast = $ballast\`, $seconds s each, one run each."
cat <<-'END'

	| neighbour | reached, s | within 0.05 | corrections/s | of a CPU | moved | collapsed | its rate | beside follow = no |
	|---|---|---|---|---|---|---|---|---|
END
churn_row churn 'mmap-churn, all it can' $still 0
case " ${only:-half} " in
*' half '* | *' proactive-'* | *' pinned-'* | *' thp-'*) half_find ;;
esac
churn_row half 'mmap-churn, half of that' $still "$half"
churn_row proactive-20 'the same, proactiveness 20' \
	vm.compaction_proactiveness=20 "$half"
churn_row proactive-100 'the same, proactiveness 100' \
	vm.compaction_proactiveness=100 "$half"
unmovable=100%
churn_row pinned-100 'the same, proactiveness 100, all pinned' \
	vm.compaction_proactiveness=100 "$half"
unmovable=0%
churn_row thp-never 'half of that, thp = as-set, THP never' \
	"$still $huge/enabled=never" "$half" 'thp = as-set'
churn_row thp-always 'the same, THP always, khugepaged never idle' \
	"$still $huge/enabled=always $huge/khugepaged/scan_sleep_millisecs=0" \
	"$half" 'thp = as-set'
! command -v stress-ng >/dev/null ||
	command_row stress-ng 'stress-ng --vm 2, 256M each' stress-ng --vm 2 \
		--vm-bytes 512M --timeout "${seconds}s" --metrics-brief
command_row compiler 'a compiler, again and again' compile
[ -z "$(cat "$work"/*.err 2>/dev/null)" ] ||
	printf '\n%s\n' "$(grep -h '^note: no ballast' "$work"/*.err | sort -u |
		head -n 1)"
