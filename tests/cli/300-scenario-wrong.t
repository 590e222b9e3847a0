# Scenario files that are none, and keys that there are not: what was wrong, in
# which line, and what may have been meant. --dry-run, so that nothing is touched.
$ printf '\0\1\2garbage' >garbage.ini
$ fragbench run --dry-run garbage.ini
! fragbench: no [phase NAME] in scenario 'garbage'
? 2
$ : >empty.ini
$ fragbench run --dry-run empty.ini
! fragbench: no [phase NAME] in scenario 'empty'
? 2
$ fragbench run --dry-run missing.ini
! fragbench: cannot read missing.ini: No such file or directory
? 2
$ fragbench run --dry-run ./
! fragbench: cannot read ./: Is a directory
? 2
$ head -c 300000 /dev/zero | tr '\0' x >long.ini
$ fragbench run --dry-run long.ini
! fragbench: scenario long, line 1: the line is too long: there is room for 198 characters
? 2
$ cat >wrong.ini <<END
> ; A scenario with a typing error.
> [phase a]
> do = jump
> END
$ fragbench run --dry-run wrong.ini
! fragbench: scenario wrong, line 3: do: cannot be 'jump': it takes one of settle|run|stop|release|free|wait|drain|compact|probe
? 2
$ printf '[phase a]\nworkload = nul\n' >wrong.ini
$ fragbench run --dry-run wrong.ini
! fragbench: scenario wrong, line 2: unknown workload 'nul': did you mean null?
!   mend: fragbench list workloads
? 2
$ printf '[phase a]\nfor = 1s\nnonsense\n' >wrong.ini
$ fragbench run --dry-run wrong.ini
! fragbench: scenario wrong, line 3: not a key = value
? 2
$ printf '[phase a]\nfro = 1s\n' >wrong.ini
$ fragbench run --dry-run wrong.ini
! fragbench: scenario wrong, line 2: unknown key 'fro': did you mean for?
? 2
$ printf '[phase Setup Time]\nfor = 1s\n' >wrong.ini
$ fragbench run --dry-run wrong.ini
! fragbench: scenario wrong, line 1: cannot name a phase 'Setup Time': a name is made of a-z, 0-9, + and -; setup and teardown are fragbench's own
? 2
$ printf '[scene]\nrate = 1\n' >wrong.ini
$ fragbench run --dry-run wrong.ini
! fragbench: scenario wrong, line 1: unknown section 'scene': there are [scenario], [phase NAME], [arm NAME], [reference NAME] and [expect]
? 2

# The same keys on the command line.
$ fragbench run --dry-run
! fragbench: run takes one scenario or workload
!   mend: fragbench list
? 2
$ fragbench run --dry-run null null
! fragbench: run takes one scenario or workload
!   mend: fragbench list
? 2
$ fragbench run --dry-run sbrk-interlaeve
! fragbench: there is no scenario or workload 'sbrk-interlaeve': did you mean sbrk-interleave?
!   mend: fragbench list
? 2
$ fragbench run --dry-run null --set x
! fragbench: cannot set 'x': it takes KEY=VALUE or PHASE.KEY=VALUE
? 2
$ fragbench run --dry-run null --set nonsense=1
! fragbench: the scenario has no key 'nonsense'
? 2
$ fragbench run --dry-run null --set baseline.fro=1s
! fragbench: unknown key 'fro': did you mean for?
? 2
$ fragbench run --dry-run null --set nowhere.for=1s
! fragbench: the scenario has no phase 'nowhere'
? 2
$ fragbench run --dry-run null --rate 0
! fragbench: rate: cannot be '0': it goes from 1 to 1000
? 2
$ fragbench run --dry-run null --rate 5000
! fragbench: rate: cannot be '5000': it goes from 1 to 1000
? 2
$ fragbench run --dry-run null --for soon
! fragbench: for: cannot be 'soon': it takes a time, such as 30s, 250ms or 5m
? 2
$ fragbench run --dry-run sbrk-interleave --mode lock
! fragbench: mode: cannot be 'lock': it takes one of lockstep|free-running
? 2
$ fragbench run --dry-run sbrk-interleave --pages -1
! fragbench: pages: cannot be '-1': it takes a whole number, such as 200000
? 2
$ fragbench run --dry-run null -- true
! fragbench: run takes no command behind '--'
!   mend: fragbench help run
? 2

# What is expected of a run must be something that a run says.
$ fragbench run --dry-run sbrk-interleave --expect "unusabel.fill <= 0.5"
! fragbench: cannot expect anything of 'unusabel.fill': did you mean unusable?
!   mend: fragbench explain
? 2
$ fragbench run --dry-run sbrk-interleave --expect "unusable.fil <= 0.5"
! fragbench: cannot expect anything of 'unusable.fil': the scenario has no phase 'fil'
!   mend: fragbench explain
? 2
$ fragbench run --dry-run sbrk-interleave --expect "unusable.fill = 0.5"
! fragbench: cannot expect '= 0.5': unusable.fill takes >=, <=, > or < and a number
? 2
$ fragbench run --dry-run sbrk-interleave --expect "unusable.fill"
! fragbench: cannot expect '': unusable.fill takes >=, <=, > or < and a number
? 2
$ fragbench run --dry-run sbrk-interleave --expect "unusable.fill<=0.5" --for 1s | grep -A 1 'expect'
[expect]
unusable.fill = <= 0.5

# a node that is no number
$ fragbench run numa-pinned --set compact.node=first --dry-run
! fragbench: phase compact: node must be a number or all: 'first' is neither
!   mend: --set compact.node=0
? 2
