#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What a probe says is true of memory: in a guest, where nobody else allocates,
# all huge pages come at first, few from dust when the kernel may not compact for
# them, and all again after a compaction. Proactive compaction is off: kcompactd
# may wake in the middle of the question and mend the dust.

. tests/system/common

command -v python3 >/dev/null || skip "skipped: no python3"
need_guests 1500

cat >"$work/probe.ini" <<-END
	; Heaps of dust: who asks for huge pages before, then, and after a compaction?
	[scenario]
	start = clean
	pcp = small
	floor = 32M
	knobs = transparent_hugepage/defrag=never compaction_proactiveness=0
	[phase before]
	do = probe
	probe = thp
	count = 96
	[phase fill]
	do = run
	workload = sbrk-interleave
	pages = 200000
	share = 70%
	jitter = 128
	[phase dust]
	do = release
	share = 50%
	[phase during]
	do = probe
	probe = thp
	count = 96
	[phase compact]
	do = compact
	for = 300ms
	[phase after]
	do = probe
	probe = thp
	count = 96
	probe = hugetlb
	count = 96
END

kernel=debian:6.12
guests "$work/probe.ini" --memory 512M --kernel $kernel \
	-o "$results"
# 5: a busy host lets it wait.
expect_exit $? 0 5
run=$(only_run) || exit 1
tables_whole "$run"
python3 -c '
import csv, sys
got = {}
for r in csv.DictReader(open(sys.argv[1])):
    got[r["phase"], r["probe"]] = int(r["successes"])
    assert r["given_back"] == r["successes"], r
    assert r["verified"] in ("frames", "pool"), r
    if r["phase"] == "during":
        assert r["causes"].startswith("smaller "), r
print(got)
assert got["before", "thp"] == 96
assert got["during", "thp"] < 80
assert got["after", "thp"] > 90
assert got["after", "hugetlb"] > 90' "$run/probes.csv" ||
	fail "the probes do not tell the truth"
echo "all is well"
