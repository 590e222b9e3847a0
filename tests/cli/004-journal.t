# A run that was killed has left a journal: every verb says so first.
$ mkdir -p "$FRAGBENCH_STATE"
$ echo behind >knob
$ cat >"$FRAGBENCH_STATE/journal" <<END
> fragbench journal 1
> boot $(cat /proc/sys/kernel/random/boot_id)
> pid 1
> knob $PWD/knob	before
> END
$ fragbench list collectors | head -n 1
collectors
! fragbench: a killed run has left kernel settings changed: its journal waits in $FRAGBENCH_STATE/journal
!   mend: fragbench doctor --restore
$ fragbench list --json scenarios >out
! fragbench: a killed run has left kernel settings changed: its journal waits in $FRAGBENCH_STATE/journal
!   mend: fragbench doctor --restore
$ grep -c journal out
0
? 1

# Help and wrong use are not about the machine.
$ fragbench help list | head -n 1
list - the workloads, scenarios, probes and collectors
$ fragbench --version
fragbench 0.1.0
$ fragbench list --nonsense
! fragbench: unknown option --nonsense
!   mend: fragbench help list
? 2

# It is not in the way of its own mend.
$ fragbench doctor --restore >out
$ cat knob
before
$ fragbench list collectors | head -n 1
collectors

# A damaged journal waits, too: somebody's run has left it.
$ echo 'knob garbage' >"$FRAGBENCH_STATE/journal"
$ fragbench list collectors | head -n 1
collectors
! fragbench: a killed run has left kernel settings changed: its journal waits in $FRAGBENCH_STATE/journal
!   mend: fragbench doctor --restore
