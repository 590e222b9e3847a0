#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A run that cannot begin: no folder for its results, a scenario that makes no
# sense, a name that is taken. It says so and leaves nothing behind.
. tests/system/common

before=$(knobs)

# run "$@" must end with exit code $1 and say $2.
run_wrong() {
	want=$1
	text=$2
	shift 2
	"$FRAGBENCH" run "$@" >"$work/out" 2>"$work/err"
	expect_exit $? "$want"
	says "$text"
	[ "$(knobs)" = "$before" ] || fail "a knob was touched"
	is_gone || fail "processes are left: $(ours)"
	[ ! -e "$FRAGBENCH_STATE/journal" ] || fail "the journal is left"
}

# --- results that cannot be written
echo a file >"$work/file"
run_wrong 4 "cannot make the folder $work/file" null -o "$work/file"
says "choose another folder: -o DIR"
run_wrong 4 "Not a directory" null -o "$work/file/below"
run_wrong 4 "cannot make the folder /proc/results" null -o /proc/results
[ "$(cat "$work/file")" = "a file" ] || fail "the file was touched"
"$FRAGBENCH" record --for 100ms -o "$work/file" >"$work/out" 2>"$work/err"
expect_exit $? 4
says "cannot make the folder $work/file"
long=$(printf '%0300d' 0)
run_wrong 4 "File name too long" null -o "$work/$long"

# --- a state folder that cannot be
if is_root; then
	state=$FRAGBENCH_STATE
	FRAGBENCH_STATE=$work/file
	run_wrong 3 "cannot make the folder $work/file" null -o "$results"
	says "FRAGBENCH_STATE"
	FRAGBENCH_STATE=$state
fi

# --- scenarios
run_wrong 2 "did you mean sbrk-interleave?" sbrk-interleaf -o "$results"
run_wrong 2 "No such file or directory" ./none.ini -o "$results"
run_wrong 2 "$work" "$work/" -o "$results"
bad() {
	printf '%s\n' "$3" >"$work/bad.ini"
	run_wrong "$1" "$2" "$work/bad.ini" -o "$results"
}
bad 2 "no [phase NAME] in scenario" ""
bad 2 "line 2" "[phase a]
nonsense"
bad 2 "unknown section 'fase a'" "[fase a]
do = settle"
bad 2 "it takes one of settle|run|" "[phase a]
do = setle"
bad 2 "phase a: do = run and workload = NAME belong together" "[phase a]
do = run"
bad 2 "belong together" "[phase a]
do = settle
workload = null"
bad 2 "cpus cannot be '9999'" "[phase a]
do = run
workload = null
cpus = 9999"
run_wrong 2 "did you mean pages?" sbrk-interleave --set pagse=1 -o "$results"
run_wrong 2 "--pages needs a value" sbrk-interleave --pages
run_wrong 2 "takes one scenario or workload"
run_wrong 3 "does not fit" sbrk-interleave --floor 100% --ballast 0 \
	-o "$results"
[ -z "$(ls -A "$results")" ] || fail "something was made in $results"

# --- names that are taken: the next second's is chosen, nothing is touched
now=$(date +%s)
release=$(uname -r | tr 'A-Z_' 'a-z-')
for second in 0 1 2 3 4; do
	utc=$(date -u -d "@$((now + second))" +%Y%m%dt%H%M%Sz)
	mkdir "$results/$utc-null-$release-r1"
	echo mine >"$results/$utc-null-$release-r1/manifest.json"
done
"$FRAGBENCH" run null -o "$results" --for 200ms --set baseline.for=0s \
	--set hold.for=0s >"$work/out" 2>"$work/err"
expect_exit $? 0 5
[ "$(cat "$results"/2*/manifest.json | grep -cx mine)" = 5 ] ||
	fail "a run that was there already was touched"
run=$results/$(readlink "$results/latest")
[ -s "$run/summary.json" ] || fail "the run has found no name"
[ "$(echo "$results"/2* | wc -w)" = 6 ] || fail "$(ls "$results")"

# --- what is in the way of latest stays
rm "$results/latest"
mkdir "$results/latest"
"$FRAGBENCH" run null -o "$results" --for 200ms --set baseline.for=0s \
	--set hold.for=0s >"$work/out" 2>"$work/err"
expect_exit $? 0 5
says "cannot point $results/latest at the run"
[ ! -L "$results/latest" ] || fail "the folder latest was replaced"
