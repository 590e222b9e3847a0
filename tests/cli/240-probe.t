# What is wrong is said before anything is asked for.
$ fragbench probe nonsens
! fragbench: unknown probe 'nonsens'
!   mend: fragbench list probes
? 2
$ fragbench probe hugetl
! fragbench: unknown probe 'hugetl': did you mean hugetlb?
!   mend: fragbench list probes
? 2
$ fragbench probe --count many
! fragbench: count: cannot be 'many': it takes a whole number, such as 200000
!   mend: fragbench help probe
? 2
$ fragbench probe --warm perhaps
! fragbench: warm: cannot be 'perhaps': it takes one of yes|no
!   mend: fragbench help probe
? 2
$ fragbench probe --fixx
! fragbench: unknown option --fixx: did you mean --fix?
!   mend: fragbench help probe
? 2
$ fragbench help hugetlb
hugetlb (probe) - huge pages for the hugetlb pool, the purest of the probes

  Raises nr_hugepages by one at a time (of one node, or of all in turn) and
  puts it back. The kernel takes a block from the buddy lists and does not
  clear it (mm/hugetlb.c); without one it compacts and reclaims, and tries
  harder than a fault. The time is that of the write, and next to nothing else
  than the allocator is in it.

keys (in a scenario, behind probe = NAME)
  count = N               blocks to ask for, all held at once; 0: as many as
                          the probe usually does (default: 128; at most
                          10000000)
  order = N               ask for blocks of this order alone; 0: for each order
                          that the probe has (default: 0; at most 30)
  hold = TIME             how long all blocks are held before they go back
                          (default: 0s)
  patience = N            failures in a row after which no more is asked for;
                          0: never (default: 32)
  warm = yes|no           ask twice, the second time over memory that the first
                          has touched, with the per-CPU lists drained in
                          between (root): the first answers how many come and
                          what that costs now, the second how long the kernel
                          takes without the host of a virtual machine, which
                          fetches memory on first touch. Not of probes that do
                          not write to a block (hugetlb) (default: yes)

needs
  root                    needed for growing the hugetlb pool
