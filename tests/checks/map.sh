#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Maps that Python draws: as a picture of its own, and in the report of a run that
# took some; and that what cannot be drawn leaves nothing behind.
#
# usage: FRAGBENCH=build-dev/fragbench sh tests/checks/map.sh

set -u

: "${FRAGBENCH:?the program to test}"
here=$(cd "$(dirname "$0")/.." && pwd) || exit 2
case $FRAGBENCH in /*) ;; *) FRAGBENCH=$PWD/$FRAGBENCH ;; esac
export FRAGBENCH
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
cd "$tmp" || exit 2
unset FRAGBENCH_RESULTS FRAGBENCH_PYTHON
failed=0

no() {
	echo "map.sh: $*" >&2
	failed=1
}

# $1 frames with the flags $2, as eight octal bytes.
flags() {
	i=0
	while [ $((i += 1)) -le "$1" ]; do
		# shellcheck disable=SC2059 # the bytes are the format
		printf "$2"
	done
}

# The machine m of 64 frames: free, anon, slab, kernel; $1 of them are anon.
machine() {
	mkdir -p m/proc/self
	printf 'Node 0, zone Normal\n  pages free 1\n  min 1\n  low 2\n  high 3\n  spanned 64\n  present 64\n  managed 60\n  pagesets\n    cpu: 0\n        count: 3\n  start_pfn: 0\n' >m/proc/zoneinfo
	echo 'Node 0, zone Normal 1 0 0 0 0' >m/proc/buddyinfo
	echo 'Page block order: 3' >m/proc/pagetypeinfo
	echo 'KernelPageSize:        4 kB' >m/proc/self/smaps
	{
		flags $((46 - $1)) '\0\4\0\0\0\0\0\0'
		flags "$1" '\40\20\0\0\0\0\0\0'
		flags 2 '\200\0\0\0\0\0\0\0'
		flags 16 '\0\0\0\0\0\0\0\0'
	} >m/proc/kpageflags
}

is_png() {
	[ "$(head -c 8 "$1" | od -An -tx1 | tr -d ' \n')" = 89504e470d0a1a0a ] ||
		no "$1 is no PNG"
}

is_clean() {
	for left in .map-*; do
		[ ! -e "$left" ] || no "left behind: $left"
	done
}

machine 16
"$FRAGBENCH" map --sysroot m --save a.map >/dev/null || exit 1
"$FRAGBENCH" map --load a.map --png first.png >out 2>err
if [ $? -eq 3 ] && grep -q 'no Python with matplotlib' err; then
	echo 'skipped: no Python with matplotlib and jinja2'
	exit 77
fi
is_png first.png

# Nothing is overwritten, and a picture that is not drawn leaves nothing.
"$FRAGBENCH" map --load a.map --png first.png >out 2>err
[ $? -eq 4 ] || no 'a picture was overwritten'
FRAGBENCH_PYTHON=$tmp/nowhere "$FRAGBENCH" map --load a.map --png none.png \
	>out 2>err
[ $? -eq 3 ] || no 'no Python was no failure'
grep -q 'mend: apt-get install python3-matplotlib' err || no 'no mend'
[ ! -e none.png ] || no 'a picture without Python'
is_clean

# From a scan, against an earlier map, along a curve: three more pictures.
machine 32
"$FRAGBENCH" map --sysroot m --png scan.png >/dev/null || no 'no scan.png'
"$FRAGBENCH" map --sysroot m --before a.map --png since.png >/dev/null ||
	no 'no since.png'
"$FRAGBENCH" map --load a.map --hilbert --png curve.png >/dev/null ||
	no 'no curve.png'
for picture in scan since curve; do
	is_png $picture.png
	! cmp -s first.png $picture.png || no "$picture.png is first.png"
done
is_clean
[ ! -e m/scan.map ] || no 'the scan was kept'

# A run that took maps: in its summary, its metrics and its report.
cp -R "$here/analysis/sample" run
rm -rf run/report run/summary.json
mkdir run/maps
cp a.map run/maps/00-baseline.map
"$FRAGBENCH" map --sysroot m --save run/maps/01-fill.map >/dev/null
head -c 90 a.map >run/maps/02-free.map
sed -i '1a "maps": [{"phase": "baseline", "file": "maps/00-baseline.map", "t_ns": 5},
1a {"phase": "fill", "file": "maps/01-fill.map", "t_ns": 6},
1a {"phase": "free", "file": "maps/02-free.map", "t_ns": 7},
1a {"phase": "settle", "file": "maps/../../a.map", "t_ns": 8}],' run/manifest.json
"$FRAGBENCH" report run >out 2>err || { no 'no report'; cat err >&2; }
grep -q '"map.movable_pageblocks.fill"' run/summary.json ||
	no 'no metric of the map'
grep -q 'maps/02-free.map: it was cut short' run/summary.json ||
	no 'half a map was not told'
grep -q 'not in maps/: left out' run/summary.json ||
	no 'a file of somebody else was read'
grep -q 'and what is in the way in it' run/report/index.html ||
	no 'no map in the report'
grep -q '<th scope="row">slab</th><td class="n">2</td>' run/report/index.html ||
	no 'no slab in the way in the report'
is_png "$(echo run/report/*-map.png)"

for python in /usr/bin/python3 python3; do
	"$python" -c 'import numpy, matplotlib' 2>err || continue
	"$python" -B "$here/report/test_map.py" >out 2>&1 ||
		{ no 'units:'; cat out >&2; }
	break
done
exit $failed
