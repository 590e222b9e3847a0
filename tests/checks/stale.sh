#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The man page and the completion are made of the tables: fails when the files
# that are kept differ from what the program would make now, or when the man
# page has mistakes of its own.

set -u
cd "$(dirname "$0")/../.." || exit 2
fragbench=${FRAGBENCH:-build/fragbench}
[ -x "$fragbench" ] || {
	echo "no program there: $fragbench; set FRAGBENCH"
	exit 2
}
made=$(mktemp -d) || exit 2
trap 'rm -rf "$made"' EXIT
stale=0

# Compare what `fragbench help $1` makes with the file $2.
compare() {
	"$fragbench" help "$1" >"$made/now" || exit 1
	if ! diff -u "$2" "$made/now"; then
		echo "accept with: $fragbench help $1 >$2"
		stale=1
	fi
}

compare --man runner/fragbench.1
compare --completion runner/fragbench.bash

# What the program reads of its environment the man page tells, and nothing else.
grep -rhoE 'getenv\("[A-Z_]+"\)' runner analysis workloads |
	sed 's/.*"\(.*\)".*/\1/' | grep -vx 'PATH\|HOME\|TERM\|TMPDIR' |
	sort -u >"$made/read"
sed -n '/^\.SH "ENVIRONMENT"/,/^\.SH "EXIT/ s/^\.B "\(.*\)"$/\1/p' \
	runner/fragbench.1 | sort -u >"$made/told"
diff -u --label "the environment in the man page" --label "what is read" \
	"$made/told" "$made/read" || stale=1

if command -v groff >"$made/which"; then
	groff -ww -man -Tutf8 runner/fragbench.1 2>&1 >"$made/page" |
		tee "$made/warnings"
	[ ! -s "$made/warnings" ] || stale=1
	# A table that lost its rows would still be well-formed.
	[ "$(wc -l <"$made/page")" -gt 100 ] || {
		echo "the man page is too short to be whole"
		stale=1
	}
fi
exit $stale
