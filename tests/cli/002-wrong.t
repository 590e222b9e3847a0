# What is unknown, and what may have been meant.
$ fragbench lst
! fragbench: unknown verb 'lst': did you mean list?
!   mend: fragbench help
? 2
$ fragbench nonsense
! fragbench: unknown verb 'nonsense'
!   mend: fragbench help
? 2
$ fragbench ''
! fragbench: unknown verb ''
!   mend: fragbench help
? 2
$ fragbench --lits
! fragbench: unknown option --lits: a verb comes first, its options stand behind it
!   mend: fragbench help
? 2
$ fragbench list --jsn
! fragbench: unknown option --jsn: did you mean --json?
!   mend: fragbench help list
? 2
$ fragbench list -j
! fragbench: unknown option -j
!   mend: fragbench help list
? 2
$ fragbench list --json=maybe
! fragbench: json: cannot be 'maybe': it takes yes or no
!   mend: fragbench help list
? 2
$ fragbench list --json=no collectors
collectors
  buddy             free lists, hidden pages and watermarks of every zone
  vmstat            the kernel's counters of compaction, reclaim, migration,
                    THP and allocation
  psi               time in which tasks stalled on memory
  kthreads          CPU time of kcompactd, kswapd and khugepaged
  thp               huge page statistics of each size (Linux 6.10)
  pagetypes         free blocks and pageblocks of every migratetype
$ fragbench list workload
! fragbench: cannot list 'workload': did you mean workloads?
!   mend: fragbench list
? 2
$ fragbench list nonsense
! fragbench: cannot list 'nonsense': there are workloads, scenarios, probes and collectors
!   mend: fragbench list
? 2
$ fragbench list workloads nonsense
! fragbench: cannot list 'nonsense': there are workloads, scenarios, probes and collectors
!   mend: fragbench list
? 2
$ fragbench list -- true
! fragbench: list takes no command behind '--'
!   mend: fragbench help list
? 2
$ fragbench record --
! fragbench: there is no command behind '--'
!   mend: fragbench help record
? 2
$ fragbench run null --set
! fragbench: --set needs a value: KEY=VALUE
!   mend: fragbench help run
? 2
$ fragbench run null --rate
! fragbench: --rate needs a value: HZ
!   mend: fragbench help run
? 2
$ fragbench help lst
! fragbench: no verb, workload, probe or scenario is called 'lst': did you mean list?
!   mend: fragbench help
? 2
$ fragbench help sbrk
! fragbench: no verb, workload, probe or scenario is called 'sbrk': did you mean sbrk-interleave?
!   mend: fragbench help
? 2
$ fragbench help list nonsense --json
! fragbench: no verb, workload, probe or scenario is called 'nonsense'
!   mend: fragbench help
? 2
$ fragbench help "$(printf 'a%.0s' 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0)%s%n"
! fragbench: no verb, workload, probe or scenario is called 'aaaaaaaaaaaaaaaaaaaa%s%n'
!   mend: fragbench help
? 2
$ fragbench help "$(printf 'a\033[31m\r\nb')"
! fragbench: no verb, workload, probe or scenario is called 'a?[31m??b'
!   mend: fragbench help
? 2
$ fragbench help $(seq 5000)
! fragbench: too many arguments: '4097'
!   mend: fragbench help help
? 2

# A name of 100,000 letters is cut, not overrun.
$ fragbench "$(head -c 100000 /dev/zero | tr '\0' x)" 2>&1 | wc -c
290
