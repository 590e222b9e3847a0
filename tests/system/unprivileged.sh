#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A run of an ordinary user: it works, says what it cannot see and what it must
# leave alone, and no knob moves.
. tests/system/common
need_memory 1024

before=$(knobs)
if is_root; then
	command -v setpriv >/dev/null || skip "skipped: there is no setpriv"
	chmod 755 "$work"
	mkdir "$FRAGBENCH_STATE"
	chown 65534:65534 "$results" "$FRAGBENCH_STATE"
	# Where the program was built may be closed to others.
	cp "$FRAGBENCH" "$work/fragbench"
	as() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }
else
	cp "$FRAGBENCH" "$work/fragbench"
	as() { "$@"; }
fi
cd "$work" || exit 2

as ./fragbench run sbrk-interleave -o "$results" --pages 5000 --map marks \
	--set baseline.for=100ms --set free.for=0s --set settle.for=0s \
	--set drain.for=0s --set compact.for=0s --set end.for=0s \
	>"$work/out" 2>"$work/err"
expect_exit $? 0 5
[ "$(knobs)" = "$before" ] || fail "the knobs were $before and are $(knobs)"
is_gone || fail "processes are left: $(ours)"
says "no ballast: only root may set memory aside"
says "the per-CPU lists stay as they are"
says "the start is as it was found: only root may drain and compact"
says "frame numbers are hidden"
says "no maps: cannot look at the frames: "
says "phase drain was skipped"
says "phase compact was skipped: memory was not compacted: only root may"

as ./fragbench map >"$work/out" 2>"$work/err"
expect_exit $? 3
says "kpageflags: Permission denied"
says "mend: run as root"

run=$(only_run) || exit 1
case $run in *.partial) fail "$run is not sealed" ;; esac
tables_whole "$run"
for phase in drain compact; do
	grep -q "^$phase,$phase,skipped," "$run/phases.csv" ||
		fail "phases.csv does not have $phase as skipped"
	grep -q "phase $phase was skipped" "$run/manifest.json" ||
		fail "the manifest does not say why $phase was skipped"
done
[ "$(wc -l <"$run/buddy.csv")" -gt 10 ] || fail "nothing was sampled"

# What root wrote before must not be in the way, nor be touched.
if is_root; then
	echo kept >"$FRAGBENCH_STATE/journal"
	chmod 600 "$FRAGBENCH_STATE/journal"
	as ./fragbench list collectors >"$work/out" 2>"$work/err" ||
		fail "a journal that cannot be read is in the way"
	says "doctor --restore"
	as ./fragbench doctor --restore >"$work/out" 2>"$work/err"
	expect_exit $? 3
	[ "$(cat "$FRAGBENCH_STATE/journal")" = kept ] ||
		fail "the journal was touched"
	# A run that lives holds it: nothing waits then.
	exec 9<"$FRAGBENCH_STATE/journal"
	flock -x 9
	as ./fragbench list collectors >"$work/out" 2>"$work/err" ||
		fail "a journal that is held is in the way"
	[ ! -s "$work/err" ] || fail "a run at work is taken for a killed one"
	exec 9<&-
	rm "$FRAGBENCH_STATE/journal"
fi
