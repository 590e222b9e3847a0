# Nine and nine: tests, intervals, verdicts; a gate; formats for other programs.
$ for i in 1 2 3 4 5 6 7 8 9; do
>   sh $CLI/make-run a/$i repeat=$i free=0.79$((i * 7 % 10)) cpu=21$((i * 3 % 10))
>   sh $CLI/make-run b/$i series=s2 repeat=$i free=0.85$((i * 3 % 10)) cpu=21$((i * 7 % 10)) effectiveness=0.9$((i * 3 % 10))
> done
$ unset COLUMNS; fragbench compare a -- b
18 runs in 2 groups, by side

group  runs  kernel                memory   accelerator  scenario
base   9     6.1.0-50-cloud-amd64  2.0 GiB  none         sbrk-interleave
new    9     6.1.0-50-cloud-amd64  2.0 GiB  none         sbrk-interleave

median (lowest..highest)
metric                 base                        new                         difference       95 % interval   p (Holm)           verdict  unit, better
unusable.baseline      0.020                       0.020                       0                0.000..0.000    1 (1)              same     index, lower
unusable.free          0.795 (0.791..0.799)        0.855 (0.851..0.859)        +0.060 (+7.5 %)  +0.057..+0.063  4.1e-05 (0.00012)  WORSE    index, lower
effectiveness.compact  0.950                       0.950 (0.910..0.990)        0                -0.030..+0.030  1 (1)              same     ratio, higher
cpu_ms.compact         215.000 (211.000..219.000)  215.000 (211.000..219.000)  0                -3.000..+3.000  1 (1)              same     ms, lower
$ fragbench compare --markdown --metric unusable a -- b
| group | runs | kernel | memory | accelerator | scenario |
|---|---|---|---|---|---|
| base | 9 | 6.1.0-50-cloud-amd64 | 2.0 GiB | none | sbrk-interleave |
| new | 9 | 6.1.0-50-cloud-amd64 | 2.0 GiB | none | sbrk-interleave |

Median (lowest..highest):

| metric | base | new | difference | 95 % interval | p (Holm) | verdict | unit, better |
|---|---|---|---|---|---|---|---|
| unusable.baseline | 0.020 | 0.020 | 0 | 0.000..0.000 | 1 (1) | same | index, lower |
| unusable.free | 0.795 (0.791..0.799) | 0.855 (0.851..0.859) | +0.060 (+7.5 %) | +0.057..+0.063 | 4.1e-05 (4.1e-05) | WORSE | index, lower |

Drift from run to run (p after Holm):

| metric | base | new | unit |
|---|---|---|---|
| unusable.free | +9.52e-05 (1) | -9.52e-05 (1) | index a run |
$ fragbench compare --metric unusable.free --csv a -- b
metric,unit,better,group,n,lacking,median,min,max,difference,percent,reason,shift,low,high,p,p_holm,verdict,slope,slope_p
unusable.free,index,lower,base,9,0,0.795,0.791,0.799,,,,,,,,,,9.52380952381e-05,1
unusable.free,index,lower,new,9,0,0.855,0.851,0.859,0.06,7.54716981132,,0.06,0.057,0.063,4.1135335253e-05,4.1135335253e-05,WORSE,-9.52380952381e-05,1
$ fragbench compare --ktap --fail-on worse a -- b
KTAP version 1
1..4
ok 1 unusable.baseline # same: 0.02 -> 0.02 index, p 1 after Holm
not ok 2 unusable.free # WORSE: 0.795 -> 0.855 index, p 0.00012 after Holm
ok 3 effectiveness.compact # same: 0.95 -> 0.95 ratio, p 1 after Holm
ok 4 cpu_ms.compact # same: 215 -> 215 ms, p 1 after Holm
? 1
$ fragbench compare --junit --baseline b a
<?xml version="1.0" encoding="UTF-8"?>
<testsuite name="fragbench compare" tests="4" failures="0" errors="0" skipped="0">
 <testcase classname="fragbench.new" name="unusable.baseline"><system-out>same: 0.02 -&gt; 0.02 index, p 1 after Holm</system-out></testcase>
 <testcase classname="fragbench.new" name="unusable.free"><system-out>better: 0.855 -&gt; 0.795 index, p 0.00012 after Holm</system-out></testcase>
 <testcase classname="fragbench.new" name="effectiveness.compact"><system-out>same: 0.95 -&gt; 0.95 ratio, p 1 after Holm</system-out></testcase>
 <testcase classname="fragbench.new" name="cpu_ms.compact"><system-out>same: 215 -&gt; 215 ms, p 1 after Holm</system-out></testcase>
</testsuite>
$ fragbench compare --openmetrics --metric unusable.free a -- b
\# TYPE fragbench_median gauge
\# HELP fragbench_median Median of the runs of a group.
fragbench_median{metric="unusable.free",unit="index",group="base"} 0.795
fragbench_median{metric="unusable.free",unit="index",group="new"} 0.855
\# TYPE fragbench_shift gauge
\# HELP fragbench_shift Shift from the first group (Hodges-Lehmann).
fragbench_shift{metric="unusable.free",unit="index",group="new"} 0.06
\# TYPE fragbench_p_holm gauge
\# HELP fragbench_p_holm Mann-Whitney p after Holm.
fragbench_p_holm{metric="unusable.free",unit="index",group="new"} 4.1135335253e-05
\# TYPE fragbench_failed gauge
\# HELP fragbench_failed Whether it is worse, or fails its gate; missing where that cannot be told.
fragbench_failed{metric="unusable.free",unit="index",group="new"} 1
\# TYPE fragbench_compare_refused gauge
\# HELP fragbench_compare_refused Whether the runs are not alike, so that nothing was compared.
fragbench_compare_refused 0
\# EOF
$ fragbench compare --json --metric unusable.free a -- b | tr -d ' \n' | sed 's/.*"differences"/differences/'; echo
differences:[{"group":"new","value":0.06,"percent":7.54716981132,"reason":null,"test":{"u":81.0,"p":4.1135335253e-5,"p_holm":4.1135335253e-5,"exact":true,"p_least":4.1135335253e-5,"shift":0.06,"low":0.057,"high":0.063},"verdict":"WORSE","why":null,"floor":0.03975,"detectable":null,"gate":null,"limit":null}]}],"skipped":{"unfinished":0,"failed":0}}

# A gate passes, fails, cannot be told.
$ printf '[unusable.free]\nlimit = 10%%\n[cpu_ms]\nlimit = 5 ; ms\nfloor = 0.5\n' >gate.ini
$ unset COLUMNS; fragbench compare --gate gate.ini a -- b
18 runs in 2 groups, by side

group  runs  kernel                memory   accelerator  scenario
base   9     6.1.0-50-cloud-amd64  2.0 GiB  none         sbrk-interleave
new    9     6.1.0-50-cloud-amd64  2.0 GiB  none         sbrk-interleave

median (lowest..highest)
metric          base                        new                         difference       95 % interval   p (Holm)           verdict                        unit, better
unusable.free   0.795 (0.791..0.799)        0.855 (0.851..0.859)        +0.060 (+7.5 %)  +0.057..+0.063  4.1e-05 (8.2e-05)  WORSE: pass                    index, lower
cpu_ms.compact  215.000 (211.000..219.000)  215.000 (211.000..219.000)  0                -3.000..+3.000  1 (1)              cannot tell below 5.430: pass  ms, lower
$ fragbench compare --gate gate.ini --ktap b -- a
KTAP version 1
1..2
ok 1 unusable.free # better: 0.855 -> 0.795 index, p 8.2e-05 after Holm
ok 2 cpu_ms.compact # cannot tell: 215 -> 215 ms, p 1 after Holm
$ printf '[unusable.free]\nlimit = 0.02\ndirection = lower\n' >gate.ini
$ fragbench compare --gate gate.ini --ktap a -- b
KTAP version 1
1..1
not ok 1 unusable.free # WORSE: 0.795 -> 0.855 index, p 4.1e-05 after Holm
? 1
$ fragbench compare --gate gate.ini --ktap a/1 a/2 a/3 -- b/1 b/2 b/3
KTAP version 1
1..1
ok 1 unusable.free # SKIP cannot tell: 0.794 -> 0.856 index: fewer than 4 runs on a side
! fragbench: warning: base has 3 runs: with fewer than 4 on a side a difference may be chance, and there is no verdict
!   mend: fragbench run SCENARIO -r 9
? 5
# A section without keys asks for the floor, wherever it stands.
$ printf '[effectiveness.compact]\n\n[unusable.free]\nlimit = 1%%\n[cpu_ms.compact]' >gate.ini
$ for i in 1 2 3 4 5 6 7 8 9; do sh $CLI/make-run c/$i series=s3 repeat=$i free=0.79$((i * 7 % 10)) cpu=21$((i * 3 % 10)) effectiveness=0.4; done
$ fragbench compare --gate gate.ini --ktap a -- c
KTAP version 1
1..3
ok 1 unusable.free # same: 0.795 -> 0.795 index, p 1 after Holm
not ok 2 effectiveness.compact # WORSE: 0.95 -> 0.4 ratio, p 0.00012 after Holm
ok 3 cpu_ms.compact # same: 215 -> 215 ms, p 1 after Holm
? 1

# A limit below the metric's floor of 5 % is held to.
$ for i in 1 2 3 4 5 6 7 8 9; do sh $CLI/make-run d/$i series=s4 repeat=$i free=0.81$((i * 7 % 10)); done
$ printf '[unusable.free]\n' >gate.ini; fragbench compare --gate gate.ini --ktap a -- d
KTAP version 1
1..1
ok 1 unusable.free # same: 0.795 -> 0.815 index, p 4.1e-05 after Holm
$ printf '[unusable.free]\nlimit = 1%%\n' >gate.ini; fragbench compare --gate gate.ini --ktap a -- d
KTAP version 1
1..1
not ok 1 unusable.free # WORSE: 0.795 -> 0.815 index, p 4.1e-05 after Holm
? 1
$ printf '[unusable.free]\nlimit = 1%%\nfloor = 10%%\n' >gate.ini; fragbench compare --gate gate.ini --ktap a -- d
KTAP version 1
1..1
ok 1 unusable.free # SKIP same: 0.795 -> 0.815 index, p 4.1e-05 after Holm
? 5

# Gates that are none.
$ printf '[]\n[unusable.free]\n' >gate.ini; fragbench compare --gate gate.ini a -- b
! fragbench: gate gate.ini: a section without a metric
!   mend: fragbench help compare
? 2
$ fragbench compare --gate nothing.ini a -- b
! fragbench: cannot read the gate nothing.ini: No such file or directory
!   mend: fragbench help compare
? 2
$ printf '[unusable.free]\nlimit = much\n' >gate.ini; fragbench compare --gate gate.ini a -- b
! fragbench: gate gate.ini, [unusable.free], limit: it takes a number or N%
!   mend: fragbench help compare
? 2
$ printf '[unusable.free]\nlimits = 1\n' >gate.ini; fragbench compare --gate gate.ini a -- b
! fragbench: gate gate.ini, [unusable.free], limits: there are limit, direction and floor
!   mend: fragbench help compare
? 2
$ printf '[unusable.free]\ndirection = up\n' >gate.ini; fragbench compare --gate gate.ini a -- b
! fragbench: gate gate.ini, [unusable.free], direction: it takes higher, lower or none
!   mend: fragbench help compare
? 2
$ printf 'limit = 1\n' >gate.ini; fragbench compare --gate gate.ini a -- b
! fragbench: gate gate.ini, [], limit: it stands before any [METRIC]
!   mend: fragbench help compare
? 2
$ : >gate.ini; fragbench compare --gate gate.ini a -- b
! fragbench: the gate gate.ini asks for nothing
!   mend: fragbench help compare
? 2
$ printf '[usable.free]\nlimit = 1\n' >gate.ini; fragbench compare --gate gate.ini a -- b
! fragbench: no run has a metric 'usable.free': did you mean unusable.free?
!   mend: fragbench compare --all shows them all
? 2
$ fragbench compare --gate gate.ini --all a -- b
! fragbench: cannot compare: a gate says which metrics are shown: neither --all nor --metric
!   mend: fragbench help compare
? 2
$ fragbench compare --baseline a b -- c
! fragbench: cannot compare: --baseline makes the sides: neither -- nor --by
!   mend: fragbench help compare
? 2

# What is not alike says so in every format.
$ sh $CLI/make-run u/1 series=s5 mode=free-running
$ fragbench compare --junit --metric unusable.free a/1 -- u 2>/dev/null >junit.xml
? 5
$ cat junit.xml
<?xml version="1.0" encoding="UTF-8"?>
<testsuite name="fragbench compare" tests="2" failures="0" errors="1" skipped="1">
 <testcase classname="fragbench.new" name="unusable.free"><skipped message="cannot tell: not alike"/></testcase>
 <testcase classname="fragbench" name="alike"><error message="not alike: fill.sbrk-interleave.mode differs: lockstep (1 run), free-running (1 run)"/></testcase>
</testsuite>
$ python3 -c 'import xml.etree.ElementTree as x; print(len(x.parse("junit.xml").findall(".//error")))'
1
$ fragbench compare --ktap --metric unusable.free a/1 -- u 2>/dev/null
KTAP version 1
1..2
ok 1 unusable.free # SKIP cannot tell: not alike
not ok 2 alike # not alike: fill.sbrk-interleave.mode differs: lockstep (1 run), free-running (1 run)
? 5
$ fragbench compare --openmetrics --metric unusable.free a/1 -- u 2>/dev/null | tail -n 2
fragbench_compare_refused 1
\# EOF

# Three series: no "#" in a label, which would begin a directive.
$ fragbench compare --ktap --metric unusable.free a/1 b/1 c/1 2>/dev/null
KTAP version 1
1..2
ok 1 unusable.free in 2 # SKIP cannot tell: 0.797 -> 0.853 index: fewer than 4 runs on a side
ok 2 unusable.free in 3 # SKIP cannot tell: 0.797 -> 0.797 index: fewer than 4 runs on a side

# A summary that is not the one of the seal.
$ seal() { sed -i "s/\"knobs\": \[\],/&\"files\": [{\"name\": \"summary.json\", \"sha256\": \"$(sha256sum $1/summary.json | cut -c-64)\"}],/" $1/manifest.json; }
> seal a/1; seal b/1; sed -i 's/0\.853/0.800/' b/1/summary.json
$ fragbench compare --metric unusable.free a/1 -- b/1
! fragbench: left out: b/1: its summary.json was changed after the run was sealed: fragbench summarize computes it anew
! ...
? 5
$ sed -i 's/0\.800/0.853/' b/1/summary.json; gzip b/1/summary.json; fragbench compare --metric unusable.free --csv a/1 -- b/1 2>/dev/null | cut -d, -f 1,4,7
metric,group,median
unusable.free,base,0.797
unusable.free,new,0.853

# Runs that are each on from the one before: the slopes.
$ for i in 1 2 3 4 5 6 7 8 9; do sh $CLI/make-run e/$i series=s6 repeat=$i free=0.$((60 + i * 2)); done
$ unset COLUMNS; fragbench compare --metric unusable.free a/[2-9] -- e 2>/dev/null | tail -n 4

drift from run to run (p after Holm; it takes 5 runs for one metric, 7 for a hundred)
metric         base              new              unit
unusable.free  +0.000333 (0.72)  +0.02 (1.1e-05)  index a run
