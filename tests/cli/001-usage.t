# Without arguments: the help, on standard error, and wrong use.
$ fragbench
! fragbench - fragments memory and measures what the kernel does about it
! 
! usage
!   fragbench VERB [OPTION]... [NAME]...
! 
! look
!   list        the workloads, scenarios, probes and collectors
!   doctor      [..]
!   snapshot    [..]
!   map         a picture of all physical memory, frame by frame
!   explain     [..]
!   probe       how many blocks you get now, how fast, what is in the way
!   help        a verb, a workload, a probe or a scenario, with all its options
! 
! do
!   run         [..]
!   record      [..]
!   hold        keep memory fragmented while something else runs
!   vm          run a scenario on any kernel, in throw-away guests
! 
! read
!   report      [..]
!   compare     [..]
!   summarize   compute summary.json of runs anew from their tables
!   keep        make small copies of runs, to compare against later
! 
! examples
!   fragbench doctor                          what can be measured here
!   fragbench snapshot                        how fragmented it is now
!   fragbench run sbrk-interleave             fragment it, measure, put it back
!   fragbench run sbrk-interleave --dry-run   only say what would be done
!   fragbench record --for 60s                sample only
!   fragbench report                          draw the newest run
! 
! exit status
!   0     done
!   1     done, and the answer is bad: the run misses what its scenario expects
!   2     wrong use: the message says what was meant
!   3     cannot run here: the message says what is missing and how to mend it
!   4     should have worked and did not
!   5     done, but the numbers are not to be trusted, or an expectation of a
!         time cannot be told, because an emulator has none
!   N     of record -- CMD: the exit code of CMD; 126 when it cannot be started,
!         127 when it is not found, 128+N when signal N ended it
!   125   of vm --bisect: the kernel does not boot, or it cannot be told whether
!         it is good
!   255   of vm --bisect: something is wrong that is not the kernel's fault, and
!         the bisection is to stop
! 
! more
!   fragbench help NAME                       a verb, a workload, a probe, a
!                                             scenario
!   fragbench help scenario                   how to write a scenario
!   fragbench explain NAME                    a counter, a column, an index
? 2
$ fragbench 2>&- >&-
? 2

# Asked for, the help is a result.
$ fragbench help >a
$ fragbench --help >b
$ fragbench -h >c
$ cmp a b && cmp b c && head -n 4 a
fragbench - fragments memory and measures what the kernel does about it

usage
  fragbench VERB [OPTION]... [NAME]...
$ fragbench --version
fragbench 0.1.0
$ fragbench -V
fragbench 0.1.0

# A verb says the same whichever way it is asked.
$ fragbench help list >a
$ fragbench list --help >b
$ fragbench list --json collectors -h >c
$ cmp a b && cmp b c && cat a
list - the workloads, scenarios, probes and collectors

usage
  fragbench list [--json] [workloads|scenarios|probes|collectors]...

  Workloads fragment memory, scenarios say what happens when, probes ask for
  blocks, collectors read the kernel. Of a workload that cannot run here it
  says why; what mends it is in `fragbench doctor`. `fragbench help NAME` has
  the options of a workload or a probe and the phases of a scenario.

options
  --json                  print JSON on standard output instead of text

# Behind "--" stands a command, which may have a -h of its own.
$ fragbench list -- -h
! fragbench: list takes no command behind '--'
!   mend: fragbench help list
? 2
