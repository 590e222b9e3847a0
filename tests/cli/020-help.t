# A workload: what it does, and its keys with their defaults.
$ fragbench help null
null (workload) - does nothing: measures the harness

  Sleeps for a millisecond a step and touches no memory. Whatever the indices
  do under it is the machine's own doing, or the harness's; compare other
  workloads with it.

keys (in a scenario; behind run: --KEY VALUE)
...

# A workload and a scenario of one name: both answer.
$ fragbench help sbrk-interleave | grep -v '^ '
sbrk-interleave (workload) - processes that grow their heaps with sbrk at the



keys (in a scenario; behind run: --KEY VALUE)

sbrk-interleave (scenario) - Two processes grow their heaps in turn; one is




settings

phases

\
$ fragbench help sbrk-interleave | grep -A 1 '^  mode'
  mode = lockstep|free-running
                          lockstep: the processes take turns; free-running:

# The teacher can be asked for.
$ fragbench help skeleton | head -n 1
skeleton (workload) - the commented example to copy

# The keys of scenario files.
$ fragbench help scenario | grep '^[^ ]\|^  [A-Za-z]* = '
scenario - what happens to the memory, phase by phase
[scenario]
  start = as-is|clean     the free lists at the start: as they are, or drained
  pcp = small|default     the per-CPU lists: as the kernel tunes them, or as
  ballast = SIZE [whole]  leave this much memory free and set the rest aside in
  floor = SIZE            MemAvailable that the workloads never go below: they
  rate = HZ               samples a second (default: 10; 1 to 1000)
  events = default|none|all
  map = no|marks          marks: at the end of each phase what every frame is
  knobs = NAME=VALUE...   kernel settings for the time of the run, put back at
[phase NAME], once for each phase
  do = settle|run|stop|release|free|wait|drain|compact|probe
  for = TIME              how long the phase lasts: of run and wait the longest
  kill = N                of free: how many of the processes that hold memory
  node = N|all            of compact and probe: the NUMA node, or all of them
  share = N%              of release: how much of what it holds each worker
  times = N               of compact: how many times memory is compacted
  every = TIME            of compact: from the start of one compaction to that
  background = yes|no     of run: the workloads go on through all phases that
  phase = NAME            of stop: the phase whose workloads stop and hold what
  until = METRIC <|> NUMBER
  knobs = NAME=VALUE...   kernel settings for the time of the phase, as
  workload = NAME         of run: a workload; the keys that follow are its own
keys of every workload
  processes = N           processes that run the workload together (1 to 250)
  cpus = same|split|any|LIST|node:NODES|far:NODES
  mempolicy = default|bind:NODES|preferred:NODE|interleave:NODES
  rate = HZ               steps a second that each process makes at most; 0: as
  share = N%              share of MemAvailable (or of what a memory cgroup
  probe = NAME            of probe: a probe; the keys that follow are its own
keys of every probe
  count = N               blocks to ask for, all held at once; 0: as many as
  order = N               ask for blocks of this order alone; 0: for each order
  hold = TIME             how long all blocks are held before they go back
  patience = N            failures in a row after which no more is asked for;
  warm = yes|no           ask twice, the second time over memory that the first
[arm LABEL], once for each arm
  KEY = VALUE             the same of all its workloads and probes that have
[reference NAME], other people's measurement
  about = TEXT            whose it is, and of what
  PHASE = N N N...        the free blocks of order 0, 1, 2 ... at that phase
[expect]
  METRIC = OP NUMBER      a metric of the summary, >=, <=, > or <, and a limit;

# Two names.
$ fragbench help list null | grep ' - '
list - the workloads, scenarios, probes and collectors
null (workload) - does nothing: measures the harness

# For programs.
$ fragbench help --json list
[
 {
  "name": "list",
  "summary": "the workloads, scenarios, probes and collectors",
  "usage": "fragbench list [--json] [workloads|scenarios|probes|collectors]...",
  "text": [
   "Workloads fragment memory, scenarios say what happens when, probes ask for blocks, collectors read the kernel. Of a workload that cannot run here it says why; what mends it is in `fragbench doctor`. `fragbench help NAME` has the options of a workload or a probe and the phases of a scenario."
  ],
  "groups": [
   {
    "title": "options",
    "rows": [
     {
      "term": "--json",
      "text": "print JSON on standard output instead of text"
     }
    ]
   }
  ]
 }
]
