# The summary of a run, anew from its tables; the manifest vouches for it again.
$ cp -r $CLI/../analysis/sample run; rm -f run/summary.json; fragbench summarize run
run: 142 metrics
$ cmp run/summary.json $CLI/../analysis/sample/summary.json && echo the same
the same

# One that is sealed has a checksum of it, which would be wrong afterwards.
$ sed -i 's/"files": \[/&{"name": "summary.json", "sha256": "old"},/' run/manifest.json; fragbench summarize run
run: 142 metrics
$ grep -c "$(sha256sum run/summary.json | cut -c 1-64)" run/manifest.json
1
$ flock run fragbench summarize run
! fragbench: cannot sum up run: it is still being measured
!   mend: wait until it is done
? 3
$ fragbench summarize --json run | cut -c 1-12
{"schema": 1

$ fragbench summarize
! fragbench: there is no run to sum up
!   mend: name run directories: ls -d results/*
? 2
$ fragbench summarize nothing
! fragbench: cannot sum up nothing: No such file or directory
!   mend: name run directories: ls -d results/*
? 2
$ mkdir empty; fragbench summarize empty
! fragbench: cannot sum up empty: No such file or directory
!   mend: name run directories: ls -d results/*
? 2
