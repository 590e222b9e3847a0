# Nothing to compare.
$ fragbench compare
! fragbench: cannot read the run results: No such file or directory
!   mend: name run directories, or a folder that holds some
? 2
$ mkdir r; fragbench compare r
! fragbench: there is nothing to compare: no run was found
!   mend: name run directories, or a folder that holds some: ls results
? 2
$ sh $CLI/make-run r/a; fragbench compare r
! fragbench: there is nothing to compare: there is one run only
!   mend: name runs of another kind, or group them otherwise: --by KEY
? 2
$ sh $CLI/make-run r/b repeat=2; fragbench compare r
! fragbench: there is nothing to compare: all 2 runs are of one series: s1
!   mend: name runs of another kind, or group them otherwise: --by KEY
? 2
$ fragbench compare --by kernel r
! fragbench: there is nothing to compare: all 2 runs are of one kernel: 6.1.0
!   mend: name runs of another kind, or group them otherwise: --by KEY
? 2
$ sh $CLI/make-run r/b repeat=2 trusted=false doubt='3 pages were swapped out'
$ fragbench compare r/a -- r/b
! fragbench: left out: r/b: untrusted: 3 pages were swapped out
! fragbench: there is nothing to compare: of 2 runs 1 takes no part: untrusted: 3 pages were swapped out
!   mend: --untrusted lets untrusted runs take part
? 5
$ mv r/b r/b.partial; fragbench compare r/a -- r/b.partial
! fragbench: 1 unfinished run was skipped (.partial)
! fragbench: there is nothing to compare: there is one run only
!   mend: name runs of another kind, or group them otherwise: --by KEY
? 2
$ fragbench compare r/a -- r/a
! fragbench: left out: r/a: the same run was named before
! fragbench: there is nothing to compare: of 2 runs 1 takes no part: the same run was named before
!   mend: name runs of another kind, or group them otherwise: --by KEY
? 2
$ mkdir -p many/one; cp -R r/a many/one/a; fragbench compare --baseline many r/a
! fragbench: there is no baseline: no run is in the folder many itself
!   mend: name the folder that holds the runs of one series: find many -name 'manifest.json*'
? 2

# Words that mean nothing.
$ fragbench compare r/a -- r/nothing
! fragbench: cannot read the run r/nothing: No such file or directory
!   mend: name run directories, or a folder that holds some
? 2
$ fragbench compare r/a -- --json
! fragbench: cannot read the run --json: No such file or directory
!   mend: options stand before the runs: fragbench help compare
? 2
$ fragbench compare r/a --
! fragbench: there is no command behind '--'
!   mend: fragbench help compare
? 2
$ fragbench compare -- r/a
! fragbench: cannot compare: there is no run before --
!   mend: fragbench help compare
? 2
$ fragbench compare --by mode r/a -- r/a
! fragbench: cannot compare: the groups are made either by -- or by --by
!   mend: fragbench help compare
? 2
$ fragbench compare --by mod r/a
! fragbench: cannot group by 'mod': did you mean mode?
!   mend: fragbench help compare
? 2
$ fragbench compare --by nonsense r/a
! fragbench: cannot group by 'nonsense': no run has a key, an option or a knob of that name
!   mend: fragbench help compare
? 2
$ sh $CLI/make-run r/b repeat=2; fragbench compare --metric usable r/a -- r/b
! fragbench: no run has a metric 'usable': did you mean unusable?
!   mend: fragbench compare --all shows them all
? 2
$ fragbench compare --json --csv r
! fragbench: cannot compare: one of --json, --csv, --markdown, --junit, --ktap and --openmetrics
!   mend: fragbench help compare
? 2
$ fragbench compare --all --metric unusable r
! fragbench: cannot compare: either --all or --metric
!   mend: fragbench help compare
? 2
