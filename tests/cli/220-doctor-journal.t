# A run that was killed has left its journal: no run can be done until its knobs
# are back.

$ mkdir -p "$FRAGBENCH_STATE"
$ echo behind >knob
$ printf 'fragbench journal 1\nboot %s\npid 1\nknob %s\tbefore\n' "$(cat /proc/sys/kernel/random/boot_id)" "$PWD/knob" >"$FRAGBENCH_STATE/journal"
$ fragbench doctor 2>/dev/null >said
? 3
$ grep -A3 'knob journal' said
  missing  knob journal                         one waits
           a killed run has left kernel settings changed; they stand in
           $FRAGBENCH_STATE/journal
           mend: fragbench doctor --restore
$ grep '^no run' said | sed 's/: .*//'
no run can be done here
$ fragbench doctor --json 2>/dev/null | grep can_run
 "can_run": false,

$ fragbench doctor --restore
$TMP/knob: before
$ cat knob
before
$ ls "$FRAGBENCH_STATE"
$ fragbench doctor --restore
nothing to put back

# Of an earlier boot nothing is left to put back.
$ echo now >knob
$ printf 'fragbench journal 1\nboot 00000000-0000-0000-0000-000000000000\npid 1\nknob %s\tbefore\n' "$PWD/knob" >"$FRAGBENCH_STATE/journal"
$ fragbench doctor --restore
the machine was started anew since: its knobs are at their boot values
nothing to put back
$ cat knob
now

# A damaged one is not guessed at.
$ echo 'knob garbage' >"$FRAGBENCH_STATE/journal"
$ fragbench doctor --restore
! fragbench: the journal $FRAGBENCH_STATE/journal is damaged: it has a line that is no knob
!   mend: put back by hand what it tells, then remove it
? 3
$ fragbench doctor --restore
! fragbench: the journal $FRAGBENCH_STATE/journal is damaged: it has a line that is no knob
!   mend: put back by hand what it tells, then remove it
? 3
