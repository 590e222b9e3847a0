# A machine of 64 frames: free, anon, slab, a page table, and a hole in between.
$ mkdir -p m/proc/self
$ printf 'Node 0, zone Normal\n  pages free 1\n        min 1\n        low 2\n        high 3\n        spanned  64\n        present  60\n        managed  50\n  pagesets\n    cpu: 0\n              count: 3\n  start_pfn:           0\n' >m/proc/zoneinfo
$ echo 'Node 0, zone Normal 1 0 0 0 0' >m/proc/buddyinfo
$ echo 'Page block order: 3' >m/proc/pagetypeinfo
$ echo 'KernelPageSize:        4 kB' >m/proc/self/smaps
$ printf '00000000-0001ffff : System RAM\n00024000-0003ffff : System RAM\n' >m/proc/iomem
$ flags() { for i in $(seq "$1"); do printf "$2"; done; }
> { flags 16 '\0\4\0\0\0\0\0\0'; flags 15 '\40\20\0\0\0\0\0\0'; flags 1 '\200\0\0\0\0\0\0\0'; flags 16 '\40\20\0\0\0\0\0\0'; flags 8 '\0\0\0\4\0\0\0\0'; flags 8 '\0\0\0\0\0\0\0\0'; } >m/proc/kpageflags
$ fragbench map --sysroot m --save a.map
physical memory of m, [..] UTC
a character: 1 pageblock of 32k (32k)

         0 |..aAaatk|

key . free pageblocks  a anon  t page tables  s slab  k kernel or unknown  
    what most frames are; capitals , ; where pageblocks are mixed

what the memory is                MiB
  free pageblocks                0.06
  anon                           0.11
  page tables                    0.03
  slab                           0.00
  kernel or unknown              0.03
    up to 0.01 MiB of that are free: nothing tells pages on per-CPU lists

pageblocks                      count
  free                              2   every frame is free
  movable                           3   all that is used in it can be moved away
  mixed                             1   what cannot be moved stands beside what is free or can
  unmovable                         2   nothing in it is free or can be moved
  huge                              0   made of huge pages already

in the way: frames that cannot move: 1; pageblocks that they make mixed: 1 (0 MiB), half of them with no more than 1
                               frames   pageblocks        alone
  slab                              1            1            1

frames in the way          pageblocks          MiB
  1                                 1            0

each 1 GiB          MiB   free MiB     free  movable    mixed   unmov.     huge
  from 0              0          0        2        3        1        2        0

# A file shows the same as the scan that it is of, and is not overwritten.
$ fragbench map --sysroot m >scan; fragbench map --load a.map | sed 1d >file; sed 1d scan | cmp - file && echo the same
the same
$ fragbench map --sysroot m --save a.map
! fragbench: cannot write a.map: File exists
? 4
$ wc -c <a.map
141

# Nothing has changed; then 16 frames were freed.
$ fragbench map --sysroot m --before a.map | grep -A3 'from one'
from one map to the other 0.00 MiB were freed, 0.00 MiB taken, 0.00 MiB used otherwise

in the way: frames that cannot move: 1; pageblocks that they make mixed: 1 (0 MiB), half of them with no more than 1
                               frames   pageblocks        alone
$ flags() { for i in $(seq "$1"); do printf "$2"; done; }
> flags 32 '\0\4\0\0\0\0\0\0' | dd of=m/proc/kpageflags conv=notrunc status=none
$ fragbench map --sysroot m --before a.map --json | sed -n '/"difference"/,$p'
 "difference": {
  "freed": 16,
  "taken": 0,
  "other": 0,
  "none": 44
 }
}
$ fragbench map --sysroot m --before a.map --color 256 | sed -n 5p | cat -v
         0 |^[[30;48;5;231m ^[[30;48;5;231m ^[[97;48;5;31m ^[[97;48;5;31m ^[[30;48;5;231m ^[[30;48;5;231m ^[[30;48;5;231m ^[[30;48;5;231m ^[[0m|
$ fragbench map --sysroot m --hilbert --width 20 | sed -n 4,7p
....    
....    
aakk    
aatt    

# What is no map, or not all of one, is told.
$ head -c 120 a.map >cut.map; fragbench map --load cut.map
! fragbench: cannot read the map cut.map: it was cut short
? 3
$ fragbench map --load scan
! fragbench: cannot read the map scan: it is no map
!   mend: fragbench map --save FILE makes one
? 3
$ fragbench map --load nowhere.map
! fragbench: cannot read the map nowhere.map: No such file or directory
? 3
$ fragbench map --sysroot $MACHINES/6.1-fragmented --save b.map
! fragbench: cannot look at the frames: [..]/proc/kpageflags: No such file or directory
!   mend: a recorded machine has no flags of its frames: fragbench map --save FILE there, --load FILE here
? 3
$ ls b.map
! ls: cannot access 'b.map': No such file or directory
? 2
$ fragbench map --load a.map --save b.map
! fragbench: --load takes neither --save nor --sysroot
!   mend: fragbench map --load FILE
? 2
$ fragbench map here
! fragbench: map takes no words
!   mend: fragbench map --load FILE, or --before FILE
? 2
$ fragbench map --load a.map --png scan
! fragbench: cannot write scan: File exists
!   mend: choose another name: nothing is overwritten
? 4
$ fragbench map --load a.map --png no/such.png
! fragbench: cannot write no/such.png: No such file or directory
? 4
$ ls -A
a.map
cut.map
file
m
scan
