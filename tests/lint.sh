#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Knows what every source is held against, beyond what the compilers say. Runs
# all of it, prints a line for each tool and what it found.
# usage: tests/lint.sh FOLDER-WITH-compile_commands.json
set -u
build=$(cd -- "$1" && pwd -P) || exit 2
cd -- "$(dirname -- "$0")/.." || exit 2
log=$build/lint.log
found=0

sources() { # FIND-EXPRESSION...
	find include workloads runner analysis tests -name machines -prune -o \
		-type f "$@" -print0
}

check() { # NAME COMMAND...
	name=$1
	shift
	if "$@" >"$log" 2>&1; then
		echo "lint: $name: clean"
	else
		# clang-tidy counts what it has left out, once a file
		grep -v '^[0-9]* warnings\{0,1\} generated\.$' "$log"
		echo "lint: $name: found something"
		found=1
	fi
}

format() {
	sources -name '*.[ch]' | xargs -0 clang-format --dry-run -Werror
}

tidy() {
	sources -name '*.c' | xargs -0 -n 4 -P "$(nproc)" \
		clang-tidy --quiet -p "$build"
}

flaws() {
	cppcheck --quiet --error-exitcode=1 --inline-suppr -j "$(nproc)" \
		--enable=warning,performance,portability \
		--suppress=missingIncludeSystem --library=posix --library=gnu \
		--project="$build/compile_commands.json"
}

shells() {
	shellcheck dev .ci/run tests/cli/run &&
		sources -name '*.sh' | xargs -0 -r shellcheck
}

python() {
	tool=pyflakes3
	command -v $tool >/dev/null || tool=pyflakes
	sources -name '*.py' | xargs -0 -r $tool
}

check clang-format format
check cppcheck flaws
check shellcheck shells
check pyflakes python
check clang-tidy tidy
exit $found
