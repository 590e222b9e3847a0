#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The module of workloads/module in a guest: built against the headers of one of
# Debian's kernels, every other of its objects given back, its worker killed. And
# its promise to give all back also when it stopped half-way.

. tests/system/common

for tool in make gcc python3; do
	command -v $tool >/dev/null || skip "skipped: no $tool"
done
need_guests 2000

kernel=debian:6.12
headers=$("$FRAGBENCH" vm headers $kernel 2>"$work/err") || {
	[ $? = 3 ] || fail "cannot get its headers, and it does not say why"
	skip "skipped: no headers: $(head -n 1 "$work/err")"
}
module=$(make -s -C workloads/module HEADERS="$headers" OUT="$work/module" \
	2>"$work/err") || fail "the module cannot be built"
! grep -F 'fragment.c' "$work/err" | grep -q 'warning:' ||
	fail "the compiler warns"

# What stood on the free lists at the end of phase $1, and what was counted.
check() { # FOLDER PYTHON
	/usr/bin/env python3 -c '
import csv, json, sys
d = sys.argv[1]
phases = {}
for p in json.load(open(d + "/summary.json"))["phases"]:
    for z in p["zones"]:
        if z["zone"] == "all":
            phases[p["name"]] = z
def blocks(phase):
    return phases[phase]["free"][2]
def mib(phase):
    z = phases[phase]
    return (z["free_bytes"] + 4096 * z["pcp_pages"]) / 2**20
def counted(name):
    return max(int(r["value"]) for r in csv.DictReader(open(d + "/counters.csv"))
               if r["counter"] == name)
'"$2" "$1" || fail "$1 is not as it should be"
}

echo "-- every other object is given back, and compaction cannot mend it"
guests fragment-module --memory 512M --kernel $kernel -o "$results" \
	--module "$module"
# 5: a busy host lets it wait.
expect_exit $? 0 5
check "$(only_run)" '
objects = counted("taken")
print(objects, "objects, order 2:", blocks("load"), blocks("thin-out"),
      blocks("compact"), "free MiB:", mib("baseline"), mib("drain-all"))
assert objects > 5000
assert abs(counted("released") - objects / 2) <= 1
assert abs(blocks("thin-out") - blocks("load") - objects / 2) < objects / 20
assert blocks("compact") > blocks("thin-out") * 0.9
assert mib("load") < mib("baseline") - objects / 64 * 0.9
assert abs(mib("drain-all") - mib("baseline")) < 8'

echo "-- it refuses the rest, and gives back what it took"
rm -rf "$results"/2* "$results"/latest
guests fragment-module --memory 512M --kernel $kernel -o "$results" \
	--module "$module share=300"
expect_exit $? 4
says "no more than its share of the available memory"
check "$(only_run)" '
objects = counted("taken")
print(objects, "objects, free MiB:", mib("baseline"), mib("teardown"))
assert objects > 1000
assert abs(mib("teardown") - mib("baseline")) < 8'
echo "all is well"
