#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A machine with swap: ballast is refused while some of it is in use, with the reason,
# and the scenario runs in all of the memory; workloads go on while the kernel
# takes pages of theirs away. The swap is a file of our own, and goes with us.
. tests/system/common
need_root
need_memory 1024
command -v mkswap >/dev/null || skip "skipped: no mkswap"
command -v python3 >/dev/null || skip "skipped: no python3"
[ "$(wc -l </proc/swaps)" -le 1 ] || skip "skipped: this machine has swap"

file=$work/swap
put_back() {
	swapoff "$file" 2>/dev/null
	clean_up
}
trap put_back EXIT
before=$(knobs)
dd if=/dev/zero of="$file" bs=1M count=64 2>/dev/null
chmod 600 "$file"
mkswap "$file" >/dev/null 2>&1 || skip "skipped: no swap can be made"
swapon "$file" 2>/dev/null ||
	skip "skipped: no swap can be had on this file system"

used() { awk 'NR > 1 { sum += $4 } END { print sum + 0 }' /proc/swaps; }

# 16 MiB that are in swap as long as it lives: MADV_PAGEOUT (21, Linux 5.4).
python3 -c '
import mmap, time
m = mmap.mmap(-1, 16 << 20, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
m.write(b"x" * (16 << 20))
m.madvise(21)
time.sleep(900)' &
swapped=$!
is_swapped() { [ "$(used)" -gt 4096 ]; }
within 20000 is_swapped || skip "skipped: this kernel swaps nothing out when told"

cat >"$work/swap.ini" <<-END
	[scenario]
	ballast = 512M
	[phase fill]
	do = run
	for = 10s
	workload = sbrk-interleave
	pages = 5000
	workload = mmap-churn
	resident = 16M
	[phase half]
	do = release
	[phase ask]
	do = probe
	probe = hugetlb
	count = 4
END
go() {
	"$FRAGBENCH" run "$work/swap.ini" -o "$results" \
		>"$work/out" 2>"$work/err"
	code=$?
	[ "$(knobs)" = "$before" ] || fail "the knobs are not back"
	return $code
}
go
expect_exit $? 0 5
says "no ballast: swap is in use"
grep -q '"swap_used_bytes": [1-9]' "$results/latest/manifest.json" ||
	fail "the manifest does not say that swap is in use"
"$FRAGBENCH" doctor >"$work/out" 2>&1
grep -q '^ *[a-z]* *swap .*in use' "$work/out" ||
	fail "doctor does not say that swap is in use"

# Swap that nobody uses is in nobody's way.
kill $swapped
wait $swapped 2>/dev/null
is_empty() { [ "$(used)" = 0 ]; }
swapoff "$file"
swapon "$file"
within 2000 is_empty || skip "skipped: others swap here"
go
expect_exit $? 0 5
if grep -q 'no ballast: swap' "$work/err"; then
	is_empty || skip "skipped: others swap here"
	fail "ballast was refused for swap that nobody uses"
fi
echo "all is well"
