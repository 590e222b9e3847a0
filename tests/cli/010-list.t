# What workloads lack on this machine would stand beside them: not compared.
$ fragbench list
workloads
...

scenarios
  age               Three workloads age memory in the background; meanwhile
                    others ask for blocks.
  compaction-curve  What compaction can still mend when a part of the memory
                    cannot move.
  compaction-effectiveness
                    Which way of compacting wins back how much, and at what
                    price?
  fallback-storm    Unmovable memory is asked for when only movable memory has
                    room: who takes what?
  fragment-module   A kernel module frees every other object: no compaction
                    mends that.
  hold              Fragmentation that is kept up while something else runs.
  mlock-sieve       One locked page in every pageblock: in compaction's way or
                    not, by a knob alone.
  mmap-churn        Mappings of all sizes come and go: does the machine age, or
                    does it heal?
  numa-pinned       Every node gets its own fragmentation, and one node is
                    compacted alone.
  page-cache-mix    Files and process memory page by page in turn, then half of
                    both given back.
  page-tables       Page tables fill memory, seven of eight go away: what
                    compaction cannot mend.
  pinned-pages      The same layout twice, movable and pinned: what compaction
                    can mend, and what not.
  pipe-pages        Data waits in pipes, seven of eight are closed: dust that
                    compaction cannot mend.
  sbrk-interleave   Two processes grow their heaps in turn; one is killed: what
                    is left is dust.
  sculpt            The free lists of a published experiment, block by block,
                    without the experiment.
  slab-dentries     400,000 names that are not there, then half of their
                    folders dropped.
  socket-buffers    16 KiB messages that nobody reads, every second one
                    dropped: dust for ever.
  thp-fault         Huge pages on a clean machine, and again between the dust
                    of a dead process.
  thpchallenge      Small files fill memory and are read; meanwhile, who gets a
                    huge page?

probes
  thp               transparent huge pages by page fault
  mthp              smaller transparent huge pages (mTHP) by page fault, each
                    size
  collapse          small pages collapsed into huge ones (MADV_COLLAPSE)
  hugetlb           huge pages for the hugetlb pool, the purest of the probes
  hugetlb-1g        gigantic pages of 1 GiB for the hugetlb pool

collectors
  buddy             free lists, hidden pages and watermarks of every zone
  vmstat            the kernel's counters of compaction, reclaim, migration,
                    THP and allocation
  psi               time in which tasks stalled on memory
  kthreads          CPU time of kcompactd, kswapd and khugepaged
  thp               huge page statistics of each size (Linux 6.10)
  pagetypes         free blocks and pageblocks of every migratetype
$ fragbench list collectors
collectors
  buddy             free lists, hidden pages and watermarks of every zone
  vmstat            the kernel's counters of compaction, reclaim, migration,
                    THP and allocation
  psi               time in which tasks stalled on memory
  kthreads          CPU time of kcompactd, kswapd and khugepaged
  thp               huge page statistics of each size (Linux 6.10)
  pagetypes         free blocks and pageblocks of every migratetype
$ fragbench list scenarios workloads
workloads
...

scenarios
  age               Three workloads age memory in the background; meanwhile
                    others ask for blocks.
  compaction-curve  What compaction can still mend when a part of the memory
                    cannot move.
  compaction-effectiveness
                    Which way of compacting wins back how much, and at what
                    price?
  fallback-storm    Unmovable memory is asked for when only movable memory has
                    room: who takes what?
  fragment-module   A kernel module frees every other object: no compaction
                    mends that.
  hold              Fragmentation that is kept up while something else runs.
  mlock-sieve       One locked page in every pageblock: in compaction's way or
                    not, by a knob alone.
  mmap-churn        Mappings of all sizes come and go: does the machine age, or
                    does it heal?
  numa-pinned       Every node gets its own fragmentation, and one node is
                    compacted alone.
  page-cache-mix    Files and process memory page by page in turn, then half of
                    both given back.
  page-tables       Page tables fill memory, seven of eight go away: what
                    compaction cannot mend.
  pinned-pages      The same layout twice, movable and pinned: what compaction
                    can mend, and what not.
  pipe-pages        Data waits in pipes, seven of eight are closed: dust that
                    compaction cannot mend.
  sbrk-interleave   Two processes grow their heaps in turn; one is killed: what
                    is left is dust.
  sculpt            The free lists of a published experiment, block by block,
                    without the experiment.
  slab-dentries     400,000 names that are not there, then half of their
                    folders dropped.
  socket-buffers    16 KiB messages that nobody reads, every second one
                    dropped: dust for ever.
  thp-fault         Huge pages on a clean machine, and again between the dust
                    of a dead process.
  thpchallenge      Small files fill memory and are read; meanwhile, who gets a
                    huge page?

# The teacher is compiled in and not shown.
$ fragbench list | grep -c skeleton
0
? 1
$ fragbench list --json | grep -c skeleton
0
? 1
# What a workload lacks on this machine is a line of its own.
$ fragbench list --json workloads | grep -v '"missing"'
{
 "workloads": [
  {
   "name": "fragment-module",
   "summary": "objects of the kernel itself, every other one given back"
  },
  {
   "name": "hold",
   "summary": "keeps the unusable index where it is asked to be, by a closed loop"
  },
  {
   "name": "mlock-sieve",
   "summary": "locked pages in chosen frames: movable or not, by a knob"
  },
  {
   "name": "mmap-churn",
   "summary": "mappings come and go: a machine that ages"
  },
  {
   "name": "null",
   "summary": "does nothing: measures the harness"
  },
  {
   "name": "numa-pinned",
   "summary": "memory of chosen NUMA nodes, taken, held and moved"
  },
  {
   "name": "page-cache-mix",
   "summary": "many small files, with anonymous memory in between"
  },
  {
   "name": "page-tables",
   "summary": "page tables without the pages: unmovable, one by one"
  },
  {
   "name": "pinned-pages",
   "summary": "pages pinned in frames chosen by number, one in each pageblock"
  },
  {
   "name": "pipe-pages",
   "summary": "pages of data in pipes that nobody reads: unmovable"
  },
  {
   "name": "sbrk-interleave",
   "summary": "processes that grow their heaps with sbrk at the same time"
  },
  {
   "name": "sculpt",
   "summary": "free lists of the shape that is asked for, block by block"
  },
  {
   "name": "slab-dentries",
   "summary": "dentries and inodes: slabs that count as reclaimable"
  },
  {
   "name": "socket-buffers",
   "summary": "messages that wait in sockets: unmovable, of order 0 to 3"
  },
  {
   "name": "thp-fault",
   "summary": "faults of huge pages of one size, each timed and verified"
  }
 ]
}
$ fragbench list --json | grep '^ "'
 "workloads": [
 "scenarios": [
 "probes": [
 "collectors": [
