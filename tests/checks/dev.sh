#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Holds ./dev to what the README says of it, in a copy of the checkout without
# sources and with stand-ins for cmake, ctest, apt-get, sudo and the rest: what
# it asks for, in which order, and what it does when the answer is no.
# shellcheck disable=SC2016 # the stand-ins are to expand these
set -u
dev=$(pwd -P)/dev
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
chmod 755 "$tmp"
top="$tmp/a checkout"
bin=$tmp/bin
calls=$tmp/calls
failures=0

fail() {
	echo "FAIL: $*"
	sed 's/^/    /' "$tmp/out" "$calls"
	failures=$((failures + 1))
}

# A stand-in that writes down how it was called, then runs $2.
stand_in() { # NAME [SCRIPT]
	printf '#!/bin/sh\necho "%s $*" >>"%s"\n%s\n' "$1" "$calls" "${2-}" \
		>"$bin/$1"
	chmod +x "$bin/$1"
}

# A ctest with two tests, whose JUnit file is $1, and that leaves with $2.
stand_in_ctest() { # XML [CODE]
	printf '%s' "$1" >"$tmp/log"
	stand_in ctest "case \$* in *-N*) echo 'Total Tests: 2'; exit ;; esac
		for word; do
			case \$word in */build-*) folder=\$word ;; esac
		done
		mkdir -p \"\$folder\"
		ln -sf '$tmp/log' \"\$folder/tests.xml\"
		exit ${2-0}"
}

# A checkout and a machine in which all is there and all works, as root.
fresh() {
	rm -rf "$top" "$bin"
	mkdir -p "$top/results" "$top/tests/bench" "$bin"
	cp "$dev" "$top/dev"
	: >"$calls"
	for tool in sh env dirname rm mkdir touch readlink ln find awk \
		chown true test cat nproc; do
		for folder in /usr/bin /bin; do
			[ ! -x $folder/$tool ] || break
		done
		ln -s "$folder/$tool" "$bin/$tool"
	done
	machine_with 0
	for tool in cc make pkg-config apt-get cmake; do
		stand_in $tool
	done
	stand_in dpkg-query 'shift 3
		for p; do printf "installed=%s " "$p"; done'
	stand_in_ctest ''
	stand_in fragbench 'case $1 in run)
		touch "$FRAGBENCH_RESULTS/made"
		mkdir "$FRAGBENCH_RESULTS/a-run"
		ln -sfn a-run "$FRAGBENCH_RESULTS/latest"
		exit "${RUN_CODE:-0}"
		esac'
	mkdir "$top/build"
	ln -s "$bin/fragbench" "$top/build/fragbench"
	echo 'echo bench "$@"' >"$top/tests/bench/bench.sh"
	echo 'echo workloads "$@"' >"$top/tests/bench/workloads.sh"
	echo 'echo events "$@"' >"$top/tests/bench/events.sh"
	echo 'echo gate "$@"' >"$top/tests/bench/gate.sh"
	echo 'echo reference "$@"' >"$top/tests/bench/reference.sh"
}

# Who calls, as far as dev can see.
machine_with() { # UID
	stand_in id "echo $1"
	stand_in stat "case \$2 in *:*) echo $1:$1 ;; *) echo $1 ;; esac"
}

# Run dev; its output goes to $tmp/out, its code to $code.
run_dev() { # ARGS...
	(cd / && env -u CI -u FRAGBENCH_RESULTS PATH="$bin" "$top/dev" "$@") \
		>"$tmp/out" 2>&1 </dev/null
	code=$?
}

expect_code() { # CODE
	[ $code -eq "$1" ] || fail "$case: exit $code, not $1"
}

expect_said() { # TEXT
	grep -qF -- "$1" "$tmp/out" || fail "$case: did not say '$1'"
}

expect_not_said() { # TEXT
	! grep -qF -- "$1" "$tmp/out" || fail "$case: said '$1'"
}

expect_called() { # TEXT
	grep -qF -- "$1" "$calls" || fail "$case: did not call '$1'"
}

expect_not_called() { # TEXT
	! grep -qF -- "$1" "$calls" || fail "$case: called '$1'"
}

# --- the command line -----------------------------------------------------------

case='help'
fresh
for words in --help -h help 'run --help' 'test -h'; do
	# shellcheck disable=SC2086 # a list of words
	run_dev $words
	expect_code 0
	expect_said 'usage: ./dev COMMAND'
done
expect_not_called cmake

case='wrong use'
for words in '' bogus 'build now' 'bench --slow' 'bench workload' \
	'lint x' 'test --x' --no-root; do
	# shellcheck disable=SC2086 # a list of words
	run_dev $words
	expect_code 2
	expect_said './dev --help'
done
expect_not_called cmake

case='bench: all of it, what is quick, the workloads alone'
fresh
run_dev bench
expect_code 0
expect_said "bench $top/build"
expect_said "workloads $top/build"
expect_said "events $top/build"
run_dev bench --quick
expect_code 0
expect_said "bench $top/build --quick"
expect_not_said workloads
run_dev bench workloads null brk
expect_code 0
expect_said "workloads $top/build null brk"
expect_not_said "bench $top/build"
run_dev bench watching
expect_code 0
expect_said "bench $top/build"
expect_not_said workloads
run_dev bench events 3
expect_code 0
expect_said "events $top/build 3"
expect_not_said workloads
run_dev bench gate --quick debian:6.1
expect_code 0
expect_said "gate $top/build --quick debian:6.1"
expect_not_said "bench $top/build"

case='reference'
fresh
run_dev reference lockstep 6.12
expect_code 0
expect_said "reference $top/build lockstep 6.12"
run_dev reference
expect_code 0
expect_not_called root

case='clean'
fresh
mkdir "$top/build-dev" "$top/build-clang" "$top/build-sanitize" "$top/build-mine"
touch "$top/results/kept"
run_dev clean
expect_code 0
[ "$(cd "$top" && echo build*)" = build-mine ] || fail "$case: left or lost"
[ -e "$top/results/kept" ] || fail "$case: took the results"

case='module'
fresh
stand_in fragbench "echo '/headers of it'"
stand_in make "case \$* in *HEADERS=*) echo /a/fragment.ko ;; esac"
run_dev module debian:6.12
expect_code 0
expect_called 'fragbench vm headers debian:6.12'
expect_called "make -s -C $top/workloads/module HEADERS=/headers of it"
expect_said /a/fragment.ko
stand_in fragbench 'exit 3'
run_dev module debian:99
expect_code 3
stand_in uname 'echo 1.2.3-none'
run_dev module
expect_code 3
expect_said linux-headers-1.2.3-none

# --- packages --------------------------------------------------------------------

case='all is there'
fresh
run_dev build
expect_code 0
expect_not_called apt-get
expect_called 'cmake --build build -j'

case='a package is missing'
fresh
stand_in dpkg-query 'printf "installed=gcc not-installed=make "'
run_dev build
expect_code 0
expect_said 'not installed: libc6-dev make cmake'
expect_called 'install libc6-dev make cmake'
expect_not_called 'install gcc'
expect_not_called 'apt-get -qq -y --no-install-recommends -o DPkg::Lock::Timeout=60 update'

case='apt does not know the package yet'
fresh
stand_in dpkg-query
stand_in apt-get 'case $* in *-s\ install*) exit 100 ;; esac'
run_dev build
expect_code 0
expect_called 'update'

case='--no-install'
fresh
stand_in dpkg-query
stand_in pkg-config 'case $2 in inih) exit 1 ;; esac'
run_dev build --no-install
expect_code 3
expect_said 'not installed: gcc'
expect_said 'mend: as root, apt-get install gcc'
expect_said 'pkg-config finds no inih'
expect_not_called apt-get
expect_not_called 'cmake --'

case='--no-install, but the libraries are there by other ways'
stand_in pkg-config
run_dev --no-install build
expect_code 0
expect_not_called apt-get

case='no Debian'
fresh
rm "$bin/apt-get" "$bin/dpkg-query"
run_dev build
expect_code 0
expect_said 'libhwloc-dev'

case='no compiler'
fresh
rm "$bin/cc"
run_dev build
expect_code 3
expect_said 'no cc here'

case='the build fails'
fresh
stand_in cmake 'exit 1'
run_dev build
expect_code 4

# --- root --------------------------------------------------------------------------

case='run, as root'
fresh
run_dev run --pages 100
expect_code 0
expect_called 'fragbench run sbrk-interleave --pages 100'
expect_called "fragbench report $top/results/a-run"

case='run -r: all runs are reported on; a run of before is left alone'
fresh
mkdir "$top/results/older" "$top/results/new.partial"
touch -d '2020-01-01' "$top/results/older"
stand_in fragbench 'mkdir -p "$FRAGBENCH_RESULTS/one" "$FRAGBENCH_RESULTS/two"'
run_dev run -r 2
expect_code 0
expect_called "$top/results/one"
expect_called "$top/results/two"
expect_not_called "$top/results/older"
expect_not_called partial

case='run leaves nothing to report on'
fresh
stand_in fragbench
run_dev run --dry-run
expect_code 0
expect_not_called 'fragbench report'

case='run ends with a missed expectation'
fresh
RUN_CODE=1
export RUN_CODE
run_dev run
expect_code 1
expect_called 'fragbench report'

case='run cannot'
fresh
RUN_CODE=3
run_dev run
expect_code 3
expect_not_called 'fragbench report'
unset RUN_CODE

case='run -o'
fresh
run_dev run -o "$tmp/there"
expect_code 0
expect_called "fragbench report $tmp/there/a-run"
rm -rf "$tmp/there"

case='run, no sudo or doas'
fresh
machine_with 1000
run_dev run
expect_code 0
expect_said 'going on without root'
expect_said 'knobs, compaction, frame numbers'
expect_called 'fragbench run'

for way in sudo doas; do
	case="run, through $way"
	fresh
	machine_with 1000
	stand_in $way 'exec "$@"'
	run_dev run
	expect_code 0
	expect_said "asking for root through $way"
	expect_called "$way sh -c"
	expect_not_called "$way cmake"
	expect_called 'fragbench report'

	case="--no-root beside $way"
	: >"$calls"
	rm -rf "$top/results/a-run"
	run_dev run --no-root
	expect_said 'going on without root (--no-root)'
	expect_not_called "$way"

	case="$way says no"
	rm -rf "$top/results/a-run"
	stand_in $way 'exit 1'
	run_dev run
	expect_code 0
	expect_said 'going on without root'
done

case='what root makes is given back'
if [ "$(id -u)" -eq 0 ]; then
	fresh
	machine_with 1234
	stand_in sudo 'exec "$@"'
	run_dev run
	for file in made latest a-run; do
		owner=$(stat -c %u "$top/results/$file")
		[ "$owner" = 1234 ] || fail "$case: $file belongs to $owner"
	done
fi

case='root steps down in the checkout of another'
if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null; then
	fresh
	rm "$bin/id" "$bin/stat"
	ln -s "$(command -v id)" "$bin/id"
	ln -s "$(command -v stat)" "$bin/stat"
	stand_in setpriv "exec $(command -v setpriv) \"\$@\""
	stand_in cmake 'id -u >>"$0.uid"; mkdir -p build'
	touch "$bin/cmake.uid"
	chmod 666 "$bin/cmake.uid" "$calls"
	chown -R 1234:1234 "$top"
	run_dev run
	expect_code 0
	[ "$(sort -u "$bin/cmake.uid")" = 1234 ] || fail "$case: built as root"
	owner=$(stat -c %u "$top/results/made")
	[ "$owner" = 1234 ] || fail "$case: made belongs to $owner"
fi

# --- tests ---------------------------------------------------------------------------

case='test, as root'
fresh
run_dev test
expect_code 0
expect_called 'cmake --preset dev'
expect_called 'cmake --preset sanitize'
expect_called "ctest -j"
expect_not_called '-LE system'

case='test, through sudo'
fresh
machine_with 1000
stand_in sudo 'exec "$@"'
run_dev test base
expect_code 0
expect_called "tests.xml --test-dir $top/build-dev -R base -LE system"
expect_called "tests.xml --test-dir $top/build-dev -R base -L system"

case='test: reasons of skipped tests, and a failure'
fresh
stand_in_ctest '<?xml version="1.0" encoding="UTF-8"?>
	<testcase name="system_x" classname="system_x" time="0.1" status="notrun">
		<skipped message="SKIP_RETURN_CODE=77"/>
		<system-out>something
this machine has &lt;4 GiB &amp; no swap
</system-out>
	</testcase>
	<testcase name="system_y" classname="system_y" time="0.1" status="run">
		<system-out>fine</system-out>
	</testcase>
' 8
run_dev test
expect_code 1
expect_said 'skipped: system_x: this machine has <4 GiB & no swap'
! grep -q 'skipped: system_y' "$tmp/out" || fail "$case: one too many"
expect_said 'tests failed in build-dev/ build-sanitize/'

case='test: no such name'
fresh
stand_in ctest 'echo "Total Tests: 0"'
run_dev test nothing
expect_code 2
expect_said "no test has a name like 'nothing'"

case='bench'
fresh
run_dev bench --quick
expect_code 0
expect_said "bench $top/build --quick"

[ $failures -eq 0 ] || exit 1
echo 'dev keeps its word'
