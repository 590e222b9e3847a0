#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A small run, from the command line to the sealed directory: every file of the
# manifest is there and as it says, every table has the columns that
# results/README.md gives it, every phase is marked, and the machine is as it
# was.
. tests/system/common
need_root
need_memory 1024

before=$(knobs)
"$FRAGBENCH" run sbrk-interleave -o "$results" --pages 5000 --ballast 0 \
	--set baseline.for=200ms --set free.for=0s --set settle.for=0s \
	--set drain.for=0s --set compact.for=0s --set end.for=0s \
	>"$work/out" 2>"$work/err"
# 5: the machine is used by others, too.
expect_exit $? 0 5
are_knobs_back || fail "the knobs were $before and are $(knobs)"
is_gone || fail "processes are left: $(ours)"
[ ! -e "$FRAGBENCH_STATE/journal" ] || fail "the journal is left"

[ -L "$results/latest" ] || fail "there is no latest"
run=$results/$(readlink "$results/latest")
[ "$(only_run)" = "$run" ] || fail "latest is $run"
case $run in *.partial) fail "$run is not sealed" ;; esac
grep -q "^run: $run\$" "$work/out" || fail "the run is not told"

# --- the manifest: NAME ROWS SHA256 of every file, and the phases' names
section() {
	awk -v s="$1" '$0 ~ "^ \"" s "\": \\[" { on = 1 }
		/^ \]/ { on = 0 } on' "$run/manifest.json"
}
section files | awk -F '"' '
	/^  \}/ { print name, rows, sha; name = ""; rows = "-"; sha = "-" }
	/^   "name"/ { name = $4; rows = "-" }
	/^   "rows"/ { rows = $3; gsub(/[^0-9]/, "", rows) }
	/^   "sha256"/ { sha = $4 }' >"$work/files"
section phases | awk -F '"' '/^   "name"/ { print $4 }' >"$work/phases"
[ "$(wc -l <"$work/files")" -ge 15 ] || fail "the manifest has too few files"
[ "$(tr '\n' ' ' <"$work/phases")" = \
	"setup baseline fill free settle drain compact end teardown " ] ||
	fail "the manifest's phases are $(cat "$work/phases")"
while read -r name rows sha; do
	[ -f "$run/$name" ] || fail "$name is not there"
	[ "$(sha256sum <"$run/$name" | cut -d ' ' -f 1)" = "$sha" ] ||
		fail "the checksum of $name is wrong"
	[ "$rows" = - ] || [ "$(($(wc -l <"$run/$name") - 1))" = "$rows" ] ||
		fail "$name has not $rows rows"
done <"$work/files"
for csv in "$run"/*.csv; do
	grep -q "^${csv##*/} [0-9]" "$work/files" ||
		fail "the manifest does not know ${csv##*/}"
done
tables_whole "$run"

# --- results/README.md: the writer keeps to the specification
awk '/^### / { file = $2 } /^\| [a-z*]/ && file ~ /\.csv$/ {
	split($0, cell, /[ |]+/); if (cell[2] != "column") print file, cell[2]
}' results/README.md >"$work/spec"
[ "$(cut -d ' ' -f 1 "$work/spec" | uniq | wc -l)" -ge 13 ] ||
	fail "results/README.md cannot be read"
columns_keep() {
	awk -v file="$1" -v header="$(head -n 1 "$run/$1")" '
	BEGIN { n = split(header, h, ","); at = 1 }
	$1 != file { next }
	$2 == "*" { wrong = at > n; at = n + 1; next }
	$2 ~ /\.\./ {
		sub(/0\.\..*/, "", $2)
		for (o = 0; h[at] == $2 o; o++)
			at++
		wrong = wrong || o < 8; next
	}
	h[at] == $2 { at++; next }
	{ print file ": " h[at] " where README has " $2; wrong = 1 }
	END { exit wrong || at <= n }' "$work/spec" ||
		fail "the columns of $1 are not those of results/README.md"
}
for name in $(cut -d ' ' -f 1 "$work/spec" | uniq); do
	[ -f "$run/$name" ] || {
		# The only tables that a kernel may lack or refuse, and those of
		# workloads that count things of their own, and of probes.
		case $name in psi.csv | thp.csv) continue ;; esac
		case $name in events.csv | tracepoints.csv) continue ;; esac
		case $name in counters.csv | probes.csv | shapes.csv) continue ;; esac
		fail "results/README.md has a $name and the run has none"
	}
	columns_keep "$name"
done
for csv in "$run"/*.csv; do
	grep -q "^${csv##*/} " "$work/spec" ||
		fail "results/README.md does not know ${csv##*/}"
done
# A specification that asks for more must make this test fail.
if (sed -i 's/^psi.csv phase/psi.csv stage/' "$work/spec" &&
	columns_keep psi.csv) >"$work/self" 2>&1; then
	[ ! -f "$run/psi.csv" ] || fail "the check of columns sees nothing"
fi

# --- every phase is marked in every table that is sampled
for name in buddy index vmstat psi kthreads thp pagetypes ops sampler \
	tracepoints; do
	[ -f "$run/$name.csv" ] || continue
	awk -F, 'NR > 1 && $2 != last { print last = $2 }' "$run/$name.csv" |
		cmp -s - "$work/phases" || fail "$name.csv lacks a phase mark"
done
awk -F, 'NR == FNR { start[$1] = $4; end[$1] = $5; next }
	FNR > 1 && ($1 < start[$2] || $1 > end[$2]) { print; wrong = 1 }
	END { exit wrong }' "$run/phases.csv" "$run/sampler.csv" ||
	fail "samples lie outside of their phase"
awk -F, '$3 == "mark" { n[$2]++ } END { for (p in n) if (n[p] < 2) exit 1 }' \
	"$run/sampler.csv" || fail "a phase has not two marks"
grep -q '^[0-9]*,fill,[0-9]' "$run/owners.csv" || fail "nobody owns a frame"

# --- a second run stands beside the first
cp "$run/manifest.json" "$work/first"
"$FRAGBENCH" run "$run/scenario.ini" -o "$results" --set fill.for=1s \
	>"$work/out" 2>"$work/err"
expect_exit $? 0 5
cmp -s "$work/first" "$run/manifest.json" || fail "the first run was changed"
again=$results/$(readlink "$results/latest")
[ "$again" != "$run" ] || fail "latest is still the first run"
