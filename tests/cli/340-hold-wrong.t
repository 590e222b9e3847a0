# The verb hold: what cannot be is said before anything is touched.
$ fragbench hold --unusable 1.2
! fragbench: unusable: cannot be '1.2': it goes from 0 to 1
? 2
$ fragbench hold --order 30
! fragbench: order: cannot be '30': it goes from 0 to 19
? 2
$ fragbench hold --order 19
! fragbench: order: cannot be 19: this kernel has orders 0 to [..]
!   mend: --order [..]
? 2
$ fragbench hold --node 60000
! fragbench: there is no zone on node 60000 with memory: there are [..]
!   mend: choose one of those, or none for all of them
? 2
$ fragbench hold --node here
! fragbench: node: cannot be 'here': it takes a number or all
!   mend: --node 0, or --node all
? 2
$ fragbench hold --zone Nowhere
! fragbench: there is no zone Nowhere with memory: there are [..]
!   mend: choose one of those, or none for all of them
? 2
$ fragbench hold --memory 99%
! fragbench: memory: cannot be '99%': it goes from 0.1% to 90%
? 2
$ fragbench hold --unmovable 120%
! fragbench: unmovable: cannot be '120%': it goes from 0% to 100%
? 2
$ fragbench hold --leave 900000G
! fragbench: hold: too little memory: [..] MiB are available, and it wants to leave 921600000
!   mend: --leave [..]M
? 3
$ fragbench hold --processes 2
! fragbench: processes: cannot be 2: two that hold would undo each other's work
!   mend: --processes 1
? 2
$ fragbench hold --for soon
! fragbench: for: cannot be 'soon': it takes a time, such as 30s, 250ms or 5m
? 2
$ fragbench hold make -j2
! fragbench: unknown option -j2
!   mend: fragbench help hold
? 2
$ fragbench hold make
! fragbench: hold does not take 'make'
!   mend: fragbench hold -- make
? 2
$ ls
