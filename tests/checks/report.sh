#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The report of a run directory: that the page needs no other file, lets nothing
# through unescaped, does without tables that are missing, and that what goes
# wrong is said, with the right exit code, and leaves nothing half-written.
#
# usage: FRAGBENCH=build-dev/fragbench sh tests/checks/report.sh

set -u

# shellcheck source=tests/checks/report-common
. "$(dirname "$0")/report-common"

# A python that ends with the command $1 and has written half of a page.
fake_python() {
	cat >fake <<-END
		#!/bin/sh
		echo half >"\$4/index.html"
		echo its words >&2
		$1
	END
	chmod +x fake
}

check_page() {
	fresh run
	report 0 run
	[ "$(cat out)" = "$(pwd -P)/run/report/index.html" ] ||
		no "printed: $(cat out)"
	[ -s run/summary.json ] || no 'no summary.json was written'
	page=run/report/index.html
	needs_no_other_file $page
	[ "$(grep -o 'src="data:image/png' $page | wc -l)" -eq 7 ] ||
		no 'not all of the seven pictures are in the page'
	holds $page 'raised the unusable index at order 9 from 0.006 to 0.795'
	holds $page 'Lockstep interleaves frame by frame, 1-2-1-2'
	holds $page "other people's measurements"
	holds $page 'vm.percpu_pagelist_high_fraction'
	holds $page 'effectiveness.compact &gt; 0.9, measured 0.77'
	holds_not $page 'was interrupted'
	is_clean run
}

check_again() {
	cp run/report/index.html first.html
	report 0 --json --svg run
	cmp -s first.html run/report/index.html ||
		no 'the same run gave another page the second time'
	[ "$(find run/report -name '*.svg' | wc -l)" -eq 7 ] ||
		no 'not seven SVG files'
	[ "$(grep -c '\.svg"' out)" -eq 7 ] || no "--json printed: $(cat out)"
	grep -q '"page": ".*/run/report/index.html"' out ||
		no "--json printed: $(cat out)"
	is_clean run
}

# The same run as if a guest under TCG had made it: the page says so once, and has
# no time in text, tables or pictures.
check_emulated() {
	fresh guest
	sed -i 's/^  "kernel": /  "hypervisor": "TCG, QEMU Standard PC",\n&/
		s/^  "page_size": /  "guest": { "accel": "tcg", "qemu": "7.2.22", "memory_bytes": 1073741824, "append": "" },\n&/
		s/"metric": "effectiveness.compact"/"metric": "cpu_ms.compact"/' \
		guest/manifest.json
	report 0 guest
	page=guest/report/index.html
	needs_no_other_file $page
	[ "$(grep -o 'This run was made under TCG' $page | wc -l)" -eq 1 ] ||
		no 'the page does not say once that it was made under TCG'
	holds $page 'Machine: a guest of fragbench vm under TCG, Linux'
	holds $page '<th scope="row">accelerator</th><td>tcg'
	holds $page '<th scope="row">QEMU</th><td>7.2.22'
	holds $page '<th scope="row">guest memory</th><td>1,073,741,824'
	holds $page 'for it has no times: cpu_ms.compact.'
	holds $page '<td>cannot be told</td></tr>'
	holds $page 'raised the unusable index at order 9 from 0.006 to 0.795'
	holds $page '<code>blocks_gained</code>'
	holds $page '<code>compact_migrate_scanned</code>'
	[ "$(grep -o 'src="data:image/png' $page | wc -l)" -eq 6 ] ||
		no 'not all but the picture of the sampler are in the page'
	holds_not $page '<code>(cpu_ms<|wall_ms|floor_ms|over_floor|pages_per_s|step_|psi_|sampler\.(late|cost|cpu))'
	holds_not $page '[0-9] m?s\b|>m?s<|>us<|>ns<|copy_ns|lasted|pages/s|of CPU'
	grep -q '"accelerator": "tcg"' guest/summary.json ||
		no 'summary.json names no accelerator'
	# Not for want of a pattern: the page of the bare machine has them all.
	page=run/report/index.html
	holds_not $page 'under TCG|no times'
	for pattern in '<code>wall_ms' '[0-9] m?s\b|>ms<' lasted; do
		grep -qE "$pattern" $page || no "the sample has no $pattern"
	done
}

# The same run with events, made up, and two of its phases as if they were arms.
check_events() {
	fresh seen
	awk -f "$units_dir/events.awk" </dev/null >seen/events.csv
	sed -i '1s/{/{ "arms": [ { "name": "first", "phases": [ "prepare" ], "settings": {} },\
		{ "name": "later", "phases": [ "compact" ], "settings": { "prepare.b": "<c>" } } ],/' \
		seen/manifest.json
	report 0 seen
	page=seen/report/index.html
	needs_no_other_file $page
	[ "$(grep -o 'src="data:image/png' $page | wc -l)" -eq 9 ] ||
		no 'not all of the nine pictures are in the page'
	holds $page 'a strip with a lane each for fallbacks, fragmenting, '
	holds $page 'direct reclaim, kcompactd, proactive compaction, compact_memory.'
	holds $page 'one panel for each of direct compaction, direct reclaim, kcompactd'
	holds $page 'who took pages from whom: of 2,066 fallbacks, and of the 1,812'
	holds $page 'the first fragbench.'
	holds $page '<th class="n" title="prepare.b = &lt;c&gt;">later</th>'
	holds $page '<th scope="row">blocks gained</th><td class="n">19</td><td class="n">77</td>'
	holds_not $page '<th>compact</th><th class="n">in all'
	holds $page '<td>contended: it gave up, whatever the write said</td>'
	holds $page '1 of its compactions gave up (contended), the first in zone Normal'
	holds $page 'Do not rely on these numbers'
	# Under an emulator: how often, in which order, and not how long.
	sed -i 's/^  "kernel": /  "hypervisor": "TCG, QEMU Standard PC",\n&/' \
		seen/manifest.json
	rm -rf seen/report seen/summary.json
	report 0 seen
	[ "$(grep -o 'src="data:image/png' $page | wc -l)" -eq 7 ] ||
		no 'not all but the sampler and the latencies are in the page'
	holds $page 'how many began'
	holds $page '>contended: it gave up'
	holds_not $page '[0-9] m?s\b|>m?s<|>us<|>ns<|CPU of kcompactd|lasted \(ms'
}

# Two runs of a scenario with arms, of two kernels: both in the curve of each.
check_curve() {
	arms='[{"name": "0", "phases": ["compact"], "settings": {"fill.pinned": "0%"}},
	{"name": "9", "phases": ["end"], "settings": {"fill.pinned": "9%"}}]'
	for run in one two; do
		fresh $run
		printf '%s' "$arms" | tr '\n' ' ' >arms
		sed -i "s/^ \"phases\": / \"arms\": $(cat arms),\n&/" \
			$run/manifest.json
	done
	sed -i 's/6.18.44-amd64/7.3.0/' two/manifest.json
	holds_not run/report/index.html 'response curve'
	report 0 --each one two
	page=one/report/index.html
	needs_no_other_file $page
	holds $page '<h2>The response curve</h2>'
	holds $page '2 runs.'
	[ -s one/report/11-curve.png ] || no 'no 11-curve.png'
}

# Tags in a phase name, a zone, a worker's name, the command and a note.
check_hostile() {
	fresh hostile
	evil='<script>alert(1)<\/script>'
	sed -i "s/DMA32/<u>DMA32/; s/\bfill\b/$evil/g; s/sbrk-interleave/<img src=x>/g" \
		hostile/*.csv
	sed -i "s/\"fill\"/\"$evil\"/g; s/\"sbrk-interleave\"/\"<img src=x>\"/g
		s/\"--seed\"/\"'\\\\\"><svg onload=alert(2)>\"/
		s/This run is synthetic/\$x_\$ \\\\u0007 <style>/
		s/\"vm.nr_hugepages\"/\"<b onclick='x'>\"/
		s/6.18.44-amd64/<title>/" hostile/manifest.json
	report 0 hostile
	page=hostile/report/index.html
	needs_no_other_file $page
	holds $page '&lt;script&gt;alert(1)&lt;/script&gt;'
	holds $page '&lt;svg onload=alert(2)&gt;'
	holds $page '&lt;u&gt;DMA32'
	holds $page '&lt;b onclick='
	holds_not $page '<(u>|b onclick|svg|img src=x)|synthetic.*<style'
}

check_missing_tables() {
	fresh bare
	report 0 bare
	rm -rf bare/*.csv bare/log bare/scenario.ini
	report 0 bare
	page=bare/report/index.html
	needs_no_other_file $page
	for table in buddy index vmstat frames sampler events; do
		holds $page "($table.csv"
	done
	holds $page 'raised the unusable index at order 9 from 0.006 to 0.795'
}

check_interrupted() {
	fresh cut.partial
	cd cut.partial || exit 2
	sed -i 's/"status": "done"/"status": "running"/' manifest.json
	rm -f index.csv owners.csv psi.csv pagetypes.csv
	for table in buddy.csv vmstat.csv ops.csv sampler.csv; do
		head -c 3000 $table >start && mv start $table
	done
	cd ..
	report 0 cut.partial
	holds cut.partial/report/index.html 'This run was interrupted'
}

check_refusals() {
	report 2 nowhere
	says 'nowhere'
	mkdir empty
	report 2 empty
	says 'manifest.json'
	report 3
	says 'mend: fragbench run'
	report 2 --no-such-flag run
	FRAGBENCH_REPORT_DIR=$tmp/empty report 3 run
	says 'FRAGBENCH_REPORT_DIR'
	echo mine >run/report/notes.txt
	report 4 run
	says 'something else than a report'
	[ "$(cat run/report/notes.txt)" = mine ] || no 'somebody else'\''s file is gone'
	rm run/report/notes.txt
	is_clean run
}

check_python_failures() {
	cp run/report/index.html first.html
	FRAGBENCH_PYTHON=$tmp/nowhere report 3 run
	says 'apt-get install python3-matplotlib python3-jinja2'
	fake_python 'exit 77'
	FRAGBENCH_PYTHON=$tmp/fake report 3 run
	fake_python 'exit 78'
	FRAGBENCH_PYTHON=$tmp/fake report 4 run
	says 'No space left on device'
	fake_python 'exit 1'
	FRAGBENCH_PYTHON=$tmp/fake report 4 run
	says 'its words'
	# shellcheck disable=SC2016 # the fake Python is to expand it
	fake_python 'kill -9 $$'
	FRAGBENCH_PYTHON=$tmp/fake report 4 run
	cmp -s first.html run/report/index.html ||
		no 'a failed report changed the one before it'
	is_clean run
}

# A disk that takes no more, as near as one comes to it without a mount.
check_no_room() {
	(ulimit -f 64 && exec "$FRAGBENCH" report -o small run) >out 2>err
	[ $? -eq 4 ] || no 'a file that could not be written was no failure'
	is_clean small
	[ ! -e small/run-report ] || no 'half a report was put in place'
}

check_elsewhere() {
	cp -R run kept
	report 0 -o pages/deep kept
	[ -s pages/deep/kept-report/index.html ] || no '-o DIR holds no page'
	report 4 -o /proc/self run
	if [ "$(id -u)" -ne 0 ]; then
		chmod a-w kept
		report 4 kept
		says "-o DIR"
		chmod u+w kept
	fi
}

# What Python reads and words, with the first interpreter that has numpy.
check_units() {
	for python in /usr/bin/python3 python3; do
		"$python" -c 'import numpy' 2>err || continue
		for units in "$units_dir"/test_*.py; do
			"$python" -B "$units" >out 2>&1 ||
				{ no "$units:"; cat out >&2; }
		done
		return
	done
	no 'no Python with numpy for the units'
}

check_live_run() {
	command -v flock >/dev/null || return
	mkdir live.partial
	cp run/manifest.json live.partial
	flock live.partial "$FRAGBENCH" report live.partial >out 2>err
	[ $? -eq 3 ] || no 'a run that is going on was reported on'
	says 'still being measured'
}

check_page
check_again
check_emulated
check_events
check_curve
check_hostile
check_missing_tables
check_interrupted
check_refusals
check_python_failures
check_no_room
check_elsewhere
check_live_run
check_units
exit $failed
