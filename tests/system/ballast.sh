#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Ballast that counts whole pageblocks: so much of them is left free, whatever is
# free in smaller pieces beside them, and all of it comes back.
. tests/system/common
need_root
need_memory 2048

before=$(knobs)
leave=700

cat >"$work/whole.ini" <<-END
	[scenario]
	start = clean
	pcp = small
	ballast = ${leave}M whole
	[phase watch]
	do = settle
	for = 300ms
END

# MiB in blocks of the pageblock order and more, in the sample of a run that has
# the fewest: before and after there is no ballast.
whole() {
	order=$(sed -n 's/^ *"pageblock_order": \([0-9]*\).*/\1/p' \
		"$1/manifest.json" | head -n 1)
	awk -F, -v k="$order" -v page="$(getconf PAGE_SIZE)" '
		NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
		$at["t_ns"] != t {
			if (n && (n == 1 || sum < least))
				least = sum
			t = $at["t_ns"]; sum = 0; n++
		}
		{ for (i = at["free_0"] + k; i <= NF; i++)
			sum += $i * 2 ^ (i - at["free_0"]) * page }
		END { print int((sum < least ? sum : least) / 1048576) }' "$1/buddy.csv"
}

"$FRAGBENCH" run "$work/whole.ini" -o "$results" >"$work/out" 2>"$work/err"
code=$?
! grep -q 'no ballast: ' "$work/err" ||
	skip "skipped: $(grep -o 'no ballast: [^;]*' "$work/err")"
! grep -q 'too scattered for the ballast' "$work/err" ||
	skip "skipped: $(grep -o 'memory is too scattered.*' "$work/err")"
# 5: the machine is used by others, too.
expect_exit $code 0 5
are_knobs_back || fail "the knobs were $before and are $(knobs)"
run=$(only_run) || exit 1
grep -q "^ballast = ${leave}M whole\$" "$run/scenario.ini" ||
	fail "the scenario as it ran does not say so"
grep -q "\"ballast\": \"${leave}M whole\"" "$run/manifest.json" ||
	fail "the manifest does not say so"
says "MiB of them in whole pageblocks"
left=$(sed -n 's/.*MiB are free, \([0-9]*\) MiB of them in whole.*/\1/p' \
	"$work/err")
# As it was when the ballast was in place; others may take of it later.
case $((left - leave)) in
-[1-9] | -[1-5][0-9] | [0-9] | [1-5][0-9]) ;;
*) fail "$left MiB were left free in whole pageblocks, not $leave" ;;
esac
seen=$(whole "$run")
[ "$seen" -le $((leave + 256)) ] ||
	fail "never fewer than $seen MiB were free in whole pageblocks"
