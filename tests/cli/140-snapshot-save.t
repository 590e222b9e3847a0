# A record shows the machine that was recorded.

$ fragbench snapshot --sysroot $MACHINES/7.3-numa4-compacted --save numa
saved 343 files (90 KiB) in numa
not read:
  /sys/devices/system/node/node0/compact: No such file or directory
  /sys/devices/system/node/node1/compact: No such file or directory
  /sys/devices/system/node/node2/compact: No such file or directory
  /sys/devices/system/node/node3/compact: No such file or directory
  /sys/devices/system/node/node0/hugepages: No such file or directory
  /sys/devices/system/node/node1/hugepages: No such file or directory
  /sys/devices/system/node/node2/hugepages: No such file or directory
  /sys/devices/system/node/node3/hugepages: No such file or directory
$ fragbench snapshot --sysroot $MACHINES/7.3-numa4-compacted --json | sed 2,3d >before
$ fragbench snapshot --sysroot numa --json | sed 2,3d | cmp - before && echo the same
the same
$ sed -n 1,3p numa/README
Recorded by fragbench 0.1.0 (snapshot --save) at [..]Z; Linux version 7.3.4+deb13-cloud-amd64 (debian-kernel@lists.debian.org) (x86_64-linux-gnu-gcc-14 (Debian 14.2.0-19) 14.2.0, GNU ld (GNU Binutils for Debian) 2.44) #1 SMP PREEMPT_DYNAMIC Debian 7.3.4-1~bpo13+1 (2026-11-15)

Read it with: fragbench snapshot --sysroot FOLDER
$ cat numa/proc/self/smaps
KernelPageSize:        4 kB

# Nothing is overwritten.
$ fragbench snapshot --sysroot $MACHINES/6.12-used --save numa
! fragbench: will not save into numa: the folder is not empty, and nothing is overwritten
!   mend: fragbench snapshot --save numa-2
? 2
$ cat numa/proc/version
Linux version 7.3.4+deb13-cloud-amd64 (debian-kernel@lists.debian.org) (x86_64-linux-gnu-gcc-14 (Debian 14.2.0-19) 14.2.0, GNU ld (GNU Binutils for Debian) 2.44) #1 SMP PREEMPT_DYNAMIC Debian 7.3.4-1~bpo13+1 (2026-11-15)
$ echo text >file; fragbench snapshot --sysroot $MACHINES/6.12-used --save file
! fragbench: cannot make the folder file: Not a directory
? 4

# What cannot be read is named.
$ mkdir -p bare/proc
$ cp $MACHINES/6.12-used/proc/buddyinfo $MACHINES/6.12-used/proc/zoneinfo bare/proc
$ fragbench snapshot --sysroot bare --save kept
saved 3 files (5 KiB) in kept
not read:
  /proc/vmstat: No such file or directory
  /proc/meminfo: No such file or directory
  /proc/pressure/memory: No such file or directory
  /proc/pagetypeinfo: No such file or directory
  /proc/cmdline: No such file or directory
  /proc/slabinfo: No such file or directory
  /proc/swaps: No such file or directory
  /proc/version: No such file or directory
  /proc/sys/vm: No such file or directory
  /sys/devices/system/node: No such file or directory
  /sys/kernel/mm/hugepages: No such file or directory
  /sys/kernel/mm/transparent_hugepage: No such file or directory
  /sys/kernel/debug/extfrag: No such file or directory
  /sys/kernel/tracing: No such file or directory
  /proc/self/smaps: it tells no page size
$ cat kept/README
Recorded by fragbench 0.1.0 (snapshot --save) at [..]Z; unknown kernel

Read it with: fragbench snapshot --sysroot FOLDER

Not read, and why:
/proc/vmstat: No such file or directory
/proc/meminfo: No such file or directory
/proc/pressure/memory: No such file or directory
/proc/pagetypeinfo: No such file or directory
/proc/cmdline: No such file or directory
/proc/slabinfo: No such file or directory
/proc/swaps: No such file or directory
/proc/version: No such file or directory
/proc/sys/vm: No such file or directory
/sys/devices/system/node: No such file or directory
/sys/kernel/mm/hugepages: No such file or directory
/sys/kernel/mm/transparent_hugepage: No such file or directory
/sys/kernel/debug/extfrag: No such file or directory
/sys/kernel/tracing: No such file or directory
/proc/self/smaps: it tells no page size
$ fragbench snapshot --sysroot kept | tail -n 6
extfrag: -1.000 a request would succeed; else it fails for lack of memory (toward 0)
or for fragmentation (toward 1).

note: no counters: cannot read kept/proc/vmstat: No such file or directory
note: no migratetypes: cannot read kept/proc/pagetypeinfo: No such file or directory
note: page size not told: taken as 4 KiB, that of the machine that prints this

# A disk that takes no more: the record has no README, and the error says so.
$ trap '' XFSZ; ulimit -f 4; fragbench snapshot --sysroot $MACHINES/6.12-used --save full
! fragbench: cannot write full/proc/zoneinfo: File too large
!   mend: remove the incomplete folder, make room, repeat
? 4
$ ls full | grep README
? 1

$ fragbench snapshot --sysroot $MACHINES/5.10-boot --save other --json
{"folder": "other", "files": 111, "bytes": 47444, "left_out": [
 {"path": "/sys/devices/system/node/node0/compact", "why": "No such file or directory"},
 {"path": "/sys/devices/system/node/node0/hugepages", "why": "No such file or directory"}], "left_out_more": 0}

# This machine, whichever it is.
$ fragbench snapshot --save here >said && grep -c '^saved' said && fragbench snapshot --diff here here --json | grep counters
1
 "counters": {},
