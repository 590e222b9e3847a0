#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What each workload does to memory and how fast, beside the stressors of
# stress-ng, as the Markdown of workloads/README.md. All get the same: a clean
# start, the same ballast, ten seconds at most, one compaction.
# usage: workloads.sh BUILD-FOLDER [NAME...]   only these workloads, stressors
#        FRAGBENCH: another program than the one built
set -eu
build=$(cd -- "$1" && pwd -P)
shift
only=$*
fragbench=${FRAGBENCH:-$build/fragbench}
work=$build/bench-workloads
ballast=5280M stress=8
pid=''
stressors='brk mmap bigheap vm mmapfork munmap madvise dentry mremap
	numa pipe sock mlock'

# --- what runs --------------------------------------------------------------------

# The keys of a workload that come to about 1.5 GiB: one a line. What is not
# here runs with its defaults.
keys_of() { # WORKLOAD
	case $1 in
	mlock-sieve | pinned-pages) echo 'size = 1536M' ;;
	mmap-churn) printf '%s\n' 'processes = 2' 'resident = 768M' ;;
	numa-pinned) printf '%s\n' 'processes = 4' 'size = 384M' ;;
	page-cache-mix)
		printf '%s\n' 'processes = 2' 'budget = 768M' 'written = 100'
		;;
	page-tables) printf '%s\n' 'processes = 4' 'tables = 98304' ;;
	pipe-pages) printf '%s\n' 'processes = 8' 'pages = 36864' ;;
	sbrk-interleave)
		printf '%s\n' 'processes = 2' 'pages = 196608' 'jitter = 128'
		;;
	slab-dentries) printf '%s\n' 'processes = 2' 'count = 3900000' ;;
	socket-buffers)
		printf '%s\n' 'processes = 2' 'messages = 45000' 'order = 2'
		;;
	thp-fault) printf '%s\n' 'processes = 2' 'total = 768M' 'warm = yes' ;;
	esac
}

nearest_to() { # WORKLOAD
	case $1 in
	mlock-sieve) echo mlock ;;
	mmap-churn) echo mmap ;;
	numa-pinned) echo numa ;;
	pipe-pages) echo pipe ;;
	sbrk-interleave) echo brk ;;
	slab-dentries) echo dentry ;;
	socket-buffers) echo sock ;;
	thp-fault) echo madvise ;;
	esac
}

# Two sieves give back all but a page in each pageblock by themselves, and null
# has nothing to give.
half_of() { # WORKLOAD
	case $1 in
	mlock-sieve | pinned-pages | null) echo 'do = settle' ;;
	*) printf '%s\n' 'do = release' 'share = 50%' ;;
	esac
}

scenario() { # WORKLOAD FLOOR SECONDS
	cat <<-END
	; One row of the table in workloads/README.md: $1
	[scenario]
	start = clean
	pcp = small
	ballast = $ballast
	floor = $2
	rate = 10
	$([ "$1" != mlock-sieve ] ||
		echo 'knobs = vm.compact_unevictable_allowed=0')
	[phase baseline]
	do = settle
	for = 1s
	[phase fill]
	do = run
	workload = $1
	$(keys_of "$1")
	for = ${3}s
	[phase half]
	$(half_of "$1")
	for = 1s
	[phase drain]
	do = drain
	for = 500ms
	[phase compact]
	do = compact
	for = 500ms
	END
}

# To be called in a subshell, which it becomes: signals then reach the run.
run() { # NAME
	mkdir "$work/$1"
	exec "$fragbench" run "$work/$1.ini" --output "$work/$1" \
		>"$work/$1.out" 2>"$work/$1.err"
}

# 0 and 1 are results, and so is 5, whose doubts are told below the table.
counts() { # NAME EXIT-CODE
	case $2 in
	0 | 1 | 5) [ -s "$work/$1/latest/summary.json" ] && return ;;
	esac
	why=$(grep -m 1 . "$work/$1.err" | tr '|' '/') || why='it does not say why'
	echo "exit code $2: $why" >"$work/$1.why"
	return 1
}

# --- what came of it --------------------------------------------------------------

# A metric of the summary; nothing when it has no value.
metric() { # NAME METRIC
	awk -v name="\"$2\": {" 'index($0, name) {
		getline
		sub(/,$/, "", $2)
		if ($2 != "null")
			print (name ~ /unusable|mixed/ ? sprintf("%.3f", $2) : $2)
		exit
	}' "$work/$1/latest/summary.json"
}

# Greatest unusable index of all samples from the fill up to the drain.
worst() { # NAME
	order=$(awk '$1 == "\"order\":" { print $2 + 0; exit }' \
		"$work/$1/latest/summary.json")
	awk -F, -v name="unusable_$order" '
		NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) c = i }
		$3 == "all" && $4 == "all" && $2 ~ /^(fill|half|drain)$/ &&
			$c + 0 >= most + 0 { most = $c }
		END { print most }' "$work/$1/latest/index.csv"
}

# Steps of all workers by the time that they took.
steps_per_s() { # NAME
	elapsed=$(awk '$1 == "\"elapsed_ns\":" { print $2 + 0; exit }' \
		"$work/$1/latest/manifest.json")
	awk -F, -v ns="${elapsed:-0}" '$2 == "fill" { ops[$4] = $6 }
		END { for (w in ops) all += ops[w]
			if (ns > 0) printf "%.0f", all * 1e9 / ns }' \
		"$work/$1/latest/ops.csv"
}

# How many more pageblocks are unmovable or reclaimable than at the start.
taken() { # NAME
	[ -s "$work/$1/latest/pagetypes.csv" ] || return 0
	awk -F, 'NR > 1 && $5 ~ /^(unmovable|reclaimable)$/ &&
		$2 ~ /^(baseline|drain)$/ { v[$2, $3, $4, $5] = $6 }
		END { for (k in v) {
				split(k, part, SUBSEP)
				sum[part[1]] += v[k]
			}
			printf "%+d", sum["drain"] - sum["baseline"] }' \
		"$work/$1/latest/pagetypes.csv"
}

# The share of pageblocks with two owners, of workloads that could have two.
mixed() { # NAME
	alone=$(awk -F, '$2 == "fill" && $4 > n { n = $4 }
		END { print n < 2 }' "$work/$1/latest/ops.csv")
	[ "$alone" = 1 ] || metric "$1" interleave.mixed_pageblocks
}

# Filling, and giving half of it back.
seconds() { # NAME
	awk -F, '$1 == "fill" { ns += $5 - $4 }
		$1 == "half" && $2 != "settle" { ns += $6 }
		END { printf "%.1f", ns / 1e9 }' "$work/$1/latest/phases.csv"
}

# How much of what stood before the compaction is there after it.
survives() { # BEFORE HALF COMPACTED
	awk -v a="$1" -v b="$2" -v c="$3" 'BEGIN {
		if (a == "" || b == "" || c == "")
			print "?"
		else if (b - a < 0.02)
			print "not raised"
		else
			printf "%.0f %%\n", 100 * (c - a) / (b - a) }'
}

round() { # NUMBER
	[ -n "$1" ] || return 0
	awk -v n="$1" 'BEGIN { printf n < 10 ? "%.2g" : "%.0f", n }'
}

# Where not all is as it should be: below the tables.
doubts() { # NAME
	awk -v name="$1" '/"doubts": \[$/ { on = 1; next } on && /\]/ { exit }
		on { gsub(/^ *"|",?$/, ""); print "- " name ": " $0 }' \
		"$work/$1/latest/summary.json" >>"$work/doubts"
	sed -n "s/^note: no ballast/$1 &/p" "$work/$1.err" >>"$work/ballast"
}

# --- rows -------------------------------------------------------------------------

# Runs stress-ng in the phase fill of a run whose own workload does nothing, so
# that it has the ballast, the start and the compaction that workloads have.
stressor() { # STRESSOR
	name=stress-$1
	# what it takes is not known before: the ballast goes early
	scenario null 256M "$((stress + 2))" >"$work/$name.ini"
	run "$name" &
	pid=$!
	until cat "$work/$name"/*.partial/ops.csv 2>/dev/null |
		grep -q ',fill,'; do
		kill -0 "$pid" 2>/dev/null || break
		sleep 0.1
	done
	size=''
	case $1 in
	mmap | vm | mremap) size="--$1-bytes 768M" ;;
	esac
	# bigheap ends only where it is told to, and mmapfork a minute later
	# shellcheck disable=SC2086,SC3045 # two words; dash and bash have it
	(ulimit -v 1572864
	cd "$work" && timeout -k 1 -s INT "$((stress + 1))" stress-ng "--$1" 2 \
		$size --timeout "${stress}s" --metrics-brief \
		>"$name.metrics" 2>&1) 2>/dev/null || :
	code=0
	wait "$pid" || code=$?
	pid=''
	counts "$name" "$code" || return 0
	doubts "$name"
	ops=$(awk -v name="$1" '/metrc:|info:/ {
		for (i = 1; i <= 4; i++)
			if ($i == name && $(i + 1) ~ /^[0-9]+$/) print $(i + 5)
		}' "$work/$name.metrics")
	ops=$(round "$ops")
	echo "${ops:-none in time}|$(metric "$name" unusable.baseline)|$(worst \
		"$name")|$(metric "$name" unusable.drain)|$(metric "$name" \
		unusable.compact)" >"$work/$name.row"
}

cell() { # NAME COLUMN
	[ ! -s "$work/$1.row" ] || cut -d '|' -f "$2" "$work/$1.row"
}

stressor_row() { # STRESSOR
	if [ -s "$work/stress-$1.why" ]; then
		echo "| $1 | $(cat "$work/stress-$1.why") | | | | |"
	elif [ -s "$work/stress-$1.row" ]; then
		sed "s/^/| $1 | /; s/\([^ ]\)|/\1 | /g; s/\$/ |/" \
			"$work/stress-$1.row"
	fi
}

# Before, worst, halved, compacted; survives; mixed; taken; time; speed.
workload_row() { # WORKLOAD
	near=$(nearest_to "$1")
	before=$(metric "$1" unusable.baseline)
	half=$(metric "$1" unusable.drain)
	after=$(metric "$1" unusable.compact)
	mixed=$(mixed "$1")
	printf '| %s ' "$1" "${before:-?}" "$(worst "$1")" "${half:-?}" \
		"${after:-?}" "$(survives "$before" "$half" "$after")" \
		"${mixed:-?}" "$(taken "$1")" "$(seconds "$1")" \
		"$(steps_per_s "$1")" \
		"$(round "$(metric "$1" pages_per_s.fill)")" "$near" \
		"$([ -z "$near" ] || cell "stress-$near" 1)" \
		"$([ -z "$near" ] || cell "stress-$near" 3)"
	echo '|'
}

workload() { # WORKLOAD
	scenario "$1" 32M "$([ "$1" = null ] && echo 2 || echo 10)" >"$work/$1.ini"
	code=0
	(run "$1") || code=$?
	if counts "$1" "$code"; then
		workload_row "$1" >>"$work/table"
		doubts "$1"
	else
		lacking "$1" "$(cat "$work/$1.why")"
	fi
}

lacking() { # WORKLOAD REASON
	echo "| $1 | $2 | | | | | | | | | | | | |" >>"$work/table"
}

# "NAME REASON", the reason only of those that cannot run here.
workloads() {
	"$fragbench" list --json | awk '
		/"workloads": \[/ { on = 1 }
		on && /^ \]/ { exit }
		on && /"name":/ { split($0, part, "\""); name = part[4] }
		on && /"missing":/ { sub(/^ *"missing": "/, ""); sub(/",$/, "")
			why = $0 }
		on && /^  }/ { print name, why; why = "" }'
}

# What two workloads take is told by a target, and not by keys: only by name.
wanted() { # NAME
	case " ${only:-$1} " in
	" hold " | " sculpt ") [ -n "$only" ] || return 1 ;;
	esac
	case " ${only:-$1} " in
	*" $1 "*) ;;
	*) return 1 ;;
	esac
}

# --- all of it --------------------------------------------------------------------

# shellcheck disable=SC2317 # called by the traps
stop() {
	[ -z "$pid" ] || kill "$pid" 2>/dev/null || return 0
	[ -z "$pid" ] || wait "$pid" || :
}

report() {
	echo "Linux $(uname -r), $(nproc) CPUs, $(awk '/^MemTotal/ {
		printf "%.1f GiB", $2 / 1048576 }' /proc/meminfo);" \
		"\`./dev bench workloads\`; about 1.5 GiB each," \
		"\`ballast = $ballast\`, one run each."
	[ -n "$only" ] || echo "\`hold\` and \`sculpt\` take what their targets" \
		"need, and are not in it."
	[ ! -s "$work/ballast" ] || {
		echo "**Without ballast** (the indices move less):" \
			"$(cut -d ' ' -f 1 "$work/ballast" | paste -s -d ' ');" \
			"$(sed -n '1s/^[^ ]* note: //p' "$work/ballast")"
	}
	cat <<-'END'

	| workload | before | worst | half given back | compacted | survives | pageblocks mixed | taken | s | steps/s | pages/s | stress-ng | bogo ops/s | its worst |
	|---|---|---|---|---|---|---|---|---|---|---|---|---|---|
	END
	cat "$work/table"
	if [ -n "$here" ]; then
		cat <<-END

		$here, two of each for $stress s in the same place:

		| stressor | bogo ops/s | before | worst | at its end | compacted |
		|---|---|---|---|---|---|
		END
		for name in $stressors; do
			stressor_row "$name"
		done
	fi
	[ ! -s "$work/doubts" ] || printf '\nIn doubt:\n\n%s\n' \
		"$(cat "$work/doubts")"
}

trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
rm -rf "$work"
mkdir -p "$work"
for file in table doubts ballast; do
	: >"$work/$file"
done
workloads >"$work/list"
[ -s "$work/list" ] || {
	echo "bench: $fragbench lists no workloads" >&2
	exit 4
}
for name in $only; do
	case " $stressors " in
	*[!a-z]"$name"[!a-z]*) continue ;;
	esac
	grep -q "^$name " "$work/list" || {
		echo "bench: no workload or stressor '$name'" \
			"(mend: $fragbench list workloads)" >&2
		exit 2
	}
done

here=''
if command -v stress-ng >/dev/null; then
	here=$(stress-ng --version | awk '{ print $1, $3; exit }' | tr -d ,)
	for name in $stressors; do
		wanted "$name" || continue
		echo "bench: stress-ng --$name" >&2
		stressor "$name"
	done
else
	echo 'bench: stress-ng is not here (mend: apt-get install stress-ng)' >&2
fi
while read -r name why; do
	wanted "$name" || continue
	echo "bench: $name" >&2
	if [ -n "$why" ]; then
		lacking "$name" "$why"
	else
		workload "$name" </dev/null
	fi
done <"$work/list"
report
