# The page that snapshot prints, and the numbers that programs get.

$ fragbench snapshot --sysroot $MACHINES/6.1-fragmented
Linux 6.1.0-55-cloud-amd64, recorded in $MACHINES/6.1-fragmented
pages of 4 KiB, orders 0 to 10, pageblocks of order [9] = 2048 KiB

node 0, zone DMA: 14.88 MiB free in 7 blocks
  hidden: 0.00 MiB in 0 pages on per-CPU lists
  watermarks: min 0.05 MiB, low 0.07 MiB, high 0.08 MiB
  order         0      1      2      3      4      5      6      7      8    [9]     10
  free          0      0      0      0      0      1      1      1      0      1      3
  MiB        0.00   0.00   0.00   0.00   0.00   0.12   0.25   0.50   0.00   2.00  12.00
  unusable  0.000  0.000  0.000  0.000  0.000  0.000  0.008  0.025  0.058  0.058  0.193
  extfrag  -1.000 -1.000 -1.000 -1.000 -1.000 -1.000 -1.000 -1.000 -1.000 -1.000 -1.000

node 0, zone DMA32: 651.56 MiB free in 70182 blocks
  hidden: 0.77 MiB in 197 pages on per-CPU lists; unusable(9) with them 0.435
  watermarks: min 3.70 MiB, low 4.66 MiB, high 5.62 MiB
  order         0      1      2      3      4      5      6      7      8    [9]     10
  free      70031      4      8      9      9     10      7      8      2      4     90
  MiB      273.56   0.03   0.12   0.28   0.56   1.25   1.75   4.00   2.00   8.00 360.00
  unusable  0.000  0.419  0.419  0.420  0.420  0.421  0.423  0.425  0.432  0.435  0.447
  extfrag  -1.000 -1.000 -1.000 -1.000 -1.000 -1.000 -1.000 -1.000 -1.000 -1.000 -1.000

all zones: 666.43 MiB free in 70189 blocks
  hidden: 0.77 MiB in 197 pages on per-CPU lists; unusable(9) with them 0.427
  order         0      1      2      3      4      5      6      7      8    [9]     10
  free      70031      4      8      9      9     11      8      9      2      5     93
  MiB      273.56   0.03   0.12   0.28   0.56   1.38   2.00   4.50   2.00  10.00 372.00
  unusable  0.000  0.410  0.410  0.410  0.411  0.411  0.414  0.417  0.423  0.426  0.441
  extfrag  -1.000 -1.000 -1.000 -1.000 -1.000 -1.000 -1.000 -1.000 -1.000 -1.000 -1.000

unusable: the share of free memory that cannot serve a request of that order.
extfrag: -1.000 a request would succeed; else it fails for lack of memory (toward 0)
or for fragmentation (toward 1).

migratetypes: pageblocks of each, and the free memory on its lists
  node  zone                   unmovable     movable reclaimable  highatomic     isolate
  0     DMA       pageblocks           1           7           0           0           0
                  free MiB          0.88       14.00        0.00        0.00        0.00
  0     DMA32     pageblocks          40         458           6           0           0
                  free MiB         12.85      635.91        2.80        0.00        0.00

compaction and huge page counters since boot (fragbench explain NAME says more)
  still 0:
      compact_migrate_scanned, compact_free_scanned, compact_isolated, compact_stall, compact_fail,
      compact_success, compact_daemon_wake, compact_daemon_migrate_scanned,
      compact_daemon_free_scanned, pgmigrate_success, pgmigrate_fail, thp_migration_success,
      thp_migration_fail, thp_migration_split, thp_fault_alloc, thp_fault_fallback,
      thp_fault_fallback_charge, thp_collapse_alloc, thp_collapse_alloc_failed, thp_file_alloc,
      thp_file_fallback, thp_file_fallback_charge, thp_file_mapped, thp_split_page,
      thp_split_page_failed, thp_deferred_split_page, thp_split_pmd, thp_split_pud,
      thp_scan_exceed_none_pte, thp_scan_exceed_swap_pte, thp_scan_exceed_share_pte,
      thp_zero_page_alloc, thp_zero_page_alloc_failed, thp_swpout, thp_swpout_fallback

$ fragbench snapshot --sysroot $MACHINES/6.12-used --json
{
 "schema": 1,
 "origin": "$MACHINES/6.12-used",
 "kernel": "6.12.107+deb13-cloud-amd64",
 "page_size": 4096,
 "orders": 11,
 "pageblock_order": 9,
 "mem_free_bytes": 1955561472,
 "zones": [
  {"node": 0, "zone": "DMA",
   "free": [0, 0, 0, 0, 0, 0, 1, 1, 0, 1, 3],
   "free_pages": 3776, "free_bytes": 15466496, "pcp_pages": 0, "boost": 0, "min": 10, "low": 13, "high": 16, "managed": 3840,
   "suitable": [3776, 1888, 944, 472, 236, 118, 59, 29, 14, 7, 3],
   "unusable": [0.000, 0.000, 0.000, 0.000, 0.000, 0.000, 0.000, 0.016, 0.050, 0.050, 0.186],
   "extfrag": [-1.000, -1.000, -1.000, -1.000, -1.000, -1.000, -1.000, -1.000, -1.000, -1.000, -1.000],
   "unusable_pcp": [0.000, 0.000, 0.000, 0.000, 0.000, 0.000, 0.000, 0.016, 0.050, 0.050, 0.186],
   "extfrag_pcp": [-1.000, -1.000, -1.000, -1.000, -1.000, -1.000, -1.000, -1.000, -1.000, -1.000, -1.000]},
  {"node": 0, "zone": "DMA32",
   "free": [60, 30, 30, 21, 16, 23, 13, 13, 11, 12, 450],
   "free_pages": 473656, "free_bytes": 1940094976, "pcp_pages": 21326, "boost": 0, "min": 1386, "low": 1887, "high": 2388, "managed": 501299,
   "suitable": [473656, 236798, 118384, 59177, 29578, 14781, 7379, 3683, 1835, 912, 450],
   "unusable": [0.000, 0.000, 0.000, 0.000, 0.000, 0.001, 0.002, 0.004, 0.008, 0.014, 0.027],
   "extfrag": [-1.000, -1.000, -1.000, -1.000, -1.000, -1.000, -1.000, -1.000, -1.000, -1.000, -1.000],
   "unusable_pcp": [0.000, 0.043, 0.043, 0.043, 0.043, 0.044, 0.045, 0.047, 0.050, 0.056, 0.069],
   "extfrag_pcp": [-1.000, -1.000, -1.000, -1.000, -1.000, -1.000, -1.000, -1.000, -1.000, -1.000, -1.000]}],
 "all": {"node": "all", "zone": "all",
   "free": [60, 30, 30, 21, 16, 23, 14, 14, 11, 13, 453],
   "free_pages": 477432, "free_bytes": 1955561472, "pcp_pages": 21326, "boost": 0, "min": 1396, "low": 1900, "high": 2404, "managed": 505139,
   "suitable": [477432, 238686, 119328, 59649, 29814, 14899, 7438, 3712, 1849, 919, 453],
   "unusable": [0.000, 0.000, 0.000, 0.000, 0.000, 0.001, 0.002, 0.004, 0.008, 0.014, 0.028],
   "extfrag": [-1.000, -1.000, -1.000, -1.000, -1.000, -1.000, -1.000, -1.000, -1.000, -1.000, -1.000],
   "unusable_pcp": [0.000, 0.042, 0.042, 0.043, 0.043, 0.044, 0.045, 0.047, 0.050, 0.056, 0.069],
   "extfrag_pcp": [-1.000, -1.000, -1.000, -1.000, -1.000, -1.000, -1.000, -1.000, -1.000, -1.000, -1.000]},
 "migratetypes": [
  {"node": 0, "zone": "DMA", "migratetype": "unmovable", "pageblocks": 1, "capped": 0, "free": [0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0]},
  {"node": 0, "zone": "DMA", "migratetype": "movable", "pageblocks": 7, "capped": 0, "free": [0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 3]},
  {"node": 0, "zone": "DMA", "migratetype": "reclaimable", "pageblocks": 0, "capped": 0, "free": [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]},
  {"node": 0, "zone": "DMA", "migratetype": "highatomic", "pageblocks": 0, "capped": 0, "free": [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]},
  {"node": 0, "zone": "DMA", "migratetype": "isolate", "pageblocks": 0, "capped": 0, "free": [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]},
  {"node": 0, "zone": "DMA32", "migratetype": "unmovable", "pageblocks": 49, "capped": 0, "free": [0, 0, 11, 7, 2, 5, 2, 3, 0, 0, 0]},
  {"node": 0, "zone": "DMA32", "migratetype": "movable", "pageblocks": 965, "capped": 0, "free": [60, 30, 19, 14, 14, 18, 11, 10, 11, 11, 450]},
  {"node": 0, "zone": "DMA32", "migratetype": "reclaimable", "pageblocks": 2, "capped": 0, "free": [0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0]},
  {"node": 0, "zone": "DMA32", "migratetype": "highatomic", "pageblocks": 0, "capped": 0, "free": [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]},
  {"node": 0, "zone": "DMA32", "migratetype": "isolate", "pageblocks": 0, "capped": 0, "free": [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]}],
 "counters": {
  "compact_migrate_scanned": 10239,
  "compact_free_scanned": 11508,
  "compact_isolated": 1991,
  "compact_stall": 0,
  "compact_fail": 0,
  "compact_success": 0,
  "compact_daemon_wake": 0,
  "compact_daemon_migrate_scanned": 0,
  "compact_daemon_free_scanned": 0,
  "pgmigrate_success": 967,
  "pgmigrate_fail": 1,
  "thp_migration_success": 0,
  "thp_migration_fail": 0,
  "thp_migration_split": 0,
  "nr_free_pages": 477432,
  "nr_free_cma": 0,
  "nr_unaccepted": 0,
  "nr_inactive_anon": 0,
  "nr_active_anon": 1187,
  "nr_inactive_file": 0,
  "nr_active_file": 0,
  "nr_unevictable": 0,
  "nr_mlock": 0,
  "nr_anon_pages": 25,
  "nr_file_pages": 1165,
  "nr_shmem": 1165,
  "nr_dirty": 0,
  "nr_writeback": 0,
  "nr_swapcached": 0,
  "nr_isolated_anon": 0,
  "nr_isolated_file": 0,
  "nr_slab_reclaimable": 279,
  "nr_slab_unreclaimable": 1940,
  "nr_kernel_misc_reclaimable": 0,
  "nr_kernel_stack": 992,
  "nr_page_table_pages": 17,
  "nr_sec_page_table_pages": 0,
  "nr_iommu_pages": 0,
  "nr_zspages": 0,
  "nr_anon_transparent_hugepages": 0,
  "nr_shmem_hugepages": 0,
  "nr_file_hugepages": 0,
  "nr_foll_pin_acquired": 0,
  "nr_foll_pin_released": 0,
  "pgalloc_dma": 64,
  "pgalloc_dma32": 99524,
  "pgalloc_normal": 0,
  "pgalloc_movable": 0,
  "pgalloc_device": 0,
  "pgfree": 599312,
  "allocstall_dma": 0,
  "allocstall_dma32": 0,
  "allocstall_normal": 0,
  "allocstall_movable": 0,
  "allocstall_device": 0,
  "pgfault": 92145,
  "pgmajfault": 0,
  "oom_kill": 0,
  "htlb_buddy_alloc_success": 0,
  "htlb_buddy_alloc_fail": 0,
  "thp_fault_alloc": 0,
  "thp_fault_fallback": 0,
  "thp_fault_fallback_charge": 0,
  "thp_collapse_alloc": 0,
  "thp_collapse_alloc_failed": 0,
  "thp_file_alloc": 0,
  "thp_file_fallback": 0,
  "thp_file_fallback_charge": 0,
  "thp_file_mapped": 0,
  "thp_split_page": 0,
  "thp_split_page_failed": 0,
  "thp_deferred_split_page": 0,
  "thp_underused_split_page": 0,
  "thp_split_pmd": 0,
  "thp_split_pud": 0,
  "thp_scan_exceed_none_pte": 0,
  "thp_scan_exceed_swap_pte": 0,
  "thp_scan_exceed_share_pte": 0,
  "thp_zero_page_alloc": 0,
  "thp_zero_page_alloc_failed": 0,
  "thp_swpout": 0,
  "thp_swpout_fallback": 0,
  "pgscan_kswapd": 0,
  "pgscan_direct": 0,
  "pgscan_khugepaged": 0,
  "pgscan_anon": 0,
  "pgscan_file": 0,
  "pgscan_direct_throttle": 0,
  "pgsteal_kswapd": 0,
  "pgsteal_direct": 0,
  "pgsteal_khugepaged": 0,
  "pgsteal_anon": 0,
  "pgsteal_file": 0,
  "pgrefill": 0,
  "pgactivate": 0,
  "pgdeactivate": 0,
  "slabs_scanned": 0,
  "pageoutrun": 0,
  "kswapd_low_wmark_hit_quickly": 0,
  "kswapd_high_wmark_hit_quickly": 0,
  "zone_reclaim_success": 0,
  "zone_reclaim_failed": 0,
  "drop_pagecache": 0,
  "drop_slab": 0,
  "pswpin": 0,
  "pswpout": 0,
  "workingset_refault_anon": 0,
  "workingset_refault_file": 0,
  "numa_hit": 92190,
  "numa_miss": 0,
  "numa_foreign": 0,
  "numa_local": 92190,
  "numa_other": 0,
  "numa_hint_faults": 0,
  "numa_pages_migrated": 0,
  "pgpromote_success": 0,
  "pgdemote_kswapd": 0,
  "pgdemote_direct": 0,
  "pgdemote_khugepaged": 0,
  "balloon_inflate": 0,
  "balloon_deflate": 0,
  "balloon_migrate": 0,
  "unevictable_pgs_mlocked": 0,
  "unevictable_pgs_munlocked": 0,
  "direct_map_level2_splits": 0,
  "direct_map_level3_splits": 0},
 "thp_sizes": [
  {"size_kb": 8, "anon_fault_alloc": null, "anon_fault_fallback": null, "anon_fault_fallback_charge": null, "nr_anon": null, "nr_anon_partially_mapped": null, "shmem_alloc": 0, "shmem_fallback": 0, "shmem_fallback_charge": 0, "split": 0, "split_deferred": null, "split_failed": 0, "swpout": 0, "swpout_fallback": 0},
  {"size_kb": 16, "anon_fault_alloc": 0, "anon_fault_fallback": 0, "anon_fault_fallback_charge": 0, "nr_anon": 0, "nr_anon_partially_mapped": 0, "shmem_alloc": 0, "shmem_fallback": 0, "shmem_fallback_charge": 0, "split": 0, "split_deferred": 0, "split_failed": 0, "swpout": 0, "swpout_fallback": 0},
  {"size_kb": 32, "anon_fault_alloc": 0, "anon_fault_fallback": 0, "anon_fault_fallback_charge": 0, "nr_anon": 0, "nr_anon_partially_mapped": 0, "shmem_alloc": 0, "shmem_fallback": 0, "shmem_fallback_charge": 0, "split": 0, "split_deferred": 0, "split_failed": 0, "swpout": 0, "swpout_fallback": 0},
  {"size_kb": 64, "anon_fault_alloc": 0, "anon_fault_fallback": 0, "anon_fault_fallback_charge": 0, "nr_anon": 0, "nr_anon_partially_mapped": 0, "shmem_alloc": 0, "shmem_fallback": 0, "shmem_fallback_charge": 0, "split": 0, "split_deferred": 0, "split_failed": 0, "swpout": 0, "swpout_fallback": 0},
  {"size_kb": 128, "anon_fault_alloc": 0, "anon_fault_fallback": 0, "anon_fault_fallback_charge": 0, "nr_anon": 0, "nr_anon_partially_mapped": 0, "shmem_alloc": 0, "shmem_fallback": 0, "shmem_fallback_charge": 0, "split": 0, "split_deferred": 0, "split_failed": 0, "swpout": 0, "swpout_fallback": 0},
  {"size_kb": 256, "anon_fault_alloc": 0, "anon_fault_fallback": 0, "anon_fault_fallback_charge": 0, "nr_anon": 0, "nr_anon_partially_mapped": 0, "shmem_alloc": 0, "shmem_fallback": 0, "shmem_fallback_charge": 0, "split": 0, "split_deferred": 0, "split_failed": 0, "swpout": 0, "swpout_fallback": 0},
  {"size_kb": 512, "anon_fault_alloc": 0, "anon_fault_fallback": 0, "anon_fault_fallback_charge": 0, "nr_anon": 0, "nr_anon_partially_mapped": 0, "shmem_alloc": 0, "shmem_fallback": 0, "shmem_fallback_charge": 0, "split": 0, "split_deferred": 0, "split_failed": 0, "swpout": 0, "swpout_fallback": 0},
  {"size_kb": 1024, "anon_fault_alloc": 0, "anon_fault_fallback": 0, "anon_fault_fallback_charge": 0, "nr_anon": 0, "nr_anon_partially_mapped": 0, "shmem_alloc": 0, "shmem_fallback": 0, "shmem_fallback_charge": 0, "split": 0, "split_deferred": 0, "split_failed": 0, "swpout": 0, "swpout_fallback": 0},
  {"size_kb": 2048, "anon_fault_alloc": 0, "anon_fault_fallback": 0, "anon_fault_fallback_charge": 0, "nr_anon": 0, "nr_anon_partially_mapped": 0, "shmem_alloc": 0, "shmem_fallback": 0, "shmem_fallback_charge": 0, "split": 0, "split_deferred": 0, "split_failed": 0, "swpout": 0, "swpout_fallback": 0}],
 "notes": []
}

$ fragbench snapshot --sysroot $MACHINES/6.12-used --json | python3 -m json.tool >/dev/null && echo valid
valid
