#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What this machine cannot refuse, guests do: no transparent huge pages at all and
# no hugetlb (a CPU without large pages), THP switched off at boot, and a memory
# cgroup of version 2. Each is said, and the rest of the scenario is done. Arms
# go into a guest as they are: one is left out there for a knob it lacks.
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
# 5: the host may be too busy for what a guest samples.
expect_exit $? 0 5
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
expect_exit $? 0 5
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
expect_exit $? 0 5
# But for what is used before the run looks.
leaves=$(sed -n 's/^note setup the memory cgroup leaves \([0-9]*\) MiB.*/\1/p' "$work/said")
case $leaves in 15[0-9] | 160) ;;
*) fail "the cgroup leaves '$leaves' MiB: $(cat "$work/said")" ;;
esac
told "note setup mmap-churn in phase share: made smaller from 512 to $((leaves / 10)) MiB"
told "note setup scaled down: the scenario asks for 1578 MiB"
phases_are "setup done, fill done, half done, share done, teardown done, "

# --- pinned or not: the arms of one run, of which compaction mends the first
cat >"$work/arms.ini" <<-END
	; One page in each pageblock, pinned in one arm.
	[scenario]
	start = clean
	pcp = small
	floor = 32M
	knobs = compaction_proactiveness=0
	[phase sieve*]
	do = run
	for = 30s
	workload = pinned-pages
	size = 64M
	[phase drain*]
	do = drain
	[phase pack*]
	do = compact
	for = 300ms
	[phase give*]
	do = free
	[arm all]
	sieve.pinned = 100%
	[arm none]
	sieve.pinned = 0%
	pack.knobs = compaction_proactiveness=1
	[arm new]
	give.knobs = ?no_such_knob=1
END
# What one compaction mends is by chance, too: 0.01 to 0.96 of what is not pinned.
attempt=0
until [ $attempt = mended ]; do
	attempt=$((attempt + 1))
	[ $attempt -le 4 ] || fail "the arms are not what they should be"
	boot arms quiet --set sieve.size=256M --set pack-none.for=200ms \
		--seed $attempt
	expect_exit $? 0 5
	told "note sieve-new phase sieve-new was skipped: this kernel has no vm.no_such_knob"
	phases_are "setup done, sieve-all done, drain-all done, pack-all done, give-all done, sieve-none done, drain-none done, pack-none done, give-none done, sieve-new skipped, drain-new skipped, pack-new skipped, give-new skipped, teardown done, "
	python3 -c '
import json, sys
m = json.load(open(sys.argv[1] + "/manifest.json"))
assert [a["name"] for a in m["arms"]] == ["all", "none", "new"], m["arms"]
assert m["arms"][1]["settings"] == {
    "sieve.pinned": "0%", "pack.knobs": "compaction_proactiveness=1",
    "pack.for": "200ms"}, m["arms"]
knob = [k for k in m["knobs"] if k.get("phase")]
assert [(k["phase"], k["before"], k["during"], k["after"])
        for k in knob] == [("pack-none", "0", "1", "0")], knob
for w in m["workloads"]:
    assert w["options"]["size"] == "256M", w
metrics = json.load(open(sys.argv[1] + "/summary.json"))["metrics"]
got = [metrics["effectiveness." + p]["value"]
       for p in ("pack-all", "pack-none")]
print(got)
assert got[0] < 0.1, got
sys.exit(0 if got[1] > got[0] else 3)' "$run"
	case $? in
	0) attempt=mended ;;
	3) ;;
	*) fail "the arms are not what they should be" ;;
	esac
done
echo "all is well"
