# What doctor finds on the recorded machines.

$ fragbench doctor --sysroot $MACHINES/5.10-boot
Linux 5.10.0-30-cloud-amd64, recorded in $MACHINES/5.10-boot
pages of 4 KiB, orders 0 to 10, pageblocks of order [9] = 2048 KiB

kernel sources
  ok       /proc/buddyinfo                      readable
  ok       /proc/zoneinfo                       readable
  ok       buddy.csv                            can be sampled
  ok       /proc/vmstat                         readable
  ok       vmstat.csv                           can be sampled
  ok       /proc/pressure/memory                readable
  ok       psi.csv                              can be sampled
  ok       /sys/kernel/mm/transparent_hugepage  readable
  note     thp.csv                              cannot be sampled
           no statistics in
           $MACHINES/5.10-boot/sys/kernel/mm/transparent_hugepage/hugepages-*kB:
           they came with Linux 6.10; the THP counters of all kernels are in vmstat
           mend: run on Linux 6.10 or later
  ok       /proc/pagetypeinfo                   readable
  ok       pagetypes.csv                        can be sampled
  ok       /sys/kernel/debug                    debugfs is mounted
  ok       tracepoints                          9 of 9, in /sys/kernel/tracing

knobs
  ok       compact_memory                       there
  ok       percpu_pagelist_fraction             there
  ok       nr_hugepages                         there
  ok       hugetlb                              pages of 2048 KiB, pool empty

noise
  note     THP                                  always
           every large mapping of every process takes blocks of the pageblock order, and compacts to
           get them
           mend: echo madvise >/sys/kernel/mm/transparent_hugepage/enabled
  note     khugepaged                           4096 pages every 10000 ms
           it gathers the pages of processes into huge ones in the background
           mend: echo 86400000 >/sys/kernel/mm/transparent_hugepage/khugepaged/scan_sleep_millisecs
  note     proactive compaction                 vm.compaction_proactiveness is 20
           kcompactd compacts by itself when memory is badly fragmented: a state that was made may
           not last
           mend: sysctl -w vm.compaction_proactiveness=0
  ok       swap                                 none
  ok       per-CPU lists                        2340 KiB of free pages
  ok       free lists                           hold all that MemFree counts

a run could be done on such a machine: 19 ok, 4 to note, 0 missing
$ fragbench doctor --sysroot $MACHINES/7.3-numa4-fragmented
Linux 7.3.4+deb13-cloud-amd64, recorded in $MACHINES/7.3-numa4-fragmented
pages of 4 KiB, orders 0 to 10, pageblocks of order [9] = 2048 KiB

kernel sources
  ok       /proc/buddyinfo                      readable
  ok       /proc/zoneinfo                       readable
  ok       buddy.csv                            can be sampled
  ok       /proc/vmstat                         readable
  ok       vmstat.csv                           can be sampled
  ok       /proc/pressure/memory                readable
  ok       psi.csv                              can be sampled
  ok       /sys/kernel/mm/transparent_hugepage  readable
  ok       thp.csv                              can be sampled
  ok       /proc/pagetypeinfo                   readable
  ok       pagetypes.csv                        can be sampled
  ok       /sys/kernel/debug                    debugfs is mounted
  ok       tracepoints                          9 of 9, in /sys/kernel/tracing

knobs
  ok       compact_memory                       there
  ok       percpu_pagelist_high_fraction        there
  ok       nr_hugepages                         there
  ok       hugetlb                              pages of 2048 KiB, pool empty

noise
  note     THP                                  always
           every large mapping of every process takes blocks of the pageblock order, and compacts to
           get them
           mend: echo madvise >/sys/kernel/mm/transparent_hugepage/enabled
  note     khugepaged                           4096 pages every 10000 ms
           it gathers the pages of processes into huge ones in the background
           mend: echo 86400000 >/sys/kernel/mm/transparent_hugepage/khugepaged/scan_sleep_millisecs
  note     proactive compaction                 vm.compaction_proactiveness is 20
           kcompactd compacts by itself when memory is badly fragmented: a state that was made may
           not last
           mend: sysctl -w vm.compaction_proactiveness=0
  ok       swap                                 none
  note     per-CPU lists                        47 MiB of free pages, 1601 MiB on the free lists
           these pages are free, no index sees them, and compaction does not reach them
           mend: sysctl -w vm.percpu_pagelist_high_fraction=100000; sleep 2; sysctl -w vm.percpu_pagelist_high_fraction=0
  ok       free lists                           hold all that MemFree counts

a run could be done on such a machine: 19 ok, 4 to note, 0 missing
$ for m in 5.10-boot 6.1-fragmented 6.1-compacted 6.12-used 7.3-numa4-fragmented 7.3-numa4-compacted; do
>   fragbench doctor --sysroot $MACHINES/$m | tail -n 1
> done
a run could be done on such a machine: 19 ok, 4 to note, 0 missing
a run could be done on such a machine: 19 ok, 4 to note, 0 missing
a run could be done on such a machine: 19 ok, 4 to note, 0 missing
a run could be done on such a machine: 19 ok, 4 to note, 0 missing
a run could be done on such a machine: 19 ok, 4 to note, 0 missing
a run could be done on such a machine: 19 ok, 4 to note, 0 missing
$ fragbench doctor --sysroot $MACHINES/6.12-used --json | python3 -c 'import json, sys; d = json.load(sys.stdin); print(d["can_run"], len(d["checks"]), sorted(d["checks"][0]))'
True 23 ['essential', 'found', 'group', 'mend', 'name', 'state', 'why']

# A machine whose free lists cannot be read is none to run on.
$ fragbench snapshot --sysroot $MACHINES/6.12-used --save sick >/dev/null
$ rm sick/proc/zoneinfo; fragbench doctor --sysroot sick | grep -A3 missing
  missing  /proc/zoneinfo                       No such file or directory
           no buddy.csv: free lists, hidden pages and watermarks of every zone
  ok       /proc/vmstat                         readable
  ok       vmstat.csv                           can be sampled
--
no run can be done here: 16 ok, 3 to note, 1 missing
$ fragbench doctor --sysroot sick
kernel sources
  ok       /proc/buddyinfo                      readable
  missing  /proc/zoneinfo                       No such file or directory
           no buddy.csv: free lists, hidden pages and watermarks of every zone
  ok       /proc/vmstat                         readable
  ok       vmstat.csv                           can be sampled
  ok       /proc/pressure/memory                readable
  ok       psi.csv                              can be sampled
  ok       /sys/kernel/mm/transparent_hugepage  readable
  ok       thp.csv                              can be sampled
  ok       /proc/pagetypeinfo                   readable
  ok       pagetypes.csv                        can be sampled
  ok       /sys/kernel/debug                    debugfs is mounted
  ok       tracepoints                          9 of 9, in /sys/kernel/tracing

knobs
  ok       compact_memory                       there
  ok       percpu_pagelist_high_fraction        there
  ok       nr_hugepages                         there
  ok       hugetlb                              pages of 2048 KiB, pool empty

noise
  note     THP                                  always
           every large mapping of every process takes blocks of the pageblock order, and compacts to
           get them
           mend: echo madvise >/sys/kernel/mm/transparent_hugepage/enabled
  note     khugepaged                           4096 pages every 10000 ms
           it gathers the pages of processes into huge ones in the background
           mend: echo 86400000 >/sys/kernel/mm/transparent_hugepage/khugepaged/scan_sleep_millisecs
  note     proactive compaction                 vm.compaction_proactiveness is 20
           kcompactd compacts by itself when memory is badly fragmented: a state that was made may
           not last
           mend: sysctl -w vm.compaction_proactiveness=0
  ok       swap                                 none

no run can be done here: 16 ok, 3 to note, 1 missing
? 3
$ fragbench doctor --sysroot sick --json | grep can_run
 "can_run": false,
$ echo junk >sick/proc/zoneinfo; fragbench doctor --sysroot sick | grep -A3 missing
  missing  buddy.csv                            cannot be sampled
           cannot make sense of sick/proc/buddyinfo and zoneinfo: Invalid argument
  ok       /proc/vmstat                         readable
  ok       vmstat.csv                           can be sampled
--
no run can be done here: 17 ok, 3 to note, 1 missing

# Free memory that no list knows yet.
$ cp $MACHINES/6.12-used/proc/zoneinfo sick/proc
$ sed -i 's/^MemFree.*/MemFree: 24403184 kB/' sick/proc/meminfo
$ fragbench doctor --sysroot sick | grep -A4 'free lists   '
  note     free lists                           lack 21966 of 23831 MiB of MemFree
           the kernel has not put this memory on its lists yet (struct pages initialised late,
           memory not accepted): indices speak of the rest only, and it arrives as whole blocks when
           it is needed
\
$ fragbench snapshot --sysroot sick | tail -n 1
note: 21966 MiB of MemFree are on no free list: the indices do not speak of them (fragbench doctor says more)
