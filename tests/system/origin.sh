#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A run that is told that it runs in a guest under TCG: it says so, takes its
# place in the host's series, has no times, and says that an expectation of a
# time cannot be told. Nothing is done to the memory of this machine.
. tests/system/common

# shellcheck disable=SC2089,SC2090 # JSON has quotes
FRAGBENCH_GUEST='{"accel":"tcg","qemu":"7.2.22","memory_bytes":1073741824}'
FRAGBENCH_SERIES='4f1c 2 5'
# shellcheck disable=SC2090
export FRAGBENCH_GUEST FRAGBENCH_SERIES

run_null() {
	rm -rf "$results"
	"$FRAGBENCH" run null -o "$results" --for 200ms --set baseline.for=0s \
		--set hold.for=0s "$@" >"$work/out" 2>"$work/err"
}
told() { grep -qF -- "$1" "$work/out" || fail "not printed: $1"; }
holds() { grep -qE -- "$2" "$run/$1" || fail "$1 has no $2"; }

# --- what it says of itself
run_null
# 5: the machine is used by others, too.
expect_exit $? 0 5
told 'made under TCG: '
run=$(only_run) || exit 1
case $run in *-r2) ;; *) fail "$run is not the second of its series" ;; esac
holds manifest.json '^ "series": "4f1c"'
holds manifest.json '^ "repeat": 2,'
holds manifest.json '^ "repeats": 5,'
holds manifest.json '^   "qemu": "7.2.22"'
holds summary.json '^ "accelerator": "tcg"'
holds summary.json "made under TCG: an emulator's times are not times"
awk '/"value"/ { value = $0 }
	/"is_time": true/ && value !~ /null/ { print value; wrong = 1 }
	END { exit wrong }' "$run/summary.json" || fail 'a time has a value'

# --- what is expected of it
run_null --expect 'pages_per_s.run > 1'
expect_exit $? 5
told 'expected pages_per_s.run > 1: cannot be told'
run_null --expect 'pages_per_s.run > 1' --expect 'sampler.samples > 1000000'
expect_exit $? 1 5
told 'sampler.samples > 1e+06: got'
told 'MISSED'

# --- under KVM it has times
FRAGBENCH_GUEST='{"accel":"kvm"}'
run_null --expect 'sampler.cpu_share >= 0'
expect_exit $? 0 5
told 'sampler.cpu_share >= 0: got'
told ': met'
