#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The reference series that is kept: small, every run of it can be read, a baseline
# to compare against, and its tables are what this fragbench makes of it.
#
# usage: FRAGBENCH=build-dev/fragbench sh tests/checks/reference.sh

set -u

: "${FRAGBENCH:?the program to test}"
case $FRAGBENCH in /*) ;; *) FRAGBENCH=$PWD/$FRAGBENCH ;; esac
export FRAGBENCH
top=$(cd "$(dirname "$0")/../.." && pwd) || exit 2
kept=$top/results/reference
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
cd "$tmp" || exit 2
failed=0

no() {
	echo "reference.sh: $*" >&2
	failed=1
}

bytes=$(find "$kept" -type f -printf '%s\n' | awk '{ n += $1 } END { print n }')
[ "$bytes" -lt 3145728 ] || no "it has $bytes bytes, more than 3 MiB"

# The same runs under other names.
copy() { # COLUMN
	rm -rf again
	cp -R "$1" again
	for run in again/*; do
		gzip -d "$run/manifest.json.gz"
		sed -i 's/^ "name": "/&again-/; s/^ "series": "/&again-/' \
			"$run/manifest.json"
	done
}

# Each column is a baseline, all its runs take part, and it is like itself.
columns=0
for column in "$kept"/*/[0-9]*; do
	[ -d "$column" ] || continue
	columns=$((columns + 1))
	copy "$column"
	"$FRAGBENCH" compare --baseline "$column" --csv again >out 2>err ||
		no "$column: $(cat err)"
	! grep 'left out' err >left || no "$column: $(cat left)"
	n=$(awk -F, '$1 == "unusable.baseline" { print $5 + $6; exit }' out)
	[ "$n" = "$(find "$column" -name 'r[0-9]' | wc -l)" ] ||
		no "$column: $n runs were read"
	[ "${n:-0}" -lt 4 ] || grep -q ',same,' out ||
		no "$column: against itself nothing is the same"
	! sed 1d out | grep -E ',(better|WORSE|different),' >unlike ||
		no "$column: not like itself: $(cat unlike)"
done
[ $columns -gt 0 ] || no 'there is nothing in it'

# None can be summed up anew: its summary would lose metrics.
"$FRAGBENCH" summarize again/r1 >out 2>err
code=$?
[ $code -eq 3 ] || no "summarize ended with $code"
grep -q 'kept in part' err || no "summarize: $(cat out err)"

# What is written of it is what it says.
cp -R "$kept" kept
mkdir build
FRAGBENCH_REFERENCE=$tmp/kept sh "$top/tests/bench/reference.sh" build tables \
	2>err || no "tables: $(cat err)"
diff "$kept/tables.md" kept/tables.md ||
	no 'tables.md is stale (mend: ./dev reference tables)'

# The command itself, with a stand-in for guests and pictures: what it boots, what
# it keeps, that it tries what failed again and boots nothing that is done.
cat >stand-in <<END
#!/bin/sh
case \$1 in
vm)
	echo "\$*" >>"$tmp/calls"
	[ -e "$tmp/failed-once" ] || { : >"$tmp/failed-once"; exit 4; }
	while [ "\$1" != --output ]; do shift; done
	for n in 1 2 3 4 5; do
		sh "$top/tests/cli/make-run" "\$2/x-r\$n" repeat=\$n series=s1
	done
	mkdir "\$2/x-r3.failed"
	;;
report)
	while [ "\$1" != --output ]; do shift; done
	mkdir -p "\$2/page"
	for name in orders measures curve; do : >"\$2/page/1-\$name.png"; done
	;;
*) exec "$FRAGBENCH" "\$@" ;;
esac
END
chmod +x stand-in
: >calls
reference() { # WORD...
	FRAGBENCH=$tmp/stand-in FRAGBENCH_REFERENCE=$tmp/fresh \
		sh "$top/tests/bench/reference.sh" build "$@" 2>err
}
reference lockstep 6.12 || no "lockstep 6.12: $(cat err)"
grep -q 'vm .*sbrk-interleave .*--kernel debian:6.12' calls ||
	no "called: $(cat calls)"
[ "$(wc -l <calls)" -eq 2 ] || no "what failed was not tried again: $(cat calls)"
[ "$(echo fresh/lockstep/6.12/*)" = "$(echo fresh/lockstep/6.12/r[1-5])" ] ||
	no "kept: $(echo fresh/lockstep/6.12/*)"
[ -e fresh/lockstep-orders.png ] || no 'there is no picture of it'
grep -q '^## lockstep' fresh/tables.md || no 'no table of it was written'
reference lockstep 6.12 || no "again: $(cat err)"
[ "$(wc -l <calls)" -eq 2 ] || no 'what is done was booted again'
! reference lockstep 6.13 || no 'it knows a kernel 6.13'
grep -q "what is '6.13'" err || no "said: $(cat err)"

[ $failed -eq 0 ] || exit 1
echo "$columns columns of the reference series can be read, and its tables hold"
