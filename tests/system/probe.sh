#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Every probe that this machine has takes what it is asked for and gives it all
# back; stops at the floor; puts its knobs back also when it is killed; and says
# what stands in the way.
. tests/system/common
need_root
need_memory 1024

thp=/sys/kernel/mm/transparent_hugepage
settings() {
	knobs
	cat /proc/sys/vm/nr_hugepages
	grep -s . "$thp"/hugepages-*/enabled
}

# Free memory in MiB, on the free lists and on the per-CPU lists.
all_free() {
	awk -v page="$(getconf PAGESIZE)" '
		$1 == "pages" && $2 == "free" { sum += $3 }
		$1 == "count:" { sum += $2 }
		END { print int(sum * page / 1048576) }' /proc/zoneinfo
}

ask() {
	"$FRAGBENCH" probe "$@" >"$work/out" 2>"$work/err"
}

# Blocks of the order of a huge page and more that are free: who asks for more than
# there are gets fewer, and rightly.
whole=$(awk '{ for (i = 14; i <= NF; i++) n += $i * 2 ^ (i - 14) } END { print n + 0 }' \
	/proc/buddyinfo)
[ "$whole" -ge 256 ] || skip "skipped: only $whole huge pages are free"

before=$(settings)

# --- each takes and gives back; one that is not to be had says so
for probe in thp mthp collapse hugetlb; do
	free=$(all_free)
	ask $probe --count 16 --warm no
	code=$?
	if [ $code = 3 ]; then
		grep -q "this kernel" "$work/err" || fail "$probe says not why"
		continue
	fi
	expect_exit $code 0
	grep -q "you get 16 (100 %)" "$work/out" || fail "$probe got fewer"
	[ "$(settings)" = "$before" ] || fail "$probe left its knobs: $(settings)"
	# Others live here, too.
	within 20000 eval "[ \$(all_free) -gt $((free - 200)) ]" ||
		fail "$probe kept memory: $free MiB before, $(all_free) after"
done

# --- more than there is: fewer come, and the floor is kept
available=$(memory MemAvailable)
for probe in thp hugetlb; do
	ask $probe --count 1000000 --floor $((available - 192))M --json
	expect_exit $? 1
	grep -q '"stopped": "floor"' "$work/out" || fail "$probe kept no floor"
	[ "$(settings)" = "$before" ] || fail "$probe left its knobs: $(settings)"
done

is_grown() { [ "$(cat /proc/sys/vm/nr_hugepages)" -ge 32 ]; }
is_empty() { [ "$(cat /proc/sys/vm/nr_hugepages)" = 0 ]; }
are_back() { [ "$(settings)" = "$before" ]; }
has_no_journal() { [ ! -e "$FRAGBENCH_STATE/journal" ]; }

# --- the runner is killed while the pool is grown
"$FRAGBENCH" probe hugetlb --count 32 --hold 60s >"$work/out" 2>"$work/err" &
runner=$!
within 30000 is_grown ||
	fail "the pool did not grow"
kill -9 $runner
within 20000 are_back ||
	fail "after kill -9 the knobs are: $(settings)"
within 20000 has_no_journal || fail "a journal is left"
wait $runner

# --- and it alone is: what it held is free, the answer says so
"$FRAGBENCH" probe hugetlb --count 32 --hold 60s >"$work/out" 2>"$work/err" &
runner=$!
within 30000 is_grown ||
	fail "the pool did not grow"
# The last page has to be noted yet before it is held.
sleep 1
for child in $(children $runner); do
	case $(cat "/proc/$child/comm") in
	frag-probe) kill -9 "$child" ;;
	esac
done
wait $runner
expect_exit $? 0
grep -q "the probe was killed" "$work/out" || fail "it does not tell of the death"
[ "$(settings)" = "$before" ] || fail "its knobs are not back: $(settings)"

# --- ^C: what is held goes back at once
"$FRAGBENCH" probe hugetlb --count 32 --hold 60s >"$work/out" 2>"$work/err" &
runner=$!
within 30000 is_grown ||
	fail "the pool did not grow"
kill -TERM $runner
wait $runner
expect_exit $? 143
[ "$(settings)" = "$before" ] || fail "its knobs are not back: $(settings)"

# --- the steps are done one after another, and each is proved
available=$(memory MemAvailable)
ask hugetlb --count 1000000 --floor $((available - 128))M --fix
expect_exit $? 1
for step in "as it was" drained compacted; do
	grep -q "^$step" "$work/out" || fail "the step was not done: $step"
done
! grep -q "^slab dropped" "$work/out" || fail "it dropped caches without --yes"
[ "$(settings)" = "$before" ] || fail "its knobs are not back: $(settings)"

# --- one that cannot answer takes nothing from those that did
ask thp mthp --count 4 --order 9 --json
code=$?
if grep -q "has no order 9" "$work/err"; then
	expect_exit $code 2
	for key in '"again_stopped": "done"' '"error"'; do
		grep -q "$key" "$work/out" || fail "the answer has no $key"
	done
fi

# --- pages that others have borrowed are theirs to give back
over=/proc/sys/vm/nr_overcommit_hugepages
surplus="/sys/kernel/mm/hugepages/hugepages-2048kB/surplus_hugepages"
if command -v python3 >"$work/out" && [ -e $surplus ] && [ "$(cat $over)" = 0 ] &&
	[ "$(cat /proc/sys/vm/nr_hugepages)" = 0 ]; then
	echo 4 >$over
	trap 'echo 0 >$over; clean_up' EXIT
	# MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB
	python3 -c 'import mmap, time
m = mmap.mmap(-1, 2 << 20, flags=0x40022)
m[0] = 1
time.sleep(300)' &
	borrower=$!
	is_borrowed() { [ "$(cat $surplus)" = 1 ]; }
	borrower_fails=
	within 20000 is_borrowed || borrower_fails=yes
	ask hugetlb --count 4
	code=$?
	now=$(cat $surplus)
	kill $borrower
	wait $borrower
	echo 0 >$over
	if [ -n "$borrower_fails" ]; then
		echo "not tried: no page could be borrowed"
	else
		expect_exit $code 3
		says mend:
		[ "$now" = 1 ] || fail "borrowed pages are $now"
	fi
	within 20000 is_empty ||
		fail "a borrowed page has become a permanent one"
fi

# --- in a scenario
cat >"$work/probe.ini" <<-END
	; Asks.
	[phase ask]
	do = probe
	probe = hugetlb
	count = 8
	probe = thp
	count = 8
	[expect]
	probe.hugetlb.success_share.ask = >= 1
END
"$FRAGBENCH" run "$work/probe.ini" -o "$results" >"$work/out" 2>"$work/err"
# 5: the machine is used by others, too.
expect_exit $? 0 5
grep -q '^ask,hugetlb,[0-9]*,all,8,8,8,8,done,pool,' "$results/latest/probes.csv" ||
	fail "no row of hugetlb: $(cat "$results/latest/probes.csv")"
grep -q '^ask,probe:hugetlb,' "$results/latest/latency.csv" ||
	fail "no times in latency.csv"
# What writes to its blocks asks twice, also when nobody says so.
grep -q '^ask,probe:thp:warm,' "$results/latest/latency.csv" ||
	fail "no times over memory that was touched"
[ "$(settings)" = "$before" ] || fail "its knobs are not back: $(settings)"
