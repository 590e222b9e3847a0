# Guests: what is wrong is said before anything is fetched or booted.
$ fragbench vm
! fragbench: vm takes one scenario or workload
!   mend: fragbench list
? 2
$ fragbench vm null
! fragbench: vm takes a kernel: --kernel KERNEL
!   mend: fragbench vm kernels
? 2
$ fragbench vm null null --kernel debian:6.1
! fragbench: vm takes one scenario or workload
!   mend: fragbench list
? 2
$ fragbench vm nul --kernel debian:6.1
! fragbench: there is no scenario or workload 'nul': did you mean null?
!   mend: fragbench list
? 2
$ fragbench vm null --kernel
! fragbench: --kernel needs a value: KERNEL
!   mend: fragbench help vm
? 2
$ fragbench vm null --kernle debian:6.1
! fragbench: unknown option --kernle: did you mean --kernel?
!   mend: fragbench help vm
? 2
$ fragbench vm null --kernel debian:6.1 --kernel debian:6.1
! fragbench: the kernel debian:6.1 is given twice
!   mend: run it more often: -r 2
? 2
$ fragbench vm null --kernel debian:6.1 -r 0
! fragbench: repeats: cannot be '0': it goes from 1 to 10000
!   mend: fragbench help vm
? 2
$ fragbench vm null --kernel debian:6.1 --accel xen
! fragbench: accel: cannot be 'xen': it takes one of auto|kvm|tcg
!   mend: fragbench help vm
? 2
$ fragbench vm null --kernel debian:6.1 --memory much
! fragbench: memory: cannot be 'much': it takes a size, such as 64M, 2G or 50%
!   mend: fragbench help vm
? 2
$ fragbench vm null --kernel debian:6.1 --boot-limit 0s
! fragbench: boot-limit: cannot be '0s': it goes from 1ns to 604800s
!   mend: fragbench help vm
? 2
$ fragbench vm null --kernel debian:6.1 -- true
! fragbench: vm takes no command behind '--'
!   mend: fragbench help vm
? 2
$ fragbench vm headers
! fragbench: vm headers takes one kernel
!   mend: fragbench vm headers debian:6.12
? 2
$ fragbench vm headers ./bzImage
! fragbench: cannot fetch the headers of ./bzImage: it is not one of Debian's kernels
!   mend: build against its own build folder: make -C FOLDER M=$PWD modules
? 2
$ XDG_CACHE_HOME=$PWD/cache fragbench vm headers --offline debian:6.1
! fragbench: no kernel debian:6.1: in the cache, and offline, are: none
!   mend: fragbench vm kernels
? 3
$ fragbench vm missing.ini --kernel debian:6.1
! fragbench: cannot read missing.ini: No such file or directory
? 2

# Settings and axes are those of the scenario.
$ fragbench vm sbrk-interleave --kernel debian:6.1 --mode lock
! fragbench: mode: cannot be 'lock': it takes one of lockstep|free-running
? 2
$ fragbench vm sbrk-interleave --kernel debian:6.1 --set mdoe=lockstep
! fragbench: the scenario has no key 'mdoe': did you mean mode?
? 2
$ fragbench vm sbrk-interleave --kernel debian:6.1 --expect "unusabel.fill < 1"
! fragbench: cannot expect anything of 'unusabel.fill': did you mean unusable?
!   mend: fragbench explain
? 2
$ fragbench vm sbrk-interleave --kernel debian:6.1 --axis mode
! fragbench: cannot vary 'mode': an axis is KEY=VALUE,VALUE... or KEY=VALUE;VALUE... with up to 32 values
? 2
$ fragbench vm sbrk-interleave --kernel debian:6.1 --axis mdoe=lockstep
! fragbench: cannot vary 'mdoe': did you mean mode?
!   mend: when it is a knob: --axis vm.mdoe=...
? 2
$ fragbench vm sbrk-interleave --kernel debian:6.1 --axis mode=lockstep,free
! fragbench: mode: cannot be 'free': it takes one of lockstep|free-running
? 2
$ fragbench vm sbrk-interleave --kernel debian:6.1 --axis mode=lockstep,lockstep
! fragbench: an axis has twice the value 'lockstep'
? 2
$ fragbench vm sbrk-interleave --kernel debian:6.1 --axis mode=lockstep --axis mode=free-running
! fragbench: there are two axes 'mode'
!   mend: give all its values in one: --axis mode=V,V,V
? 2
$ fragbench vm sbrk-interleave --kernel debian:6.1 --axis nowhere.for=1s
! fragbench: the scenario has no phase 'nowhere'
? 2
$ fragbench vm null --kernel debian:6.1 --axis swappiness=0,
! fragbench: cannot vary 'swappiness=0,': an axis is KEY=VALUE,VALUE... or KEY=VALUE;VALUE... with up to 32 values
? 2
$ fragbench vm null --kernel debian:6.1 --axis swappiness=0 --axis vm.swappiness=60
! fragbench: there are two axes 'vm.swappiness': 'swappiness' is the same knob
!   mend: give all its values in one: --axis vm.swappiness=V,V,V
? 2

# A limit that would wrap the clock.
$ fragbench vm null --kernel debian:6.1 --limit 18446744073s
! fragbench: limit: cannot be '18446744073s': it goes from 1ns to 604800s
!   mend: fragbench help vm
? 2
$ fragbench vm null --kernel debian:6.1 --boot-limit 169h
! fragbench: boot-limit: cannot be '169h': it goes from 1ns to 604800s
!   mend: fragbench help vm
? 2
$ fragbench vm null --kernel debian:6.1 --silence 605000s
! fragbench: silence: cannot be '605000s': it goes from 1ns to 604800s
!   mend: fragbench help vm
? 2

# Guests are told in UTF-8, and a kernel cuts its command line without a word.
$ printf '; caf\351\n[phase a]\nfor = 1s\n' >latin.ini
$ fragbench vm ./latin.ini -k debian:6.1 -n
! fragbench: ./latin.ini is not UTF-8: see line 1
!   mend: iconv -f LATIN1 -t UTF-8 ./latin.ini >new.ini
? 2
$ fragbench vm null -k debian:6.1 -n --append "$(printf 'x=\351')"
! fragbench: --append is not UTF-8: guests are told in UTF-8 only, and it is [..]
? 2
$ fragbench vm null -k debian:6.1 -n --module "$(printf 'a.ko x=\351')"
! fragbench: --module is not UTF-8: guests are told in UTF-8 only, and it is [..]
? 2
$ fragbench vm null -k debian:6.1 -n --set "$(printf 'x=\351')"
! fragbench: --set is not UTF-8: guests are told in UTF-8 only, and it is [..]
? 2
$ fragbench vm null -k debian:6.1 -n --axis "$(printf 'append=a,\351')"
! fragbench: --axis is not UTF-8: guests are told in UTF-8 only, and it is [..]
? 2
$ fragbench vm null -k debian:6.1 -n -s 1 --append "$(printf '%01500d' 0)" | head -n 1
guest: 2 CPUs, 2G
$ fragbench vm null -k debian:6.1 -n --append "$(printf '%01501d' 0)"
! fragbench: the kernel parameters are too long: they have 1501 bytes with the longest value of the axis append, and 1500 can be given
? 2
$ fragbench vm null -k debian:6.1 -n --append "$(printf '%01400d' 0)" --axis append=a,"$(printf '%0100d' 0)"
! fragbench: the kernel parameters are too long: they have 1501 bytes with the longest value of the axis append, and 1500 can be given
? 2

# Every kernel with every value, the columns shuffled in each repeat.
$ fragbench vm sbrk-interleave -k debian:6.1 -k debian:7.3 --axis mode=lockstep,free-running --axis append=,nokaslr -r 2 -s 5 -n
guest: 2 CPUs, 2G
16 runs: 2 kernels, 2 values of mode, 2 values of append, 2 repeats
   1  debian:6.1 mode=lockstep append= r1
   2  debian:7.3 mode=free-running append=nokaslr r1
   3  debian:6.1 mode=free-running append=nokaslr r1
   4  debian:6.1 mode=lockstep append=nokaslr r1
   5  debian:7.3 mode=lockstep append= r1
   6  debian:7.3 mode=free-running append= r1
   7  debian:7.3 mode=lockstep append=nokaslr r1
   8  debian:6.1 mode=free-running append= r1
   9  debian:6.1 mode=free-running append= r2
  10  debian:7.3 mode=lockstep append= r2
  11  debian:7.3 mode=free-running append=nokaslr r2
  12  debian:6.1 mode=lockstep append= r2
  13  debian:6.1 mode=lockstep append=nokaslr r2
  14  debian:7.3 mode=lockstep append=nokaslr r2
  15  debian:7.3 mode=free-running append= r2
  16  debian:6.1 mode=free-running append=nokaslr r2
the first command: fragbench run sbrk-interleave --seed 5 --yes --set mode=lockstep

# A file of the user's travels along under its own name.
$ printf '; Nothing.\n[phase a]\nfor = 1s\n' >mine.ini
$ fragbench vm ./mine.ini -k debian:6.1 --knob swappiness=1 --for 2s --axis vm.swappiness=3 -s 1 -n
guest: 2 CPUs, 2G
1 run: 1 kernel, 1 value of vm.swappiness, 1 repeat
   1  debian:6.1 vm.swappiness=3 r1
the first command: fragbench run /mine.ini --seed 1 --yes --knob swappiness=1 --for 2s --knob vm.swappiness=3

# How far the printed order holds.
$ fragbench vm null -k debian:6.1 -k debian:7.3 -n | tail -n 1
the order is by chance; it is this one with --seed [..]
$ fragbench vm null -k debian:6.1 -n | tail -n 1
the first command: fragbench run null --seed [..] --yes
$ mkdir "my runs" && : >"my runs/vm-0123456789abcdef.json"
$ fragbench vm null -k debian:6.1 -s 1 -n -o "my runs" | tail -n 1
in 'my runs' a matrix was begun: if it is this one, it goes on in its own order, without the runs that are done

# Without QEMU nothing is fetched either.
$ FRAGBENCH_QEMU=/nonexistent fragbench vm null --kernel debian:6.1
! fragbench: cannot start a guest: FRAGBENCH_QEMU=/nonexistent is no program
!   mend: as root, apt-get install qemu-system-x86
? 3
$ FRAGBENCH_QEMU=/bin/true fragbench vm null --kernel debian:6.1 --memory 500G
! fragbench: the memory is too small for 1 guest: each takes 500G and 192M for QEMU, and what may be taken, less 1G, is [..]M
!   mend: --memory [..]M
? 3

# A bisection: what is no fault of the commit must stop it; a kernel that was
# not built is skipped.
$ fragbench vm null --bisect
! fragbench: vm takes a kernel: --kernel KERNEL
!   mend: fragbench vm kernels
? 255
$ fragbench vm null --bisect=1
! fragbench: vm takes a kernel: --kernel KERNEL
!   mend: fragbench vm kernels
? 255
$ fragbench vm null --bisect=no
! fragbench: vm takes a kernel: --kernel KERNEL
!   mend: fragbench vm kernels
? 2
$ fragbench vm nul --bisect --kernel ./bzImage
! fragbench: there is no scenario or workload 'nul': did you mean null?
!   mend: fragbench list
? 255
$ fragbench vm null --bisect --kernel ./bzImage --kernel debian:6.1
! fragbench: --bisect judges one kernel
!   mend: fragbench help vm
? 255
$ FRAGBENCH_QEMU=/nonexistent fragbench vm null --bisect --kernel ./bzImage
! fragbench: cannot start a guest: FRAGBENCH_QEMU=/nonexistent is no program
!   mend: as root, apt-get install qemu-system-x86
? 255
$ FRAGBENCH_QEMU=/bin/true fragbench vm null --bisect --kernel ./bzImage
! fragbench: no kernel was built: ./bzImage: No such file or directory
? 125
$ FRAGBENCH_QEMU=/bin/true fragbench vm null --kernel ./bzImage
! fragbench: cannot open the kernel ./bzImage: No such file or directory
? 2
$ : >bzImage
$ FRAGBENCH_QEMU=/bin/true fragbench vm null --bisect --kernel ./bzImage
! fragbench: $TMP/bzImage is not a kernel that can be booted: it has no boot header of Linux on x86
!   mend: give arch/x86/boot/bzImage of the kernel's build folder
? 255

# It is for the inside of a guest, and in no list.
$ fragbench guest
! fragbench: guest is what fragbench does inside a guest
!   mend: fragbench help vm
? 2
$ fragbench help | grep -c guest$
0
? 1
