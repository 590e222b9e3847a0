# On the machine that runs the tests doctor says what it may; here only what must
# hold anywhere.

$ fragbench doctor >said; code=$?; test $code = 0 || test $code = 3 && echo either
either
$ sed -n 's/^  ok       \(.proc.buddyinfo\) .*/\1/p' said
/proc/buddyinfo
$ fragbench doctor --json | python3 -c 'import json, sys; print(type(json.load(sys.stdin)["can_run"]).__name__)'
bool

# Each note and each gap has a mend, or its reason says that there is none.
$ awk '/^  (note|missing) / { open = $0 } /mend:/ { open = "" } /^  ok / && open { print "no mend:", open; open = "" }' said

$ fragbench doctor --restore
nothing to put back
$ fragbench doctor --restore --json
! fragbench: --restore goes alone
!   mend: fragbench help doctor
? 2
$ fragbench doctor --sysroot no-such-folder
! fragbench: no recorded machine in no-such-folder: there is no such folder
!   mend: fragbench help doctor
? 2
$ fragbench doctor now
! fragbench: doctor takes no words
!   mend: fragbench help doctor
? 2
$ fragbench doctor >/dev/full
! fragbench: cannot write to standard output: No space left on device
? 4
