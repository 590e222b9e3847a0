# Two series of three, from their series; ties have no range, counts no decimals.
$ for i in 1 2 3; do sh $CLI/make-run results/a$i repeat=$i series=sa free=0.79$i cpu=21$i gained=$((80 + i / 2)); done
$ for i in 1 2 3; do sh $CLI/make-run results/b$i repeat=$i series=sb kernel=6.18.44-amd64 free=0.19$i cpu=10$i effectiveness=0.97$i; done
$ unset COLUMNS; fragbench compare
6 runs in 2 groups, by series

group  runs  kernel                memory   accelerator  scenario         series
\#1     3     6.1.0-50-cloud-amd64  2.0 GiB  none         sbrk-interleave  sa
\#2     3     6.18.44-amd64         2.0 GiB  none         sbrk-interleave  sb

median (lowest..highest)
metric                 #1                          #2                          difference          unit, better
unusable.baseline      0.020                       0.020                       0                   index, lower
unusable.free          0.792 (0.791..0.793)        0.192 (0.191..0.193)        -0.600 (-75.8 %)    index, lower
effectiveness.compact  0.950                       0.972 (0.971..0.973)        +0.022 (+2.3 %)     ratio, higher
cpu_ms.compact         212.000 (211.000..213.000)  102.000 (101.000..103.000)  -110.000 (-51.9 %)  ms, lower
! fragbench: warning: #1 has 3 runs: with fewer than 4 on a side a difference may be chance, and there is no verdict
!   mend: fragbench run SCENARIO -r 9
$ unset COLUMNS; fragbench compare --metric blocks_gained --by kernel results
6 runs in 2 groups, by kernel

group    runs  kernel                memory   accelerator  scenario
6.1.0    3     6.1.0-50-cloud-amd64  2.0 GiB  none         sbrk-interleave
6.18.44  3     6.18.44-amd64         2.0 GiB  none         sbrk-interleave

median (lowest..highest)
metric                 6.1.0        6.18.44  difference   unit, better
blocks_gained.compact  81 (80..81)  80       -1 (-1.2 %)  blocks, higher
! fragbench: warning: 6.1.0 has 3 runs: with fewer than 4 on a side a difference may be chance, and there is no verdict
!   mend: fragbench run SCENARIO -r 9
$ fragbench compare results/a* -- results/b*
6 runs in 2 groups, by side

group  runs  kernel                memory   accelerator  scenario
base   3     6.1.0-50-cloud-amd64  2.0 GiB  none         sbrk-interleave
new    3     6.18.44-amd64         2.0 GiB  none         sbrk-interleave

median (lowest..highest)
metric                 base                        new
unusable.baseline      0.020                       0.020
unusable.free          0.792 (0.791..0.793)        0.192 (0.191..0.193)
effectiveness.compact  0.950                       0.972 (0.971..0.973)
cpu_ms.compact         212.000 (211.000..213.000)  102.000 (101.000..103.000)

metric                 difference          unit, better
unusable.baseline      0                   index, lower
unusable.free          -0.600 (-75.8 %)    index, lower
effectiveness.compact  +0.022 (+2.3 %)     ratio, higher
cpu_ms.compact         -110.000 (-51.9 %)  ms, lower
! fragbench: warning: base has 3 runs: with fewer than 4 on a side a difference may be chance, and there is no verdict
!   mend: fragbench run SCENARIO -r 9

# For documents and for programs.
$ fragbench compare --by kernel --metric 'unusable.*' --markdown
| group | runs | kernel | memory | accelerator | scenario |
|---|---|---|---|---|---|
| 6.1.0 | 3 | 6.1.0-50-cloud-amd64 | 2.0 GiB | none | sbrk-interleave |
| 6.18.44 | 3 | 6.18.44-amd64 | 2.0 GiB | none | sbrk-interleave |

Median (lowest..highest):

| metric | 6.1.0 | 6.18.44 | difference | unit, better |
|---|---|---|---|---|
| unusable.baseline | 0.020 | 0.020 | 0 | index, lower |
| unusable.free | 0.792 (0.791..0.793) | 0.192 (0.191..0.193) | -0.600 (-75.8 %) | index, lower |

Drift from run to run (p after Holm):

| metric | 6.1.0 | 6.18.44 | unit |
|---|---|---|---|
| unusable.free | +0.001 (0.67) | +0.001 (0.67) | index a run |

**Warning**: 6.1.0 has 3 runs: with fewer than 4 on a side a difference may be chance, and there is no verdict
! fragbench: warning: 6.1.0 has 3 runs: with fewer than 4 on a side a difference may be chance, and there is no verdict
!   mend: fragbench run SCENARIO -r 9
$ fragbench compare results/a1 results/a2 -- results/b1 --metric '*.compact' --csv
! fragbench: cannot read the run --metric: No such file or directory
!   mend: options stand before the runs: fragbench help compare
? 2
$ fragbench compare --metric '*.compact' --csv results/a1 results/a2 -- results/b1
metric,unit,better,group,n,lacking,median,min,max,difference,percent,reason,shift,low,high,p,p_holm,verdict,slope,slope_p
effectiveness.compact,ratio,higher,base,2,0,0.95,0.95,0.95,,,,,,,,,,,
effectiveness.compact,ratio,higher,new,1,0,0.971,0.971,0.971,0.021,2.21052631579,,,,,,,cannot tell,,
blocks_gained.compact,blocks,higher,base,2,0,80.5,80,81,,,,,,,,,,,
blocks_gained.compact,blocks,higher,new,1,0,80,80,80,-0.5,-0.621118012422,,,,,,,cannot tell,,
cpu_ms.compact,ms,lower,base,2,0,211.5,211,212,,,,,,,,,,,
cpu_ms.compact,ms,lower,new,1,0,101,101,101,-110.5,-52.2458628842,,,,,,,cannot tell,,
! fragbench: warning: 1 of 2 groups have one run only: a difference may be chance
!   mend: fragbench run SCENARIO -r 9
$ fragbench compare --json --metric cpu_ms | tr -d ' \n' | sed 's/.*"metrics"/metrics/'; echo
metrics:[{"name":"cpu_ms.compact","unit":"ms","better":"lower","is_time":true,"groups":[{"n":3,"lacking":0,"reason":null,"median":212.0,"min":211.0,"max":213.0,"slope":1.0,"slope_p":0.666666666667,"values":[211.0,212.0,213.0]},{"n":3,"lacking":0,"reason":null,"median":102.0,"min":101.0,"max":103.0,"slope":1.0,"slope_p":0.666666666667,"values":[101.0,102.0,103.0]}],"differences":[{"group":"#2","value":-110.0,"percent":-51.8867924528,"reason":null,"test":null,"verdict":"cannottell","why":"fewerthan4runsonaside","floor":10.6,"detectable":null,"gate":null,"limit":null}]}],"skipped":{"unfinished":0,"failed":0}}
! fragbench: warning: #1 has 3 runs: with fewer than 4 on a side a difference may be chance, and there is no verdict
!   mend: fragbench run SCENARIO -r 9
$ fragbench compare --json | grep -c '"label"'
2
! fragbench: warning: #1 has 3 runs: with fewer than 4 on a side a difference may be chance, and there is no verdict
!   mend: fragbench run SCENARIO -r 9

# What is not sealed, links and other files are passed over; all is said.
$ mkdir results/c.partial results/d.failed results/e; ln -s a1 results/latest; touch results/README.md
$ sh $CLI/make-run results/f doubt='7 samples were lost' trusted=false series=sb
$ sh $CLI/make-run results/g status=running series=sb
$ cp -r results/a1 results/h
$ fragbench compare --by kernel --metric '*.free' results/*
6 runs in 2 groups, by kernel

group    runs  kernel                memory   accelerator  scenario
6.1.0    3     6.1.0-50-cloud-amd64  2.0 GiB  none         sbrk-interleave
6.18.44  3     6.18.44-amd64         2.0 GiB  none         sbrk-interleave

median (lowest..highest)
metric         6.1.0                 6.18.44               difference
unusable.free  0.792 (0.791..0.793)  0.192 (0.191..0.193)  -0.600 (-75.8 %)

metric         unit, better
unusable.free  index, lower
! fragbench: 1 unfinished run was skipped (.partial)
! fragbench: 1 failed run was skipped (.failed)
! fragbench: left out: results/f: untrusted: 7 samples were lost
! fragbench: left out: results/g: its status is "interrupted"
! fragbench: left out: results/h: the same run was named before
! fragbench: warning: 6.1.0 has 3 runs: with fewer than 4 on a side a difference may be chance, and there is no verdict
!   mend: fragbench run SCENARIO -r 9
$ fragbench compare --untrusted --metric '*.free' --csv results/a1 -- results/f
metric,unit,better,group,n,lacking,median,min,max,difference,percent,reason,shift,low,high,p,p_holm,verdict,slope,slope_p
unusable.free,index,lower,base,1,0,0.791,0.791,0.791,,,,,,,,,,,
unusable.free,index,lower,new,1,0,0.795,0.795,0.795,0.004,0.505689001264,,,,,,,cannot tell,,
! fragbench: warning: 2 of 2 groups have one run only: a difference may be chance
!   mend: fragbench run SCENARIO -r 9
! fragbench: warning: untrusted runs take part: 1 of 2
!   mend: leave them out: without --untrusted
? 5
$ fragbench compare --untrusted --metric '*.free' results
7 runs in 2 groups, by series

group  runs  kernel                               memory   accelerator
\#1     3     6.1.0-50-cloud-amd64                 2.0 GiB  none
\#2     4     6.18.44-amd64, 6.1.0-50-cloud-amd64  2.0 GiB  none

group  scenario         series
\#1     sbrk-interleave  sa
\#2     sbrk-interleave  sb

median (lowest..highest)
metric         #1                    #2                    difference
unusable.free  0.792 (0.791..0.793)  0.193 (0.191..0.795)  not alike

metric         unit, better
unusable.free  index, lower
! fragbench: 1 unfinished run was skipped (.partial)
! fragbench: 1 failed run was skipped (.failed)
! fragbench: left out: results/g: its status is "interrupted"
! fragbench: left out: results/h: the same run was named before
! fragbench: not alike: #2 has several kernels: 6.18.44-amd64 (3 runs), 6.1.0-50-cloud-amd64 (1 run)
!   mend: compare runs that are alike in it, or let it make the groups: --by kernel
! fragbench: warning: #1 has 3 runs: with fewer than 4 on a side a difference may be chance, and there is no verdict
!   mend: fragbench run SCENARIO -r 9
! fragbench: warning: untrusted runs take part: 1 of 7
!   mend: leave them out: without --untrusted
? 5

# Many kernels: in the order of their versions, each against the first.
$ n=0; for k in 7.3.2 5.10.0-32 6.18.44 6.1.0-50 6.12.107; do
>   n=$((n + 1)); for i in 1 2 3 4 5; do sh $CLI/make-run k/$k-$i series=$k kernel=$k-cloud-amd64 repeat=$i free=0.$n$i; done
> done
$ fragbench compare --by kernel --metric unusable --markdown k/*
| group | runs | kernel | memory | accelerator | scenario |
|---|---|---|---|---|---|
| 5.10.0 | 5 | 5.10.0-32-cloud-amd64 | 2.0 GiB | none | sbrk-interleave |
| 6.1.0 | 5 | 6.1.0-50-cloud-amd64 | 2.0 GiB | none | sbrk-interleave |
| 6.12.107 | 5 | 6.12.107-cloud-amd64 | 2.0 GiB | none | sbrk-interleave |
| 6.18.44 | 5 | 6.18.44-cloud-amd64 | 2.0 GiB | none | sbrk-interleave |
| 7.3.2 | 5 | 7.3.2-cloud-amd64 | 2.0 GiB | none | sbrk-interleave |

Median (lowest..highest):

| metric | 5.10.0 | 6.1.0 | 6.12.107 | 6.18.44 | 7.3.2 | unit, better |
|---|---|---|---|---|---|---|
| unusable.baseline | 0.020 | 0.020 same | 0.020 same | 0.020 same | 0.020 same | index, lower |
| unusable.free | 0.230 (0.210..0.250) | 0.430 (0.410..0.450) WORSE | 0.530 (0.510..0.550) WORSE | 0.330 (0.310..0.350) WORSE | 0.130 (0.110..0.150) better | index, lower |

Against 5.10.0:

| metric | group | difference | 95 % interval | p (Holm) | verdict |
|---|---|---|---|---|---|
| unusable.baseline | 6.1.0 | 0 | 0.000..0.000 | 1 (1) | same |
| unusable.baseline | 6.12.107 | 0 | 0.000..0.000 | 1 (1) | same |
| unusable.baseline | 6.18.44 | 0 | 0.000..0.000 | 1 (1) | same |
| unusable.baseline | 7.3.2 | 0 | 0.000..0.000 | 1 (1) | same |
| unusable.free | 6.1.0 | +0.200 (+87.0 %) | +0.170..+0.230 | 0.0079 (0.032) | WORSE |
| unusable.free | 6.12.107 | +0.300 (+130.4 %) | +0.270..+0.330 | 0.0079 (0.032) | WORSE |
| unusable.free | 6.18.44 | +0.100 (+43.5 %) | +0.070..+0.130 | 0.0079 (0.032) | WORSE |
| unusable.free | 7.3.2 | -0.100 (-43.5 %) | -0.130..-0.070 | 0.0079 (0.032) | better |

Drift from run to run (p after Holm):

| metric | 5.10.0 | 6.1.0 | 6.12.107 | 6.18.44 | 7.3.2 | unit |
|---|---|---|---|---|---|---|
| unusable.free | +0.01 (0.083) | +0.01 (0.083) | +0.01 (0.083) | +0.01 (0.083) | +0.01 (0.083) | index a run |

**Warning**: 5.10.0 has 5 runs: with fewer than 9 on a side only large differences of few metrics can be told
! fragbench: warning: 5.10.0 has 5 runs: with fewer than 9 on a side only large differences of few metrics can be told
!   mend: fragbench run SCENARIO -r 9
