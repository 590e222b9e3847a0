# Knobs that a scenario asks for: shown by --dry-run, and refused before anything
# is touched.
$ fragbench run --dry-run null --knob swapiness=1
! fragbench: this kernel has no vm.swapiness: did you mean vm.swappiness?
!   mend: ls /proc/sys/vm/
? 3
$ fragbench run --dry-run null --knob swappiness
! fragbench: knobs: swappiness is not NAME=VALUE
? 2
$ fragbench run --dry-run null --knobs ../kernel/panic=1
! fragbench: knobs: ../kernel/panic cannot name a knob: it is a file of /proc/sys/vm, or a path below /sys/kernel/mm
? 2
$ fragbench run --dry-run null --knob compact_memory=1
! fragbench: knobs: vm.compact_memory can only be written, and not put back
? 2
$ fragbench run --dry-run sbrk-interleave --knob lowmem_reserve_ratio=1,1,1
! fragbench: knobs: vm.lowmem_reserve_ratio cannot be set as well: the scenario's ballast writes it
!   mend: --ballast 0
? 2
