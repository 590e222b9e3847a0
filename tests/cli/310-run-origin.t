# What a guest's environment tells a run: refused before anything is touched.
$ FRAGBENCH_GUEST='{' fragbench run null
! fragbench: cannot use FRAGBENCH_GUEST: it is no JSON object: [..]
!   mend: unset FRAGBENCH_GUEST: it is for guests of fragbench vm
? 2
$ FRAGBENCH_GUEST='{"qemu":"7.2"}' fragbench record --for 1s
! fragbench: cannot use FRAGBENCH_GUEST: its accel is missing, not tcg or kvm
!   mend: unset FRAGBENCH_GUEST: it is for guests of fragbench vm
? 2
$ FRAGBENCH_SERIES='4f1c 3 2' fragbench run null
! fragbench: cannot use FRAGBENCH_SERIES: it takes SERIES REPEAT REPEATS, such as "4f1c 2 5"
!   mend: unset FRAGBENCH_SERIES: it is for guests of fragbench vm
? 2
$ FRAGBENCH_SERIES='4f1c 2 5' fragbench run null -r 2
! fragbench: run -r 2 cannot be one run of a series: FRAGBENCH_SERIES says that it is
!   mend: leave -r away, or unset FRAGBENCH_SERIES
? 2
$ ls
