#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What holds for every source and no compiler checks: the licence line, files of
# at most 450 lines, functions of at most 60, frag_ on what is visible,
# exit() in main.c alone, no system() and no popen(). Proves first, on a planted
# file, that it can fail.
#
# usage: tests/checks/style.sh [FOLDER]

set -u

# The sources below the current folder; $1: names to take, for find.
sources_list() {
	find . \( -name '.git' -o -name 'build*' -o -name machines \
		-o -name results \) -prune -o -type f \( "$@" \) -print
}

licence_check() {
	{
		sources_list -name '*.[ch]' -o -name '*.def' -o -name '*.sh' \
			-o -name '*.py' -o -name '*.cmake' \
			-o -name CMakeLists.txt
		for script in ./dev ./.ci/run ./tests/cli/run; do
			[ ! -f "$script" ] || echo "$script"
		done
	} | while IFS= read -r file; do
		head -n 3 "$file" |
			grep -q 'SPDX-License-Identifier: GPL-2.0-or-later$\|SPDX-License-Identifier: GPL-2.0-or-later \*/$' ||
			echo "$file:1: no line with the licence"
	done
}

length_check() {
	sources_list -name '*.[ch]' -o -name '*.sh' -o -name '*.py' |
		while IFS= read -r file; do
			n=$(wc -l <"$file")
			[ "$n" -le 450 ] ||
				echo "$file:$n: more than 450 lines"
		done
}

# In this style a function's body stands between two braces of column 1.
functions_check() {
	sources_list -name '*.[ch]' | while IFS= read -r file; do
		awk -v file="$file" '
		/^[A-Za-z_]/ { start = FNR; head = $0 }
		/^\{/ { name = head; open = start }
		/^\}/ && open {
			if (FNR - open + 1 > 60)
				print file ":" open ": more than 60 lines: " name
			open = 0
		}' "$file"
	done
}

# The code of the file $1 alone: comments and texts are taken out.
code_of() {
	awk '{
		gsub(/\\\\|\\"/, "")
		gsub(/"[^"]*"/, "\"\"")
		if (inside) {
			if (!sub(/^.*\*\//, "")) { print ""; next }
			inside = 0
		}
		gsub(/\/\*([^*]|\*+[^*\/])*\*+\//, "")
		sub(/\/\/.*/, "")
		if (sub(/\/\*.*/, ""))
			inside = 1
		print
	}' "$1"
}

# Calls that are not to be made, outside the tests.
calls_check() {
	sources_list -name '*.c' | grep -v '^\./tests/' |
		while IFS= read -r file; do
			banned='system|popen|sleep|usleep'
			[ "$file" = ./runner/main.c ] || banned="$banned|exit"
			code_of "$file" |
				grep -nE "(^|[^[:alnum:]_])($banned)\(" |
				sed "s,^\([0-9]*\):[[:space:]]*,$file:\1: must not call: ,"
		done
}

# A function that others can see carries frag_ in front.
names_check() {
	sources_list -name '*.c' | grep -v '^\./tests/' |
		while IFS= read -r file; do
			awk -v file="$file" '
			/^[A-Za-z_]/ {
				line = head == "" ? FNR : line
				head = head " " $0
			}
			/^$|^[#}\/]|;$/ { head = "" }
			/^\{/ && head != "" && head !~ / static / &&
			head !~ /(^|[ *])(frag_[a-z0-9_]+|main)\(/ {
				print file ":" line ": visible, and no frag_:" head
			}' "$file"
		done
}

# Everything that is wrong in the current folder; 1 when there is something.
style_check() {
	{
		licence_check
		length_check
		functions_check
		calls_check
		names_check
	} | sort | {
		! grep .
	}
}

# Write the file $1: licence line, $2, and $3 empty lines before the end.
plant() {
	{
		echo '// SPDX-License-Identifier: GPL-2.0-or-later'
		printf '%s\n' "$2"
		awk -v n="$3" 'BEGIN { while (n-- > 0) print "" }'
		echo '}'
	} >"$1"
}

expect_wrong() {
	if style_check >found || ! grep -q "$1" found; then
		echo "self-test: expected '$1', but it said:"
		cat found
		exit 1
	fi
	rm -f wrong.c
}

self_test() {
	plant right.c '/* exit(1) */
/* system(
 * popen( */
static int f(void)
{
	puts("exit(1)"); _exit(0);' 50
	style_check || {
		echo "self-test: a file in order was not passed"
		exit 1
	}
	echo 'int x;' >wrong.c && expect_wrong 'wrong.c:1: no line with the licence'
	plant wrong.c 'int x;' 450 && expect_wrong 'more than 450 lines'
	plant wrong.c 'static int f(void)
{' 60 && expect_wrong 'wrong.c:2: more than 60 lines'
	plant wrong.c 'static int f(void)
{
	exit(1);' 0 && expect_wrong 'wrong.c:4: must not call: exit(1);'
	plant wrong.c 'static int f(void)
{
	return system ? 0 : system("x");' 0 && expect_wrong 'wrong.c:4: must not'
	plant wrong.c 'static int a;

static inline int *
g(void)
{
}

int f(void)
{' 0 && expect_wrong 'wrong.c:9: visible'
}

tree=$(cd "${1:-$(dirname "$0")/../..}" && pwd) || exit 2
planted=$(mktemp -d) || exit 2
trap 'rm -rf "$planted"' EXIT
cd "$planted" && self_test || exit 1
cd "$tree" && style_check
