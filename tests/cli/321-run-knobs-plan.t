# The plan of a scenario with knobs: lines of a file add up, --knob is one more and
# counts when it names the same, --set replaces.
@skip without root no knob can be set unless [ $(id -u) = 0 ]
$ printf '[scenario]\nknobs = swappiness=1\nknobs = stat_interval=2\n[phase a]\n' >two.ini
$ fragbench run --dry-run two.ini --knob vm.swappiness=3 | grep -e '^knobs' -e '^; plan: vm'
; plan: vm.swappiness is set to 3, and put back to [..]
; plan: vm.stat_interval is set to 2, and put back to [..]
knobs = swappiness=1
knobs = stat_interval=2
knobs = vm.swappiness=3
$ fragbench run --dry-run two.ini --set knobs=swappiness=4 | grep '^knobs'
knobs = swappiness=4
$ fragbench run --dry-run two.ini --knobs '' | grep '^knobs'
knobs =
