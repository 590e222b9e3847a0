# Small copies of runs, which compare reads as it reads the runs themselves.
$ cp -r $CLI/../analysis/sample run; fragbench keep -o kept run
kept/run
$ ls kept/run
buddy.csv.gz
manifest.json.gz
phases.csv
scenario.ini
summary.json.gz
$ gzip -dc kept/run/summary.json.gz | cmp - run/summary.json && echo the same
the same
$ gzip -dc kept/run/buddy.csv.gz | cmp - run/buddy.csv && echo the same
the same
$ gzip -dc kept/run/manifest.json.gz | grep -c '"name": "vmstat.csv"'
0
? 1

# Nothing is overwritten; a copy of a copy is the copy.
$ fragbench keep -o kept run
! fragbench: cannot keep run as kept/run: [..]
!   mend: remove what is there, or choose another folder
? 4
$ ls -A kept
run
$ fragbench keep -o again kept/run && diff -r again/run kept/run && echo the same
again/run
the same
$ fragbench keep --json -o more run
{"run": "$TMP/run", "kept": "more/run"}

# Of a guest's modules the names stay, and not where they lay.
$ sh $CLI/make-run own accel=tcg; sed -i 's|"accel": "tcg"|&, "modules": ["/home/me/mine.ko at=/dev/x", "x.ko"]|' own/manifest.json; fragbench keep -o kept own && grep -A 3 modules kept/own/manifest.json
kept/own
   "modules": [
    "mine.ko at=/dev/x",
    "x.ko"
   ]
$ rm -r kept/own

# What was left out cannot be summed up again, and the summary stays.
$ fragbench summarize kept/run
! fragbench: cannot sum up a run that was kept in part: [..] not there any more
!   mend: its summary.json stands; or sum up the run that it is a copy of
? 3
$ ls kept/run | grep summary
summary.json.gz
$ gzip run/*.csv run/*.json run/scenario.ini; fragbench summarize run && gzip -dc run/summary.json.gz | cmp - run/summary.json && echo the same
run: 142 metrics
the same

# A baseline in compressed files.
$ for i in 1 2 3 4; do sh $CLI/make-run base/b$i series=s1 repeat=$i free=0.79$i start=0.02$i; sh $CLI/make-run new/n$i series=s2 repeat=$i kernel=6.12.1 free=0.29$i start=0.02$i; done
$ fragbench keep -o kept base/b* && fragbench compare --metric unusable.free --csv base/b* -- new/n* >plain.csv 2>/dev/null; fragbench compare --metric unusable.free --csv kept/b* -- new/n* >kept.csv 2>/dev/null; cmp plain.csv kept.csv && grep -c unusable kept.csv
kept/b1
kept/b2
kept/b3
kept/b4
2
$ rm -r kept/run; fragbench compare --baseline kept --metric unusable.free new 2>/dev/null | grep '^unusable.free .*%'
unusable.free  0.793 (0.791..0.794)  0.293 (0.291..0.294)  -0.500 (-63.1 %)
$ printf damaged >kept/b1/summary.json.gz; rm kept/b1/summary.json; fragbench compare --metric unusable.free kept/b* -- new/n* 2>&1 | grep 'left out'
fragbench: left out: kept/b1: [..]

# What cannot be kept.
$ fragbench keep run
! fragbench: there is no folder to keep runs in
!   mend: fragbench keep -o baseline results/*
? 2
$ fragbench keep -o kept
! fragbench: there is no run to keep
!   mend: fragbench keep -o baseline results/*
? 2
$ fragbench keep -o kept nothing
! fragbench: cannot keep nothing: No such file or directory
!   mend: name run directories: ls -d results/*
? 2
$ mkdir empty; fragbench keep -o kept empty
! fragbench: cannot keep empty: it holds no manifest.json
!   mend: name run directories: ls -d results/*
? 2
$ sh $CLI/make-run stopped status=interrupted; fragbench keep -o kept stopped
! fragbench: cannot keep stopped: it is not a run that is done, but interrupted
!   mend: leave it out
? 3
$ flock base/b1 fragbench keep -o other base/b1
! fragbench: cannot keep base/b1: it is still being measured
!   mend: wait until it is done
? 3

# Of results and a star the runs are kept, each once.
$ rm -rf all kept; mkdir all; cp -r $CLI/../analysis/sample all/one; ln -s one all/latest; mkdir all/two.partial all/page; touch all/README.md; fragbench keep -o kept all/* 2>/dev/null
kept/one
$ ls kept
one
