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

# Say what the tool before this found: its exit code stands in $?.
verdict() { # NAME
	if [ $? -eq 0 ]; then
		echo "lint: $1: clean"
	else
		# clang-tidy counts what it has left out, once a file
		grep -v '^[0-9]* warnings\{0,1\} generated\.$' "$log"
		echo "lint: $1: found something"
		found=1
	fi
}

sources -name '*.[ch]' | xargs -0 clang-format --dry-run -Werror >"$log" 2>&1
verdict clang-format

# jansson's loops are macros that cppcheck does not see; one thread reads a
# folder at a time; leaks are clang-tidy's, which knows mmap()
cppcheck --quiet --error-exitcode=1 --inline-suppr -j "$(nproc)" \
	--enable=warning,performance,portability \
	--suppress=missingIncludeSystem --suppress=readdirCalled \
	--suppress=memleak --library=posix --library=gnu \
	'-Djson_array_foreach(a,i,v)=for(i=0;(v=json_array_get(a,i));i++)' \
	'-Djson_object_foreach(o,k,v)=for(k=0;(v=json_object_get(o,k));)' \
	--project="$build/compile_commands.json" >"$log" 2>&1
verdict cppcheck

# SC2317 takes functions that are called by name or by trap for dead ones
{
	printf '%s\0' dev .ci/run tests/cli/run
	sources -name '*.sh'
} | xargs -0 shellcheck -x --exclude=SC2317 >"$log" 2>&1
verdict shellcheck

pyflakes=pyflakes3
command -v "$pyflakes" >/dev/null || pyflakes=pyflakes
sources -name '*.py' | xargs -0 -r "$pyflakes" >"$log" 2>&1
verdict pyflakes

# the module is the kernel's compiler's, with the kernel's headers
sources -name '*.c' ! -path 'workloads/module/*' | xargs -0 -n 4 -P "$(nproc)" \
	clang-tidy --quiet -p "$build" >"$log" 2>&1
verdict clang-tidy
exit $found
