# A bare text of /proc/buddyinfo: the rows of the 2017 blog, "one killed" first.

$ echo 'Node 0, zone    DMA32   6446   6410   6335   6271   6214    136     21      4      4      3     47 ' >one-killed
$ fragbench snapshot --buddyinfo one-killed
one-killed
pages of 4 KiB, orders 0 to 10

node 0, zone DMA32: 980.84 MiB free in 31891 blocks
  order         0      1      2      3      4      5      6      7      8      9     10
  free       6446   6410   6335   6271   6214    136     21      4      4      3     47
  MiB       25.18  50.08  98.98 195.97 388.38  17.00   5.25   2.00   4.00   6.00 188.00
  unusable  0.000  0.025  0.076  0.177  0.377  0.773  0.790  0.796  0.798  0.802  0.808
  extfrag  -1.000 -1.000 -1.000 -1.000 -1.000 -1.000 -1.000 -1.000 -1.000 -1.000 -1.000

unusable: the share of free memory that cannot serve a request of that order.
extfrag: -1.000 a request would succeed; else it fails for lack of memory (toward 0)
or for fragmentation (toward 1).

note: page size not told: taken as 4 KiB, that of the machine that prints this

$ fragbench snapshot --buddyinfo - <one-killed | grep -o '980.84 MiB free'
980.84 MiB free

$ fragbench snapshot --buddyinfo one-killed --json | grep -o '"unusable": .*'
"unusable": [0.000, 0.025, 0.076, 0.177, 0.377, 0.773, 0.790, 0.796, 0.798, 0.802, 0.808],
"unusable": [0.000, 0.025, 0.076, 0.177, 0.377, 0.773, 0.790, 0.796, 0.798, 0.802, 0.808],

# One free block of order 1 gives an index between 0 and -1; the kernel prints
# it as 0.-500, which no program can read.
$ echo 'Node 0, zone DMA 0 1 0 0' | fragbench snapshot --buddyinfo - --json | grep -o '"extfrag": .*'
"extfrag": [-1.000, -1.000, -0.500, -0.250]}],
"extfrag": [-1.000, -1.000, -0.500, -0.250]},

# 14 orders, as with pages of 64 KiB: the table goes on below itself.
$ echo 'Node 0, zone Normal 1234567 22 3 4 5 6 7 8 9 10 11 12 13 14' | fragbench snapshot --buddyinfo - | sed -n '4,/^$/p'
node 0, zone Normal: 5654.68 MiB free in 1234691 blocks
  order          0       1       2       3       4       5       6       7       8       9      10
  free     1234567      22       3       4       5       6       7       8       9      10      11
  MiB      4822.53    0.17    0.05    0.12    0.31    0.75    1.75    4.00    9.00   20.00   44.00
  unusable   0.000   0.852   0.852   0.852   0.852   0.852   0.853   0.853   0.854   0.855   0.859
  extfrag   -1.000  -1.000  -1.000  -1.000  -1.000  -1.000  -1.000  -1.000  -1.000  -1.000  -1.000
  order         11      12      13
  free          12      13      14
  MiB        96.00  208.00  448.00
  unusable   0.867   0.883   0.920
  extfrag   -1.000  -1.000  -1.000
\
