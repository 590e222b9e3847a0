# A workload: what it does, and its keys with their defaults.
$ fragbench help null
null (workload) - does nothing: measures the harness

  Sleeps for a millisecond a step and touches no memory. Whatever the indices
  do under it is the machine's own doing, or the harness's; compare other
  workloads with it.

keys (in a scenario; behind run: --KEY VALUE)
  processes = N           processes that run the workload together (default: 1;
                          at most 250)
  cpus = same|split|any|LIST
                          the CPUs of the processes: all on the same one, split
                          over as many as there are, any that the scheduler
                          likes, or a list such as 0,2-3 dealt out in turn
                          (default: any)
  mempolicy = default|bind:NODES|preferred:NODE|interleave:NODES
                          the NUMA memory policy of the processes (default:
                          default)

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
$ fragbench help scenario
scenario - what happens to the memory, phase by phase

  A scenario is an INI file: sections in brackets, KEY = VALUE, comments behind
  a semicolon. It begins with a comment that says what it shows. Its phases run
  in the order in which they stand. `fragbench run FILE.ini` runs it; --set
  KEY=VALUE changes a key, --set PHASE.KEY=VALUE that of one phase. Sizes are
  written 4k, 64M, 2G or 50% (of MemAvailable), times 250ms, 30s or 5m.

[scenario]
  start = as-is|clean     the free lists at the start: as they are, or drained
                          and compacted first (default: as-is)
  pcp = small|default     the per-CPU lists: as the kernel tunes them, or as
                          small as it allows, so that they hide little free
                          memory from the indices (default: default)
  ballast = SIZE          leave this much memory free and set the rest aside in
                          huge pages, so that any machine behaves like a small
                          one; 0 sets nothing aside (default: 0)
  floor = SIZE            MemAvailable that the workloads never go below: they
                          stop growing there (default: 64M)
  rate = HZ               samples a second (default: 10; 1 to 1000)

[phase NAME], once for each phase
  do = settle|run|free|drain|compact
                          settle: do nothing; run: run the workloads until they
                          reach their goal; free: kill some of their processes;
                          drain: push the per-CPU lists back to the free lists;
                          compact: write to compact_memory (default: settle)
  for = TIME              how long the phase lasts: of run the longest time
                          (0s: until the goal is reached), of all others the
                          time to wait after the action (default: 0s)
  kill = N                of free: how many of the processes that hold memory
                          are killed, in the order they were started (default:
                          1)
  node = N|all            of compact: the NUMA node, or all of them (default:
                          all)
  workload = NAME         of run: a workload; the keys that follow are its own

keys of every workload
  processes = N           processes that run the workload together (at most
                          250)
  cpus = same|split|any|LIST
                          the CPUs of the processes: all on the same one, split
                          over as many as there are, any that the scheduler
                          likes, or a list such as 0,2-3 dealt out in turn
  mempolicy = default|bind:NODES|preferred:NODE|interleave:NODES
                          the NUMA memory policy of the processes (default:
                          default)

[reference NAME], other people's measurement
  about = TEXT            whose it is, and of what
  PHASE = N N N...        the free blocks of order 0, 1, 2 ... at that phase

[expect]
  METRIC = OP NUMBER      a metric of the summary, >=, <=, > or <, and a limit;
                          a run that misses one ends with exit code 1

# Two names.
$ fragbench help list null | grep ' - '
list - the workloads, the scenarios and the collectors
null (workload) - does nothing: measures the harness

# For programs.
$ fragbench help --json list
[
 {
  "name": "list",
  "summary": "the workloads, the scenarios and the collectors",
  "usage": "fragbench list [--json] [workloads|scenarios|collectors]...",
  "text": [
   "Workloads fragment memory, scenarios say what happens when, collectors read the kernel. `fragbench help NAME` has the options of a workload and the phases of a scenario."
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
