# Two machines, or two texts, side by side.

$ fragbench snapshot --diff $MACHINES/6.1-fragmented $MACHINES/6.1-compacted
before: Linux 6.1.0-55-cloud-amd64, recorded in $MACHINES/6.1-fragmented
pages of 4 KiB, orders 0 to 10, pageblocks of order [9] = 2048 KiB
after:  Linux 6.1.0-55-cloud-amd64, recorded in $MACHINES/6.1-compacted
pages of 4 KiB, orders 0 to 10, pageblocks of order [9] = 2048 KiB

node 0, zone DMA: 14.88 MiB -> 14.88 MiB free (+0.00); hidden 0.00 MiB -> 0.00 MiB
  order           0      1      2      3      4      5      6      7      8    [9]     10
  before          0      0      0      0      0      1      1      1      0      1      3
  after           0      0      0      0      0      1      1      1      0      1      3
  difference      0      0      0      0      0      0      0      0      0      0      0
  unusable    0.000  0.000  0.000  0.000  0.000  0.000  0.008  0.025  0.058  0.058  0.193
    after     0.000  0.000  0.000  0.000  0.000  0.000  0.008  0.025  0.058  0.058  0.193
  extfrag    -1.000 -1.000 -1.000 -1.000 -1.000 -1.000 -1.000 -1.000 -1.000 -1.000 -1.000
    after    -1.000 -1.000 -1.000 -1.000 -1.000 -1.000 -1.000 -1.000 -1.000 -1.000 -1.000

node 0, zone DMA32: 651.56 MiB -> 648.66 MiB free (-2.89); hidden 0.77 MiB -> 3.48 MiB
  order           0      1      2      3      4      5      6      7      8    [9]     10
  before      70031      4      8      9      9     10      7      8      2      4     90
  after       23280      3      9     10     10     11      9      8      3      5    134
  difference -46751     -1     +1     +1     +1     +1     +2      0     +1     +1    +44
  unusable    0.000  0.419  0.419  0.420  0.420  0.421  0.423  0.425  0.432  0.435  0.447
    after     0.000  0.140  0.140  0.140  0.140  0.141  0.144  0.147  0.153  0.158  0.173
  extfrag    -1.000 -1.000 -1.000 -1.000 -1.000 -1.000 -1.000 -1.000 -1.000 -1.000 -1.000
    after    -1.000 -1.000 -1.000 -1.000 -1.000 -1.000 -1.000 -1.000 -1.000 -1.000 -1.000

all zones: 666.43 MiB -> 663.54 MiB free (-2.89); hidden 0.77 MiB -> 3.48 MiB
  order           0      1      2      3      4      5      6      7      8    [9]     10
  before      70031      4      8      9      9     11      8      9      2      5     93
  after       23280      3      9     10     10     12     10      9      3      6    137
  difference -46751     -1     +1     +1     +1     +1     +2      0     +1     +1    +44
  unusable    0.000  0.410  0.410  0.410  0.411  0.411  0.414  0.417  0.423  0.426  0.441
    after     0.000  0.137  0.137  0.137  0.137  0.138  0.140  0.144  0.151  0.156  0.174
  extfrag    -1.000 -1.000 -1.000 -1.000 -1.000 -1.000 -1.000 -1.000 -1.000 -1.000 -1.000
    after    -1.000 -1.000 -1.000 -1.000 -1.000 -1.000 -1.000 -1.000 -1.000 -1.000 -1.000

no pageblock changed its type

counters that moved                        before          after     difference
  compact_migrate_scanned                       0          53043         +53043 pages
  compact_free_scanned                          0          53327         +53327 pages
  compact_isolated                              0          48123         +48123 pages
  pgmigrate_success                             0          24048         +24048 pages
  pgmigrate_fail                                0              1             +1 pages
  nr_free_pages                            170607         169866           -741 pages
  nr_inactive_anon                          70837          70863            +26 pages
  nr_active_anon                              511            520             +9 pages
  nr_anon_pages                             70212          70211             -1 pages
  nr_file_pages                              1145           1175            +30 pages
  nr_shmem                                   1145           1175            +30 pages
  nr_isolated_anon                              0              5             +5 pages
  nr_slab_reclaimable                        2293           2295             +2 pages
  nr_slab_unreclaimable                      1505           1519            +14 pages
  pgalloc_dma32                            170455         171834          +1379 pages
  pgfree                                   341291         366674         +25383 pages
  pgfault                                  165772         167639          +1867
  pgactivate                                  528            531             +3 pages
  numa_hit                                 163886         165202          +1316 pages
  numa_local                               163886         165202          +1316 pages

# The other way round the counters went down, and that is said.
$ fragbench snapshot --diff $MACHINES/6.1-compacted $MACHINES/6.1-fragmented | tail -n 1
note: counters went down: these are not two readings of one boot in this order, and their differences mean nothing

# A machine against itself: nothing moved.
$ fragbench snapshot --diff $MACHINES/7.3-numa4-fragmented $MACHINES/7.3-numa4-fragmented | tail -n 1
no pageblock changed its type
$ fragbench snapshot --diff $MACHINES/7.3-numa4-fragmented $MACHINES/7.3-numa4-fragmented --json | tail -n 4
 "pageblocks": [],
 "counters": {},
 "notes": []
}

# Other zones, other kernels, a bare text beside a whole machine.
$ fragbench snapshot --diff $MACHINES/6.12-used $MACHINES/7.3-numa4-compacted | grep only
node 1, zone DMA32: only after
node 2, zone DMA32: only after
node 3, zone DMA32: only after
$ echo 'Node 0, zone DMA32 6446 6410 6335 6271 6214 136 21 4 4 3 47' >one-killed
$ fragbench snapshot --diff one-killed $MACHINES/5.10-boot | grep -E '^before|^after|^node|^all'
before: one-killed
after:  Linux 5.10.0-30-cloud-amd64, recorded in $MACHINES/5.10-boot
node 0, zone DMA32: 980.84 MiB -> 1946.03 MiB free (+965.19)
node 0, zone DMA: only after
all zones: 980.84 MiB -> 1961.31 MiB free (+980.48)

# Other numbers of orders.
$ echo 'Node 0, zone DMA32 1 2 3' >short
$ fragbench snapshot --diff short one-killed
before: short
pages of 4 KiB, orders 0 to 2
after:  one-killed
pages of 4 KiB, orders 0 to 10

node 0, zone DMA32: 0.07 MiB -> 980.84 MiB free (+980.77)
  order           0      1      2      3      4      5      6      7      8      9     10
  before          1      2      3
  after        6446   6410   6335   6271   6214    136     21      4      4      3     47
  difference  +6445  +6408  +6332
  unusable    0.000  0.058  0.294
    after     0.000  0.025  0.076  0.177  0.377  0.773  0.790  0.796  0.798  0.802  0.808
  extfrag    -1.000 -1.000 -1.000
    after    -1.000 -1.000 -1.000 -1.000 -1.000 -1.000 -1.000 -1.000 -1.000 -1.000 -1.000

note: the two have different numbers of orders
note: before: page size not told: taken as 4 KiB, that of the machine that prints this
note: after: page size not told: taken as 4 KiB, that of the machine that prints this
