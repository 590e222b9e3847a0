# Knobs of one phase: in the plan, and where this kernel lacks one.
@skip without root no knob can be set unless [ $(id -u) = 0 ]
$ cat >knobs.ini <<END
> [scenario]
> knobs = swappiness=11
> knobs = ?no_such_knob=1
> [phase before]
> [phase one*]
> [phase two*]
> [phase after]
> knobs = stat_interval=2
> [arm here]
> one.knobs = swappiness=12
> [arm new]
> two.knobs = ?no_such_knob=1
> END
$ fragbench run --dry-run knobs.ini | grep '^; plan'
; plan: the workloads take 0 MiB at a time of [..]
; plan: this kernel has no vm.no_such_knob: it is not set
; plan: vm.swappiness is set to 11, and put back to [..]
; plan: phase one-here: vm.swappiness is set to 12, and put back to 11
; plan: phase one-new will be skipped: this kernel has no vm.no_such_knob
; plan: phase two-new will be skipped: this kernel has no vm.no_such_knob
; plan: phase after: vm.stat_interval is set to 2, and put back to [..]
$ fragbench run --dry-run knobs.ini --set after.knobs=swapiness=1
! fragbench: this kernel has no vm.swapiness: did you mean vm.swappiness?
!   mend: ls /proc/sys/vm/
? 3
$ fragbench run --dry-run knobs.ini --set after.knobs=swappiness
! fragbench: knobs: swappiness is not NAME=VALUE
? 2
$ fragbench run --dry-run knobs.ini --set after.knobs=percpu_pagelist_high_fraction=9 --pcp small
! fragbench: knobs: vm.percpu_pagelist_high_fraction cannot be set as well: the scenario's pcp writes it
!   mend: --pcp default
? 2
