#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What this machine cannot refuse, guests do: no transparent huge pages at all and
# no hugetlb (a CPU without large pages), THP switched off at boot, and a memory
# cgroup of version 2. Each is said, and the rest of the scenario is done.
. tests/system/common
command -v python3 >/dev/null || skip "skipped: no python3"
need_guests 1500

cat >"$work/huge.ini" <<-END
	; Everything that is huge, and one thing that is not.
	[scenario]
	on-failure = go-on
	ballast = 300M
	[phase thp]
	do = run
	for = 2s
	workload = thp-fault
	total = 32M
	[phase fill]
	do = run
	for = 10s
	workload = sbrk-interleave
	pages = 5000
	[phase ask]
	do = probe
	probe = thp
	count = 8
	probe = mthp
	count = 8
	probe = collapse
	count = 8
	probe = hugetlb
	count = 8
	[phase pack]
	do = compact
END

# Boot with parameters $1; what was said by the run is in $work/said, as lines
# "severity phase text", and what became of the phases in $work/phases.
boot() {
	scenario=$1
	parameters=$2
	shift 2
	rm -rf "$results"
	guests "$work/$scenario.ini" --memory 768M --kernel debian:6.12 \
		--append "$parameters" -o "$results" "$@"
	code=$?
	run=$(only_run) || exit 1
	python3 -c '
import json, sys
m = json.load(open(sys.argv[1] + "/manifest.json"))
for w in m["warnings"]:
    print(w["severity"], w.get("phase"), w["text"])
' "$run" >"$work/said"
	awk -F, 'NR > 1 { printf "%s %s, ", $1, $3 }' "$run/phases.csv" \
		>"$work/phases"
	return $code
}

told() {
	grep -qF -- "$1" "$work/said" ||
		fail "the run does not say: $1; but: $(cat "$work/said")"
}

phases_are() {
	[ "$(cat "$work/phases")" = "$1" ] ||
		fail "phases: $(cat "$work/phases")"
}

# --- a CPU without large pages: neither THP nor hugetlb
boot huge clearcpuid=pse
expect_exit $? 0
told "note setup no ballast: the kernel has no hugetlb pool"
told "note thp phase thp was skipped: thp-fault cannot run here: /sys/kernel/mm/transparent_hugepage/enabled: No such file"
for probe in thp mthp collapse; do
	told "note ask probe $probe was skipped: this kernel has no transparent huge pages"
done
told "note ask probe hugetlb was skipped: this kernel has no hugetlb pool"
phases_are "setup done, thp skipped, fill done, ask skipped, pack done, teardown done, "

# --- switched off at boot: the workload says how to switch it on, probes do it
# for themselves
boot huge transparent_hugepage=never
expect_exit $? 5
told "doubt thp worker 1 (thp-fault) failed: no huge page of 2048 KiB would come: the kernel's setting is never; mend: --knob transparent_hugepage/enabled=madvise"
phases_are "setup done, thp failed, fill done, ask done, pack done, teardown done, "
awk -F, 'NR > 1 && $7 == 0 { print $2 " got nothing"; bad = 1 }
	END { exit bad }' "$run/probes.csv" || fail "a probe got nothing"
boot huge transparent_hugepage=never \
	--knob transparent_hugepage/enabled=madvise
expect_exit $? 0
phases_are "setup done, thp done, fill done, ask done, pack done, teardown done, "

# --- a memory cgroup of version 2 that allows 160 MiB
cat >"$work/group.ini" <<-END
	; More than the group allows.
	[phase fill]
	do = run
	for = 30s
	workload = sbrk-interleave
	pages = 200000
	[phase half]
	do = release
	[phase share]
	do = run
	for = 2s
	workload = mmap-churn
	share = 10%
END
boot group FRAGBENCH_MEMORY_MAX=160M
expect_exit $? 0
told "note setup the memory cgroup leaves 159 MiB"
told "note setup mmap-churn in phase share: made smaller from 512 to 15 MiB"
told "note setup scaled down: the scenario asks for 1578 MiB"
phases_are "setup done, fill done, half done, share done, teardown done, "
echo "all is well"
