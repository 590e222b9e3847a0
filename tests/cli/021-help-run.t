# The keys of scenarios are options of run.
$ fragbench help run | tail -n 2
  Every key of the scenario and of its workloads is an option too: --KEY VALUE.
  `fragbench help scenario` has the keys.

# The help of a run of something is both pages: its keys stand in the second.
$ fragbench run null --help >both
$ fragbench help run null | cmp - both
$ fragbench run --set pages=1 sbrk-interleave -h | grep -c -e '^run - ' -e 'pages ='
2
$ fragbench run nothing-of-the-kind --help >one
$ fragbench help run | cmp - one

# Every option of every verb stands in the man page and in the completion.
$ fragbench help --man >man
$ fragbench help --completion >completion
$ for verb in list doctor snapshot map explain run record report help; do
> 	fragbench help $verb | sed -n '/^options/,$ s/^  \(-., \)*--\([a-z-]*\).*/\2/p' |
> 	while read -r flag; do
> 		grep -q "^\.B.*\\\\-\\\\-$(echo "$flag" | sed 's/-/\\\\-/g')" man ||
> 			echo "man: $verb --$flag"
> 		grep -q "^		$verb) .* --$flag[ ']" completion ||
> 			echo "completion: $verb --$flag"
> 		echo "$flag" >>flags
> 	done
> done
$ [ $(sort -u flags | wc -l) -gt 10 ]
$ bash -n completion

# Their makers' flags are not shown.
$ fragbench help help | grep -c 'man\|completion'
0
? 1
