#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# How well `hold` holds the unusable index at 0.8 beside neighbours, what it costs,
# and what the neighbour loses to it, as the Markdown of workloads/README.md. Each
# neighbour runs beside a loop that follows and one that has reached the target
# and holds still (follow = no): what it loses to the second is the price of the
# fragmentation, not ours.
# usage: hold.sh BUILD-FOLDER [--quick]
set -eu
build=$(cd -- "$1" && pwd -P)
fragbench=${FRAGBENCH:-$build/fragbench}
work=$build/bench-hold
ballast=4608M seconds=60
[ "${2-}" != --quick ] || seconds=5
pid=''

# --- what runs --------------------------------------------------------------------

# Two processes that fault and unmap; $1: steps a second of each, 0: all they can.
churn() { # RATE
	cat <<-END
		workload = mmap-churn
		processes = 2
		resident = 256M
		rate = $1
	END
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

# How often a command could do its thing.
did() { # NAME
	awk '/metrc:|info:/ && / vm / { v = $9 } /^done / { v = $2 }
		END { print v }' "$work/$1.did"
}

row() { # LABEL NAME RATE-WITH RATE-WITHOUT
	if [ -s "$work/$2.why" ]; then
		echo "| $1 | $(cat "$work/$2.why") | | | | | | |"
		return
	fi
	printf '| %s ' "$1" "$(metric "$2" hold.reached_s.take)" \
		"$(metric "$2" hold.within_005.beside)" \
		"$(metric "$2" hold.corrections_per_s.beside)" \
		"$(metric "$2" hold.cpu_share.beside)" \
		"$(metric "$2" hold.moved.beside)" "$3" \
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

# --- all of it --------------------------------------------------------------------

# shellcheck disable=SC2317 # called by the traps
stop() {
	[ -z "$pid" ] || kill "$pid" 2>/dev/null || return 0
	[ -z "$pid" ] || wait "$pid" || :
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
rm -rf "$work"
mkdir -p "$work"

both() { # LABEL KNOBS RATE: the churn, following and holding still
	key=$(printf '%s' "$1" | tr -c 'a-z0-9' '-')
	for follow in no yes; do
		echo "bench: $1, follow = $follow" >&2
		scenario $follow "$2" churn "$3" >"$work/$key-$follow.ini"
		run "$key-$follow" || :
	done
	row "$1" "$key-yes" "$(churned "$key-yes")" "$(churned "$key-no")"
}

command_both() { # LABEL COMMAND...
	label=$1
	key=$(printf '%s' "$1" | tr -c 'a-z0-9' '-')
	shift
	for follow in no yes; do
		echo "bench: $label, follow = $follow" >&2
		scenario $follow '' echo 'workload = null' >"$work/$key-$follow.ini"
		command_run "$key-$follow" "$@" || :
	done
	row "$label" "$key-yes" "$(did "$key-yes")" "$(did "$key-no")"
}

still=vm.compaction_proactiveness=0
echo "Linux $(uname -r), $(nproc) CPUs; \`./dev bench hold\`; target 0.80," \
	"\`ballast = $ballast\`, $seconds s each, one run each."
cat <<-'END'

	| neighbour | reached, s | within 0.05 | corrections/s | of a CPU | moved | its rate | beside follow = no |
	|---|---|---|---|---|---|---|---|
END
both 'mmap-churn, all it can' "$still" 0
free=$(churned mmap-churn--all-it-can-yes)
half=$((${free:-0} / 4))
both 'mmap-churn, half of that' "$still" "$half"
both 'the same, proactiveness 20' vm.compaction_proactiveness=20 "$half"
both 'the same, proactiveness 100' vm.compaction_proactiveness=100 "$half"
both 'the same, THP always' \
	"$still transparent_hugepage/enabled=always" "$half"
command -v stress-ng >/dev/null &&
	command_both 'stress-ng --vm 2, 256M each' stress-ng --vm 2 \
		--vm-bytes 512M --timeout "${seconds}s" --metrics-brief
command_both 'a compiler, again and again' compile
[ -z "$(cat "$work"/*.err)" ] ||
	printf '\n%s\n' "$(grep -h '^note: no ballast' "$work"/*.err | sort -u |
		head -n 1)"
