# What differs and makes no group: each group for itself, no difference, 5.
$ sh $CLI/make-run r/a series=sa; sh $CLI/make-run r/b series=sb mode=free-running free=0.1
$ fragbench compare --metric '*.free' r
2 runs in 2 groups, by series

group  runs  kernel                memory   accelerator  scenario         series
\#1     1     6.1.0-50-cloud-amd64  2.0 GiB  none         sbrk-interleave  sa
\#2     1     6.1.0-50-cloud-amd64  2.0 GiB  none         sbrk-interleave  sb

median (lowest..highest)
metric         #1     #2     difference  unit, better
unusable.free  0.795  0.100  not alike   index, lower
! fragbench: not alike: fill.sbrk-interleave.mode differs: lockstep (1 run), free-running (1 run)
!   mend: compare runs that are alike in it, or let it make the groups: --by mode
! fragbench: warning: 2 of 2 groups have one run only: a difference may be chance
!   mend: fragbench run SCENARIO -r 9
? 5
$ fragbench compare --metric '*.free' --by mode r
2 runs in 2 groups, by mode

group         runs  kernel                memory   accelerator  scenario
free-running  1     6.1.0-50-cloud-amd64  2.0 GiB  none         sbrk-interleave
lockstep      1     6.1.0-50-cloud-amd64  2.0 GiB  none         sbrk-interleave

median (lowest..highest)
metric         free-running  lockstep  difference         unit, better
unusable.free  0.100         0.795     +0.695 (+695.0 %)  index, lower
! fragbench: warning: 2 of 2 groups have one run only: a difference may be chance
!   mend: fragbench run SCENARIO -r 9
$ fragbench compare --metric '*.free' --by fill.mode r | tail -1
unusable.free  0.100         0.795     +0.695 (+695.0 %)  index, lower
! fragbench: warning: 2 of 2 groups have one run only: a difference may be chance
!   mend: fragbench run SCENARIO -r 9
$ sh $CLI/make-run r/b series=sb memory=4294967296 knob=vm.watermark_boost_factor=0 start=0.4
$ fragbench compare --metric '*.free' r/a -- r/b
2 runs in 2 groups, by side

group  runs  kernel                memory   accelerator  scenario
base   1     6.1.0-50-cloud-amd64  2.0 GiB  none         sbrk-interleave
new    1     6.1.0-50-cloud-amd64  4.0 GiB  none         sbrk-interleave

median (lowest..highest)
metric         base   new    difference  unit, better
unusable.free  0.795  0.795  not alike   index, lower
! fragbench: not alike: the knob watermark_boost_factor differs: none (1 run), 0 (1 run)
!   mend: compare runs that are alike in it, or say that they are to differ: --differ watermark_boost_factor
! fragbench: not alike: the size of the memory differs: 2048 to 4096 MiB
!   mend: compare runs that are alike in it, or say that they are to differ: --differ memory
! fragbench: not alike: the states at the start are apart: unusable from 0.020 to 0.400 at the end of the first phase
!   mend: fragbench run SCENARIO --start clean, or on a machine that was booted for it
! fragbench: warning: 2 of 2 groups have one run only: a difference may be chance
!   mend: fragbench run SCENARIO -r 9
? 5
$ fragbench compare --metric '*.free' r --by watermark_boost_factor --by memory
2 runs in 2 groups, by watermark_boost_factor and memory

group                                 runs  kernel                memory
watermark_boost_factor=0, 4.0 GiB     1     6.1.0-50-cloud-amd64  4.0 GiB
watermark_boost_factor=none, 2.0 GiB  1     6.1.0-50-cloud-amd64  2.0 GiB

group                                 accelerator  scenario
watermark_boost_factor=0, 4.0 GiB     none         sbrk-interleave
watermark_boost_factor=none, 2.0 GiB  none         sbrk-interleave

median (lowest..highest)
metric         watermark_boost_factor=0, 4.0 GiB
unusable.free  0.795

metric         watermark_boost_factor=none, 2.0 GiB  difference  unit, better
unusable.free  0.795                                 not alike   index, lower
! fragbench: not alike: the states at the start are apart: unusable from 0.020 to 0.400 at the end of the first phase
!   mend: fragbench run SCENARIO --start clean, or on a machine that was booted for it
! fragbench: warning: 2 of 2 groups have one run only: a difference may be chance
!   mend: fragbench run SCENARIO -r 9
? 5
$ sh $CLI/make-run r/b series=sb build=Debug
$ fragbench compare --metric '*.free' --markdown r
| group | runs | kernel | memory | accelerator | scenario | series |
|---|---|---|---|---|---|---|
| #1 | 1 | 6.1.0-50-cloud-amd64 | 2.0 GiB | none | sbrk-interleave | sa |
| #2 | 1 | 6.1.0-50-cloud-amd64 | 2.0 GiB | none | sbrk-interleave | sb |

Median (lowest..highest):

| metric | #1 | #2 | difference | unit, better |
|---|---|---|---|---|
| unusable.free | 0.795 | 0.795 | not alike | index, lower |

**Warning**: 1 of 2 runs were made by a debug or sanitizer build

**Not alike**: the build of fragbench differs: Release (1 run), Debug (1 run)

**Warning**: 2 of 2 groups have one run only: a difference may be chance
! fragbench: warning: 1 of 2 runs were made by a debug or sanitizer build
!   mend: ./dev build, and run with build/fragbench
! fragbench: not alike: the build of fragbench differs: Release (1 run), Debug (1 run)
!   mend: ./dev build, and run with build/fragbench
! fragbench: warning: 2 of 2 groups have one run only: a difference may be chance
!   mend: fragbench run SCENARIO -r 9
? 5

# What was changed on purpose is said, and is no objection; what is not said is.
$ sh $CLI/make-run r/b series=sb knob=vm.watermark_boost_factor=0
$ fragbench compare --metric '*.free' --markdown r/a -- r/b
| group | runs | kernel | memory | accelerator | scenario |
|---|---|---|---|---|---|
| base | 1 | 6.1.0-50-cloud-amd64 | 2.0 GiB | none | sbrk-interleave |
| new | 1 | 6.1.0-50-cloud-amd64 | 2.0 GiB | none | sbrk-interleave |

Median (lowest..highest):

| metric | base | new | difference | unit, better |
|---|---|---|---|---|
| unusable.free | 0.795 | 0.795 | not alike | index, lower |

**Not alike**: the knob watermark_boost_factor differs: none (1 run), 0 (1 run)

**Warning**: 2 of 2 groups have one run only: a difference may be chance
! fragbench: not alike: the knob watermark_boost_factor differs: none (1 run), 0 (1 run)
!   mend: compare runs that are alike in it, or say that they are to differ: --differ watermark_boost_factor
! fragbench: warning: 2 of 2 groups have one run only: a difference may be chance
!   mend: fragbench run SCENARIO -r 9
? 5
$ fragbench compare --metric '*.free' --markdown --differ watermark_boost_factor r/a -- r/b
| group | runs | kernel | memory | accelerator | scenario |
|---|---|---|---|---|---|
| base | 1 | 6.1.0-50-cloud-amd64 | 2.0 GiB | none | sbrk-interleave |
| new | 1 | 6.1.0-50-cloud-amd64 | 2.0 GiB | none | sbrk-interleave |

Median (lowest..highest):

| metric | base | new | difference | unit, better |
|---|---|---|---|---|
| unusable.free | 0.795 | 0.795 | 0 | index, lower |

**Warning**: 2 of 2 groups have one run only: a difference may be chance
! fragbench: warning: 2 of 2 groups have one run only: a difference may be chance
!   mend: fragbench run SCENARIO -r 9
$ fragbench compare --metric '*.free' --markdown --differ vm.watermark_boost_factor --baseline r/a r/b
| group | runs | kernel | memory | accelerator | scenario |
|---|---|---|---|---|---|
| base | 1 | 6.1.0-50-cloud-amd64 | 2.0 GiB | none | sbrk-interleave |
| new | 1 | 6.1.0-50-cloud-amd64 | 2.0 GiB | none | sbrk-interleave |

Median (lowest..highest):

| metric | base | new | difference | unit, better |
|---|---|---|---|---|
| unusable.free | 0.795 | 0.795 | 0 | index, lower |

**Warning**: 2 of 2 groups have one run only: a difference may be chance
! fragbench: warning: 2 of 2 groups have one run only: a difference may be chance
!   mend: fragbench run SCENARIO -r 9
$ fragbench compare --metric '*.free' --markdown --differ mode r/a -- r/b
| group | runs | kernel | memory | accelerator | scenario |
|---|---|---|---|---|---|
| base | 1 | 6.1.0-50-cloud-amd64 | 2.0 GiB | none | sbrk-interleave |
| new | 1 | 6.1.0-50-cloud-amd64 | 2.0 GiB | none | sbrk-interleave |

Median (lowest..highest):

| metric | base | new | difference | unit, better |
|---|---|---|---|---|
| unusable.free | 0.795 | 0.795 | not alike | index, lower |

**Not alike**: the knob watermark_boost_factor differs: none (1 run), 0 (1 run)

**Warning**: 2 of 2 groups have one run only: a difference may be chance
! fragbench: not alike: the knob watermark_boost_factor differs: none (1 run), 0 (1 run)
!   mend: compare runs that are alike in it, or say that they are to differ: --differ watermark_boost_factor
! fragbench: warning: 2 of 2 groups have one run only: a difference may be chance
!   mend: fragbench run SCENARIO -r 9
? 5
$ fragbench compare --metric '*.free' --csv --differ watermark_boost_factor r
metric,unit,better,group,n,lacking,median,min,max,difference,percent,reason,shift,low,high,p,p_holm,verdict,slope,slope_p
unusable.free,index,lower,#1,1,0,0.795,0.795,0.795,,,,,,,,,,,
unusable.free,index,lower,#2,1,0,0.795,0.795,0.795,0,0,,,,,,,cannot tell,,
! fragbench: warning: 2 of 2 groups have one run only: a difference may be chance
!   mend: fragbench run SCENARIO -r 9
$ sh $CLI/make-run r/b series=sb knob=vm.watermark_boost_factor=0 mode=free-running
$ fragbench compare --metric '*.free' --csv --differ watermark_boost_factor --differ mode r/a -- r/b
metric,unit,better,group,n,lacking,median,min,max,difference,percent,reason,shift,low,high,p,p_holm,verdict,slope,slope_p
unusable.free,index,lower,base,1,0,0.795,0.795,0.795,,,,,,,,,,,
unusable.free,index,lower,new,1,0,0.795,0.795,0.795,0,0,,,,,,,cannot tell,,
! fragbench: warning: 2 of 2 groups have one run only: a difference may be chance
!   mend: fragbench run SCENARIO -r 9
$ fragbench compare --differ nonsense r/a -- r/b
! fragbench: cannot differ in 'nonsense': no run has a key, an option or a knob of that name
!   mend: fragbench help compare
? 2
$ fragbench compare --differ mod r/a -- r/b
! fragbench: cannot differ in 'mod': did you mean mode?
!   mend: fragbench help compare
? 2

# Times of an emulator are none, and times of two accelerators are not compared.
$ sh $CLI/make-run r/b series=sb accel=tcg cpu=9
$ fragbench compare --metric cpu_ms r
2 runs in 2 groups, by series

group  runs  kernel                memory   accelerator  scenario         series
\#1     1     6.1.0-50-cloud-amd64  2.0 GiB  none         sbrk-interleave  sa
\#2     1     6.1.0-50-cloud-amd64  2.0 GiB  tcg          sbrk-interleave  sb

median (lowest..highest)
metric          #1       #2                difference        unit, better
cpu_ms.compact  210.500  not a time (TCG)  not a time (TCG)  ms, lower
! fragbench: warning: times are not compared: the accelerator differs: none (1 run), tcg (1 run)
!   mend: compare runs that are alike in it, or let it make the groups: --by accel
! fragbench: warning: 2 of 2 groups have one run only: a difference may be chance
!   mend: fragbench run SCENARIO -r 9
$ sh $CLI/make-run r/b series=sb accel=kvm cpu=9
$ fragbench compare --metric cpu_ms r
2 runs in 2 groups, by series

group  runs  kernel                memory   accelerator  scenario         series
\#1     1     6.1.0-50-cloud-amd64  2.0 GiB  none         sbrk-interleave  sa
\#2     1     6.1.0-50-cloud-amd64  2.0 GiB  kvm          sbrk-interleave  sb

median (lowest..highest)
metric          #1       #2     difference                     unit, better
cpu_ms.compact  210.500  9.000  times of several accelerators  ms, lower
! fragbench: warning: times are not compared: the accelerator differs: none (1 run), kvm (1 run)
!   mend: compare runs that are alike in it, or let it make the groups: --by accel
! fragbench: warning: 2 of 2 groups have one run only: a difference may be chance
!   mend: fragbench run SCENARIO -r 9
$ fragbench compare --metric cpu_ms --csv r
metric,unit,better,group,n,lacking,median,min,max,difference,percent,reason,shift,low,high,p,p_holm,verdict,slope,slope_p
cpu_ms.compact,ms,lower,#1,1,0,210.5,210.5,210.5,,,,,,,,,,,
cpu_ms.compact,ms,lower,#2,1,0,9,9,9,,,times of several accelerators,,,,,,cannot tell,,
! fragbench: warning: times are not compared: the accelerator differs: none (1 run), kvm (1 run)
!   mend: compare runs that are alike in it, or let it make the groups: --by accel
! fragbench: warning: 2 of 2 groups have one run only: a difference may be chance
!   mend: fragbench run SCENARIO -r 9

# TCG against KVM: layouts and counts alone.
$ sh $CLI/make-run r/a series=sa accel=tcg cpu=9
$ fragbench compare --metric '*.compact' --csv r
metric,unit,better,group,n,lacking,median,min,max,difference,percent,reason,shift,low,high,p,p_holm,verdict,slope,slope_p
effectiveness.compact,ratio,higher,#1,1,0,0.95,0.95,0.95,,,,,,,,,,,
effectiveness.compact,ratio,higher,#2,1,0,0.95,0.95,0.95,0,0,,,,,,,cannot tell,,
blocks_gained.compact,blocks,higher,#1,1,0,80,80,80,,,,,,,,,,,
blocks_gained.compact,blocks,higher,#2,1,0,80,80,80,0,0,,,,,,,cannot tell,,
cpu_ms.compact,ms,lower,#1,0,0,,,,,,not a time (TCG),,,,,,,,
cpu_ms.compact,ms,lower,#2,1,0,9,9,9,,,not a time (TCG),,,,,,cannot tell,,
! fragbench: warning: times are not compared: the accelerator differs: tcg (1 run), kvm (1 run)
!   mend: compare runs that are alike in it, or let it make the groups: --by accel
! fragbench: warning: 2 of 2 groups have one run only: a difference may be chance
!   mend: fragbench run SCENARIO -r 9
$ sh $CLI/make-run r/a series=sa

# A metric that some have not.
$ sh $CLI/make-run r/b series=sb; sh $CLI/make-run r/c series=sb repeat=2 effectiveness=null
$ sh $CLI/make-run r/d series=sa repeat=2 effectiveness=null
$ fragbench compare --metric effectiveness r
4 runs in 2 groups, by series

group  runs  kernel                memory   accelerator  scenario         series
\#1     2     6.1.0-50-cloud-amd64  2.0 GiB  none         sbrk-interleave  sa
\#2     2     6.1.0-50-cloud-amd64  2.0 GiB  none         sbrk-interleave  sb

median (lowest..highest)
metric                 #1         #2         difference  unit, better
effectiveness.compact  0.950 [1]  0.950 [1]  0           ratio, higher

[1] 1 of 2 has none: no block was missing
! fragbench: warning: #1 has 2 runs: with fewer than 4 on a side a difference may be chance, and there is no verdict
!   mend: fragbench run SCENARIO -r 9
$ fragbench compare --metric effectiveness r/d -- r/b
2 runs in 2 groups, by side

group  runs  kernel                memory   accelerator  scenario
base   1     6.1.0-50-cloud-amd64  2.0 GiB  none         sbrk-interleave
new    1     6.1.0-50-cloud-amd64  2.0 GiB  none         sbrk-interleave

median (lowest..highest)
metric                 base      new    difference  unit, better
effectiveness.compact  none [1]  0.950  none        ratio, higher

[1] no run has it: no block was missing
! fragbench: warning: 2 of 2 groups have one run only: a difference may be chance
!   mend: fragbench run SCENARIO -r 9
