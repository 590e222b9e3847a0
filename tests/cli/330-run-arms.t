# Arms: what a scenario with stars comes to, and what --set means then.
$ cat >arms.ini <<END
> ; Two arms.
> [phase dust*]
> do = run
> workload = sbrk-interleave
> pages = 10
> [phase give-back*]
> do = free
> [arm few]
> [arm many]
> dust.pages = 500
> END
$ fragbench run --dry-run arms.ini | grep -e '^\[' -e '^pages' -e '^dust' -e '^phases'
[scenario]
[phase dust-few]
pages = 10
[phase give-back-few]
[phase dust-many]
pages = 500
[phase give-back-many]
[arm few]
phases = dust give-back
[arm many]
phases = dust give-back
dust.pages = 500
$ fragbench run --dry-run arms.ini --set dust.pages=11 | grep '^pages'
pages = 11
pages = 500
$ fragbench run --dry-run arms.ini --set dust-many.pages=12 | grep -e '^pages' -e '^dust'
pages = 10
pages = 12
dust.pages = 12

# The copy that a run keeps is dealt out; it says the same once more.
$ fragbench run --dry-run arms.ini | sed -n '/^\[scenario/,$p' >one
$ cp one one.ini
$ fragbench run --dry-run ./one.ini | sed -n '/^\[scenario/,$p' | diff one -

$ printf '[phase a*]\n[phase b]\n[phase c*]\n[arm x]\n' >wrong.ini
$ fragbench run --dry-run wrong.ini
! fragbench: stands apart from the other phases with a star: phase 'c': an arm is done as a whole, one after the other
? 2
$ printf '[phase a*]\n[arm x]\n[arm x]\n' >wrong.ini
$ fragbench run --dry-run wrong.ini
! fragbench: scenario wrong, line 3: there are two arms 'x'
? 2
$ printf '[phase a*]\n[arm x]\nballast = 1G\n' >wrong.ini
$ fragbench run --dry-run wrong.ini
! fragbench: arm x: cannot set 'ballast': it is of the whole scenario
? 2
$ fragbench run --dry-run arms.ini --set dust-few.pages=1 --pages 5
! fragbench: every arm sets by itself 'pages'
!   mend: say of which phase: --set dust-few.pages=VALUE
? 2
