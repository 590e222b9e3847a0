# SPDX-License-Identifier: GPL-2.0-or-later
#
# An events.csv for the sample run (tests/analysis/sample), made up: what a kernel
# could have done in its phases. The same rows each time.
#
# usage: awk -f tests/report/events.awk </dev/null >events.csv

function chance(n) {
	seed = (seed * 1103515245 + 12345) % 2147483648
	return int(seed / 65536) % n
}

function extfrag(t, who, order, from, taker, giver) {
	printf "%.0f,%s,mm_page_alloc_extfrag,0,%s,%d,%d,%s,%s,%d,%d,0,DMA32,,,,,,\n",
		t, phase, who, order, from, taker, giver, (from >= 8),
		chance(200000)
}

function task(t, event, who, order) {
	printf "%.0f,%s,%s,0,%s,%s,,,,,,,,,,,,,\n", t, phase, event, who, order
}

function compaction(t, ns, who, zone, status) {
	printf "%.0f,%s,mm_compaction_begin,0,%s,,,,,,,0,%s,,,1,,4096,\n",
		t, phase, who, zone
	printf "%.0f,%s,mm_compaction_end,0,%s,,,,,,,0,%s,,,1,%s,4096,\n",
		t + ns, phase, who, zone, status
}

END {
	seed = 1
	print "t_ns,phase,event,cpu,tid,comm,order,fallback_order,migratetype," \
		"fallback_migratetype,change_ownership,pfn,node,zone," \
		"gfp_flags,prio,sync,status,zone_start,nr_reclaimed"
	phase = "fill"
	for (t = 1000000000; t < 3100000000; t += 1000000 + chance(2000000)) {
		if (chance(3))
			extfrag(t, "301,fragbench", 0, chance(11), "movable",
				chance(4) ? "unmovable" : "reclaimable")
		else
			extfrag(t, "77,kworker/0:1", chance(4), chance(6),
				"unmovable", "movable")
		if (t > 2000000000 && chance(3) == 0) {
			task(t + 1000, "mm_vmscan_direct_reclaim_begin",
				"301,fragbench", 9)
			task(t + 21000 + 90 * chance(4000),
				"mm_vmscan_direct_reclaim_end", "301,fragbench",
				"")
			task(t + 400000, "mm_compaction_try_to_compact_pages",
				"301,fragbench", 9)
			compaction(t + 401000, 3000 + 97 * chance(6000),
				"301,fragbench", "DMA32",
				chance(2) ? "success" : "partial_skipped")
		}
	}
	phase = "settle"
	task(3500000000, "mm_compaction_kcompactd_wake", "33,kcompactd0", 9)
	for (t = 3500100000; t < 3900000000; t += 60000000)
		compaction(t, 5000000 + 1000 * chance(30000), "33,kcompactd0",
			"Normal", "success")
	task(3950000000, "mm_compaction_kcompactd_sleep", "33,kcompactd0", "")
	compaction(4100000000, 80000000, "33,kcompactd0", "Normal", "complete")
	phase = "compact"
	compaction(4642000000, 400000, "300,fragbench", "DMA", "complete")
	compaction(4643000000, 180000000, "300,fragbench", "DMA32", "complete")
	compaction(4824000000, 48000000, "300,fragbench", "Normal", "contended")
}
