# Wrong use and wrong input: what is wrong, and how to mend it.

$ fragbench snapshot --buddyinfo no-such-file
! fragbench: cannot read no-such-file: No such file or directory
? 2
$ fragbench snapshot --buddyinfo .
! fragbench: cannot read .: Is a directory
? 2
$ : | fragbench snapshot --buddyinfo -
! fragbench: no zone in standard input: the text is empty
? 2
$ echo 'Node 0, zone' | fragbench snapshot --buddyinfo -
! fragbench: standard input line 1 is not of /proc/buddyinfo: expected 'Node 0, zone DMA32 1 2 3 ...', got 'Node 0, zone'
!   mend: cat /proc/buddyinfo >FILE
? 2
$ printf 'Node 0, zone DMA 1 2\nNode 0, zone DMA 1 2\n' | fragbench snapshot --buddyinfo -
! fragbench: standard input line 2 is not of /proc/buddyinfo: node 0 zone DMA comes twice: give one reading only
!   mend: cat /proc/buddyinfo >FILE
? 2
$ printf 'Node 0, zone DMA 1 2\nNode 0, zone DMA32 1 2 3\n' | fragbench snapshot --buddyinfo -
! fragbench: standard input line 2 is not of /proc/buddyinfo: it has 3 orders, the lines before have 2
!   mend: cat /proc/buddyinfo >FILE
? 2
$ echo 'Node 0, zone DMA 18446744073709551615 1' | fragbench snapshot --buddyinfo -
! fragbench: cannot make sense of standard input: node 0 zone DMA has more free memory than any machine
? 2
$ printf '\033[31m\000\377Node 0, zone DMA 1 2\n' | fragbench snapshot --buddyinfo -
! fragbench: standard input line 1 is not of /proc/buddyinfo: expected 'Node 0, zone DMA32 1 2 3 ...', got '?[31m??Node 0, zone DMA 1 2'
!   mend: cat /proc/buddyinfo >FILE
? 2
$ yes 'a line that does not end ' | tr -d '\n' | head -c 3000000 | fragbench snapshot --buddyinfo -
! fragbench: cannot read standard input: File too large
? 2
$ head -c 100000 /dev/zero | tr '\000' 7 | fragbench snapshot --buddyinfo -
! fragbench: standard input line 1 is not of /proc/buddyinfo: expected 'Node 0, zone DMA32 1 2 3 ...', got '77777777777777777777777777777777777777777777777'...
!   mend: cat /proc/buddyinfo >FILE
? 2

$ fragbench snapshot --sysroot no-such-folder
! fragbench: no recorded machine in no-such-folder: there is no such folder
!   mend: fragbench snapshot --save no-such-folder
? 2
$ mkdir empty; fragbench snapshot --sysroot empty
! fragbench: cannot read empty/proc/buddyinfo: No such file or directory
!   mend: fragbench snapshot --save DIR, then --sysroot DIR
? 2
$ mkdir -p junk/proc; head -c 4096 /dev/urandom >junk/proc/buddyinfo; cp $MACHINES/6.12-used/proc/zoneinfo junk/proc; fragbench snapshot --sysroot junk
! fragbench: cannot make sense of junk/proc/buddyinfo and zoneinfo: Invalid argument
!   mend: fragbench snapshot --save DIR, then --sysroot DIR
? 2

# Junk beside good free lists costs only what it was to tell.
$ cp $MACHINES/6.12-used/proc/buddyinfo junk/proc; echo junk | tee junk/proc/vmstat junk/proc/pagetypeinfo junk/proc/version junk/proc/meminfo >/dev/null
$ fragbench snapshot --sysroot junk | grep -A9 '^note'
note: no counters: cannot make sense of junk/proc/vmstat: Invalid argument
note: no migratetypes: cannot make sense of junk/proc/pagetypeinfo: Invalid argument
note: page size not told: taken as 4 KiB, that of the machine that prints this

$ fragbench snapshot --diff one
! fragbench: --diff takes two recorded machines
!   mend: fragbench snapshot --diff A B
? 2
$ fragbench snapshot one
! fragbench: snapshot takes no word 'one'
!   mend: fragbench snapshot --sysroot DIR, --buddyinfo FILE or --diff A B
? 2
$ fragbench snapshot --diff empty $MACHINES/6.12-used
! fragbench: cannot read empty/proc/buddyinfo: No such file or directory
!   mend: fragbench snapshot --save DIR, then --sysroot DIR
? 2
$ fragbench snapshot --diff $MACHINES/6.12-used no-such-file
! fragbench: cannot read no-such-file: No such file or directory
? 2
$ fragbench snapshot --diff --save x a b
! fragbench: --diff takes neither --sysroot, --buddyinfo nor --save
!   mend: fragbench snapshot --diff A B
? 2
$ fragbench snapshot --buddyinfo - --sysroot x
! fragbench: --buddyinfo takes neither --sysroot nor --save
!   mend: fragbench snapshot --buddyinfo FILE
? 2
$ fragbench snapshot --sysrot x
! fragbench: unknown option --sysrot: did you mean --sysroot?
!   mend: fragbench help snapshot
? 2
$ fragbench snapshot --sysroot $MACHINES/6.12-used >/dev/full
! fragbench: cannot write to standard output: No space left on device
? 4
$ fragbench snapshot --sysroot $MACHINES/6.12-used --json >/dev/full
! fragbench: cannot write to standard output: No space left on device
? 4
$ fragbench snapshot --sysroot $MACHINES/6.12-used --save ''
! fragbench: --save takes a folder, not ''
!   mend: fragbench snapshot --save DIR
? 2
