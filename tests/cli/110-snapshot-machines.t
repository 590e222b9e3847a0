# Six recorded machines, Linux 5.10 to 7.3, one and four nodes: what zone has
# what free, hidden and unusable.

$ for m in 5.10-boot 6.1-fragmented 6.1-compacted 6.12-used 7.3-numa4-fragmented 7.3-numa4-compacted; do
>   fragbench snapshot --sysroot $MACHINES/$m | grep -v watermarks | sed -n '1,/^unusable:/p' | grep -E '^Linux|^node|^all|hidden|unusable  '
> done
Linux 5.10.0-30-cloud-amd64, recorded in $MACHINES/5.10-boot
node 0, zone DMA: 15.29 MiB free in 10 blocks
  hidden: 0.00 MiB in 0 pages on per-CPU lists
  unusable  0.000  0.000  0.000  0.000  0.002  0.010  0.018  0.018  0.018  0.084  0.214
node 0, zone DMA32: 1946.03 MiB free in 545 blocks
  hidden: 2.29 MiB in 585 pages on per-CPU lists; unusable(9) with them 0.004
  unusable   0.000   0.000   0.000   0.000   0.000   0.000   0.000   0.001   0.003   0.003   0.007
all zones: 1961.31 MiB free in 555 blocks
  hidden: 2.29 MiB in 585 pages on per-CPU lists; unusable(9) with them 0.004
  unusable   0.000   0.000   0.000   0.000   0.000   0.000   0.001   0.001   0.003   0.003   0.008
Linux 6.1.0-55-cloud-amd64, recorded in $MACHINES/6.1-fragmented
node 0, zone DMA: 14.88 MiB free in 7 blocks
  hidden: 0.00 MiB in 0 pages on per-CPU lists
  unusable  0.000  0.000  0.000  0.000  0.000  0.000  0.008  0.025  0.058  0.058  0.193
node 0, zone DMA32: 651.56 MiB free in 70182 blocks
  hidden: 0.77 MiB in 197 pages on per-CPU lists; unusable(9) with them 0.435
  unusable  0.000  0.419  0.419  0.420  0.420  0.421  0.423  0.425  0.432  0.435  0.447
all zones: 666.43 MiB free in 70189 blocks
  hidden: 0.77 MiB in 197 pages on per-CPU lists; unusable(9) with them 0.427
  unusable  0.000  0.410  0.410  0.410  0.411  0.411  0.414  0.417  0.423  0.426  0.441
Linux 6.1.0-55-cloud-amd64, recorded in $MACHINES/6.1-compacted
node 0, zone DMA: 14.88 MiB free in 7 blocks
  hidden: 0.00 MiB in 0 pages on per-CPU lists
  unusable  0.000  0.000  0.000  0.000  0.000  0.000  0.008  0.025  0.058  0.058  0.193
node 0, zone DMA32: 648.66 MiB free in 23482 blocks
  hidden: 3.48 MiB in 892 pages on per-CPU lists; unusable(9) with them 0.162
  unusable  0.000  0.140  0.140  0.140  0.140  0.141  0.144  0.147  0.153  0.158  0.173
all zones: 663.54 MiB free in 23489 blocks
  hidden: 3.48 MiB in 892 pages on per-CPU lists; unusable(9) with them 0.160
  unusable  0.000  0.137  0.137  0.137  0.137  0.138  0.140  0.144  0.151  0.156  0.174
Linux 6.12.107+deb13-cloud-amd64, recorded in $MACHINES/6.12-used
node 0, zone DMA: 14.75 MiB free in 6 blocks
  hidden: 0.00 MiB in 0 pages on per-CPU lists
  unusable  0.000  0.000  0.000  0.000  0.000  0.000  0.000  0.016  0.050  0.050  0.186
node 0, zone DMA32: 1850.22 MiB free in 679 blocks
  hidden: 83.30 MiB in 21326 pages on per-CPU lists; unusable(9) with them 0.056
  unusable   0.000   0.000   0.000   0.000   0.000   0.001   0.002   0.004   0.008   0.014   0.027
all zones: 1864.97 MiB free in 685 blocks
  hidden: 83.30 MiB in 21326 pages on per-CPU lists; unusable(9) with them 0.056
  unusable   0.000   0.000   0.000   0.000   0.000   0.001   0.002   0.004   0.008   0.014   0.028
Linux 7.3.4+deb13-cloud-amd64, recorded in $MACHINES/7.3-numa4-fragmented
node 0, zone DMA: 7.80 MiB free in 1500 blocks
  hidden: 0.56 MiB in 143 pages on per-CPU lists; unusable(9) with them 1.000
  unusable  0.000  0.747  0.747  0.747  0.751  0.759  0.807  0.807  0.871  1.000  1.000
node 0, zone DMA32: 198.14 MiB free in 38817 blocks
  hidden: 16.61 MiB in 4252 pages on per-CPU lists; unusable(9) with them 0.888
  unusable  0.000  0.762  0.763  0.764  0.766  0.770  0.793  0.818  0.853  0.878  0.899
node 1, zone DMA32: 481.29 MiB free in 386 blocks
  hidden: 4.34 MiB in 1111 pages on per-CPU lists; unusable(9) with them 0.061
  unusable  0.000  0.000  0.000  0.001  0.006  0.012  0.023  0.033  0.042  0.052  0.060
node 2, zone DMA32: 417.83 MiB free in 8397 blocks
  hidden: 26.27 MiB in 6724 pages on per-CPU lists; unusable(9) with them 0.135
  unusable  0.000  0.077  0.077  0.077  0.077  0.077  0.077  0.078  0.078  0.080  0.090
node 3, zone DMA32: 496.05 MiB free in 156 blocks
  hidden: 0.00 MiB in 0 pages on per-CPU lists
  unusable  0.000  0.000  0.000  0.000  0.000  0.001  0.002  0.004  0.006  0.008  0.016
all zones: 1601.11 MiB free in 49256 blocks
  hidden: 47.77 MiB in 12230 pages on per-CPU lists; unusable(9) with them 0.177
  unusable   0.000   0.118   0.118   0.119   0.120   0.123   0.130   0.137   0.144   0.153   0.163
Linux 7.3.4+deb13-cloud-amd64, recorded in $MACHINES/7.3-numa4-compacted
node 0, zone DMA: 7.86 MiB free in 486 blocks
  hidden: 0.50 MiB in 127 pages on per-CPU lists; unusable(9) with them 0.521
  unusable  0.000  0.236  0.236  0.236  0.244  0.252  0.268  0.300  0.364  0.491  1.000
node 0, zone DMA32: 204.93 MiB free in 608 blocks
  hidden: 13.01 MiB in 3330 pages on per-CPU lists; unusable(9) with them 0.219
  unusable  0.000  0.006  0.007  0.012  0.015  0.021  0.046  0.075  0.121  0.170  0.238
node 1, zone DMA32: 483.60 MiB free in 429 blocks
  hidden: 2.24 MiB in 573 pages on per-CPU lists; unusable(9) with them 0.061
  unusable  0.000  0.000  0.001  0.002  0.006  0.011  0.020  0.033  0.044  0.057  0.065
node 2, zone DMA32: 425.83 MiB free in 9544 blocks
  hidden: 18.27 MiB in 4676 pages on per-CPU lists; unusable(9) with them 0.126
  unusable  0.000  0.086  0.086  0.086  0.086  0.087  0.087  0.087  0.088  0.088  0.098
node 3, zone DMA32: 496.05 MiB free in 156 blocks
  hidden: 0.00 MiB in 0 pages on per-CPU lists
  unusable  0.000  0.000  0.000  0.000  0.000  0.001  0.002  0.004  0.006  0.008  0.016
all zones: 1618.28 MiB free in 11223 blocks
  hidden: 34.01 MiB in 8706 pages on per-CPU lists; unusable(9) with them 0.086
  unusable   0.000   0.024   0.025   0.026   0.028   0.030   0.037   0.045   0.055   0.066   0.085

# Four nodes and six migratetypes still fit the page.
$ fragbench snapshot --sysroot $MACHINES/7.3-numa4-fragmented | sed -n '/^migratetypes/,/^$/p'
migratetypes: pageblocks of each, and the free memory on its lists
  node  zone                   unmovable     movable reclaimable  highatomic         cma     isolate
  0     DMA       pageblocks           1           7           0           0           0           0
                  free MiB          0.72        7.08        0.00        0.00        0.00        0.00
  0     DMA32     pageblocks           7         241           0           0           0           0
                  free MiB          0.92      199.96        0.00        0.00        0.00        0.00
  1     DMA32     pageblocks          20         234           2           0           0           0
                  free MiB         24.80      454.06        2.43        0.00        0.00        0.00
  2     DMA32     pageblocks           6         250           0           0           0           0
                  free MiB          3.26      414.57        0.00        0.00        0.00        0.00
  3     DMA32     pageblocks           6         250           0           0           0           0
                  free MiB          5.37      490.68        0.00        0.00        0.00        0.00
\

$ for m in 5.10-boot 6.1-fragmented 6.1-compacted 6.12-used 7.3-numa4-fragmented 7.3-numa4-compacted; do
>   fragbench snapshot --json --sysroot $MACHINES/$m | python3 -c 'import json, sys; d = json.load(sys.stdin); print(d["kernel"], [(z["node"], z["zone"], z["pcp_pages"], z["unusable"][d["pageblock_order"]]) for z in d["zones"]])'
> done
5.10.0-30-cloud-amd64 [(0, 'DMA', 0, 0.084), (0, 'DMA32', 585, 0.003)]
6.1.0-55-cloud-amd64 [(0, 'DMA', 0, 0.058), (0, 'DMA32', 197, 0.435)]
6.1.0-55-cloud-amd64 [(0, 'DMA', 0, 0.058), (0, 'DMA32', 892, 0.158)]
6.12.107+deb13-cloud-amd64 [(0, 'DMA', 0, 0.05), (0, 'DMA32', 21326, 0.014)]
7.3.4+deb13-cloud-amd64 [(0, 'DMA', 143, 1.0), (0, 'DMA32', 4252, 0.878), (1, 'DMA32', 1111, 0.052), (2, 'DMA32', 6724, 0.08), (3, 'DMA32', 0, 0.008)]
7.3.4+deb13-cloud-amd64 [(0, 'DMA', 127, 0.491), (0, 'DMA32', 3330, 0.17), (1, 'DMA32', 573, 0.057), (2, 'DMA32', 4676, 0.088), (3, 'DMA32', 0, 0.008)]
