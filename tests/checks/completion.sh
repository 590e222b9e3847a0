#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What bash would offer behind a command line, with the completion that is kept
# in runner/fragbench.bash.

set -u
cd "$(dirname "$0")/../.." || exit 2
command -v bash >/dev/null || {
	echo "skipped: there is no bash"
	exit 77
}
exec bash -u -s "$PWD/runner/fragbench.bash" <<'EOF_BASH'
# compopt works in a real completion only.
compopt() { asked+=" $2"; }
. "$1" || exit 1
folder=$(mktemp -d) || exit 2
trap 'rm -rf "$folder"' EXIT
cd "$folder" && touch mine.ini 'two words.ini' || exit 2
wrong=0

# Behind the words $2... (the last one is being typed) it offers $1: all of the
# words in $1, "!word" not to be among them, "=" that is all there is.
offers() {
	local want=$1 word got
	shift
	COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) asked=
	_fragbench
	got=" ${COMPREPLY[*]-} "
	for word in $want; do
		case $word in
		=) [[ ${#COMPREPLY[@]} -eq $(($(wc -w <<<"$want") - 1)) ]] ;;
		!*) [[ $got != *" ${word#!} "* ]] ;;
		*) [[ $got == *" $word "* ]] ;;
		esac || {
			echo "fragbench ${*:2}: expected '$want', offered:$got"
			wrong=1
			return
		}
	done
}

offers 'list doctor snapshot explain run record report help --version' \
	fragbench ''
offers '= list' fragbench li
offers '= list' /usr/bin/fragbench li
offers '--json workloads scenarios collectors !list' fragbench list ''
offers '= --json' fragbench list --j
offers 'sbrk-interleave null mine.ini !skeleton' fragbench run ''
offers '--dry-run --set --mode --pages --ballast !--man' fragbench run --
offers '= lockstep free-running' fragbench run sbrk-interleave --mode ''
offers '= lockstep' fragbench run sbrk-interleave --mode = lo
offers '= lockstep free-running' fragbench run sbrk-interleave --mode =
offers 'mode= pages= ballast= !list' fragbench run null --set ''
offers '= mode=' fragbench run null --set mo
[[ $asked == *nospace* ]] || { echo "a blank behind mode="; wrong=1; }
offers '= lockstep' fragbench run null --set mode = lo
offers '!--json' fragbench run two
[[ ${COMPREPLY[*]} == 'two words.ini' && ${#COMPREPLY[@]} -eq 1 ]] || {
	echo "a file name was taken apart: ${COMPREPLY[*]}"
	wrong=1
}
offers '=' fragbench run null --pages ''
offers 'mine.ini !--json' fragbench run null -o ''
offers 'run sbrk-interleave scenario !--man !--completion' fragbench help ''
offers 'compact_isolated buddy' fragbench explain ''
offers 'bash mine.ini !--rate' fragbench record -- ''
offers '=' fragbench nonsense ''
exit $wrong
EOF_BASH
