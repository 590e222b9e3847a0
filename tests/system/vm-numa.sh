#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# One guest with two nodes, the second of which has memory and no CPU: every page
# lay where the policy said, by the kernel's word and by the free lists; all moved
# that was to move; and compaction of node 0 left node 1 alone. Nothing here needs
# root, and nothing touches the memory of this machine.

. tests/system/common

need_guests 2000

# One workload of one process in phase $1, 16 MiB of it; $2: more of its keys.
phase() {
	printf '[phase %s]\ndo = run\nworkload = numa-pinned\n' "$1"
	printf 'size = 16M\nprocesses = 1\n%b' "$2"
}

{
	cat <<-END
		; Memory of two nodes, by every policy.
		[scenario]
		start = clean
		pcp = small
		floor = 32M
		knobs = compaction_proactiveness=0
		[phase empty]
		do = settle
		for = 200ms
	END
	phase bound 'processes = 2\nsize = 32M\n'
	phase spread 'policy = interleave\n'
	phase wished 'policy = preferred\nnodes = 1\n'
	phase far 'nodes = 1,0\ncpus = node:0\n'
	phase near 'policy = local\ncpus = far:1\n'
	cat <<-END
		[phase dust]
		do = release
		share = 50%
		for = 300ms
		[phase mended]
		do = compact
		node = 0
		for = 300ms
	END
	phase moved 'migrate = move-pages\nrounds = 2\n'
	phase bound-anew 'migrate = mbind\nrounds = 3\nnodes = 1,0\n'
} >"$work/numa.ini"

kernel=debian:6.12
guests "$work/numa.ini" -o "$results" -k $kernel \
	--nodes 512M@2,512M@0
# 5: a busy host lets it wait.
expect_exit $? 0 5
grep -q '^unusable(9) of node .* 0 .* 1$' "$work/out" ||
	fail "nodes are not told apart on the terminal"
grep -q '^mended: compaction of node 0 gained' "$work/out" ||
	fail "it does not say which node was compacted"
run=$(only_run) || exit 1
tables_whole "$run"
/usr/bin/env python3 - "$run" >"$work/err" 2>&1 <<'END' || fail "in $run"
import csv
import json
import sys

run = sys.argv[1]
summary = json.load(open(run + "/summary.json"))
manifest = json.load(open(run + "/manifest.json"))
phases = {p["name"]: p for p in summary["phases"]}
PAGES = 4096  # of 16 MiB


def count(name, phase):
    return summary["metrics"]["numa-pinned.%s.%s" % (name, phase)]["value"] or 0


def expect(phase, node0, node1, local, remote):
    got = [count(n, phase) for n in ("node0", "node1", "local", "remote")]
    assert got == [node0, node1, local, remote], (phase, got)
    assert count("as-promised", phase) == node0 + node1, phase
    assert count("elsewhere", phase) == count("not-moved", phase) == 0, phase


assert manifest["status"] == "done"
assert [n["node"] for n in manifest["machine"]["nodes"]] == [0, 1]
assert all(p["result"] == "done" for p in summary["phases"])

# By the kernel's word, page by page. Node 1 has no CPU: its memory is remote.
expect("bound", 2 * PAGES, 2 * PAGES, 2 * PAGES, 2 * PAGES)
expect("spread", PAGES / 2, PAGES / 2, PAGES / 2, PAGES / 2)
expect("wished", 0, PAGES, 0, PAGES)
expect("far", 0, PAGES, 0, PAGES)
expect("near", PAGES, 0, PAGES, 0)
# On node 0, moved to 1, and back; on 1, to 0, to 1, and to 0.
expect("moved", 2 * PAGES, PAGES, 2 * PAGES, PAGES)
expect("bound-anew", 2 * PAGES, 2 * PAGES, 2 * PAGES, 2 * PAGES)
assert count("moved", "moved") == 2 * PAGES
assert count("moved", "bound-anew") == 3 * PAGES


# By the free lists: what the workloads took is gone from their nodes. The
# kernel's own needs (page tables, our samples) come on top.
def free_mib(phase, node):
    state = phases[phase]["nodes"][node]
    hidden = state["pcp_pages"] * manifest["machine"]["page_size"]
    return (state["free_bytes"] + hidden) / 2**20


for phase, before, node0, node1 in (
        ("bound", "empty", 32, 32), ("spread", "bound", 8, 8),
        ("wished", "spread", 0, 16), ("far", "wished", 0, 16),
        ("near", "far", 16, 0), ("moved", "mended", 16, 0)):
    for node, want in enumerate((node0, node1)):
        took = free_mib(before, node) - free_mib(phase, node)
        assert abs(took - want) < 4, (phase, node, took, want)


# A release leaves dust on both, and node 0 alone was compacted.
def unusable(phase, node):
    return phases[phase]["nodes"][node]["unusable"][9]


for node in (0, 1):
    rise = unusable("dust", node) - unusable("near", node)
    assert rise > 0.03, (node, rise)
    change = unusable("mended", node) - unusable("dust", node)
    assert change < -rise / 2 if node == 0 else abs(change) < rise / 20, \
        (node, rise, change)
assert phases["mended"]["node"] == 0
assert summary["metrics"]["effectiveness.mended"]["value"] > 0.5
blocks = [summary["metrics"]["suitable." + p]["value"] for p in ("dust", "mended")]
assert blocks[1] > blocks[0], blocks

# index.csv says the same of node 1, sample by sample.
rows = [r for r in csv.DictReader(open(run + "/index.csv"))
        if r["phase"] == "mended" and r["node"] == "1" and r["zone"] != "DMA"]
values = [float(r["unusable_9"]) for r in rows if r["unusable_9"]]
assert values and max(values) - min(values) < 0.01, values
END
run_readable "$run"
echo "all is well"
