#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The map of this machine: its free blocks are those of buddyinfo, its frames those
# that the zones have; and the maps of a run, whose workers' frames go when a
# worker goes.
. tests/system/common
need_root
need_memory 2048

# A number of the JSON in the file $1, by a path of keys.
number() {
	file=$1
	shift
	sed 's/[{,]/&\n/g' "$file" | awk -v path="$*" 'BEGIN { n = split(path, key, " "); i = 1 }
		index($0, "\"" key[i] "\":") {
			if (i == n) { sub(/.*: */, ""); print $0 + 0; exit }
			i++
		}'
}

"$FRAGBENCH" map --json >"$work/out" 2>"$work/err" || fail "map ended with $?"
present=$(awk '$1 == "present" { sum += $2 } END { print sum }' /proc/zoneinfo)
frames=$(number "$work/out" frames)
hole=$(number "$work/out" census frames hole)
[ $((frames - hole)) -eq "$present" ] ||
	fail "$((frames - hole)) frames that are no hole, and $present present"

# Others use the machine meanwhile: as near as a tenth, in one of five.
near() {
	for attempt in 1 2 3 4 5; do
		"$FRAGBENCH" map --json >"$work/out" 2>"$work/err" || fail map
		mapped=$(number "$work/out" census frames free)
		listed=$(awk '{ for (i = 5; i <= NF; i++) sum += $i * 2 ^ (i - 5) }
			END { printf "%d\n", sum }' /proc/buddyinfo)
		echo "free: $mapped by the map, $listed listed (attempt $attempt)"
		[ $((mapped * 10)) -lt $((listed * 9)) ] ||
			[ $((mapped * 9)) -gt $((listed * 10)) ] || return 0
		sleep 1
	done
	fail "the map has $mapped free frames, buddyinfo $listed"
}
near

"$FRAGBENCH" run sbrk-interleave -o "$results" --map marks --pages 20000 \
	--ballast 0 --jitter 0 --set baseline.for=0s --set free.for=0s \
	--set settle.for=0s --set drain.for=0s --set compact.for=0s \
	--set end.for=0s >"$work/out" 2>"$work/err"
expect_exit $? 0 1 5
run=$(only_run) || exit 1
for phase in 00-setup 01-baseline 02-fill 03-free 06-compact 07-end; do
	"$FRAGBENCH" map --load "$run/maps/$phase.map" >"$work/out" \
		2>"$work/err" || fail "maps/$phase.map cannot be read"
	grep -q "\"maps/$phase.map\"" "$run/manifest.json" ||
		fail "the manifest does not have maps/$phase.map"
done
grep -q '"map.mixed_pageblocks.compact"' "$run/summary.json" ||
	fail "no metric of the map"
# One of two processes went, with 20000 pages.
"$FRAGBENCH" map --load "$run/maps/03-free.map" --json \
	--before "$run/maps/02-fill.map" >"$work/out" 2>"$work/err" ||
	fail "no difference"
freed=$(number "$work/out" difference freed)
[ "$freed" -ge 18000 ] || fail "$freed frames were freed of 20000"
