# What the counters mean that the articles of 2017 to 2019 ask about.
$ fragbench explain compact_isolated
compact_isolated (counter, pages)
  Pages that compaction took off their lists: pages to be moved AND free pages
  taken as their targets, both in one sum. A page moved thus counts about
  twice, and a page that was isolated and put back counts too: for pages moved
  read pgmigrate_success. Added while the scan runs, so it can run ahead of the
  scanned counters. CMA and other range allocation (gigantic hugetlb pages,
  virtio-mem) share the code and add to it.
compact_isolated (metric, pages)
...
$ fragbench explain compact_stall PCP free_9
compact_stall (counter, count)
  Times that a task compacted by itself, in the slow path of its own high-order
  allocation (direct compaction, __alloc_pages_direct_compact), and at least
  one zone was neither skipped nor deferred. Each ends as compact_success or
  compact_fail. kcompactd, proactive compaction and writes to compact_memory do
  not move it.

PCP (term)
  Per-CPU page lists: each CPU keeps free pages of each zone to itself, so that
  most allocations and frees take no lock. From Linux 6.7 on their length
  adapts and may reach an eighth of the zone, shared by the CPUs. See
  hidden-pages; the scenario key pcp = small keeps them short.

free_N (column)
  Free blocks of order N in the buddy lists. In pagetypes.csv: of one
  migratetype.
$ fragbench explain unusable.free
unusable (metric, index)
...
$ fragbench explain COMPACT_FAIL | head -1
compact_fail (counter, count)
$ fragbench explain exit | grep -c '^exit '
9

# Without a name: what there is.
$ fragbench explain | head -12
Indices:
  unusable  extfrag  unusable_N  extfrag_N  unusable_pcp_N  extfrag_pcp_N

Terms:
  order  buddy  suitable  fragmentation  pageblock  migratetype  PCP
  hidden-pages  compaction  watermark  interleave  THP

Columns:
  t_ns  phase  node  zone  free_N  kcompactdN_ns  kswapdN_ns  khugepaged_ns
  pcp_pages  boost  min  low  high  managed  some_total_us  full_total_us
  pageblocks  capped
\
$ fragbench explain | awk 'length > 80' | wc -l
0

# Every name that is listed has an answer, and none is wider than the screen.
$ for n in $(fragbench explain --json | sed -n 's/.*"name": "\(.*\)",/\1/p' | sort -u); do fragbench explain $n || echo "no answer: $n"; done | awk 'length > 80 || /no answer/' | wc -l
0
$ fragbench explain --json nr_kernel_stack
[
 {
  "name": "nr_kernel_stack",
  "kind": "gauge",
  "unit": "KiB",
  "about": "Kernel stacks of all tasks, in KiB (the only such line here)."
 }
]

# Unknown names.
$ fragbench explain compact_stal
! fragbench: unknown name 'compact_stal': did you mean compact_stall?
!   mend: fragbench explain
? 2
$ fragbench explain pgfree nonsense
! fragbench: unknown name 'nonsense': no counter, column, metric or term is called so
!   mend: fragbench explain
? 2
