#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The events of the oldest kernel and of the newest, in guests: who fell back to
# whose blocks, who compacted on the way to a huge page, and who because a phase
# said so. Ids, fields and names of the two differ; what is told must not.

. tests/system/common

command -v python3 >/dev/null || skip "skipped: no python3"
need_guests 1500

cat >"$work/events.ini" <<-END
	; Dust, then unmovable pages, then huge pages by direct compaction.
	[scenario]
	start = clean
	pcp = small
	floor = 32M
	knobs = transparent_hugepage/enabled=madvise transparent_hugepage/defrag=always
	[phase fill]
	do = run
	workload = sbrk-interleave
	pages = 200000
	share = 70%
	jitter = 128
	[phase pipes]
	do = run
	workload = pipe-pages
	pages = 8192
	share = 10%
	[phase dust]
	do = release
	share = 50%
	[phase direct]
	do = probe
	probe = thp
	count = 96
	[phase compact]
	do = compact
END

# What the events of the run in folder $1 must have.
events_check() {
	python3 - "$1" <<-'END'
	import csv, json, sys
	run = sys.argv[1]
	told = json.load(open(run + "/manifest.json"))["events"]
	assert told["lost"] == 0 and not told["missing"], told
	rows = list(csv.DictReader(open(run + "/events.csv")))
	assert len(rows) == told["rows"], told
	took = [r for r in rows if r["event"] == "mm_page_alloc_extfrag"]
	for r in took:
	    assert r["migratetype"].isalpha(), r
	    assert r["fallback_migratetype"].isalpha(), r
	    assert int(r["fallback_order"]) >= int(r["order"]), r
	    assert r["zone"].startswith("DMA") or r["zone"] == "Normal", r
	assert [r for r in took if r["comm"] == "pipe-pages"
	        and r["migratetype"] == "unmovable"], took
	asked = [r for r in rows
	         if r["event"] == "mm_compaction_try_to_compact_pages"]
	assert [r for r in asked if r["phase"] == "direct" and r["order"] == "9"
	        and int(r["gfp_flags"]) > 0 and r["prio"] in "012"], asked
	askers = {r["tid"] for r in asked}
	def ends(phase, of):
	    return [r for r in rows if r["event"] == "mm_compaction_end"
	            and r["phase"] == phase and of(r["tid"])]
	direct = ends("direct", lambda tid: tid in askers)
	assert direct, "no direct compaction ended"
	explicit = ends("compact", lambda tid: tid == str(told["runner_tid"]))
	assert len(explicit) >= 2, "the zones were not compacted"
	for r in direct + explicit:
	    assert r["status"].replace("_", "").isalpha(), r
	    assert r["sync"] in "01" and r["zone"], r
	END
}

# A guest that its host lets wait may lose events, and says so.
has_all() {
	python3 -c 'import json, sys
sys.exit(json.load(open(sys.argv[1]))["events"]["lost"] != 0)' \
		"$run/manifest.json"
}

for kernel in debian:5.10 debian:7.3; do
	for attempt in 1 2 3; do
		rm -rf "$results"
		guests "$work/events.ini" --memory 512M --kernel $kernel \
			-o "$results"
		# 5: a compaction that gave up makes the result doubtful, not
		# its events.
		expect_exit $? 0 5
		run=$(only_run) || exit 1
		tables_whole "$run"
		! has_all || break
		echo "$kernel: events were lost (attempt $attempt)"
	done
	events_check "$run" || fail "the events of $kernel are not as they should be"
done
